"""The flag's life in any order that patients, nurses, the clock and failing workers can make of it.

A state machine of hypothesis acts on the real database and, after every act, looks for what must never be
false. A short run by default; FLAG_LIFE_EXAMPLES=500 FLAG_LIFE_STEPS=60 makes a long one.
"""

import datetime as dt
import os
import uuid
from collections import Counter
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import Case, When
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from tests.triage.build import a_report
from tracker import checkins, silence, undoing
from tracker.alerts import deliver, escalate, outcome
from tracker.alerts.channels import Receipt
from tracker.models import (
    Alert,
    AlreadyClaimed,
    AlreadyResolved,
    Flag,
    FlagEvent,
    NewerReport,
    NotYours,
    Patient,
    TooLateToCallBack,
)
from tracker.models.flags import State, without_undone
from tracker.triage.report import Level

EXAMPLES = int(os.environ.get("FLAG_LIFE_EXAMPLES", "30"))
STEPS = int(os.environ.get("FLAG_LIFE_STEPS", "20"))

SECOND, MINUTE, HOUR = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(hours=1)
START = dt.datetime(2026, 11, 18, 9, tzinfo=ZoneInfo("Europe/Madrid"))
REPORTS = {
    Level.NONE: a_report(asked=("chills", "nausea")),
    Level.ROUTINE: a_report(blurry_vision=1),
    Level.URGENT: a_report(readings={"systolic": 84, "diastolic": 50}),
    Level.EMERGENCY: a_report(flags=("chest_pain",)),
}
LEADS_TO = {
    FlagEvent.Kind.RAISED: State.OPEN,
    FlagEvent.Kind.REOPENED: State.OPEN,
    FlagEvent.Kind.CAME_BACK: State.OPEN,
    FlagEvent.Kind.CLAIMED: State.ACKNOWLEDGED,
    FlagEvent.Kind.TAKEN_OVER: State.ACKNOWLEDGED,
    FlagEvent.Kind.HANDED_OVER: State.ACKNOWLEDGED,
    FlagEvent.Kind.RESOLVED: State.RESOLVED,
}
"""Where the flag is after an event; after every other it is where it was."""
SERIOUS_FIRST = [Level.URGENT, Level.EMERGENCY, Level.ROUTINE, Level.URGENT, Level.NONE]
ANY = st.integers(0, 20)


def pick(some: list[Any], number: int) -> Any:
    return some[number % len(some)]


class FlagLife(RuleBasedStateMachine):
    """Two patients and three of their team; every example is rolled back at its end."""

    patients: ClassVar[list[Patient]]
    staff: ClassVar[list[User]]

    def __init__(self) -> None:
        super().__init__()
        self.rolled_back = transaction.atomic()
        self.rolled_back.__enter__()
        self.now = START
        self.in_hand: list[Alert] = []  # leased by a worker that lives
        self.before: dict[uuid.UUID, tuple[str, int | None, int]] = {}
        self.events_before: Counter[uuid.UUID] = Counter()
        self.resolved_by_somebody: set[uuid.UUID] = set()

    def teardown(self) -> None:
        try:
            self.everything_is_sent_or_taken_back()
        finally:
            transaction.set_rollback(True)
            self.rolled_back.__exit__(None, None, None)

    def flags(self) -> list[Flag]:
        return list(Flag.objects.order_by("raised_at", "patient__name"))

    def a_flag(self, number: int) -> Flag:
        """Mostly one that somebody still has to do something about."""
        flags = self.flags()
        unresolved = [flag for flag in flags if flag.is_unresolved]
        chosen: Flag = pick(unresolved or flags if number % 5 else flags, number)
        return chosen

    # --- What may happen ------------------------------------------------------------------------------------

    @initialize(level=st.sampled_from(SERIOUS_FIRST), who=ANY)
    def the_first_report(self, level: Level, who: int) -> None:
        self.report(level, who)

    @rule(level=st.sampled_from(SERIOUS_FIRST), who=ANY)
    def report(self, level: Level, who: int) -> None:
        patient = pick(self.patients, who)
        checkins.submit(
            patient_id=patient.pk,
            report=REPORTS[level],
            id=uuid.uuid4(),
            by=patient.user,
            day=patient.today(self.now),
            reported_at=self.now,
            now=self.now,
        )

    @precondition(lambda self: self.before)
    @rule(which=ANY, who=ANY)
    def claim(self, which: int, who: int) -> None:
        """Of any flag: one that is claimed or resolved says whose it is."""
        flag, nurse = self.a_flag(which), pick(self.staff, who)
        was = flag.state
        try:
            flag.claim(by=nurse, now=self.now)
        except AlreadyClaimed:
            assert was == State.ACKNOWLEDGED
        except AlreadyResolved:
            assert was == State.RESOLVED
        else:
            assert (was, flag.owner) == (State.OPEN, nurse)

    @precondition(lambda self: self.before)
    @rule(which=ANY, who=ANY, whose=ANY)
    def take_over(self, which: int, who: int, whose: int) -> None:
        flag, nurse, seen = self.a_flag(which), pick(self.staff, who), pick(self.staff, whose)
        had = flag.state == State.ACKNOWLEDGED and flag.owner == seen
        try:
            flag.take_over(by=nurse, whose=seen.pk, now=self.now)
        except (AlreadyClaimed, AlreadyResolved):
            assert not had
        else:
            assert had

    @precondition(lambda self: self.before)
    @rule(which=ANY, who=ANY, stale=st.booleans())
    def resolve(self, which: int, who: int, stale: bool) -> None:
        """`stale`: a report joined after the page was opened."""
        flag, nurse = self.a_flag(which), pick(self.staff, who)
        was = flag.state
        try:
            flag.resolve(by=nurse, outcome="called", note="", seen=flag.reports - stale, now=self.now)
        except AlreadyResolved:
            assert was == State.RESOLVED
        except NewerReport:
            assert stale
        else:
            assert was != State.RESOLVED
            assert not stale
            self.resolved_by_somebody.add(flag.pk)

    @precondition(lambda self: self.before)
    @rule(which=ANY, who=ANY, to=ANY)
    def hand_over(self, which: int, who: int, to: int) -> None:
        flag, nurse, other = self.a_flag(which), pick(self.staff, who), pick(self.staff, to)
        had = flag.state == State.ACKNOWLEDGED and flag.owner == nurse
        due = flag.next_due_at
        try:
            flag.hand_over(by=nurse, to=other, now=self.now)
        except NotYours:
            assert not had
        else:
            assert had
            assert (flag.owner, flag.next_due_at) == (other, due)

    @precondition(lambda self: self.before)
    @rule(which=ANY, who=ANY, minutes=st.sampled_from([1, 45, 90, 5 * 60, 40 * 60]))
    def promise_to_call_back(self, which: int, who: int, minutes: int) -> None:
        flag, nurse = self.a_flag(which), pick(self.staff, who)
        due, at = flag.next_due_at, self.now + minutes * MINUTE
        try:
            flag.call_back(by=nurse, at=at, now=self.now)
        except (NotYours, TooLateToCallBack):
            assert flag.owner != nurse or flag.state != State.ACKNOWLEDGED or (due and at > due)
        else:
            assert flag.next_due_at == due

    @precondition(lambda self: self.before)
    @rule(which=ANY, seconds=st.sampled_from([0, 0, 5, 21]))
    def take_it_back(self, which: int, seconds: int) -> None:
        """Whoever acted last regrets it, in time or not."""
        flag = self.a_flag(which)
        event = flag.events.exclude(by=None).exclude(kind=FlagEvent.Kind.UNDONE).order_by("id").last()
        if event is None or event.by is None:
            return
        self.now += seconds * SECOND
        waited_since = flag.waiting_since
        try:
            undone = undoing.undo(event.pk, by=event.by, now=self.now)
        except undoing.TooLateToUndo:
            return
        assert seconds <= 20
        assert undone.waiting_since == waited_since
        self.resolved_by_somebody.discard(flag.pk)

    @rule(minutes=st.sampled_from([1, 16, 61, 5 * 60, 49 * 60]), without_a_worker=st.sampled_from([0, 0, 1]))
    def time_passes(self, minutes: int, without_a_worker: int) -> None:
        self.now += minutes * MINUTE
        if not without_a_worker:
            self.the_worker_escalates()

    @rule()
    def the_worker_escalates(self) -> None:
        """A flag that comes back to a first step that reaches nobody goes on in the next round."""
        for _round in range(2):
            escalate.due(self.now)
        assert not Flag.objects.unanswered(self.now).exists()
        assert not Flag.objects.forgotten(self.now).exists()

    @rule(hour=st.sampled_from([12, 21]))
    def a_day_ends_in_silence(self, hour: int) -> None:
        local = self.now.astimezone(START.tzinfo)
        if local.hour < hour:
            self.now = local.replace(hour=hour, minute=0)
        silence.due(self.now)

    @rule(limit=st.integers(1, 3))
    def a_worker_leases(self, limit: int) -> None:
        deliver.cancel_answered(self.now)
        self.in_hand += deliver.lease_alerts(self.now, lambda channel: limit)

    @precondition(lambda self: self.in_hand)
    @rule(which=ANY, came=st.sampled_from(["accepted", "for now", "for good"]))
    def something_comes_of_a_message(self, which: int, came: str) -> None:
        alert = pick(self.in_hand, which)
        self.in_hand.remove(alert)
        if came == "accepted":
            outcome.accepted(alert, Receipt("250 Kept"), self.now)
        elif came == "for now":
            outcome.failed_for_now(alert, "421 Later", self.now)
        else:
            outcome.failed_for_good(alert, "550 Nobody here", self.now)

    @precondition(lambda self: self.in_hand)
    @rule()
    def the_worker_crashes(self) -> None:
        """What it had in hand was perhaps sent; nobody will say so, and its leases end."""
        self.in_hand.clear()
        self.now += deliver.LEASE

    @rule(who=ANY)
    def somebody_leaves_or_returns(self, who: int) -> None:
        """Steps of the ladder come to lead to nobody."""
        User.objects.filter(pk=pick(self.staff, who).pk).update(
            is_active=Case(When(is_active=True, then=False), default=True)
        )

    # --- What must never be false ---------------------------------------------------------------------------

    @invariant()
    def everything_holds(self) -> None:
        flags = self.flags()
        self.at_most_one_is_unresolved_a_patient(flags)
        for flag in flags:
            self.owner_and_next_step_fit_the_state(flag)
        self.who_waits_with_something_serious_is_told_of(flags)
        self.nothing_but_a_person_resolves(flags)
        self.every_change_has_one_event(flags)
        self.before = {flag.pk: (flag.state, flag.owner_id, flag.level) for flag in flags}

    def at_most_one_is_unresolved_a_patient(self, flags: list[Flag]) -> None:
        counts = Counter(flag.patient_id for flag in flags if flag.is_unresolved)
        assert set(counts.values()) <= {1}

    def owner_and_next_step_fit_the_state(self, flag: Flag) -> None:
        match flag.state:
            case State.OPEN:
                assert flag.owner_id is None
                assert flag.next_due_at is not None
            case State.ACKNOWLEDGED:
                assert flag.owner_id is not None
                assert flag.next_due_at is not None
            case State.RESOLVED:
                assert flag.owner_id is not None
                assert flag.next_due_at is None

    def who_waits_with_something_serious_is_told_of(self, flags: list[Flag]) -> None:
        """Since it waits this time. A first step that leads to nobody leaves the next one due at once."""
        for flag in flags:
            if flag.state != State.OPEN or flag.level < Level.URGENT:
                continue
            told = flag.alerts.filter(created_at__gte=flag.waiting_since).exists()
            missed = flag.events.filter(kind=FlagEvent.Kind.NOBODY_REACHED, at__gte=flag.waiting_since)
            is_due = flag.next_due_at is not None and flag.next_due_at <= self.now
            assert told or missed.exists() or is_due

    def nothing_but_a_person_resolves(self, flags: list[Flag]) -> None:
        assert {flag.pk for flag in flags if not flag.is_unresolved} == self.resolved_by_somebody
        assert not FlagEvent.objects.filter(kind=FlagEvent.Kind.RESOLVED, by=None).exists()

    def every_change_has_one_event(self, flags: list[Flag]) -> None:
        """The events alone tell the state, an act moves a flag at most once, and its level never falls."""
        kinds: dict[uuid.UUID, list[str]] = {flag.pk: [] for flag in flags}
        moves = (*LEADS_TO, FlagEvent.Kind.UNDONE)
        for event in FlagEvent.objects.filter(kind__in=moves).order_by("id"):
            kinds[event.flag_id].append(event.kind)
        for flag in flags:
            told = kinds[flag.pk]
            assert LEADS_TO[FlagEvent.Kind(without_undone(told, kind=str)[-1])] == flag.state
            assert told.count(FlagEvent.Kind.RAISED) == 1
            state, owner, level = self.before.get(flag.pk, ("", None, Level.NONE))
            has_moved = (state, owner) != (flag.state, flag.owner_id)
            new = len(told) - self.events_before[flag.pk]
            assert new == 1 if has_moved else new <= 1
            assert flag.level >= level
        self.events_before = Counter({pk: len(told) for pk, told in kinds.items()})

    def everything_is_sent_or_taken_back(self) -> None:
        """Once the leases of dead workers have ended nothing is left that would tell of an answered flag."""
        deliver.cancel_answered(self.now + deliver.LEASE)
        assert not Alert.objects.waiting().exclude(flag__state=State.OPEN).exists()


@pytest.mark.django_db
def test_whatever_happens_in_whatever_order_the_flag_holds(
    rosa: Patient, dev: Patient, amira: User, ben: User, sara: User
) -> None:
    FlagLife.patients, FlagLife.staff = [rosa, dev], [amira, ben, sara]
    run_state_machine_as_test(
        FlagLife,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
