"""The one write path: every report, from wherever it comes, goes through `submit`."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from config.database.asking import Opening, opened
from tracker import doses, raising
from tracker.again import again_if_it_clashed
from tracker.history import (
    NO_REPORT,
    Known,
    KnownMute,
    earlier_reports,
    history,
    known_patient,
    standing,
)
from tracker.models import Carer, CheckIn, Finding, Flag, NoteToRead, Patient, rights
from tracker.rulebook.in_force import in_force, pk_in_force
from tracker.statement import Statement
from tracker.triage import document
from tracker.triage.assess import Assessment, assess
from tracker.triage.grading import grades
from tracker.triage.report import History, Level, Report
from tracker.triage.rules import RuleSet

DAYS_BACK = 2  # a report may be sent up to 48 hours late


class DayNotAccepted(ValueError):
    """The report is for a day that has not come yet, or that is too long ago."""

    def __init__(self, day: dt.date) -> None:
        self.day = day
        super().__init__(day.isoformat())


class IdTaken(ValueError):
    """Another patient's report has this id, somebody else's, or one from long ago: make a new one."""


class NotAllowed(Exception):
    """Who sends it may not report for this patient, or not any more."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """What came of a report. `is_new` is False when the same report had been received before."""

    check_in: CheckIn
    flag: Flag | None
    is_new: bool


@again_if_it_clashed
def submit(
    *,
    patient_id: uuid.UUID,
    report: Report,
    id: uuid.UUID,
    by: User,
    day: dt.date | None,
    reported_at: dt.datetime,
    now: dt.datetime,
    days_back: int | None = None,
    source: str = CheckIn.Source.WEB,
    came_at: dt.datetime | None = None,
    language: str = "",
) -> Submitted:
    """Keep a report, what triage makes of it, the flag, the first alerts and the note to read: all, or none.

    The same `id` with the same report returns the first result; with another it is kept as a correction.
    Without a `day` it is of the day of `reported_at` by the patient's clock, less the `days_back` that the
    form said. The same report sent again stays of its day; so does another with this id, where none was said.
    Whoever sends it has to have been allowed to when it reached us: at `came_at`, if that was before `now`.
    `language` is that of the page that it was sent from; of whoever sends it when it is "".
    Raises NotAllowed, DayNotAccepted, IdTaken, Patient.DoesNotExist and document.InvalidReport.
    """
    try:
        with transaction.atomic():
            patient = _Patient.locked(patient_id, now)
            own_day = day or patient.row.today(reported_at) - dt.timedelta(days=days_back or 0)
            relation = relation_to(patient.row, by, source, came_at or now)
            is_by_another = bool(relation) or source == CheckIn.Source.PHONE
            report = replace(report, by_another=is_by_another)
            read_in = language or by.language
            sent = _Sent(id, report, by, own_day, reported_at, now, source, relation, read_in)
            return _submit(patient, sent, day_is_known=day is not None, day_was_said=days_back is not None)
    except IntegrityError as error:
        with opened(Opening.TAKEN_ID):
            is_taken = CheckIn.objects.filter(pk=id).exists()
        if is_taken:
            raise IdTaken(id) from error
        raise


def accepts(day: dt.date, today: dt.date) -> bool:
    """Whether a report of `day`, or a correction of one, may still be sent."""
    return today - dt.timedelta(days=DAYS_BACK) <= day <= today


def weigh(
    patient: Patient,
    report: Report,
    *,
    day: dt.date,
    now: dt.datetime,
    id: uuid.UUID | None = None,
    language: str = "",
) -> Assessment:
    """What `submit` would decide, without keeping anything. With `id`, a correction of what has it.

    `language` is that of the page; the patient's own when it is "".
    """
    found = _Patient.read(patient.pk, now)
    return assess(report, found.history_now(report, day, now, id, language), found.rules, now)


def history_now(
    patient: Patient, report: Report, *, day: dt.date, now: dt.datetime, id: uuid.UUID | None = None
) -> History:
    """What a report of `day`, or the correction of the one with `id`, would be compared with."""
    return _Patient.read(patient.pk, now).history_now(report, day, now, id)


def history_then(check_in: CheckIn) -> History:
    """What a report was compared with when it came: the reports, limits, mutes and flags of that moment.

    Plans, doses and usual readings are those of today: who corrects them means that they were always so.
    """
    then = check_in.received_at
    found = _Patient.read(check_in.patient_id, then, before=check_in.pk)
    reports = found.reports(check_in.day)
    before = standing([each for each in reports if each.received_at <= then and each.pk != check_in.pk])
    others = [each for each in before if each.pk != check_in.amends_id]
    return found.history(others, check_in.told, check_in.day, then)


def relation_to(patient: Patient, by: User, source: str, at: dt.datetime) -> str:
    """What `by` is to the patient: "" for the patient, and for the team on the phone with them.

    The one place that says who may report, and write, for whom. Raises NotAllowed.
    """
    if source == CheckIn.Source.PHONE:
        if by.pk == patient.user_id or not rights.works_in(by, patient.team_id):
            raise NotAllowed
        return ""
    if by.pk == patient.user_id:
        return ""
    carer = Carer.objects.in_force(at).filter(patient=patient, user=by).first()
    if carer is None:
        raise NotAllowed
    return carer.relation


@dataclass(frozen=True)
class _Sent:
    """A report as it arrives."""

    id: uuid.UUID
    report: Report
    by: User
    day: dt.date
    reported_at: dt.datetime
    now: dt.datetime
    source: str
    relation: str
    language: str

    def of_its_first_day(self, reports: Sequence[CheckIn], *, day_was_said: bool) -> "_Sent":
        """Of the day of this same report when it came before; else of the first, if the form said none."""
        chain = list(_chain(self.id, reports))
        same = next((told for told in reversed(chain) if told.report == self.content), None)
        stands = same or (chain[0] if chain and not day_was_said else None)
        return replace(self, day=stands.day) if stands else self

    @cached_property
    def content(self) -> dict[str, Any]:
        return document.write(self.report)

    @cached_property
    def correction_id(self) -> uuid.UUID:
        """The same for the same correction, so that sending it twice keeps it once."""
        told = json.dumps([self.content, str(self.day)], sort_keys=True)
        return uuid.uuid5(self.id, hashlib.sha256(told.encode()).hexdigest())

    def earlier(self, reports: Iterable[CheckIn]) -> CheckIn | None:
        """What came of this same report when it was sent before; a replay is welcome however late."""
        return next(
            (
                told
                for told in reports
                if told.pk in (self.id, self.correction_id)
                and (told.report, told.day) == (self.content, self.day)
            ),
            None,
        )


_READ = Statement(lambda: known_patient().annotate(rule_set=pk_in_force()))
_LOCKED = Statement(
    lambda: known_patient().annotate(rule_set=pk_in_force()).select_for_update(of=("self",), no_key=True)
)


@dataclass(frozen=True, slots=True)
class _Patient:
    """A patient's row with what a report needs beside it, in one query."""

    row: Patient
    known: Known
    rule_set: uuid.UUID | None

    @classmethod
    def read(
        cls, pk: uuid.UUID, now: dt.datetime, *, before: uuid.UUID | None = None, lock: bool = False
    ) -> "_Patient":
        statement = _LOCKED if lock else _READ
        for row in statement.run(pk=pk, now=now, before=before or NO_REPORT):
            return cls(row, Known.of(row), row.rule_set)
        raise Patient.DoesNotExist

    @classmethod
    def locked(cls, pk: uuid.UUID, now: dt.datetime) -> "_Patient":
        """One report a patient at a time: the second of two sent at once sees what the first has left."""
        return cls.read(pk, now, lock=True)

    @property
    def rules(self) -> RuleSet:
        """Those in force at this moment, whichever process published them."""
        return in_force(self.rule_set)

    def reports(self, day: dt.date) -> list[CheckIn]:
        return earlier_reports(self.row.pk, self.known.courses, day)

    def history_now(
        self,
        report: Report,
        day: dt.date,
        now: dt.datetime,
        amended: uuid.UUID | None = None,
        language: str = "",
    ) -> History:
        """Without the report that is corrected."""
        reports = self.reports(day)
        amends = _latest(amended, reports) if amended else None
        others = [each for each in standing(reports) if each != amends]
        return self.history(others, report, day, now, language)

    def history(
        self,
        reports: Collection[CheckIn],
        report: Report,
        day: dt.date,
        now: dt.datetime,
        language: str = "",
    ) -> History:
        return history(self.row, self.known, reports, day=day, now=now, report=report, language=language)


def _submit(patient: _Patient, sent: _Sent, *, day_is_known: bool, day_was_said: bool) -> Submitted:
    document.read(sent.content)  # what JSON or PostgreSQL cannot hold is refused here, by name
    reports = patient.reports(sent.day)
    if not day_is_known:
        sent = sent.of_its_first_day(reports, day_was_said=day_was_said)
    if earlier := sent.earlier(reports):
        return Submitted(earlier, _flag_of(earlier), is_new=False)
    if not accepts(sent.day, patient.row.today(sent.now)):
        raise DayNotAccepted(sent.day)
    amends = _latest(sent.id, reports)
    if amends and sent.by.pk not in (patient.row.user_id, amends.reported_by_id):
        raise IdTaken(sent.id)  # nobody but the patient corrects what another person has said
    others = [told for told in standing(reports) if told != amends]
    known = patient.history(others, sent.report, sent.day, sent.now, sent.language)
    assessment = assess(sent.report, known, patient.rules, sent.now)
    kept = _keep(patient, sent, amends, assessment)
    _follow_doses(patient.row, kept.check_in, amends, others, sent.now)
    flag = _told(patient.row, kept, sent.now)
    return Submitted(kept.check_in, flag, is_new=True)


def _follow_doses(
    patient: Patient, check_in: CheckIn, amends: CheckIn | None, others: Iterable[CheckIn], now: dt.datetime
) -> None:
    """Where anything was said of doses, also by what is corrected, which may have been of another day."""
    reports = [check_in, *others]
    for day in {each.day for each in (check_in, amends) if each}:
        if any(each.told.doses for each in (check_in, amends) if each):
            doses.follow(patient, day, [each for each in reports if each.day == day], now)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A report as it was kept, and the mutes that it broke by being worse."""

    check_in: CheckIn
    broken: tuple[KnownMute, ...] = ()

    @property
    def news(self) -> raising.News:
        broken = {"broken_mutes": [str(mute.id) for mute in self.broken]} if self.broken else {}
        return raising.News.of_report(self.check_in, **broken)


def _keep(patient: _Patient, sent: _Sent, amends: CheckIn | None, assessment: Assessment) -> _Kept:
    check_in = CheckIn.objects.create(
        id=sent.correction_id if amends else sent.id,
        team=patient.row.team,
        patient=patient.row,
        amends=amends,
        reported_by=sent.by,
        relation=sent.relation,
        source=sent.source,
        day=sent.day,
        is_call=sent.report.is_call_alone,
        reported_at=sent.reported_at,
        received_at=sent.now,
        report=sent.content,
        grades=grades(sent.report),
        level=assessment.level,
        rules_version=assessment.rules,
        advice=_advice(assessment, patient.row),
        checks=[asdict(check) for check in assessment.checks],
    )
    mutes = {mute.rule: mute for mute in patient.known.mutes}
    _keep_findings(check_in, assessment, mutes)
    if sent.report.note.strip() and not check_in.is_message:  # a message is read as what it is
        NoteToRead.of(check_in, sent.now)
    loud = {found.rule for found in assessment.findings if not found.muted}
    return _Kept(check_in, tuple(mute for rule, mute in mutes.items() if rule in loud))


def _told(patient: Patient, kept: _Kept, now: dt.datetime) -> Flag | None:
    """The flag that hears of it. A correction is news for the one that is there, however harmless it is."""
    if kept.check_in.level > Level.NONE:
        return raising.tell(patient, kept.news, now)
    flag = raising.unresolved(patient)
    if flag and kept.check_in.amends:
        raising.join(flag, kept.news, now)
    return flag


def _latest(id: uuid.UUID, reports: Sequence[CheckIn]) -> CheckIn | None:
    """The last of a report and its corrections; None when nothing was sent with this id."""
    return next(reversed(list(_chain(id, reports))), None)


def _chain(id: uuid.UUID, reports: Sequence[CheckIn]) -> Iterator[CheckIn]:
    """A report and its corrections, in the order in which they came."""
    followed_by = {told.amends_id: told for told in reports if told.amends_id}
    each = next((told for told in reports if told.pk == id), None)
    while each is not None:
        yield each
        each = followed_by.get(each.pk)


def _flag_of(check_in: CheckIn) -> Flag | None:
    """The flag that a report raised or joined, if any."""
    return Flag.objects.filter(patient=check_in.patient_id, events__check_in=check_in).first()


def _advice(assessment: Assessment, patient: Patient) -> dict[str, Any]:
    """With the team's numbers, in the order in which they are answered at that moment."""
    team = patient.team
    return asdict(
        assessment.advice.fill(
            emergency_number=team.emergency_number,
            team_phone=team.phone,
            line_24h=team.line_24h,
            crisis_line=team.crisis_line,
            is_open=team.is_covered(assessment.at),
        )
    )


def _keep_findings(check_in: CheckIn, assessment: Assessment, mutes: Mapping[str, KnownMute]) -> None:
    """Each with the mute that quiets it, or that it broke."""
    Finding.objects.bulk_create(
        Finding(
            team_id=check_in.team_id,
            patient_id=check_in.patient_id,
            check_in=check_in,
            code=found.code,
            rule=found.rule,
            rules_version=assessment.rules,
            level=found.level,
            patient_words=found.patient,
            team_words=found.team,
            inputs=found.inputs,
            muted=found.muted,
            mute_id=mutes[found.rule].id if found.rule in mutes else None,
        )
        for found in assessment.findings
    )
