"""What one diary holds of some days, as charts and pages to print want it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from tracker import charts
from tracker.models import CheckIn, Dose, Patient, PatientLimit
from tracker.rulebook.in_force import current_rules
from tracker.triage.case import Case
from tracker.triage.report import History, Report
from tracker.triage.rules import RuleSet

CALL_LIMITS = {"temperature": "fever", "pulse": "pulse_high", "spo2": "spo2_low"}
"""Readings that ask for a call by themselves beyond one number, and the name of that limit. Blood pressure is
weighed against the person's usual, weight against the days before."""

AFTER_CHEMO = "after_chemo"
"""The condition of the rules that has the days after chemotherapy in which any fever counts."""


@dataclass(frozen=True)
class Diary:
    """Of the days of `calendar`: reports as they stand, without what was corrected, oldest first; doses."""

    calendar: tuple[dt.date, ...]
    reports: tuple[CheckIn, ...]
    doses: tuple[Dose, ...]
    zone: dt.tzinfo

    @cached_property
    def days(self) -> dict[dt.date, charts.LoggedDay]:
        return charts.by_day(charts.logged_day(each.day, each.told, each.grades) for each in self.reports)

    @property
    def has_readings(self) -> bool:
        return any(day.readings for day in self.days.values())

    @cached_property
    def dose_days(self) -> frozenset[dt.date]:
        return frozenset(each.given_at.astimezone(self.zone).date() for each in self.doses)


def diary_of(patient: Patient, calendar: Sequence[dt.date]) -> Diary:
    """In two queries. Reports of a day after today (a phone whose clock is ahead) are not in it."""
    start = dt.datetime.combine(calendar[0], dt.time.min, patient.zone)
    end = dt.datetime.combine(calendar[-1] + dt.timedelta(days=1), dt.time.min, patient.zone)
    reports = (
        patient.check_ins.current()
        .of_days()
        .since(calendar[0])
        .filter(day__lte=calendar[-1])
        .select_related("reported_by")
    )
    doses = patient.doses.filter(given_at__gte=start, given_at__lt=end).select_related("course__drug")
    return Diary(
        calendar=tuple(calendar),
        reports=tuple(reports.order_by("received_at")),
        doses=tuple(doses.order_by("given_at")),
        zone=patient.zone,
    )


def call_limits(patient: Patient, now: dt.datetime) -> dict[str, float]:
    """The number beyond which each kind of reading asks for a call, this person's own where they have one.

    A limit of one's own makes no fever after chemotherapy later (triage.holding): the lower one counts then.
    """
    agreed = PatientLimit.objects.in_force(now).filter(patient=patient).values_list("name", "value")
    own, rules = dict(agreed), current_rules()
    limits = rules.limits
    numbers = {kind: limits[name].of(own) for kind, name in CALL_LIMITS.items() if name in limits}
    if "temperature" in numbers and _is_after_chemo(patient, rules, now):
        numbers["temperature"] = min(numbers["temperature"], limits["fever"].value)
    return numbers


def _is_after_chemo(patient: Patient, rules: RuleSet, now: dt.datetime) -> bool:
    """Today, by the days that the rules give such a fever."""
    window = rules.conditions.get(AFTER_CHEMO)
    if window is None or patient.last_chemo_on is None:
        return False
    days = (patient.today(now) - patient.last_chemo_on).days
    return window.holds(Case(Report(), History(days_since_chemo=days))) is not None
