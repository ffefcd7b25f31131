"""Limits of one person and muted findings: what they change, when they run out, what breaks a mute."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import User
from tests.rulebook.build import a_draft, publish, small
from tests.triage.build import a_report
from tracker import checkins
from tracker.models import (
    Alert,
    AlreadyEnded,
    CannotBeMuted,
    Finding,
    Flag,
    FlagEvent,
    Mute,
    Patient,
    PatientLimit,
)
from tracker.triage.report import Answer, Level, Report

pytestmark = pytest.mark.django_db

A_DAY = dt.timedelta(days=1)
A_MINUTE = dt.timedelta(minutes=1)
NAUSEA = a_report(nausea=Answer(frequency=3, severity=3))
WORSE_NAUSEA = a_report(nausea=Answer(frequency=4, severity=4))
LOW_PRESSURE = a_report(readings={"systolic": 88})
GOOD_DAY = a_report(asked=("nausea", "chills"))

WITH_A_LIMIT = small(
    limits={
        "systolic_low": {
            "value": 90,
            "reading": "systolic",
            "lowest": 70,
            "highest": 110,
            "label": {"en": "Upper blood pressure that is too low"},
        }
    },
    rule=[
        {
            "code": "low_pressure",
            "level": "urgent",
            "finding": "low_blood_pressure",
            "when": {"reading": "systolic", "at_most": "$systolic_low"},
            "patient": {"en": "Your blood pressure is low."},
            "team": {"en": "{seen}"},
            "source": "NEWS2 scores 90 or less 3.",
        },
        {
            "code": "nausea_any",
            "level": "urgent",
            "finding": "nausea",
            "when": {"answer": "nausea", "at_least": 3},
            "patient": {"en": "Your nausea is bad."},
            "team": {"en": "{seen}"},
            "source": "Our own choice, for tests.",
        },
        {
            "code": "fainting",
            "level": "emergency",
            "finding": "faint",
            "when": {"red_flag": "faint"},
            "patient": {"en": "Fainting needs help at once."},
            "team": {"en": "{seen}"},
            "source": "UKONS triage: collapse goes to the emergency services.",
        },
    ],
    conditions={},
)
"""Three rules, so that one finding can be watched alone."""


@pytest.fixture(autouse=True)
def _rules(ada: User, ben: User) -> None:
    publish(a_draft(by=ada, data=WITH_A_LIMIT, made_at=timezone.now()), by=ben)


def send(patient: Patient, report: Report, *, now: dt.datetime | None = None) -> checkins.Submitted:
    moment = now or timezone.now()
    return checkins.submit(
        patient_id=patient.pk,
        report=report,
        id=uuid.uuid4(),
        by=patient.user,
        day=patient.today(moment),
        reported_at=moment,
        now=moment,
    )


def allow(patient: Patient, by: User, *, now: dt.datetime | None = None, **changes: Any) -> PatientLimit:
    """The patient's upper pressure may be as low as 84, for a week."""
    moment = now or timezone.now()
    values: dict[str, Any] = {
        "name": "systolic_low",
        "value": 84,
        "reason": "Has always been low, and well.",
        "by": by,
        "expires_on": patient.today(moment) + 7 * A_DAY,
        "now": moment,
    }
    return PatientLimit.of(patient, **values | changes)


def mute(patient: Patient, by: User, *, now: dt.datetime, days: int = 7) -> Mute:
    """The finding of a bad day of nausea, which somebody has looked after and expects to come again."""
    sent = send(patient, NAUSEA, now=now)
    assert sent.flag
    sent.flag.claim(by=by, now=now)
    sent.flag.resolve(by=by, outcome="called", note="", seen=sent.flag.reports, now=now)
    finding = sent.check_in.findings.get()
    until = patient.today(now) + days * A_DAY
    return Mute.of(finding, by=by, until=until, reason="Expected until the dose is lower.", now=now)


class TestLimits:
    def test_a_pressure_that_is_theirs_is_looked_at_without_hurry(self, rosa, amira):
        assert send(rosa, LOW_PRESSURE).check_in.level == Level.URGENT
        allow(rosa, amira)
        assert send(rosa, LOW_PRESSURE).check_in.level == Level.ROUTINE

    def test_what_is_asked_before_sending_goes_by_it_too(self, rosa, amira):
        now = timezone.now()
        allow(rosa, amira, now=now)
        weighed = checkins.weigh(rosa, LOW_PRESSURE, day=rosa.today(now), now=now)
        assert weighed.level == Level.ROUTINE

    def test_below_their_own_limit_the_flag_is_raised_and_names_the_limit(self, rosa, amira):
        allow(rosa, amira)
        sent = send(rosa, a_report(readings={"systolic": 84}))
        assert sent.check_in.level == Level.URGENT
        assert "84" in str(sent.check_in.findings.get().inputs)

    def test_another_patient_s_limit_changes_nothing(self, rosa, dev, amira):
        allow(dev, amira)
        assert send(rosa, LOW_PRESSURE).check_in.level == Level.URGENT

    @pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles", ""])
    def test_it_holds_until_midnight_of_its_last_day_by_the_patient_s_clock(self, rosa, amira, zone):
        rosa.time_zone = zone
        rosa.save()
        last = rosa.today(timezone.now()) + A_DAY
        allow(rosa, amira, expires_on=last)
        midnight = dt.datetime.combine(last + A_DAY, dt.time.min, rosa.zone)
        assert send(rosa, LOW_PRESSURE, now=midnight - A_MINUTE).check_in.level == Level.ROUTINE
        assert send(rosa, LOW_PRESSURE, now=midnight).check_in.level == Level.URGENT

    def test_ended_it_holds_no_more_and_is_kept(self, rosa, amira, ben):
        now = timezone.now()
        limit = allow(rosa, amira, now=now)
        limit.end(by=ben, now=now + A_MINUTE)
        assert [*PatientLimit.objects.in_force(now)] == [limit]
        assert not PatientLimit.objects.in_force(now + A_MINUTE)
        assert (limit.ended_by, limit.set_by) == (ben, amira)

    def test_who_ends_it_second_is_told_who_was_quicker(self, rosa, amira, ben):
        limit = allow(rosa, amira)
        same = PatientLimit.objects.get(pk=limit.pk)
        limit.end(by=ben, now=timezone.now())
        with pytest.raises(AlreadyEnded):
            same.end(by=amira, now=timezone.now())
        assert same.ended_by == ben

    def test_a_new_one_takes_the_place_of_the_old(self, rosa, amira, ben):
        now = timezone.now()
        old = allow(rosa, amira, now=now)
        new = allow(rosa, ben, value=80, now=now + A_MINUTE)
        old.refresh_from_db()
        assert [*PatientLimit.objects.in_force(now + A_MINUTE)] == [new]
        assert old.ended_by == ben

    def test_it_does_not_hold_before_it_was_set(self, rosa, amira):
        now = timezone.now()
        allow(rosa, amira, now=now)
        assert not PatientLimit.objects.in_force(now - A_MINUTE)


@pytest.mark.django_db(transaction=True)
def test_of_two_nurses_who_set_a_limit_at_once_one_is_in_force(rosa, amira, ben):
    def one(by: User) -> None:
        try:
            allow(rosa, by)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, [amira, ben]))
    assert PatientLimit.objects.count() == 2
    assert PatientLimit.objects.in_force(timezone.now()).count() == 1


class TestMutes:
    def test_the_same_again_raises_nothing_and_is_shown_as_muted(self, rosa, amira):
        now = timezone.now()
        expected = mute(rosa, amira, now=now)
        sent = send(rosa, NAUSEA, now=now + A_MINUTE)
        assert (sent.check_in.level, sent.flag) == (Level.NONE, None)
        found = sent.check_in.findings.get()
        assert (found.muted, found.mute, found.broke_mute) == (True, expected, False)
        assert not Flag.objects.unresolved().exists()

    def test_worse_breaks_it_at_once_and_the_flag_says_so(self, rosa, amira):
        now = timezone.now()
        expected = mute(rosa, amira, now=now)
        sent = send(rosa, WORSE_NAUSEA, now=now + A_MINUTE)
        found = sent.check_in.findings.get()
        assert (found.muted, found.mute, found.broke_mute) == (False, expected, True)
        assert sent.flag
        assert sent.flag.level == Level.URGENT
        raised = sent.flag.events.get(kind=FlagEvent.Kind.RAISED)
        assert raised.detail["broken_mutes"] == [str(expected.pk)]
        assert Alert.objects.filter(flag=sent.flag, recipient=amira).exists()

    def test_broken_it_is_still_there_for_the_days_that_are_as_expected(self, rosa, amira):
        now = timezone.now()
        mute(rosa, amira, now=now)
        send(rosa, WORSE_NAUSEA, now=now + A_MINUTE)
        assert send(rosa, NAUSEA, now=now + 2 * A_MINUTE).check_in.level == Level.NONE

    def test_a_flag_that_is_open_hears_of_a_broken_mute(self, rosa, amira):
        now = timezone.now()
        expected = mute(rosa, amira, now=now)
        send(rosa, LOW_PRESSURE, now=now + A_MINUTE)
        joined = send(rosa, WORSE_NAUSEA, now=now + 2 * A_MINUTE)
        assert joined.flag
        event = joined.flag.events.get(kind=FlagEvent.Kind.JOINED)
        assert event.detail["broken_mutes"] == [str(expected.pk)]

    def test_a_flag_without_a_broken_mute_says_nothing_of_mutes(self, rosa, amira):
        now = timezone.now()
        mute(rosa, amira, now=now)
        flag = send(rosa, LOW_PRESSURE, now=now + A_MINUTE).flag
        assert flag
        assert "broken_mutes" not in flag.events.get().detail

    def test_beside_something_else_the_level_is_that_of_the_other(self, rosa, amira):
        now = timezone.now()
        mute(rosa, amira, now=now)
        both = a_report(flags=("faint",), nausea=Answer(frequency=3, severity=3))
        sent = send(rosa, both, now=now + A_MINUTE)
        assert sent.check_in.level == Level.EMERGENCY
        assert dict(sent.check_in.findings.values_list("rule", "muted")) == {
            "fainting": False,
            "nausea_any": True,
        }

    @pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
    def test_it_runs_out_at_midnight_by_the_patient_s_clock(self, rosa, amira, zone):
        rosa.time_zone = zone
        rosa.save()
        now = timezone.now()
        expected = mute(rosa, amira, now=now, days=1)
        midnight = dt.datetime.combine(expected.until + A_DAY, dt.time.min, rosa.zone)
        assert send(rosa, NAUSEA, now=midnight - A_MINUTE).check_in.level == Level.NONE
        assert send(rosa, NAUSEA, now=midnight).check_in.level == Level.URGENT
        assert Mute.objects.get() == expected

    def test_an_emergency_is_never_muted(self, rosa, amira):
        now = timezone.now()
        finding = send(rosa, a_report(flags=("faint",)), now=now).check_in.findings.get()
        with pytest.raises(CannotBeMuted):
            Mute.of(finding, by=amira, until=rosa.today(now), reason="Expected.", now=now)

    @pytest.mark.parametrize(("days", "may"), [(-1, False), (0, True), (14, True), (15, False)])
    def test_it_lasts_fourteen_days_at_most(self, rosa, amira, days, may):
        now = timezone.now()
        finding = send(rosa, NAUSEA, now=now).check_in.findings.get()
        until = rosa.today(now) + days * A_DAY
        if may:
            assert Mute.of(finding, by=amira, until=until, reason="Expected.", now=now).until == until
        else:
            with pytest.raises(CannotBeMuted):
                Mute.of(finding, by=amira, until=until, reason="Expected.", now=now)

    def test_a_new_mute_of_the_same_rule_ends_the_old(self, rosa, amira, ben):
        now = timezone.now()
        old = mute(rosa, amira, now=now)
        new = mute_again(old, ben, now + A_MINUTE)
        assert [*Mute.objects.in_force(now + A_MINUTE)] == [new]
        old.refresh_from_db()
        assert old.ended_by == ben

    def test_ended_it_is_loud_again(self, rosa, amira):
        now = timezone.now()
        mute(rosa, amira, now=now).end(by=amira, now=now + A_MINUTE)
        assert send(rosa, NAUSEA, now=now + 2 * A_MINUTE).check_in.level == Level.URGENT


def mute_again(old: Mute, by: User, now: dt.datetime) -> Mute:
    finding = Finding.objects.get(pk=old.finding_id)
    return Mute.of(finding, by=by, until=old.until, reason="Still expected.", now=now)


def test_the_shipped_rules_quiet_a_severe_symptom_that_is_expected(rosa, amira):
    """With all that we ship: every rule that heard of the nausea is muted, then nothing is raised."""
    from tracker.models import RuleSet
    from tracker.rulebook.shipped import install

    now = timezone.now()
    RuleSet.objects.published().update(state="retired", retired_at=now)
    assert install(now)
    report = a_report(nausea=Answer(frequency=3, severity=3), asked=("chills",))
    flag = send(rosa, report, now=now).flag
    assert flag
    for finding in flag.findings:
        Mute.of(finding, by=amira, until=rosa.today(now) + A_DAY, reason="Expected.", now=now)
    flag.resolve(by=amira, outcome="called", note="", seen=1, now=now)
    quiet = send(rosa, report, now=now + A_DAY)
    assert quiet.check_in.level == Level.NONE
    assert quiet.check_in.findings.filter(muted=True).exists()
