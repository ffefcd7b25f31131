"""What must never be false about people and diaries, asked of the database itself."""

import copy
import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, models, transaction
from django.db.models.functions import Cast
from django.utils import timezone
from model_bakery import baker

from accounts.audit import sealing
from accounts.models import AccessEvent, AuditSeal, CareTeam, Invitation, Membership, PushDevice, User
from tests.rulebook.build import EMPTY, a_draft, a_dry_run, publish
from tests.test_admin import an_edition
from tracker import checkins, emergencies, messaging, moving
from tracker.models import (
    Alert,
    AlertEvent,
    Call,
    CannedReply,
    CareEvent,
    Carer,
    CheckIn,
    ClinicianGrade,
    Condition,
    Course,
    Deletion,
    Dose,
    DryRun,
    EmergencyAccess,
    EmergencyReview,
    ErasureRequest,
    EscalationPolicy,
    EscalationStep,
    Finding,
    Flag,
    FlagEvent,
    InboxItem,
    LegalHold,
    LookReview,
    Message,
    MessageWay,
    Mute,
    NoteToRead,
    Notice,
    OfflineDevice,
    Patient,
    PatientLimit,
    Restriction,
    RetentionRule,
    Rule,
    RuleSet,
    Shift,
    ShiftNote,
    ShownPage,
    SilentDay,
    StepPerson,
    Swap,
    Transfer,
)
from tracker.triage.report import Answer, Level, Report

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
A_DAY = dt.timedelta(days=1)


@pytest.fixture
def ward(rosa: Patient, lena: User, amira: User, ada: User, other_team: CareTeam) -> None:
    """Rosa wrote of chest pain, Amira was told; somebody was invited, looked, made and published rules."""
    rosa.record_number = "H 1"
    rosa.save()
    sent = checkins.submit(
        patient_id=rosa.pk,
        report=Report(
            red_flags=frozenset({"chest_pain"}),
            answers={"nausea": Answer(frequency=3, severity=3)},
            note="It began after lunch.",
        ),
        id=uuid.uuid4(),
        by=rosa.user,
        day=rosa.today(timezone.now()),
        reported_at=timezone.now(),
        now=timezone.now(),
    )
    shown: dict[str, Any] = {"team": rosa.team, "patient": rosa, "check_in": sent.check_in}
    baker.make(ShownPage, edition=an_edition(), language="en", **shown)
    finding = sent.check_in.findings.filter(level__lt=Level.EMERGENCY).first()
    assert finding
    Mute.of(finding, by=amira, until=rosa.today(NOW), reason="Expected after lunch.", now=NOW)
    PatientLimit.of(
        rosa,
        name="systolic_low",
        value=84,
        reason="Always low.",
        by=amira,
        expires_on=rosa.today(NOW) + A_DAY,
        now=NOW,
    )
    about = {"name": "Lena", "relation": "daughter", "email": str(lena.email), "scope": "diary"}
    Carer.asked(rosa, until=rosa.today(NOW) + A_DAY, now=NOW, **about)
    Carer.objects.update(user=lena, accepted_at=NOW)
    judged = {"day": NOW.date(), "term": "Nausea", "version": "5.0", "meddra": 10028813, "grade": 2}
    ClinicianGrade.of(rosa, symptom="nausea", by=amira, now=NOW, **judged)
    device, _token = OfflineDevice.issue(rosa, to=rosa.user, name="Firefox", now=NOW)
    InboxItem.of(device, b"?", NOW).save()
    messaging.send(patient_id=rosa.pk, id=uuid.uuid4(), by=rosa.user, body="About the dates.", now=NOW)
    MessageWay.objects.create(team=rosa.team, patient=rosa, told_by="email")
    baker.make(CannedReply, team=rosa.team, language="en", title="Thanks", body="Thank you.")
    SilentDay.objects.create(team=rosa.team, patient=rosa, day=NOW.date(), level=1, judged_at=NOW)
    Call.end(rosa, by=amira, now=NOW, seen=None, outcome=Call.Outcome.WELL)
    ShiftNote.objects.create(team=rosa.team, words="Ring Rosa before noon.", by=amira, at=NOW)
    moving.ask(rosa.pk, to_team=other_team, reason="She moves.", by=amira, now=NOW)
    step = EscalationStep.objects.first()
    assert step
    StepPerson.objects.create(step=step, person=amira)
    baker.make(Shift, team=rosa.team, person=amira, weekday=1)
    baker.make(Swap, team=rosa.team, person=amira, made_by=amira, starts_at=NOW, ends_at=NOW + A_DAY)
    baker.make(PushDevice, user=amira, endpoint="https://push.example/1", retired_at=None)
    Dose.objects.filter(patient=rosa).update(told_on=Cast("given_at", models.DateField()))
    baker.make(Notice, recipient=amira, kind="reminder", address=amira.email)
    Alert.objects.get().record(AlertEvent.Kind.ACCEPTED, now=NOW)
    Invitation.objects.create(
        user=amira, team=rosa.team, role="lead", invited_by=ada, created_at=NOW, expires_at=NOW + A_DAY
    )
    AccessEvent.objects.create(team=rosa.team, patient_id=rosa.pk, actor=amira, what="chart", at=NOW)
    publish(a_draft(by=ada, data=EMPTY, version="2026.11-8", made_at=NOW + A_DAY), by=amira)
    a_dry_run(a_draft(by=ada), by=ada)
    sealing.due(NOW)
    access = emergencies.open_chart(rosa, by=ada, reason="here", words="She cannot speak.", now=NOW)
    emergencies.review(access, by=amira, note="She was there.", now=NOW)
    LookReview.objects.create(
        actor=ada, patient=rosa, day=NOW.date(), up_to=1, by=amira, at=NOW, note="She was there."
    )
    hers = {"team": rosa.team, "patient": rosa}
    ErasureRequest.objects.create(**hers, wish="erase", asked_by=rosa.user, asked_at=NOW)
    LegalHold.objects.create(**hers, reason="A claim.", by=ada, at=NOW)
    Restriction.objects.create(**hers, reason="She asked.", by=ada, at=NOW)
    Deletion.objects.create(**hers, kind="record", why="schedule", at=NOW, rows=[], many=0)
    RetentionRule.objects.create(
        team=rosa.team, kind="record", months=1, reason="Our law.", set_by=ada, set_at=NOW, holds_from=NOW
    )


# --- Constraints --------------------------------------------------------------------------------------------

type Change = Mapping[str, Any] | Callable[[Any], Mapping[str, Any]]


def same(*names: str) -> Callable[[Any], Mapping[str, Any]]:
    """A second row that has these in common with the first."""
    return lambda row: {name: getattr(row, name) for name in names}


def answered(row: Any) -> Mapping[str, Any]:
    """Of a request of the same patient that waits no more."""
    return {"state": "refused", "answered_by": row.asked_by, "answered_at": NOW}


OTHER_BYTES = {"raw": b"another", "digest": hashlib.sha256(b"another").digest()}

# Constraint, its model, and a row that breaks it: what differs from a sound one.
BROKEN: list[tuple[str, type[models.Model], Change]] = [
    ("user_email_is_in_lower_case", User, {"email": "Amira@example.org"}),
    ("user_language_is_known", User, {"language": "tlh"}),
    ("user_text_size_is_known", User, {"text_size": "tiny"}),
    ("user_temperature_unit_is_known", User, {"temperature_unit": "K"}),
    ("user_weight_unit_is_known", User, {"weight_unit": "st"}),
    (
        "careteam_cover_begins_before_it_ends",
        CareTeam,
        {"cover_from": dt.time(18), "cover_until": dt.time(8)},
    ),
    ("careteam_cover_begins_before_it_ends", CareTeam, {"cover_from": dt.time(8), "cover_until": dt.time(8)}),
    ("careteam_cover_days_are_weekdays", CareTeam, {"cover_days": [0, 1]}),
    ("careteam_cover_days_are_weekdays", CareTeam, {"cover_days": [7, 8]}),
    ("careteam_reads_notes_within_a_week", CareTeam, {"note_hours": 0}),
    ("careteam_reads_notes_within_a_week", CareTeam, {"note_hours": 169}),
    ("membership_once_a_team", Membership, same("team", "user")),
    ("membership_role_is_known", Membership, lambda row: {"role": "friend", "user": a_stranger()}),
    ("invitation_role_is_known", Invitation, {"role": "friend", "token_digest": "other"}),
    (
        "invitation_ends_after_it_begins",
        Invitation,
        {"created_at": NOW, "expires_at": NOW, "token_digest": "other"},
    ),
    ("invitation_on_paper_is_for_a_patient", Invitation, {"code_digest": "1", "token_digest": "other"}),
    (
        "invitation_is_used_or_taken_back",
        Invitation,
        {"accepted_at": NOW, "ended_at": NOW, "token_digest": "other"},
    ),
    ("careevent_discharge_has_a_reason", CareEvent, {"kind": "discharged"}),
    ("careevent_discharge_has_a_reason", CareEvent, {"kind": "discharged", "detail": {"reason": "moods"}}),
    ("transfer_one_waits_a_patient", Transfer, {}),
    ("transfer_is_to_another_team", Transfer, lambda row: {**answered(row), "to_team": row.team}),
    ("transfer_state_is_known", Transfer, lambda row: {**answered(row), "state": "lost"}),
    ("transfer_is_answered_by_somebody", Transfer, {"state": "accepted"}),
    ("transfer_has_a_reason", Transfer, lambda row: {**answered(row), "reason": ""}),
    ("patient_record_number_once_a_team", Patient, same("team", "record_number")),
    ("patient_contact_has_a_name", Patient, {"contact_phone": "555 0199"}),
    ("patient_leaves_after_enrolling", Patient, lambda row: {"left_on": row.enrolled_on - A_DAY}),
    (
        "patient_pause_ends_after_it_begins",
        Patient,
        lambda row: {"paused_from": row.enrolled_on, "paused_until": row.enrolled_on - A_DAY},
    ),
    ("patient_usual_pressure_upper_above_lower", Patient, {"usual_systolic": 80, "usual_diastolic": 80}),
    ("patient_remind_by_is_known", Patient, {"remind_by": "pigeon"}),
    ("course_starts_once", Course, same("patient", "drug", "started_on")),
    (
        "course_ends_after_it_starts",
        Course,
        {"started_on": dt.date(2020, 1, 2), "ended_on": dt.date(2020, 1, 1)},
    ),
    ("dose_once_a_moment", Dose, same("course", "given_at")),
    ("dose_told_once_a_day", Dose, lambda told: {"given_at": told.given_at + A_DAY / 24}),
    ("checkin_level_is_known", CheckIn, {"level": 4}),
    ("checkin_report_has_a_version", CheckIn, {"report": {"version": 2}}),
    ("checkin_report_has_a_version", CheckIn, {"report": {}}),
    ("checkin_amends_another", CheckIn, lambda row: {"amends": row}),
    ("finding_once_a_rule", Finding, same("check_in", "rule")),
    ("finding_is_muted_by_a_mute", Finding, {"rule": "another", "muted": True}),
    (
        "finding_is_muted_by_a_mute",
        Finding,
        lambda row: {"rule": "another", "muted": True, "mute": Mute.objects.first(), "level": 3},
    ),
    ("patientlimit_one_a_name", PatientLimit, {}),
    ("patientlimit_has_a_reason", PatientLimit, {"name": "another", "reason": ""}),
    ("patientlimit_runs_out", PatientLimit, {"name": "another", "expires_on": NOW.date() + 92 * A_DAY}),
    ("patientlimit_runs_out", PatientLimit, {"name": "another", "expires_on": NOW.date() - 2 * A_DAY}),
    ("patientlimit_is_ended_by_somebody", PatientLimit, {"name": "another", "ended_at": NOW}),
    ("mute_one_a_rule", Mute, {}),
    ("mute_never_of_an_emergency", Mute, {"rule": "another", "level": 3}),
    ("mute_has_a_reason", Mute, {"rule": "another", "reason": ""}),
    ("mute_runs_out", Mute, {"rule": "another", "until": NOW.date() + 16 * A_DAY}),
    ("mute_runs_out", Mute, {"rule": "another", "until": NOW.date() - 2 * A_DAY}),
    ("mute_is_ended_by_somebody", Mute, lambda row: {"rule": "another", "ended_by": row.muted_by}),
    ("notetoread_is_read_by_somebody", NoteToRead, lambda row: {"read_at": NOW, "check_in": again(row)}),
    ("message_goes_one_way", Message, {"direction": "sideways"}),
    ("message_goes_one_way", Message, {"due_at": None}),
    ("message_goes_one_way", Message, {"direction": "to_patient"}),
    ("message_goes_one_way", Message, {"direction": "to_patient", "due_at": None, "relation": "daughter"}),
    ("message_goes_one_way", Message, {"direction": "to_patient", "due_at": None, "late_at": NOW}),
    (
        "message_goes_one_way",
        Message,
        lambda row: {"direction": "to_patient", "due_at": None, "check_in": CheckIn.objects.first()},
    ),
    ("message_goes_one_way", Message, lambda row: {"answers": Message.objects.get(pk=row.pk)}),
    ("message_has_words", Message, {"body": " \n\t "}),
    ("message_is_short", Message, {"body": "é" * 1001}),
    ("message_is_read_by_somebody", Message, {"read_at": NOW}),
    ("message_is_read_by_another", Message, lambda row: {"read_at": NOW, "read_by": row.author}),
    ("messageway_is_known", MessageWay, {"told_by": "pigeon"}),
    ("cannedreply_title_once", CannedReply, {}),
    ("cannedreply_language_is_known", CannedReply, {"language": "tlh"}),
    ("cannedreply_has_words", CannedReply, {"title": " "}),
    ("cannedreply_has_words", CannedReply, {"title": "Other", "body": "\n"}),
    ("cannedreply_is_short", CannedReply, {"title": "Other", "body": "x" * 1001}),
    ("shownpage_once_a_report", ShownPage, {}),
    ("cliniciangrade_grade_is_1_to_5", ClinicianGrade, {"grade": 0}),
    ("cliniciangrade_grade_is_1_to_5", ClinicianGrade, {"grade": 6}),
    ("cliniciangrade_version_is_known", ClinicianGrade, {"version": "4.03"}),
    ("cliniciangrade_has_a_term", ClinicianGrade, {"term": ""}),
    ("cliniciangrade_meddra_has_eight_digits", ClinicianGrade, {"meddra": 9_999_999}),
    ("cliniciangrade_correction_has_a_reason", ClinicianGrade, lambda row: {"replaces_id": row.pk}),
    ("cliniciangrade_correction_has_a_reason", ClinicianGrade, {"reason": "A slip."}),
    ("cliniciangrade_correction_has_a_reason", ClinicianGrade, {"is_taken_back": True}),
    ("cliniciangrade_replaces_another", ClinicianGrade, {"replaces": None, "reason": "A slip."}),
    ("cliniciangrade_day_has_come", ClinicianGrade, {"day": NOW.date() + 2 * A_DAY}),
    ("flag_one_open_a_patient", Flag, same("patient")),
    ("flag_level_is_known", Flag, {"level": 0}),
    ("flag_level_is_known", Flag, {"level": 4}),
    ("flag_has_an_owner_once_claimed", Flag, {"state": "acknowledged"}),
    ("flag_has_an_owner_once_claimed", Flag, lambda row: {"state": "open", "owner": row.patient.user}),
    ("flag_has_an_outcome_when_resolved", Flag, lambda row: {"state": "resolved", "owner": row.patient.user}),
    ("flag_has_an_outcome_when_resolved", Flag, {"outcome": "called"}),
    ("flag_calls_back_before_it_comes_back", Flag, {"call_back_at": NOW}),
    (
        "flag_calls_back_before_it_comes_back",
        Flag,
        lambda row: {
            "state": "acknowledged",
            "owner": row.patient.user,
            "next_due_at": NOW,
            "call_back_at": NOW + A_DAY,
        },
    ),
    (
        "flag_calls_back_before_it_comes_back",
        Flag,
        lambda row: {
            "state": "acknowledged",
            "owner": row.patient.user,
            "next_due_at": None,
            "call_back_at": NOW,
        },
    ),
    ("escalationpolicy_one_a_level", EscalationPolicy, {}),
    ("escalationpolicy_level_is_known", EscalationPolicy, {"level": 0}),
    ("escalationpolicy_comes_back", EscalationPolicy, {"outcome_minutes": 4}),
    ("escalationstep_one_a_position", EscalationStep, same("policy", "position")),
    ("escalationstep_waits_a_minute", EscalationStep, {"position": 9, "minutes": 0}),
    ("escalationstep_roles_are_known", EscalationStep, {"position": 9, "roles": ["friend"]}),
    ("escalationstep_has_a_channel", EscalationStep, {"position": 9, "channels": []}),
    ("escalationstep_has_a_channel", EscalationStep, {"position": 9, "channels": ["pigeon"]}),
    ("stepperson_once_a_step", StepPerson, {}),
    ("shift_once_a_person_and_time", Shift, {}),
    ("shift_day_is_a_weekday", Shift, {"weekday": 8}),
    ("swap_begins_before_it_ends", Swap, lambda row: {"ends_at": row.starts_at}),
    ("swap_is_between_two_people", Swap, lambda row: {"instead_of": row.person}),
    ("pushdevice_one_in_use_an_endpoint", PushDevice, {}),
    ("alert_once_a_round_and_address", Alert, {}),
    ("alert_is_for_somebody", Alert, {"round": 9, "recipient": None}),
    ("notice_once", Notice, {}),
    ("carer_one_a_token", Carer, lambda row: {"email": "x@example.org", "user": a_stranger()}),
    ("carer_once_an_address", Carer, lambda row: {"token_digest": "another", "user": a_stranger()}),
    ("carer_once_a_person", Carer, {"token_digest": "another", "email": "x@example.org"}),
    ("carer_scope_is_known", Carer, {"scope": "everything"}),
    ("carer_has_a_name_and_relation", Carer, {"name": ""}),
    ("carer_has_a_name_and_relation", Carer, {"relation": ""}),
    ("carer_email_is_in_lower_case", Carer, {"email": "Lena@example.org"}),
    ("carer_runs_out", Carer, {"until": NOW.date() + 368 * A_DAY}),
    ("carer_runs_out", Carer, {"until": NOW.date() - 2 * A_DAY}),
    ("carer_invitation_ends_after_it_begins", Carer, lambda row: {"expires_at": row.created_at}),
    ("carer_is_accepted_by_somebody", Carer, {"accepted_at": None}),
    ("carer_is_accepted_by_somebody", Carer, {"user": None}),
    ("carer_is_ended_by_somebody", Carer, {"ended_at": NOW}),
    ("offlinedevice_one_a_token", OfflineDevice, {}),
    (
        "offlinedevice_is_revoked_after_it_was_made",
        OfflineDevice,
        lambda row: {"token_digest": "another", "revoked_at": row.created_at - A_DAY},
    ),
    ("inboxitem_once_a_patient", InboxItem, {}),
    ("inboxitem_digest_is_of_its_bytes", InboxItem, {"raw": b"another"}),
    ("inboxitem_has_a_time_when_settled", InboxItem, {**OTHER_BYTES, "settled_at": NOW}),
    (
        "inboxitem_has_a_time_when_settled",
        InboxItem,
        lambda row: {**OTHER_BYTES, "outcome": "unreadable", "flag": Flag.objects.get()},
    ),
    (
        "inboxitem_has_a_time_when_settled",
        InboxItem,
        {**OTHER_BYTES, "outcome": "eaten", "settled_at": NOW},
    ),
    (
        "inboxitem_has_a_report_when_it_became_one",
        InboxItem,
        {**OTHER_BYTES, "outcome": "check_in", "settled_at": NOW},
    ),
    (
        "inboxitem_has_a_report_when_it_became_one",
        InboxItem,
        lambda row: {**OTHER_BYTES, "check_in": CheckIn.objects.first()},
    ),
    (
        "inboxitem_has_a_flag_when_for_a_person",
        InboxItem,
        {**OTHER_BYTES, "outcome": "too_late", "settled_at": NOW},
    ),
    (
        "inboxitem_has_a_flag_when_for_a_person",
        InboxItem,
        lambda row: {**OTHER_BYTES, "flag": Flag.objects.get()},
    ),
    ("silentday_once", SilentDay, {}),
    ("call_outcome_is_known", Call, {"outcome": "sang"}),
    ("call_has_a_last_day_in_hospital", Call, {"outcome": "in_hospital"}),
    ("call_has_a_last_day_in_hospital", Call, {"until": NOW.date()}),
    ("call_back_has_a_time", Call, {"outcome": "call_back"}),
    ("call_comes_again_later", Call, {"again_at": NOW}),
    ("shiftnote_says_something", ShiftNote, {"words": ""}),
    ("shiftnote_is_ticked_off_by_somebody", ShiftNote, {"ticked_at": NOW}),
    ("notice_has_a_time_when_accepted", Notice, {"about": "another", "state": "opened"}),
    ("notice_has_a_lease_when_leased", Notice, {"about": "another", "state": "leased"}),
    ("alert_has_a_time_when_accepted", Alert, {"round": 9, "state": "accepted"}),
    ("alert_has_a_time_when_accepted", Alert, {"round": 9, "state": "queued", "accepted_at": NOW}),
    ("alert_has_a_lease_when_leased", Alert, {"round": 9, "state": "leased"}),
    ("ruleset_version_once", RuleSet, lambda row: {"version": row.version, "state": "draft", **UNPUBLISHED}),
    ("ruleset_one_published", RuleSet, {"version": "2026.11-9"}),
    ("ruleset_shipped_once", RuleSet, lambda row: {"version": "2026.11-9", **a_shipped_one(), **UNPUBLISHED}),
    ("ruleset_is_shipped_or_made_by_somebody", RuleSet, {"version": "2026.11-9", "made_by": None}),
    ("ruleset_is_shipped_or_made_by_somebody", RuleSet, {"version": "2026.11-9", "shipped": "2026.11-1"}),
    ("ruleset_draft_has_no_publisher", RuleSet, {"version": "2026.11-9", "state": "draft"}),
    ("ruleset_is_published_by_somebody", RuleSet, {"version": "2026.11-9", "published_by": None}),
    (
        "ruleset_is_not_published_by_its_author",
        RuleSet,
        lambda row: {"version": "2026.11-9", "published_by": row.made_by},
    ),
    (
        "ruleset_is_not_published_by_its_author",
        RuleSet,
        lambda row: {"version": "2026.11-9", "changed_by": row.published_by},
    ),
    ("ruleset_has_a_time_when_published", RuleSet, {"version": "2026.11-9", "published_at": None}),
    ("ruleset_has_a_time_when_retired", RuleSet, {"version": "2026.11-9", "state": "retired"}),
    ("ruleset_has_a_time_when_retired", RuleSet, {"version": "2026.11-9", "retired_at": NOW}),
    ("rule_code_once_a_set", Rule, same("rule_set", "code")),
    ("rule_level_is_known", Rule, {"code": "another", "level": 4}),
    ("rule_has_a_source", Rule, {"code": "another", "source": ""}),
    ("condition_hangs_on_one_thing", Condition, {"rule": None, "parent": None, "name": ""}),
    (
        "condition_hangs_on_one_thing",
        Condition,
        lambda row: {"parent": None, "name": "both", **a_rule_of(row)},
    ),
    (
        "condition_hangs_on_one_thing",
        Condition,
        lambda row: {"rule": None, "parent_id": row.pk, "name": "both", "position": 9},
    ),
    ("condition_one_root_a_rule", Condition, lambda row: {"parent": None, "name": "", **a_rule_of(row)}),
    ("condition_name_once_a_set", Condition, lambda row: {"rule": None, "parent": None, **a_name_of(row)}),
    ("condition_one_a_position", Condition, lambda row: a_place_of(row)),
    ("dryrun_looks_back_a_day", DryRun, {"days": 0}),
    ("accessevent_is_of_a_patient_or_found_nobody", AccessEvent, {"patient_id": None}),
    ("accessevent_is_of_a_patient_or_found_nobody", AccessEvent, {"team": None, "patient_id": None}),
    ("auditseal_holds_something", AuditSeal, {"number": 2, "previous_hash": "1", "event_ids": []}),
    ("auditseal_one_follows_each", AuditSeal, {"number": 2}),
    ("emergencyaccess_is_for_an_hour", EmergencyAccess, {"ends_at": NOW + A_DAY}),
    ("emergencyaccess_has_a_reason", EmergencyAccess, {"words": ""}),
    ("emergencyreview_has_a_note", EmergencyReview, {"note": ""}),
    ("lookreview_has_a_note", LookReview, {"note": ""}),
    ("retentionrule_is_no_longer_than_a_century", RetentionRule, {"months": 1201}),
    ("retentionrule_has_a_reason", RetentionRule, {"reason": ""}),
    ("retentionrule_holds_once_it_is_set", RetentionRule, {"holds_from": NOW - A_DAY}),
    ("legalhold_has_a_reason", LegalHold, {"reason": ""}),
    ("legalhold_is_ended_with_a_reason", LegalHold, lambda row: {"ended_at": NOW, "ended_by": row.by}),
    ("deletion_says_why", Deletion, {"why": "request"}),
    ("erasurerequest_one_waits_a_patient", ErasureRequest, {}),
    ("erasurerequest_wish_is_known", ErasureRequest, {"wish": "more"}),
    ("erasurerequest_is_answered_by_somebody", ErasureRequest, {"decided_at": NOW, "answer": "Yes."}),
    ("restriction_one_a_patient", Restriction, {}),
    ("restriction_has_a_reason", Restriction, lambda row: {"reason": "", **lifted(row)}),
    ("restriction_is_lifted_with_a_reason", Restriction, {"lifted_at": NOW}),
]


UNPUBLISHED: Mapping[str, Any] = {
    "state": "draft",
    "published_by": None,
    "published_at": None,
    "retired_at": None,
}


def a_shipped_one() -> Mapping[str, Any]:
    """What a second set has in common with one that came with Sidelight."""
    a_draft(by=None, shipped="2026.11-1", version="2026.11-10")
    return {"made_by": None, "shipped": "2026.11-1"}


def a_rule_of(row: Condition) -> Mapping[str, Any]:
    return {"rule": Rule.objects.filter(rule_set=row.rule_set).first()}


def a_name_of(row: Condition) -> Mapping[str, Any]:
    return {"name": Condition.objects.filter(rule_set=row.rule_set).exclude(name="")[0].name}


def a_place_of(row: Condition) -> Mapping[str, Any]:
    """Where another condition stands already."""
    other = Condition.objects.filter(rule_set=row.rule_set).exclude(parent=None)[0]
    return {"rule": None, "name": "", "parent_id": other.parent_id, "position": other.position}


def lifted(row: Restriction) -> Mapping[str, Any]:
    return {"lifted_at": NOW, "lifted_by": row.by, "lift_reason": "She asked us to."}


def a_stranger() -> User:
    return User.objects.create_user("stranger@example.org", name="A Stranger")


def again(note: NoteToRead) -> CheckIn:
    """Another report of the same patient."""
    check_in = another(note.check_in, {})
    check_in.save(force_insert=True)
    assert isinstance(check_in, CheckIn)
    return check_in


def another(row: models.Model, change: Change) -> models.Model:
    """A second row like the first, but for its key and the change."""
    second = copy.copy(row)
    second._state = copy.copy(row._state)
    second._state.adding = True
    second.pk = uuid.uuid4() if isinstance(row.pk, uuid.UUID) else None
    values = change(row) if callable(change) else change
    if isinstance(second, Patient):
        values = {"user": a_stranger(), **values}
    for name, value in values.items():
        setattr(second, name, value)
    for own in ("amends", "replaces"):
        if own in values:
            setattr(second, f"{own}_id", second.pk)
    return second


def test_the_database_refuses_what_must_never_be(ward):
    taken = []
    for constraint, model, change in BROKEN:
        row = model._default_manager.first()
        assert row is not None, model
        with transaction.atomic():
            why = refused(another(row, change))
            transaction.set_rollback(True)
        if constraint not in why:
            taken.append(f"{constraint}: {why or 'kept'}")
    assert not taken, "\n".join(taken)


def refused(row: models.Model) -> str:
    """What the database says to it; "" where it takes it."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        return str(error)
    return ""


def test_every_named_constraint_has_a_test_that_breaks_it():
    named = {
        constraint.name
        for label in ("accounts", "tracker")
        for model in apps.get_app_config(label).get_models()
        for constraint in model._meta.constraints
    }
    assert named == {name for name, _model, _change in BROKEN}


# --- Added to, never changed --------------------------------------------------------------------------------

WRITTEN_ONCE = [
    CheckIn,
    ClinicianGrade,
    Finding,
    FlagEvent,
    AlertEvent,
    SilentDay,
    AccessEvent,
    Call,
    CareEvent,
    ShownPage,
    Deletion,
    RetentionRule,
]


class TestWrittenOnce:
    def refused(self, act: Callable[[Any], object]) -> None:
        for model in WRITTEN_ONCE:
            with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
                act(model)

    def test_a_row_is_not_saved_again(self, ward):
        self.refused(lambda model: model._default_manager.first().save())

    def test_a_row_is_not_deleted(self, ward):
        self.refused(lambda model: model._default_manager.all()[:1]._raw_delete("default"))

    def test_many_rows_at_once_are_not_changed(self, ward):
        self.refused(lambda model: model._default_manager.update(team_id=models.F("team_id")))

    @pytest.mark.parametrize("statement", ["UPDATE {} SET team_id = team_id", "DELETE FROM {}"])
    def test_raw_sql_changes_nothing(self, ward, statement):
        with connection.cursor() as cursor:
            self.refused(lambda model: cursor.execute(statement.format(f'"{model._meta.db_table}"')))


# --- Ended once, read once ----------------------------------------------------------------------------------

KEPT = [PatientLimit, Mute, NoteToRead, Carer, Message]
READ = (NoteToRead, Message)


@pytest.mark.parametrize("model", KEPT)
class TestKept:
    def test_what_was_written_stays_as_it_was(self, ward, model):
        field = {
            PatientLimit: "set_at",
            Mute: "muted_at",
            NoteToRead: "due_at",
            Carer: "created_at",
            Message: "due_at",
        }[model]
        with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
            model.objects.update(**{field: models.F(field) + A_DAY})

    def test_nobody_ends_or_reads_it_a_second_time(self, ward, model, ben):
        act = {"read_at": NOW, "read_by": ben} if model in READ else {"ended_at": NOW, "ended_by": ben}
        model.objects.update(**act)
        with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
            model.objects.update(**act)

    def test_nothing_deletes_it(self, ward, model):
        with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
            model.objects.all()._raw_delete("default")


def test_holds_requests_and_closings_stay_as_they_were_written(ward):
    for model, column in ((LegalHold, "reason"), (ErasureRequest, "wish"), (Restriction, "reason")):
        with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
            model.objects.update(**{column: "stop"})
        with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
            model.objects.all()._raw_delete("default")
    act = {"ended_at": NOW, "ended_by": User.objects.earliest("pk"), "end_reason": "Settled."}
    LegalHold.objects.update(**act)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        LegalHold.objects.update(**act)


class TestShiftNote:
    def test_what_was_written_stays_as_it_was(self, ward):
        with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
            ShiftNote.objects.update(words="Another.")

    def test_nobody_ticks_it_off_twice(self, ward, ben):
        ShiftNote.objects.update(ticked_at=NOW, ticked_by=ben)
        with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
            ShiftNote.objects.update(ticked_at=NOW + A_DAY, ticked_by=ben)

    def test_nothing_deletes_it(self, ward):
        with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
            ShiftNote.objects.all()._raw_delete("default")

    def test_the_team_sees_it_and_nobody_else_does(self, ward, amira, noor, rosa):
        seen = [ShiftNote.objects.of_teams_of(each).count() for each in (amira, noor, rosa.user)]
        assert seen == [1, 0, 0]


def test_nobody_is_their_own_carer(ward, rosa):
    own = {"user": rosa.user, "email": "other@example.org"}, {"user": a_stranger(), "email": rosa.user.email}
    for who in own:
        row = another(Carer.objects.get(), {"token_digest": "another", **who})
        with pytest.raises(IntegrityError, match="nobody is their own carer"), transaction.atomic():
            row.save(force_insert=True)


def test_an_invitation_is_accepted_by_one_person(ward):
    for change in ({"user": a_stranger()}, {"accepted_at": NOW + A_DAY}):
        with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
            Carer.objects.update(**change)


# --- Who sees whom ------------------------------------------------------------------------------------------

PATIENT_DATA: list[Any] = [
    Patient,
    Course,
    Dose,
    PatientLimit,
    Mute,
    NoteToRead,
    Message,
    MessageWay,
    CheckIn,
    ClinicianGrade,
    Finding,
    Flag,
    FlagEvent,
    Alert,
    AlertEvent,
    SilentDay,
    OfflineDevice,
    InboxItem,
    Carer,
    Call,
]


class TestVisibleTo:
    def seen_by(self, user: User) -> dict[str, int]:
        return {model.__name__: model.objects.visible_to(user).count() for model in PATIENT_DATA}

    def all_of_it(self) -> dict[str, int]:
        return {model.__name__: model.objects.count() for model in PATIENT_DATA}

    def test_the_patient_sees_their_own(self, ward, rosa):
        seen = self.seen_by(rosa.user)
        assert seen == {each.__name__: each.objects.filter(team=rosa.team).count() for each in PATIENT_DATA}
        assert all(seen.values()), seen

    def test_another_patient_of_the_same_team_does_not(self, ward, rosa, dev):
        for model in PATIENT_DATA:
            hers = model.objects.filter(**{"pk" if model is Patient else "patient": rosa.pk})
            assert not hers.visible_to(dev.user).exists(), model

    def test_everybody_of_the_team_does(self, ward, amira, ben, sara):
        for person in (amira, ben, sara):
            assert self.seen_by(person) == self.all_of_it(), person

    def test_nobody_else_does_not_even_a_superuser_by_being_one(self, ward, noor, lena, edith, ada):
        root = User.objects.create_superuser("root@example.org", name="Root")
        for person in (noor, lena, edith, ada, root):
            assert not any(self.seen_by(person).values()), person

    def test_who_left_the_team_sees_nothing_from_then_on(self, ward, amira):
        Membership.objects.filter(user=amira).delete()
        assert not any(self.seen_by(amira).values())

    def test_a_row_is_counted_once_for_who_is_both_patient_and_staff(self, ward, rosa, team):
        Membership.objects.create(team=team, user=rosa.user, role="nurse")
        assert self.seen_by(rosa.user) == self.all_of_it()


def test_a_nurse_who_is_a_patient_elsewhere_cares_for_her_team_alone(rosa, other_team):
    Membership.objects.create(team=other_team, user=rosa.user, role="nurse")
    assert [*Patient.objects.visible_to(rosa.user)] == [rosa]
    assert not Patient.objects.cared_for_by(rosa.user).exists()


# --- History ------------------------------------------------------------------------------------------------


def labels(model: str, **fields: Any) -> list[str]:
    events = apps.get_model(model)._default_manager.filter(**fields).order_by("pgh_id")
    return [*events.values_list("pgh_label", flat=True)]


def test_who_worked_in_a_team_is_known_after_the_membership_is_deleted(amira: User) -> None:
    Membership.objects.filter(user=amira).delete()
    assert labels("accounts.MembershipEvent", user=amira) == ["insert", "delete"]


def test_a_dose_and_a_step_leave_a_trace_when_they_are_deleted(rosa: Patient) -> None:
    Dose.objects.filter(patient=rosa).delete()
    step = EscalationStep.objects.filter(policy__team=rosa.team).first()
    assert step
    key = step.pk
    step.delete()
    assert set(labels("tracker.DoseEvent", patient=rosa)) == {"insert", "delete"}
    assert labels("tracker.EscalationStepEvent", pgh_obj_id=key) == ["insert", "delete"]


def test_who_set_and_who_ended_a_limit_and_a_mute_is_in_their_history(ward, rosa, ben):
    for model, events in ((PatientLimit, "tracker.PatientLimitEvent"), (Mute, "tracker.MuteEvent")):
        model.objects.get().end(by=ben, now=NOW)
        assert labels(events, patient=rosa) == ["insert", "update"]


def test_how_a_canned_reply_was_worded_and_that_it_went_is_known(ward) -> None:
    CannedReply.objects.update(body="Many thanks.")
    CannedReply.objects.get().delete()
    assert labels("tracker.CannedReplyEvent", title="Thanks") == ["insert", "update", "delete"]


def test_a_persons_history_keeps_powers_and_no_password(amira: User) -> None:
    User.objects.filter(pk=amira.pk).update(is_superuser=True)
    User.objects.filter(pk=amira.pk).update(password="another", last_login=NOW)
    assert labels("accounts.UserEvent", pgh_obj=amira) == ["insert", "update"]
    kept = {field.name for field in apps.get_model("accounts.UserEvent")._meta.get_fields()}
    assert not kept & {"password", "last_login"}
