"""A flag that nobody answers is told to more people, until somebody does."""

import datetime as dt
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from accounts.models import CareTeam, Membership, User
from tests.alerts.conftest import BAD_NAUSEA, CHEST_PAIN, NOTICEABLE
from tests.conftest import Mailbox, refuse_rows_of
from tests.people import member
from tracker.alerts import escalate
from tracker.alerts.channels.twilio import Twilio
from tracker.models import Alert, EscalationPolicy, EscalationStep, Flag, FlagEvent, Patient
from tracker.triage.report import Level

Kind = FlagEvent.Kind
SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
pytestmark = pytest.mark.django_db


def told(flag: Flag) -> list[tuple[int, str]]:
    """Who was told in which round."""
    return list(flag.alerts.order_by("round", "address").values_list("round", "address"))


class TestLadder:
    def test_nobody_else_is_told_before_the_time_is_up(self, flag: Flag, now: dt.datetime) -> None:
        assert escalate.due(now + 15 * MINUTE - dt.timedelta(seconds=1)) == 0
        assert told(flag) == [(1, "amira@example.org")]

    def test_the_doctor_then_the_lead_are_told_and_the_lead_again(
        self, flag: Flag, ben: User, sara: User, now: dt.datetime
    ) -> None:
        for minutes in (15, 30, 40, 50):
            assert escalate.due(now + minutes * MINUTE) == 1
        assert told(flag) == [
            (1, "amira@example.org"),
            (2, "ben@example.org"),
            (3, "sara@example.org"),
            (4, "sara@example.org"),
            (5, "sara@example.org"),
        ]
        flag.refresh_from_db()
        assert flag.next_due_at == now + 60 * MINUTE

    def test_each_step_is_written_down_with_who_was_told(
        self, flag: Flag, ben: User, now: dt.datetime
    ) -> None:
        escalate.due(now + 15 * MINUTE)
        event = flag.events.get(kind=Kind.ESCALATED)
        assert event.at == now + 15 * MINUTE
        assert event.detail == {"step": 1, "who": ["doctor"], "round": 2, "told": [ben.pk]}

    def test_everybody_of_a_role_is_told_at_once(
        self, flag: Flag, ben: User, lena: User, team: CareTeam, now: dt.datetime
    ) -> None:
        Membership.objects.create(team=team, user=lena, role="doctor")
        escalate.due(now + 15 * MINUTE)
        assert told(flag)[1:] == [(2, "ben@example.org"), (2, "lena@example.org")]

    def test_the_other_team_is_told_nothing(
        self, flag: Flag, noor: User, ben: User, sara: User, now: dt.datetime
    ) -> None:
        for minutes in (15, 30, 40):
            escalate.due(now + minutes * MINUTE)
        assert not Alert.objects.filter(recipient=noor).exists()

    def test_the_doctors_mail_arrives(
        self,
        flag: Flag,
        ben: User,
        now: dt.datetime,
        deliver: Callable[[dt.datetime], None],
        smtp_server: Mailbox,
    ) -> None:
        deliver(now)
        escalate.due(now + 15 * MINUTE)
        deliver(now + 15 * MINUTE)
        assert [str(mail["To"]) for mail in smtp_server.messages] == ["amira@example.org", "ben@example.org"]
        assert "Nobody has it now. This is message 2 about it." in smtp_server.messages[1].get_content()

    def test_after_a_night_without_a_worker_the_next_step_is_told_once(
        self, flag: Flag, ben: User, sara: User, now: dt.datetime
    ) -> None:
        morning = now + dt.timedelta(hours=9)
        assert escalate.due(morning) == 1
        assert escalate.due(morning) == 0
        assert told(flag)[1:] == [(2, "ben@example.org")]

    def test_a_routine_flag_waits_its_day_first(
        self, raise_flag: Callable[..., Flag], amira: User, now: dt.datetime
    ) -> None:
        flag = raise_flag(NOTICEABLE)
        assert flag.level == Level.ROUTINE
        assert escalate.due(now + dt.timedelta(hours=23)) == 0
        assert escalate.due(now + dt.timedelta(hours=24)) == 1
        assert told(flag) == [(1, "amira@example.org")]

    def test_a_worse_report_starts_the_ladder_of_the_worse_level(
        self, raise_flag: Callable[..., Flag], amira: User, ben: User, now: dt.datetime
    ) -> None:
        flag = raise_flag(BAD_NAUSEA)
        escalate.due(now + 15 * MINUTE)
        raise_flag(CHEST_PAIN, at=now + 16 * MINUTE)
        escalate.due(now + 21 * MINUTE)
        assert told(flag) == [
            (1, "amira@example.org"),
            (2, "ben@example.org"),
            (3, "amira@example.org"),
            (4, "ben@example.org"),
        ]

    def test_gaps_between_positions_do_not_matter(
        self, raise_flag: Callable[..., Flag], amira: User, sara: User, team: CareTeam, now: dt.datetime
    ) -> None:
        steps = EscalationStep.objects.filter(policy__team=team, policy__level=Level.URGENT)
        steps.filter(roles=["doctor"]).delete()
        steps.filter(roles=["lead"]).update(position=7)
        flag = raise_flag()
        escalate.due(now + 15 * MINUTE)
        escalate.due(now + 25 * MINUTE)
        assert told(flag)[1:] == [(2, "sara@example.org"), (3, "sara@example.org")]


class TestAnswered:
    def test_a_claim_stops_it(self, flag: Flag, amira: User, ben: User, now: dt.datetime) -> None:
        flag.claim(by=amira, now=now + MINUTE)
        assert escalate.due(now + 4 * HOUR) == 0
        assert told(flag) == [(1, "amira@example.org")]

    def test_a_resolved_flag_is_over(self, flag: Flag, amira: User, ben: User, now: dt.datetime) -> None:
        flag.resolve(by=amira, outcome="called", note="", seen=1, now=now + MINUTE)
        assert escalate.due(now + dt.timedelta(days=30)) == 0

    def test_claimed_and_without_an_outcome_for_four_hours_it_comes_back(
        self, flag: Flag, amira: User, ben: User, now: dt.datetime
    ) -> None:
        claimed = now + MINUTE
        flag.claim(by=amira, now=claimed)
        assert escalate.due(claimed + 4 * HOUR - SECOND) == 0
        assert escalate.due(claimed + 4 * HOUR) == 1
        flag.refresh_from_db()
        assert (flag.state, flag.owner, flag.waiting_since) == ("open", None, claimed + 4 * HOUR)
        event = flag.events.get(kind=Kind.CAME_BACK)
        assert event.detail == {"owner": amira.pk, "round": 2, "told": [amira.pk]}
        escalate.due(claimed + 4 * HOUR + 15 * MINUTE)
        assert told(flag) == [(1, "amira@example.org"), (2, "amira@example.org"), (3, "ben@example.org")]

    def test_whoever_takes_it_over_has_the_whole_time(
        self, flag: Flag, amira: User, ben: User, now: dt.datetime
    ) -> None:
        flag.claim(by=amira, now=now)
        flag.take_over(by=ben, whose=amira.pk, now=now + 3 * HOUR)
        assert escalate.due(now + 6 * HOUR) == 0
        assert escalate.due(now + 7 * HOUR) == 1

    def test_the_policy_says_how_long_it_may_be_claimed(
        self, flag: Flag, amira: User, team: CareTeam, now: dt.datetime
    ) -> None:
        team.escalation_policies.filter(level=Level.URGENT).update(outcome_minutes=30)
        flag.claim(by=amira, now=now)
        assert escalate.due(now + 30 * MINUTE) == 1

    def test_a_routine_flag_that_comes_back_is_told_of_at_once(
        self, raise_flag: Callable[..., Flag], amira: User, now: dt.datetime
    ) -> None:
        flag = raise_flag(NOTICEABLE)
        flag.claim(by=amira, now=now)
        assert escalate.due(now + dt.timedelta(days=2)) == 1
        assert told(flag) == [(1, "amira@example.org")]

    def test_what_was_reported_again_after_a_claim_goes_out_again(
        self, raise_flag: Callable[..., Flag], flag: Flag, amira: User, ben: User, now: dt.datetime
    ) -> None:
        flag.claim(by=amira, now=now + MINUTE)
        raise_flag(CHEST_PAIN, at=now + 60 * MINUTE)
        assert escalate.due(now + 65 * MINUTE) == 1
        assert told(flag)[-1] == (3, "ben@example.org")


class TestNobodyThere:
    def test_a_step_that_reaches_nobody_falls_through_at_once(
        self, flag: Flag, sara: User, now: dt.datetime
    ) -> None:
        escalate.due(now + 15 * MINUTE)
        assert told(flag)[1:] == [(2, "sara@example.org")]
        assert flag.events.get(kind=Kind.NOBODY_REACHED).detail == {"step": 1, "who": ["doctor"]}

    def test_who_may_not_sign_in_any_more_is_not_told(
        self, flag: Flag, ben: User, sara: User, now: dt.datetime
    ) -> None:
        User.objects.filter(pk=ben.pk).update(is_active=False)
        escalate.due(now + 15 * MINUTE)
        assert told(flag)[1:] == [(2, "sara@example.org")]

    def test_a_first_step_without_anybody_falls_through_in_the_first_second(
        self, raise_flag: Callable[..., Flag], ben: User, now: dt.datetime
    ) -> None:
        flag = raise_flag()
        assert told(flag) == []
        escalate.due(now)
        assert told(flag) == [(1, "ben@example.org")]

    def test_a_last_step_that_reaches_nobody_tells_the_whole_team(
        self, flag: Flag, ben: User, now: dt.datetime
    ) -> None:
        escalate.due(now + 15 * MINUTE)
        escalate.due(now + 30 * MINUTE)
        assert told(flag)[2:] == [(3, "amira@example.org"), (3, "ben@example.org")]
        escalate.due(now + 40 * MINUTE)
        assert told(flag)[4:] == [(4, "amira@example.org"), (4, "ben@example.org")]

    def test_a_team_without_a_ladder_is_told_as_a_whole_and_loudly(
        self,
        raise_flag: Callable[..., Flag],
        amira: User,
        sara: User,
        team: CareTeam,
        now: dt.datetime,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        team.escalation_policies.all().delete()
        flag = raise_flag()
        with caplog.at_level(logging.ERROR):
            escalate.due(now)
        assert "reaches nobody" in caplog.text
        assert told(flag) == [(1, "amira@example.org"), (1, "sara@example.org")]
        assert [event.kind for event in flag.events.all()] == [
            Kind.RAISED,
            Kind.NOBODY_REACHED,
            Kind.ESCALATED,
        ]
        assert escalate.due(now + 29 * MINUTE) == 0
        assert escalate.due(now + 30 * MINUTE) == 1

    def test_a_team_without_people_is_asked_again_later(
        self, raise_flag: Callable[..., Flag], team: CareTeam, now: dt.datetime
    ) -> None:
        flag = raise_flag()
        assert escalate.due(now) == 1
        assert told(flag) == []
        assert not flag.events.filter(kind=Kind.ESCALATED).exists()
        assert flag.events.filter(kind=Kind.NOBODY_REACHED).exists()
        member("amira", team)
        escalate.due(now + 10 * MINUTE)
        assert told(flag) == [(2, "amira@example.org")]


def test_who_was_not_reached_gets_the_new_message_and_not_both(
    flag: Flag,
    now: dt.datetime,
    deliver: Callable[[dt.datetime], None],
    smtp_server: Mailbox,
) -> None:
    smtp_server.refuse_with = "450 Later"
    deliver(now)
    escalate.due(now + 15 * MINUTE)  # only Amira is there: the whole team is told
    smtp_server.refuse_with = None
    deliver(now + 15 * MINUTE)
    assert [alert.state for alert in flag.alerts.order_by("round")] == ["cancelled", "accepted"]
    assert len(smtp_server.messages) == 1


def test_one_flag_that_cannot_be_escalated_never_stops_the_others(
    raise_flag: Callable[..., Flag],
    amira: User,
    ben: User,
    dev: Patient,
    now: dt.datetime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = raise_flag(BAD_NAUSEA, at=now - MINUTE)
    other = raise_flag(BAD_NAUSEA, patient=dev)
    refuse_rows_of(broken.patient, "tracker_alert")
    assert escalate.due(now + 15 * MINUTE) == 1
    assert told(other)[1:] == [(2, "ben@example.org")]
    assert told(broken)[1:] == []
    assert f"flag {broken.pk} cannot be escalated: IntegrityError at" in caplog.text
    assert "wrote" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_escalate_once(flag: Flag, ben: User, sara: User, now: dt.datetime) -> None:
    def work(_: int) -> int:
        count = escalate.due(now + 15 * MINUTE)
        connections.close_all()
        return count

    with ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(work, range(8))) == 1
    assert told(flag)[1:] == [(2, "ben@example.org")]


def test_two_people_who_share_a_phone_get_one_message(
    rosa: Patient, amira: User, ben: User, now: dt.datetime, raise_flag: Callable[..., Flag], settings: Any
) -> None:
    settings.PHONE_PROVIDER = Twilio("AC1", "secret", "+15005550006")
    User.objects.filter(pk__in=[amira.pk, ben.pk]).update(phone="+34600123456")
    policy = EscalationPolicy.objects.get(team=rosa.team, level=Level.EMERGENCY)
    policy.steps.filter(position=0).update(roles=["nurse", "doctor"], channels=["sms"])
    flag = raise_flag(CHEST_PAIN)
    [alert] = flag.alerts.all()
    assert alert.address == "+34600123456"
    assert set(flag.events.get(kind="raised").detail["told"]) == {amira.pk, ben.pk}
