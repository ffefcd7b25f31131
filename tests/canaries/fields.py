"""Every field with words about a patient: is what is kept there a canary, and where may it show by design?

A canary is looked for in logs, mail, push messages (with text messages, calls and webhooks), cache keys and
values, addresses, pages of errors and what a browser keeps. Its own page, shown to who may see it, is what it
is there for.
"""

from collections.abc import Iterator
from enum import Enum

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Invitation, User
from tracker.models import Patient, ShiftNote


class Sink(Enum):
    LOG = "a log"
    MAIL = "a mail"
    PUSH = "a push message"
    CACHE = "a cache"
    ADDRESS = "an address"
    ERROR = "a page of an error"
    STORAGE = "what a browser keeps"


WORDS = frozenset(
    {
        "accounts.User.email",
        "accounts.User.name",
        "accounts.User.phone",
        "tracker.Call.note",
        "tracker.CareEvent.detail",
        "tracker.CareEvent.note",
        "tracker.Carer.email",
        "tracker.Carer.name",
        "tracker.Carer.relation",
        "tracker.CheckIn.advice",
        "tracker.CheckIn.checks",
        "tracker.CheckIn.relation",
        "tracker.CheckIn.report",
        "tracker.ClinicianGrade.reason",
        "tracker.ClinicianGrade.term",
        "tracker.Course.regimen",
        "tracker.EmergencyAccess.words",
        "tracker.EmergencyReview.note",
        "tracker.ErasureRequest.answer",
        "tracker.ErasureRequest.reason",
        "tracker.Finding.inputs",
        "tracker.Finding.patient_words",
        "tracker.Finding.team_words",
        "tracker.FlagEvent.detail",
        "tracker.FlagEvent.note",
        "tracker.InboxItem.raw",
        "tracker.InboxItem.why",
        "tracker.LegalHold.end_reason",
        "tracker.LegalHold.reason",
        "tracker.LookReview.note",
        "tracker.Message.body",
        "tracker.Message.relation",
        "tracker.Mute.inputs",
        "tracker.Mute.reason",
        "tracker.OfflineDevice.name",
        "tracker.Patient.allergies",
        "tracker.Patient.contact_name",
        "tracker.Patient.contact_phone",
        "tracker.Patient.contact_relation",
        "tracker.Patient.name",
        "tracker.Patient.phone",
        "tracker.Patient.record_number",
        "tracker.PatientLimit.reason",
        "tracker.Restriction.lift_reason",
        "tracker.Restriction.reason",
        "tracker.ShiftNote.words",
        "tracker.Transfer.answer",
        "tracker.Transfer.reason",
    }
)
"""What somebody types, or what is said of it: a name, a number, a note."""

NO_WORDS = {
    "accounts.Invitation.code_digest": "a hash",
    "accounts.Invitation.token_digest": "a hash",
    "accounts.User.password": "a hash",
    "tracker.Alert.address": "staff's address or number, or the key of their device",
    "tracker.Alert.last_error": "types and codes that channels give",
    "tracker.AlertEvent.answer": "types and codes that channels give",
    "tracker.Alert.provider_id": "a provider's own number",
    "tracker.Carer.token_digest": "a hash",
    "tracker.CheckIn.grades": "symptom codes and numbers",
    "tracker.CheckIn.rules_version": "a version",
    "tracker.ClinicianGrade.symptom": "a code",
    "tracker.Deletion.kind": "a code",
    "tracker.Deletion.rows": "names of tables and keys",
    "tracker.ErasureRequest.erase": "codes",
    "tracker.Finding.code": "a code",
    "tracker.Finding.rule": "a code",
    "tracker.Finding.rules_version": "a version",
    "tracker.Flag.silence": "days and numbers",
    "tracker.InboxItem.digest": "a hash",
    "tracker.Mute.rule": "a code",
    "tracker.OfflineDevice.token_digest": "a hash",
    "tracker.Patient.extra_readings": "codes",
    "tracker.Patient.time_zone": "a place as large as a country",
    "tracker.PatientLimit.name": "a code",
    "tracker.ShownPage.language": "a code",
    "tracker.ShownPage.title": "of a page that anybody can read",
}

BY_DESIGN: dict[tuple[str, Sink], str] = {
    ("accounts.User.email", Sink.MAIL): "it is where the mail goes",
    ("accounts.User.email", Sink.PUSH): "a provider of mail is told where it goes",
    ("accounts.User.name", Sink.MAIL): "who invites; whoever is written to is greeted by name",
    ("tracker.CareEvent.detail", Sink.MAIL): "the names of the two teams, of which one asks the other",
    ("tracker.Patient.name", Sink.MAIL): "a patient who asks somebody for help says who asks",
    ("tracker.Carer.name", Sink.MAIL): "a helper is greeted by name",
    ("tracker.Carer.email", Sink.MAIL): "it is where the invitation goes",
    ("tracker.Carer.email", Sink.PUSH): "a provider of mail is told where it goes",
    (
        "accounts.User.name",
        Sink.ERROR,
    ): "a page says who is signed in, and whose diary is open",
    ("tracker.Patient.name", Sink.ERROR): "the same: a helper is told on each page whom they help",
    (
        "accounts.User.name",
        Sink.STORAGE,
    ): "the frame of a page says who is signed in",
    ("tracker.Patient.name", Sink.STORAGE): "the same",
    ("tracker.CheckIn.advice", Sink.STORAGE): "sentences of ours, on pages that are kept for everybody, too",
    ("tracker.Finding.patient_words", Sink.STORAGE): "the same",
    ("tracker.Finding.team_words", Sink.STORAGE): "the same",
    ("tracker.Patient.name", Sink.ADDRESS): "what staff search for stands in the address of what was found",
    ("accounts.User.name", Sink.ADDRESS): "the same",
}

ALSO = (User, Invitation, ShiftNote)
"""Who patients are, who is to become one, and what one shift writes to the next of them."""

IS_MADE_BY_US = (
    models.AutoField, models.BooleanField, models.DateField, models.DateTimeField, models.DurationField,
    models.IntegerField, models.TimeField, models.UUIDField, models.FloatField, models.DecimalField,
)  # fmt: skip


def about_patients() -> set[type[models.Model]]:
    """Every model from which foreign keys lead to a patient, and who they are."""
    found: set[type[models.Model]] = {Patient, *ALSO}
    while more := {each for each in apps.get_models() if each not in found and _leads_to(each, found)}:
        found |= more
    return found


def _leads_to(model: type[models.Model], found: set[type[models.Model]]) -> bool:
    if model._meta.app_label != "tracker":
        return False
    keys = [each for each in model._meta.concrete_fields if each.is_relation]
    return any(each.related_model in found - set(ALSO) for each in keys) or _is_history(model)


def _is_history(model: type[models.Model]) -> bool:
    """Kept by trigger: what is written there was written to the table itself a moment before."""
    return any(each.name == "pgh_id" for each in model._meta.concrete_fields)


def fields() -> Iterator[tuple[str, models.Field]]:
    """Those that hold text, bytes or documents, and are no choice from a list of ours."""
    for model in sorted(about_patients(), key=lambda each: each._meta.label):
        for field in () if _is_history(model) else model._meta.concrete_fields:
            is_text = not field.is_relation and not isinstance(field, IS_MADE_BY_US)
            if is_text and not field.choices and not isinstance(field, models.GeneratedField):
                yield f"{model._meta.label}.{field.name}", field


def is_of_several(field: models.Field) -> bool:
    return isinstance(field, models.JSONField | ArrayField)
