"""What there is of a patient, in kinds that are kept and given up together.

**Numbers.** How long a health record has to be kept is law, and another one in each country: ten years after
the treatment in Germany (BGB § 630f(3)), thirty in Hamburg's hospitals (HmbKHG § 4a) and, for records of
cancer, in England (Records Management Code of Practice). HIPAA says nothing of records, and six years of
documents on privacy (45 CFR 164.316(b)(2)). We begin with the longest of these for all that is part of the
record: what was kept too long can still be deleted. **The hospital has to set its own.** The shorter numbers,
for what is no part of the record, are our own choice.
"""

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, PushDevice
from tracker.models import (
    Alert,
    AlertEvent,
    Call,
    CareEvent,
    Carer,
    CheckIn,
    ClinicianGrade,
    Course,
    Dose,
    Finding,
    Flag,
    FlagEvent,
    InboxItem,
    Message,
    MessageWay,
    Mute,
    NoteToRead,
    Notice,
    OfflineDevice,
    Patient,
    PatientLimit,
    ShownPage,
    SilentDay,
    Transfer,
)
from tracker.models.alerts import WAITING
from tracker.models.inbox import FOR_A_PERSON, Outcome

YEAR = 12
RECORD_YEARS = 30
"""Months, and years: see above."""


class From(enum.Enum):
    """When the time begins to run."""

    LEAVING = enum.auto()
    """With the day on which the patient left the programme; of somebody who is in it, never."""
    ROW = enum.auto()
    """With each row by itself."""


@dataclass(frozen=True)
class Rows:
    """Rows of one table that are of this kind; `aged_by` is the column that says how old a row is."""

    model: type[models.Model]
    only: Q = field(default_factory=Q)
    aged_by: str = ""
    patient: str = "patient"

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def of(self, patient: Patient, before: dt.datetime | None = None) -> models.QuerySet[Any]:
        """Those of one patient; with `before`, those that are older."""
        key: Any = patient.pk if self.patient == "patient" else patient.user_id
        old = Q(**{f"{self.aged_by}__lt": before}) if before and self.aged_by else Q()
        return self.model._base_manager.filter(self.only, old, **{self.patient: key})


@dataclass(frozen=True)
class Kind:
    """`is_record`: part of the health record, and so never given up before its time, whoever asks.

    `months` holds for teams that have written nothing. `blank` are columns of the patient's own row, and of
    its history, that are emptied. `after` are kinds that have to be gone before.
    """

    code: str
    label: Any
    what: Any
    begins: From
    months: int
    is_record: bool
    rows: tuple[Rows, ...]
    why: Any
    blank: Mapping[str, Any] = MappingProxyType({})
    after: tuple[str, ...] = ()


def history_of(label: str, patient: str = "patient") -> Rows:
    """What triggers keep of a table's earlier states. It has no age of its own: it goes with its rows."""
    return Rows(apps.get_model(f"{label}Event"), patient=patient)


LAW = _("It is part of the health record, which the law says we must keep.")
PROOF = _("It shows who was told in time. It is kept with the health record.")
NO_NEED = _("It is no part of the health record.")


TO_PATIENTS = Q(
    kind__in=(Notice.Kind.REMINDER, Notice.Kind.MESSAGE, Notice.Kind.DEVICE_RETIRED, Notice.Kind.TEST)
)
"""And not what a patient who works here too was told at their work."""


def _kinds() -> tuple[Kind, ...]:
    """Histories of tracked models exist only once all apps are loaded."""
    return (
        Kind(
            code="record",
            label=_("Reports, flags and treatment"),
            what=_("Check-ins, what rules found, flags and answers, doses, grades, limits, notes, calls."),
            begins=From.LEAVING,
            months=RECORD_YEARS * YEAR,
            is_record=True,
            why=LAW,
            after=("messages", "alerts", "parked", "copies"),
            rows=(
                Rows(ShownPage),
                Rows(NoteToRead),
                Rows(ClinicianGrade),
                Rows(Call),
                Rows(FlagEvent),
                Rows(Flag),
                Rows(Mute),
                history_of("tracker.Mute"),
                Rows(Finding),
                Rows(CheckIn),
                Rows(SilentDay),
                Rows(Dose),
                history_of("tracker.Dose"),
                Rows(Course),
                history_of("tracker.Course"),
                Rows(PatientLimit),
                history_of("tracker.PatientLimit"),
                Rows(CareEvent),
                Rows(Transfer),
            ),
        ),
        Kind(
            code="messages",
            label=_("Messages"),
            what=_("What the patient, carers and the team wrote to each other."),
            begins=From.LEAVING,
            months=RECORD_YEARS * YEAR,
            is_record=True,
            why=LAW,
            rows=(Rows(Message),),
        ),
        Kind(
            code="parked",
            label=_("What a phone sent and nobody could read"),
            what=_("Bytes that came from a phone and became a flag."),
            begins=From.LEAVING,
            months=RECORD_YEARS * YEAR,
            is_record=True,
            why=LAW,
            rows=(Rows(InboxItem, Q(outcome__in=FOR_A_PERSON)),),
        ),
        Kind(
            code="alerts",
            label=_("Delivery of alerts"),
            what=_("Whom of the team each alert went to, when, and what became of it."),
            begins=From.LEAVING,
            months=RECORD_YEARS * YEAR,
            is_record=True,
            why=PROOF,
            rows=(Rows(AlertEvent), Rows(Alert)),
        ),
        Kind(
            code="copies",
            label=_("Copies of reports from phones"),
            what=_("The bytes of reports that were kept on a phone; the reports themselves are above."),
            begins=From.ROW,
            months=YEAR,
            is_record=False,
            why=NO_NEED,
            rows=(Rows(InboxItem, Q(outcome=Outcome.CHECK_IN), "settled_at"),),
        ),
        Kind(
            code="notices",
            label=_("Reminders that were sent"),
            what=_("When the patient was reminded or told of a message, by which way, to which address."),
            begins=From.ROW,
            months=YEAR,
            is_record=False,
            why=NO_NEED,
            rows=(Rows(Notice, TO_PATIENTS & ~Q(state__in=WAITING), "created_at", "recipient"),),
        ),
        Kind(
            code="devices",
            label=_("Phones and browsers"),
            what=_("Those that sent reports or took messages, once they may no more."),
            begins=From.ROW,
            months=YEAR,
            is_record=False,
            why=NO_NEED,
            rows=(
                Rows(OfflineDevice, Q(revoked_at__isnull=False, items=None), "revoked_at"),
                Rows(PushDevice, Q(retired_at__isnull=False), "retired_at", "user"),
            ),
        ),
        Kind(
            code="carers",
            label=_("People who helped"),
            what=_("Names and addresses of those whose time to help is over."),
            begins=From.ROW,
            months=3 * YEAR,
            is_record=False,
            why=NO_NEED,
            rows=(Rows(Carer, aged_by="until"),),
        ),
        Kind(
            code="invitations",
            label=_("Invitations"),
            what=_("When the patient was asked in, and came."),
            begins=From.ROW,
            months=YEAR,
            is_record=False,
            why=NO_NEED,
            rows=(Rows(Invitation, Q(role="") & ~Q(accepted_at=None, ended_at=None), "created_at", "user"),),
        ),
        Kind(
            code="choices",
            label=_("Emergency contact and choices"),
            what=_("Whom to call, and how the patient wants to be reminded and told."),
            begins=From.LEAVING,
            months=YEAR,
            is_record=False,
            why=NO_NEED,
            rows=(Rows(MessageWay), history_of("tracker.MessageWay")),
            blank=MappingProxyType(
                {"contact_name": "", "contact_relation": "", "contact_phone": "", "remind_at": None}
            ),
        ),
    )


HISTORIES: Mapping[type[models.Model], tuple[str, str]] = MappingProxyType(
    {
        OfflineDevice: ("tracker.OfflineDevice", "patient"),
        PushDevice: ("accounts.PushDevice", "user"),
        Carer: ("tracker.Carer", "patient"),
        Invitation: ("accounts.Invitation", "user"),
    }
)
"""Rows that go one by one take their history with them."""


_known: tuple[Kind, ...] = ()


def kinds() -> tuple[Kind, ...]:
    global _known
    _known = _known or _kinds()
    return _known


def kind_of(code: str) -> Kind:
    return next(each for each in kinds() if each.code == code)
