"""The board as it is worked with: polls, filters, call backs, several at once, and taking back."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent, CareTeam, Membership, User
from tests.people import BY_KEY
from tests.people import patient as a_patient
from tests.team.conftest import BLURRED, CHEST_PAIN, GOOD_DAY, LOW_PRESSURE, flagged, send
from tests.triage.build import a_report
from tracker.alerts import escalate, watch
from tracker.alerts.deliver import cancel_answered
from tracker.alerts.messages import notice_words
from tracker.checkins import history_now
from tracker.exchange import visit_report
from tracker.models import BoardChoice, Flag, FlagEvent, Notice, Patient
from tracker.models.flags import State
from tracker.patient.story import story_of
from tracker.team.live.board import ROWS_AT_ONCE

pytestmark = pytest.mark.django_db

Kind = FlagEvent.Kind
HOUR, MINUTE, SECOND = dt.timedelta(hours=1), dt.timedelta(minutes=1), dt.timedelta(seconds=1)
BOARD = "/team/"


@pytest.fixture
def amiras(amira: User, browser_of: Callable[[User], Client]) -> Client:
    watch.beat("worker", timezone.now())
    return browser_of(amira)


@pytest.fixture
def poll(amiras: Client) -> Callable[..., Any]:
    """What an open board asks every 20 seconds, with what it has."""

    def ask(etag: str = "", query: str = "", browser: Client = amiras) -> Any:
        headers = {"HX-Request": "true"} | ({"If-None-Match": etag} if etag else {})
        return browser.get(BOARD + query, headers=headers)

    return ask


def names(answer: Any) -> list[str]:
    return [row.flag.patient.name.split()[0] for row in answer.context["board"].rows]


def later(**time: float) -> Any:
    return time_machine.travel(timezone.now() + dt.timedelta(**time), tick=True)


# --- Polls --------------------------------------------------------------------------------------------------


def test_a_poll_is_answered_with_the_rows_alone(rosa: Patient, poll: Callable[..., Any]) -> None:
    flagged(rosa)
    page = poll().text
    assert page.startswith("<title>1 patient needs review</title>")
    assert "Rosa Martín" in page
    assert "<html" not in page


def test_a_poll_of_what_has_not_changed_is_a_304_without_a_word(
    rosa: Patient, poll: Callable[..., Any], django_assert_max_num_queries: Any
) -> None:
    flagged(rosa)
    etag = poll()["ETag"]
    looks = AccessEvent.objects.count()
    with later(seconds=40):
        watch.beat("worker", timezone.now())
        with django_assert_max_num_queries(8):  # a transaction's beginning and end among them
            answer = poll(etag)
    assert answer.status_code == 304
    assert not answer.content
    assert "no-store" in answer["Cache-Control"]
    assert AccessEvent.objects.count() == looks  # nobody was shown anything


CHANGES: dict[str, Callable[[Patient, Patient, User], object]] = {
    "a new flag": lambda rosa, dev, amira: flagged(dev),
    "a worse report": lambda rosa, dev, amira: send(rosa, CHEST_PAIN),
    "a report that joins": lambda rosa, dev, amira: send(rosa, BLURRED),
    "a good day": lambda rosa, dev, amira: send(rosa, GOOD_DAY),
    "a claim": lambda rosa, dev, amira: Flag.objects.get().claim(by=amira, now=timezone.now()),
    "an update of many": lambda rosa, dev, amira: Flag.objects.update(reports=7),
    "another name": lambda rosa, dev, amira: Patient.objects.filter(pk=rosa.pk).update(name="Rosa M."),
    "an end": lambda rosa, dev, amira: Flag.objects.get().resolve(
        by=amira, outcome="called", note="", seen=1, now=timezone.now()
    ),
    "a silent worker": lambda rosa, dev, amira: watch.beat("worker", timezone.now() - HOUR),
    "another language": lambda rosa, dev, amira: User.objects.update(language="es"),
    "another team": lambda rosa, dev, amira: Membership.objects.create(
        team=User.objects.get(email="noor@example.org").teams.get(), user=amira, role="nurse"
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_the_board_shows_makes_another_version(
    change: str, rosa: Patient, dev: Patient, amira: User, noor: User, poll: Callable[..., Any]
) -> None:
    flagged(rosa, LOW_PRESSURE)
    etag = poll()["ETag"]
    assert poll(etag).status_code == 304
    with transaction.atomic():  # as a transaction of its own: the test is one
        CHANGES[change](rosa, dev, amira)
    assert poll(etag).status_code == 200


def test_what_another_team_does_is_no_change(
    rosa: Patient, other_team: Any, poll: Callable[..., Any]
) -> None:
    flagged(rosa)
    etag = poll()["ETag"]
    flagged(a_patient(replace(BY_KEY["dev"], name="Omar Haddad"), other_team))
    assert poll(etag).status_code == 304


def test_each_person_and_each_filter_has_a_version_of_its_own(
    rosa: Patient, ben: User, poll: Callable[..., Any], browser_of: Callable[[User], Client]
) -> None:
    flagged(rosa)
    etag = poll()["ETag"]
    assert poll(etag, "?whose=mine").status_code == 200
    assert poll(etag, browser=browser_of(ben)).status_code == 200


def test_outsiders_are_not_told_that_nothing_has_changed(
    rosa: Patient, poll: Callable[..., Any], browser_of: Callable[[User], Client]
) -> None:
    for etag in ("*", poll()["ETag"]):
        assert poll(etag, browser=browser_of(rosa.user)).status_code == 404


def test_after_a_quarter_of_an_hour_the_board_is_made_anew(rosa: Patient, poll: Callable[..., Any]) -> None:
    flagged(rosa)
    etag = poll()["ETag"]
    with later(minutes=15):
        watch.beat("worker", timezone.now())
        assert poll(etag).status_code == 200


def test_the_board_costs_the_same_for_three_and_for_many(
    team: Any, amiras: Client, poll: Callable[..., Any], django_assert_max_num_queries: Any
) -> None:
    def wait(numbers: range) -> None:
        for number in numbers:
            send(a_patient(replace(BY_KEY["dev"], name=f"Dev{number} Patel"), team), LOW_PRESSURE)

    wait(range(3))
    with django_assert_max_num_queries(20) as three:
        amiras.get(BOARD)
    with django_assert_max_num_queries(15) as three_polled:
        poll()
    wait(range(3, ROWS_AT_ONCE))
    with django_assert_max_num_queries(20) as many:
        assert len(names(amiras.get(BOARD))) == ROWS_AT_ONCE
    with django_assert_max_num_queries(15) as many_polled:
        assert len(names(poll())) == ROWS_AT_ONCE
    assert len(many) == len(three)
    assert len(many_polled) == len(three_polled)


def test_a_board_that_lies_open_is_one_look_an_hour_at_each_patient(
    rosa: Patient, amira: User, poll: Callable[..., Any]
) -> None:
    flagged(rosa)
    looks = AccessEvent.objects.filter(what="board", patient_id=rosa.pk, actor=amira)
    poll()
    poll()
    assert looks.count() == 1
    with later(minutes=61):
        poll()
    assert looks.count() == 2


# --- Filters ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Rosa", "Dev", "Wei"]),
        ("?whose=mine", ["Dev"]),
        ("?level=emergency", ["Rosa"]),
        ("?level=urgent&whose=mine", ["Dev"]),
        ("?level=routine&whose=mine", []),
        ("?level=none", ["Rosa", "Dev", "Wei"]),
        ("?level=urgent'", ["Rosa", "Dev", "Wei"]),
        ("?owner=nobody", ["Rosa", "Wei"]),
        ("?owner=x", ["Rosa", "Dev", "Wei"]),
        ("?drug=aldesleukin", ["Rosa"]),
        ("?drug=nothing", []),
        ("?whose=999999", ["Rosa", "Dev", "Wei"]),
    ],
)
def test_rows_can_be_chosen(
    query: str, expected: list[str], rosa: Patient, dev: Patient, wei: Patient, amira: User, amiras: Client
) -> None:
    Patient.objects.filter(pk=wei.pk).update(record_number="H-7701")
    flagged(rosa, CHEST_PAIN)
    flagged(dev, LOW_PRESSURE).claim(by=amira, now=timezone.now())
    flagged(wei, BLURRED)
    assert names(amiras.get(BOARD + query)) == expected


def test_a_name_is_looked_for_and_stands_in_no_address(
    rosa: Patient, dev: Patient, wei: Patient, ben: User, amiras: Client, browser_of: Callable[[User], Client]
) -> None:
    Patient.objects.filter(pk=wei.pk).update(record_number="H-7701")
    flagged(rosa, CHEST_PAIN), flagged(dev, LOW_PRESSURE), flagged(wei, BLURRED)

    def found(**asked: str) -> Any:
        return amiras.post(reverse("team:find_flag"), asked, follow=True)

    expected = {"martin": ["Rosa"], "PATEL": ["Dev"], "H-77": ["Wei"], "🤒": [], "a" * 5000: []}
    assert {typed: names(found(q=typed)) for typed in expected} == expected
    page = found(q="martin", level="emergency", whose="")
    address = page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"]
    assert "martin" not in address
    assert "level=emergency" in address
    assert 'value="martin"' in page.text
    assert f'hx-get="{address}"'.replace("&", "&amp;") in page.text  # or each poll would draw the board anew
    assert names(amiras.get(address)) == ["Rosa"]
    assert amiras.get(address, headers={"if-none-match": page["ETag"]}).status_code == 304
    assert "martin" not in browser_of(ben).get(address).text
    assert names(amiras.get(f"{BOARD}?q=martin")) == ["Rosa", "Dev", "Wei"]


def test_owner_is_chosen_by_person(rosa: Patient, dev: Patient, ben: User, amiras: Client) -> None:
    flagged(rosa)
    flagged(dev).claim(by=ben, now=timezone.now())
    assert names(amiras.get(f"{BOARD}?owner={ben.pk}")) == ["Dev"]


def test_what_is_not_shown_is_counted_and_an_unclaimed_emergency_named(
    rosa: Patient, dev: Patient, amira: User, amiras: Client
) -> None:
    flagged(rosa, CHEST_PAIN)
    flagged(dev, LOW_PRESSURE).claim(by=amira, now=timezone.now())
    page = amiras.get(f"{BOARD}?whose=mine").text
    assert "1 more is not shown." in page
    assert "1 of them is nobody’s:" in page
    assert "more is not shown" not in amiras.get(BOARD).text


def test_a_long_board_shows_the_first_and_counts_the_rest(
    rosa: Patient, dev: Patient, amiras: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    flagged(rosa, BLURRED, ago=26 * HOUR)  # routine, and two hours over its target
    flagged(dev, CHEST_PAIN)
    monkeypatch.setattr("tracker.team.live.board.ROWS_AT_ONCE", 1)
    first = amiras.get(BOARD)
    assert names(first) == ["Dev"]
    assert "2 patients need review" in first.text
    assert "1 more, less urgent or waiting for less long." in first.text
    assert (first.context["board"].over, first.context["board"].over_below) == (1, 1)
    everybody = amiras.get(first.context["wanted"].with_all)
    assert names(everybody) == ["Dev", "Rosa"]
    assert everybody.context["board"].over_below == 0


def test_who_works_in_several_teams_chooses_among_them(
    rosa: Patient, amira: User, other_team: Any, amiras: Client
) -> None:
    assert "All my teams" not in amiras.get(BOARD).text
    Membership.objects.create(team=other_team, user=amira, role="nurse")
    flagged(rosa)
    flagged(a_patient(replace(BY_KEY["dev"], name="Omar Haddad"), other_team))
    page = amiras.get(BOARD)
    assert sorted(names(page)) == ["Omar", "Rosa"]
    assert "All my teams" in page.text
    assert names(amiras.get(f"{BOARD}?whose={other_team.pk}")) == ["Omar"]


def test_a_team_that_is_not_theirs_shows_them_nothing_of_it(
    rosa: Patient, noor: User, other_team: Any, amiras: Client
) -> None:
    flagged(rosa)
    flagged(a_patient(replace(BY_KEY["dev"], name="Omar Haddad"), other_team))
    assert names(amiras.get(f"{BOARD}?whose={other_team.pk}")) == ["Rosa"]


# --- Call back ----------------------------------------------------------------------------------------------


def at_the_clinic(flag: Flag, moment: dt.datetime) -> str:
    return f"{moment.astimezone(flag.team.zone):%H:%M}"


@pytest.fixture
def mine(rosa: Patient, amira: User) -> Flag:
    """Rosa's low blood pressure, which Amira has: an outcome is due within four hours."""
    flag = flagged(rosa, LOW_PRESSURE, ago=10 * MINUTE)
    flag.claim(by=amira, now=timezone.now())
    return flag


def test_a_call_back_stands_on_the_row_and_in_the_history(mine: Flag, amiras: Client) -> None:
    at = at_the_clinic(mine, timezone.now() + HOUR)
    amiras.post(reverse("team:call_back", args=[mine.pk]), {"at": at})
    mine.refresh_from_db()
    assert mine.call_back_at
    assert at_the_clinic(mine, mine.call_back_at) == at
    assert f"call back {at}" in amiras.get(BOARD).text
    assert "To be called back: Amira Nasser" in amiras.get(reverse("team:flag", args=[mine.pk])).text


def test_a_call_back_buys_no_time(mine: Flag, amira: User, ben: User) -> None:
    """It comes back without an outcome when it would have without a promise."""
    due, now = mine.next_due_at, timezone.now()
    assert due
    mine.call_back(by=amira, at=due, now=now)
    assert mine.next_due_at == due
    assert escalate.due(due - SECOND) == 0
    assert escalate.due(due) == 1
    mine.refresh_from_db()
    assert (mine.state, mine.call_back_at) == (State.OPEN, None)


@pytest.mark.parametrize("typed", ["", "25:00", "soon", "{too_late}"])
def test_a_call_back_after_the_policys_time_is_refused_beside_the_field(
    typed: str, mine: Flag, amiras: Client
) -> None:
    too_late = at_the_clinic(mine, timezone.now() + 5 * HOUR)
    answer = amiras.post(reverse("team:call_back", args=[mine.pk]), {"at": typed.format(too_late=too_late)})
    assert answer.status_code == 200
    assert answer.context["call_back"].errors["at"]
    mine.refresh_from_db()
    assert mine.call_back_at is None


def test_one_that_is_due_sorts_up_beside_those_that_nobody_has(
    mine: Flag, dev: Patient, joan: Patient, amira: User, amiras: Client, poll: Callable[..., Any]
) -> None:
    flagged(dev, LOW_PRESSURE)
    mine.call_back(by=amira, at=timezone.now() + MINUTE, now=timezone.now())
    answer = poll()
    assert names(answer) == ["Dev", "Rosa"]
    with later(minutes=2):
        watch.beat("worker", timezone.now())
        flagged(joan, LOW_PRESSURE)
        due = poll(answer["ETag"])
    assert due.status_code == 200
    assert names(due) == ["Dev", "Rosa", "Joan"]
    assert any("c" in each for each in due.context["board"].news)


def test_that_it_is_due_is_a_change_by_itself(mine: Flag, amira: User, poll: Callable[..., Any]) -> None:
    mine.call_back(by=amira, at=timezone.now() + MINUTE, now=timezone.now())
    etag = poll()["ETag"]
    with later(minutes=2):
        watch.beat("worker", timezone.now())
        assert poll(etag).status_code == 200


def test_a_promise_can_be_taken_off(mine: Flag, amira: User, amiras: Client) -> None:
    mine.call_back(by=amira, at=timezone.now() + HOUR, now=timezone.now())
    amiras.post(reverse("team:call_back", args=[mine.pk]), {"never": ""})
    mine.refresh_from_db()
    assert mine.call_back_at is None


def test_what_is_not_theirs_they_cannot_promise_for(rosa: Patient, ben: User, amiras: Client) -> None:
    flag = flagged(rosa, LOW_PRESSURE)
    flag.claim(by=ben, now=timezone.now())
    at = at_the_clinic(flag, timezone.now() + HOUR)
    page = amiras.post(reverse("team:call_back", args=[flag.pk]), {"at": at}, follow=True).text
    assert "Ben Ortiz claimed this" in page or "claimed this at" in page
    flag.refresh_from_db()
    assert flag.call_back_at is None


def test_something_worse_ends_the_promise(mine: Flag, rosa: Patient, amira: User) -> None:
    mine.call_back(by=amira, at=timezone.now() + HOUR, now=timezone.now())
    send(rosa, CHEST_PAIN)
    mine.refresh_from_db()
    assert (mine.state, mine.call_back_at) == (State.OPEN, None)


def test_who_takes_it_over_takes_the_promise_too_unless_the_policy_became_stricter(
    mine: Flag, amira: User, ben: User, sara: User, team: Any
) -> None:
    now = timezone.now()
    mine.call_back(by=amira, at=now + HOUR, now=now)
    mine.take_over(by=ben, whose=amira.pk, now=now)
    assert mine.call_back_at == now + HOUR
    team.escalation_policies.update(outcome_minutes=30)
    mine.take_over(by=sara, whose=ben.pk, now=now)
    assert mine.call_back_at is None


# --- Hand over ----------------------------------------------------------------------------------------------


def test_a_flag_is_handed_to_a_colleague_who_is_told(mine: Flag, ben: User, amiras: Client) -> None:
    due = mine.next_due_at
    answer = amiras.post(reverse("team:hand_over", args=[mine.pk]), {"to": ben.pk}, follow=True)
    mine.refresh_from_db()
    assert (mine.owner, mine.state, mine.next_due_at) == (ben, State.ACKNOWLEDGED, due)
    assert [event.kind for event in mine.events.all()][-1] == Kind.HANDED_OVER
    [notice] = Notice.objects.all()
    assert (notice.recipient, notice.address) == (ben, ben.email)
    assert notice.due_at > timezone.now()  # nobody is written to of what may still be taken back
    assert f"{ben} has Rosa Martín now." in answer.text


@pytest.mark.parametrize("who", ["noor", "amira", "rosa", "nobody"])
def test_only_a_colleague_of_the_team_can_have_it(
    who: str, mine: Flag, noor: User, amira: User, rosa: Patient, amiras: Client
) -> None:
    Membership.objects.create(team=rosa.team, user=rosa.user, role="nurse")
    keys = {"noor": noor.pk, "amira": amira.pk, "rosa": rosa.user_id, "nobody": ""}
    answer = amiras.post(reverse("team:hand_over", args=[mine.pk]), {"to": keys[who]})
    assert answer.context["hand_over"].errors["to"] == ["Choose a colleague of the team."]
    mine.refresh_from_db()
    assert mine.owner == amira


def test_what_has_been_taken_meanwhile_is_not_handed_over(
    mine: Flag, amira: User, ben: User, sara: User, amiras: Client
) -> None:
    mine.take_over(by=sara, whose=amira.pk, now=timezone.now())
    answer = amiras.post(reverse("team:hand_over", args=[mine.pk]), {"to": ben.pk}, follow=True)
    assert f"{sara} claimed this at" in answer.text
    assert not Notice.objects.exists()


# --- Taking back --------------------------------------------------------------------------------------------


def test_a_claim_is_taken_back_and_the_clock_goes_on(rosa: Patient, amiras: Client) -> None:
    flag = flagged(rosa, LOW_PRESSURE, ago=10 * MINUTE)
    flag.alerts.update(state="accepted", accepted_at=timezone.now())
    before = (flag.waiting_since, flag.next_due_at, flag.step, flag.rounds)
    page = amiras.post(reverse("team:claim", args=[flag.pk]), follow=True).text
    assert "Take it back" in page
    amiras.post(reverse("team:undo"))
    flag.refresh_from_db()
    assert (flag.state, flag.owner) == (State.OPEN, None)
    assert (flag.waiting_since, flag.next_due_at, flag.step, flag.rounds) == before
    assert [event.kind for event in flag.events.all()] == [Kind.RAISED, Kind.CLAIMED, Kind.UNDONE]


def test_messages_that_the_claim_held_back_go_out_after_all(
    rosa: Patient, amira: User, amiras: Client
) -> None:
    flag = flagged(rosa, LOW_PRESSURE)
    amiras.post(reverse("team:claim", args=[flag.pk]))
    cancel_answered(timezone.now())
    amiras.post(reverse("team:undo"))
    escalate.due(timezone.now())
    waiting = flag.alerts.waiting().values_list("recipient", "round")
    assert list(waiting) == [(amira.pk, 2)]


def test_an_outcome_is_taken_back(mine: Flag, amira: User, amiras: Client) -> None:
    at = timezone.now() + HOUR
    mine.call_back(by=amira, at=at, now=timezone.now())
    due = mine.next_due_at
    amiras.post(reverse("team:resolve", args=[mine.pk]), {"outcome": "called", "note": "", "seen": 1})
    mine.refresh_from_db()
    assert mine.state == State.RESOLVED
    assert "Take it back" in amiras.get(BOARD).text
    page = amiras.post(reverse("team:undo"), {"next": BOARD}, follow=True).text
    mine.refresh_from_db()
    assert (mine.state, mine.owner, mine.outcome, mine.resolved_at) == (State.ACKNOWLEDGED, amira, "", None)
    assert (mine.next_due_at, mine.call_back_at) == (due, at)
    assert "Taken back." in page
    assert "Take it back" not in page


def test_a_hand_over_is_taken_back_before_anybody_is_written_to(
    mine: Flag, amira: User, ben: User, amiras: Client
) -> None:
    amiras.post(reverse("team:hand_over", args=[mine.pk]), {"to": ben.pk})
    amiras.post(reverse("team:undo"))
    mine.refresh_from_db()
    assert mine.owner == amira
    assert Notice.objects.get().state == Notice.State.CANCELLED


def test_after_twenty_seconds_nothing_is_taken_back(rosa: Patient, amira: User, amiras: Client) -> None:
    flag = flagged(rosa, LOW_PRESSURE)
    amiras.post(reverse("team:claim", args=[flag.pk]))
    with later(seconds=21):
        assert "Take it back" not in amiras.get(BOARD).text
        page = amiras.post(reverse("team:undo"), follow=True).text
    assert "Too late to take that back" in page
    flag.refresh_from_db()
    assert flag.owner == amira


def test_what_something_has_followed_is_not_taken_back(rosa: Patient, amira: User, amiras: Client) -> None:
    flag = flagged(rosa, LOW_PRESSURE)
    amiras.post(reverse("team:claim", args=[flag.pk]))
    send(rosa, BLURRED)
    assert "Too late" in amiras.post(reverse("team:undo"), follow=True).text
    flag.refresh_from_db()
    assert flag.owner == amira


def test_an_outcome_stands_once_the_patient_has_a_new_flag(mine: Flag, rosa: Patient, amiras: Client) -> None:
    amiras.post(reverse("team:resolve", args=[mine.pk]), {"outcome": "called", "note": "", "seen": 1})
    flagged(rosa, LOW_PRESSURE)
    amiras.post(reverse("team:undo"))
    mine.refresh_from_db()
    assert mine.state == State.RESOLVED


def test_of_a_patient_who_has_moved_it_is_said_to_be_too_late(
    mine: Flag, rosa: Patient, other_team: CareTeam, amiras: Client
) -> None:
    amiras.post(reverse("team:resolve", args=[mine.pk]), {"outcome": "called", "note": "", "seen": 1})
    Patient.objects.filter(pk=rosa.pk).update(team=other_team)
    assert "Too late" in amiras.post(reverse("team:undo"), follow=True).text
    mine.refresh_from_db()
    assert mine.state == State.RESOLVED


def test_nobody_takes_back_what_another_did(
    rosa: Patient, ben: User, amiras: Client, browser_of: Callable[[User], Client]
) -> None:
    flag = flagged(rosa, LOW_PRESSURE)
    amiras.post(reverse("team:claim", args=[flag.pk]))
    bens = browser_of(ben)
    session = bens.session
    session["undo"] = amiras.session["undo"]
    session.save()
    bens.post(reverse("team:undo"))
    flag.refresh_from_db()
    assert flag.state == State.ACKNOWLEDGED


# --- Several at once ----------------------------------------------------------------------------------------


def several(browser: Client, act: str, *flags: Flag, **told: Any) -> Any:
    data = {"act": act, "flag": [flag.pk for flag in flags], **told}
    return browser.post(reverse("team:several"), data, follow=True)


def owners(*flags: Flag) -> list[User | None]:
    return [Flag.objects.select_related("owner").get(pk=flag.pk).owner for flag in flags]


def test_several_are_claimed_together_and_who_was_quicker_is_named(
    rosa: Patient, dev: Patient, wei: Patient, amira: User, ben: User, amiras: Client
) -> None:
    flags = [flagged(rosa), flagged(dev), flagged(wei, BLURRED)]
    flags[1].claim(by=ben, now=timezone.now())
    page = several(amiras, "claim", *flags).text
    assert owners(*flags) == [amira, ben, amira]
    assert f"Dev Patel: {ben} claimed this at" in page
    assert "Rosa Martín" in page


def test_several_are_taken_back_together(rosa: Patient, dev: Patient, amiras: Client) -> None:
    flags = [flagged(rosa), flagged(dev)]
    several(amiras, "claim", *flags)
    amiras.post(reverse("team:undo"))
    assert owners(*flags) == [None, None]


def test_several_are_handed_over_with_one_message_and_taken_back_whole(
    mine: Flag, dev: Patient, amira: User, ben: User, amiras: Client
) -> None:
    """What nobody had is claimed on the way: somebody stands behind it."""
    other = flagged(dev)
    several(amiras, "hand_over", mine, other, to=ben.pk)
    assert owners(mine, other) == [ben, ben]
    assert Notice.objects.count() == 1
    amiras.post(reverse("team:undo"))
    assert owners(mine, other) == [amira, None]
    assert Notice.objects.get().state == Notice.State.CANCELLED


def test_without_a_colleague_the_ticks_stay(mine: Flag, amiras: Client) -> None:
    page = several(amiras, "hand_over", mine)
    assert "Choose a colleague of the team." in page.text
    assert page.context["ticked"] == [str(mine.pk)]


def test_several_are_closed_with_one_note_that_each_gets(
    mine: Flag, dev: Patient, wei: Patient, amiras: Client
) -> None:
    flags = [mine, flagged(dev, LOW_PRESSURE), flagged(wei, CHEST_PAIN)]
    page = several(amiras, "close", *flags)
    assert "No action needed for 2 patients" in page.text
    assert "Not with others" in page.text
    data: dict[str, Any] = {"flag": [flag.pk for flag in flags], "note": "no"}
    data |= {f"seen-{flag.pk}": flag.reports for flag in flags}
    assert "in a few words" in amiras.post(reverse("team:close_several"), data).text
    data["note"] = "Expected on day three; seen in clinic this morning."
    amiras.post(reverse("team:close_several"), data)
    states = [Flag.objects.get(pk=flag.pk).state for flag in flags]
    assert states == [State.RESOLVED, State.RESOLVED, State.OPEN]
    notes = FlagEvent.objects.filter(kind=Kind.RESOLVED).values_list("note", flat=True)
    assert set(notes) == {data["note"]}
    amiras.post(reverse("team:undo"))
    assert Flag.objects.unresolved().count() == 3


def test_one_that_a_report_joined_meanwhile_stays_open(mine: Flag, rosa: Patient, amiras: Client) -> None:
    send(rosa, BLURRED)
    data = {"flag": [mine.pk], "note": "Expected on day three.", f"seen-{mine.pk}": 1}
    page = amiras.post(reverse("team:close_several"), data, follow=True).text
    assert "Rosa Martín has sent another report meanwhile" in page
    mine.refresh_from_db()
    assert mine.state == State.ACKNOWLEDGED


@pytest.mark.parametrize("name", ["several", "close_several"])
def test_the_flags_of_another_team_are_not_there(
    name: str, rosa: Patient, noor: User, browser_of: Callable[[User], Client]
) -> None:
    flag = flagged(rosa, LOW_PRESSURE)
    data = {"act": "claim", "flag": [flag.pk], "note": "Not mine to close.", f"seen-{flag.pk}": 1}
    assert browser_of(noor).post(reverse(f"team:{name}"), data).status_code == 404
    assert browser_of(noor).post(reverse(f"team:{name}"), {"flag": "x", "act": "claim"}).status_code == 404
    assert owners(flag) == [None]


@pytest.mark.parametrize("name", ["hand_over", "call_back"])
def test_nor_can_they_be_handed_over_or_promised(
    name: str, mine: Flag, noor: User, ben: User, browser_of: Callable[[User], Client]
) -> None:
    address = reverse(f"team:{name}", args=[mine.pk])
    assert browser_of(noor).post(address, {"to": ben.pk, "at": "23:59"}).status_code == 404


@pytest.mark.parametrize("name", ["several", "close_several", "undo", "choose_calls"])
def test_patients_find_none_of_it(name: str, rosa: Patient, browser_of: Callable[[User], Client]) -> None:
    assert browser_of(rosa.user).post(reverse(f"team:{name}")).status_code == 404


# --- Each person's own choice -------------------------------------------------------------------------------


def test_sound_is_off_until_somebody_wants_it_and_stays_as_chosen(
    amira: User, ben: User, amiras: Client, browser_of: Callable[[User], Client]
) -> None:
    assert 'aria-pressed="false"' in amiras.get(BOARD).text
    amiras.post(reverse("team:choose_calls"), {"calls": "on"})
    assert 'aria-pressed="true"' in amiras.get(BOARD).text
    assert 'aria-pressed="false"' in browser_of(ben).get(BOARD).text
    amiras.post(reverse("team:choose_calls"))
    assert not BoardChoice.objects.get(user=amira).calls


def test_a_flag_that_gets_worse_is_news_and_one_that_is_claimed_is_none(
    rosa: Patient, amira: User, poll: Callable[..., Any]
) -> None:
    def news() -> set[str]:
        return set(poll().context["board"].news)

    flag = flagged(rosa, LOW_PRESSURE, ago=HOUR)
    first = news()
    send(rosa, BLURRED, ago=30 * MINUTE)
    assert news() == first
    send(rosa, CHEST_PAIN)
    assert news() - first
    flag.refresh_from_db()
    flag.claim(by=amira, now=timezone.now())
    assert not news()


# --- What others make of it ---------------------------------------------------------------------------------


def test_the_patient_reads_nothing_of_what_was_taken_back(mine: Flag, rosa: Patient, amiras: Client) -> None:
    amiras.post(reverse("team:resolve", args=[mine.pk]), {"outcome": "called", "note": "", "seen": 1})
    assert "Amira called you." in told_to(rosa)
    amiras.post(reverse("team:undo"))
    assert "Amira called you." not in told_to(rosa)
    assert "Seen by Amira." in told_to(rosa)
    assert not visit_report._calls(rosa, rosa.today(timezone.now()))


def test_the_patient_reads_who_has_it_now(mine: Flag, rosa: Patient, amira: User, ben: User) -> None:
    mine.hand_over(by=amira, to=ben, now=timezone.now())
    assert "Ben is looking after this now." in told_to(rosa)


def told_to(patient: Patient) -> list[str]:
    """What came of the last report, as its patient reads it."""
    return [step.words for step in story_of(patient.check_ins.latest("received_at"))]


def test_triage_does_not_take_an_outcome_for_given_that_was_taken_back(
    mine: Flag, rosa: Patient, amiras: Client
) -> None:
    amiras.post(reverse("team:resolve", args=[mine.pk]), {"outcome": "called", "note": "", "seen": 1})
    amiras.post(reverse("team:undo"))
    tomorrow = timezone.now() + dt.timedelta(days=1)
    known = history_now(rosa, a_report(), day=rosa.today(tomorrow), now=tomorrow)
    assert [(flag.acknowledged, flag.days_ago) for flag in known.open_flags] == [(True, 1)]


def test_the_message_to_the_receiver_names_nobody(
    mine: Flag, rosa: Patient, ben: User, amiras: Client
) -> None:
    amiras.post(reverse("team:hand_over", args=[mine.pk]), {"to": ben.pk})
    subject, body = notice_words(Notice.objects.get())
    assert subject == "A colleague has handed a flag over to you"
    assert "/team/?whose=mine" in body
    assert "Rosa" not in subject + body
