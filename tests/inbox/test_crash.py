"""Crashes between keeping and reading, two at once, a database in trouble: nothing lost, nothing twice."""

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import ProgrammingError, connections, transaction
from django.utils import timezone

from tests.inbox.conftest import A_DAY, A_MINUTE, CHEST_PAIN, GOOD_DAY, Phone, a_body
from tests.test_hard_times import a_full_disk
from tracker.alerts import watch
from tracker.management.commands.worker import Worker
from tracker.models import CheckIn, Flag, InboxItem, Patient
from tracker.models.inbox import Outcome
from tracker.offline import inbox

SECOND = dt.timedelta(seconds=1)


@pytest.mark.django_db
class TestTheWorker:
    """It takes up what was kept and never read."""

    def test_a_report_that_was_kept_becomes_one(self, phone: Phone) -> None:
        item = phone.keep(a_body(CHEST_PAIN))
        assert inbox.due(item.received_at + A_MINUTE) == 1
        item.refresh_from_db()
        assert item.outcome == Outcome.CHECK_IN
        assert Flag.objects.get().check_in == item.check_in

    def test_poison_that_was_kept_becomes_a_flag(self, phone: Phone) -> None:
        item = phone.keep(b"\xff")
        assert inbox.due(item.received_at + A_MINUTE) == 1
        assert InboxItem.objects.get().flag == Flag.objects.get()

    def test_the_monitor_says_what_nobody_takes_up(self, phone: Phone) -> None:
        item = phone.keep(a_body())
        for waited, words in [(59 * SECOND, ""), (60 * SECOND, "Reports that phones sent wait")]:
            watch.beat("one", item.received_at + waited)
            assert watch.problem(item.received_at + waited)[:29] == words

    def test_once(self, phone: Phone) -> None:
        item = phone.keep(a_body())
        assert [inbox.due(item.received_at + A_MINUTE) for _ in range(2)] == [1, 0]

    def test_its_time_is_when_it_came_and_not_when_it_was_taken_up(self, phone: Phone, rosa: Patient) -> None:
        item = phone.keep(a_body(ago=A_DAY))
        inbox.due(item.received_at + A_DAY)
        check_in = CheckIn.objects.get()
        assert abs(check_in.reported_at - (item.received_at - A_DAY)) < SECOND
        assert check_in.day == rosa.today(item.received_at - A_DAY)

    def test_what_a_web_process_may_still_be_at_is_left_to_it(self, phone: Phone) -> None:
        item = phone.keep(a_body())
        assert inbox.due(item.received_at + 14 * SECOND) == 0
        assert inbox.due(item.received_at + 15 * SECOND) == 1

    def test_the_oldest_first_and_not_all_at_once(
        self, phone: Phone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(inbox, "AT_ONCE", 2)
        now = timezone.now()
        items = [phone.keep(a_body(), now + number * SECOND) for number in (2, 0, 1)]
        assert inbox.due(now + A_MINUTE) == 2
        assert [*InboxItem.objects.waiting()] == [items[0]]

    def test_it_is_one_of_its_duties(self, phone: Phone) -> None:
        now = timezone.now()
        phone.keep(a_body(), now - A_MINUTE)
        Worker("one").do_duties(now)
        assert not InboxItem.objects.waiting().exists()

    def test_one_that_cannot_be_settled_does_not_hide_the_others(
        self, phone: Phone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = timezone.now()
        broken, sound = phone.keep(b"?", now), phone.keep(a_body(), now + SECOND)

        def slip(*_told: object, **_details: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(inbox, "_tell", slip)
        assert inbox.due(now + A_MINUTE) == 1
        assert [*InboxItem.objects.waiting()] == [broken]
        sound.refresh_from_db()
        assert sound.check_in

    def test_a_phone_that_sends_again_after_a_crash_has_its_report(self, phone: Phone) -> None:
        body = a_body(CHEST_PAIN)
        phone.keep(body)
        answer = phone.send(body)
        assert (answer.status_code, answer.json()["level"]) == (200, "emergency")
        assert InboxItem.objects.get().check_in == CheckIn.objects.get()

    def test_a_phone_that_was_stopped_meanwhile_loses_nothing(self, phone: Phone) -> None:
        item = phone.keep(a_body())
        phone.device.revoke(timezone.now())
        assert inbox.due(item.received_at + A_MINUTE) == 1
        assert CheckIn.objects.exists()

    def test_one_that_waited_too_long_for_a_worker_is_a_persons(self, phone: Phone) -> None:
        item = phone.keep(a_body(GOOD_DAY))
        inbox.due(item.received_at + 4 * A_DAY)
        item.refresh_from_db()
        assert (item.outcome, item.flag) == (Outcome.TOO_LATE, Flag.objects.get())


# --- Two at once --------------------------------------------------------------------------------------------


def at_once(*acts: Callable[[], object]) -> list[Any]:
    """Each in a thread and a connection of its own, all let go together."""
    start = threading.Barrier(len(acts), timeout=20)
    results: list[Any] = []

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait()
            results.append(act())
        except Exception as error:
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.mark.parametrize(
        ("body", "outcome"),
        [(a_body(CHEST_PAIN), Outcome.CHECK_IN), (b"?", Outcome.UNREADABLE)],
        ids=["report", "poison"],
    )
    def test_four_workers_settle_an_item_once(self, phone: Phone, body: bytes, outcome: Outcome) -> None:
        item = phone.keep(body)
        later = item.received_at + A_MINUTE
        results = at_once(*[lambda: inbox.due(later)] * 4)
        assert all(isinstance(each, int) for each in results), results
        item.refresh_from_db()
        assert item.outcome == outcome
        assert Flag.objects.get().reports == 1
        assert CheckIn.objects.count() == (1 if outcome == Outcome.CHECK_IN else 0)

    @pytest.mark.parametrize("body", [a_body(CHEST_PAIN), b"?"], ids=["report", "poison"])
    def test_the_same_bytes_sent_four_times_at_once_are_kept_once(self, phone: Phone, body: bytes) -> None:
        answers = at_once(*[lambda: phone.send(body)] * 4)
        told = [each.json() for each in answers if not isinstance(each, Exception)]
        assert len(told) == 4, answers
        assert len({each.get("id") for each in told}) == 1
        assert InboxItem.objects.count() == 1
        assert Flag.objects.get().reports == 1

    def test_the_same_report_in_other_bytes_four_times_at_once_is_one_report(self, phone: Phone) -> None:
        id = str(uuid.uuid4())
        bodies = [a_body(CHEST_PAIN, id=id, sent_at=str(number)) for number in range(4)]
        answers = at_once(*[lambda body=body: phone.send(body) for body in bodies])
        assert {getattr(each, "status_code", each) for each in answers} == {201}
        assert (CheckIn.objects.count(), InboxItem.objects.count()) == (1, 4)

    def test_a_phone_and_the_worker_at_once(self, phone: Phone) -> None:
        body = a_body(CHEST_PAIN)
        item = phone.keep(body)
        results = at_once(lambda: phone.send(body), lambda: inbox.due(item.received_at + A_MINUTE))
        assert not [each for each in results if isinstance(each, Exception)]
        assert CheckIn.objects.count() == Flag.objects.get().reports == 1


# --- A database in trouble ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
class TestTrouble:
    def test_a_full_disk_before_anything_is_kept_is_a_503(self, phone: Phone) -> None:
        body = a_body()
        with a_full_disk("tracker_inboxitem"):
            answer = phone.send(body)
        assert (answer.status_code, bool(answer["Retry-After"])) == (503, True)
        assert not InboxItem.objects.exists()
        assert phone.send(body).status_code == 201

    def test_a_full_disk_after_it_was_kept_is_a_503_and_it_waits(self, phone: Phone) -> None:
        body = a_body()
        with a_full_disk("tracker_checkin"):
            assert phone.send(body).status_code == 503
        item = InboxItem.objects.waiting().get()
        assert not Flag.objects.exists()
        assert inbox.due(item.received_at + A_MINUTE) == 1
        assert phone.send(body).status_code == 200
        assert CheckIn.objects.count() == 1

    def test_a_flag_that_cannot_be_raised_leaves_it_waiting(self, phone: Phone) -> None:
        with a_full_disk("tracker_flagevent"):
            assert phone.send(b"?").status_code == 503
        assert InboxItem.objects.waiting().exists()
        assert not Flag.objects.exists()
        assert phone.send(b"?").status_code == 202


# --- Nothing is changed afterwards --------------------------------------------------------------------------


@pytest.mark.django_db
class TestKeptAsItCame:
    @pytest.mark.parametrize(
        "change",
        [
            {"raw": b"another"},
            {"digest": b"another"},
            {"received_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
        ],
    )
    def test_what_came_is_never_changed(self, phone: Phone, change: dict[str, object]) -> None:
        phone.keep(a_body())
        with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
            InboxItem.objects.update(**change)

    def test_what_became_of_it_neither(self, phone: Phone) -> None:
        phone.send(b"?")
        with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
            InboxItem.objects.update(outcome=Outcome.WAITING, settled_at=None, flag=None)

    def test_nothing_deletes_it(self, phone: Phone) -> None:
        phone.keep(a_body())
        with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
            InboxItem.objects.all()._raw_delete("default")
