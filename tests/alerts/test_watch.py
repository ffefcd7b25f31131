"""When telling people is in trouble, monitors and the team learn of it."""

import datetime as dt
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.rulebook.build import a_draft, publish, small
from tracker.alerts import watch
from tracker.models import Alert, Flag, Heartbeat
from tracker.models.alerts import SENT

SECOND = dt.timedelta(seconds=1)
pytestmark = pytest.mark.django_db


def test_without_any_worker_there_is_a_problem(now: dt.datetime) -> None:
    assert watch.problem(now) == "No worker has ever run: nobody is being told of flags."


def test_a_worker_is_silent_after_half_a_minute(now: dt.datetime) -> None:
    watch.beat("one", now)
    assert watch.problem(now + 30 * SECOND) == ""
    assert watch.problem(now + 31 * SECOND) == "The worker is silent: nobody is being told of flags."


def test_one_living_worker_is_enough(now: dt.datetime) -> None:
    watch.beat("one", now - dt.timedelta(hours=1))
    watch.beat("two", now)
    assert watch.problem(now) == ""


def test_a_new_worker_forgets_those_of_yesterday(now: dt.datetime) -> None:
    watch.beat("old", now - dt.timedelta(hours=25))
    watch.beat("late", now - dt.timedelta(hours=23))
    watch.begin("new", now)
    assert set(Heartbeat.objects.values_list("worker", flat=True)) == {"late", "new"}


def test_an_alert_that_waits_over_a_minute_is_late_even_while_it_is_tried_again(
    flag: Flag, now: dt.datetime
) -> None:
    later = now + 61 * SECOND
    watch.beat("one", later)
    Alert.objects.update(due_at=later + 30 * SECOND, attempts=4)
    assert watch.problem(later).startswith("Alerts are over a minute late")


def test_only_what_waits_is_late(flag: Flag, now: dt.datetime) -> None:
    """The database has a list of its own of the states in which an alert waits."""
    later = now + 61 * SECOND
    watch.beat("one", later)
    for state in Alert.State:
        Alert.objects.update(
            state=state,
            accepted_at=now if state in SENT else None,
            lease=uuid4(),
            leased_until=later,
        )
        waits = Alert.objects.waiting().exists()
        assert watch.problem(later).startswith("Alerts") is waits, state


def test_an_alert_that_nobody_needs_any_more_is_not_late(flag: Flag, amira: User, now: dt.datetime) -> None:
    flag.claim(by=amira, now=now)
    later = now + 61 * SECOND
    watch.beat("one", later)
    assert watch.problem(later) == ""


def test_a_flag_that_is_not_escalated_in_time_is_a_problem(flag: Flag, now: dt.datetime) -> None:
    Alert.objects.update(state=Alert.State.ACCEPTED, accepted_at=now)
    later = now + dt.timedelta(minutes=16, seconds=1)
    watch.beat("one", later)
    assert watch.problem(later).startswith("Flags wait over a minute too long")


def test_the_monitor_sees_a_silent_worker(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "worker" in answer.json()["problems"]
    watch.beat("one", timezone.now())
    assert client.get("/readyz").status_code == 200


def test_rules_that_cannot_be_read_are_a_problem(ada: User, sara: User, now: dt.datetime) -> None:
    watch.beat("one", now)
    unknown = small(rule=[small()["rule"][2] | {"when": {"answer": "nausea", "at_least": 99}}])
    publish(a_draft(ada, data=unknown), by=sara)
    assert watch.problem(now).startswith("The rules in force cannot be read")
