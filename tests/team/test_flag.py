"""Answering a flag: claim, take over, resolve; and two people at once."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from tests.team.conftest import CHEST_PAIN, GOOD_DAY, LOW_PRESSURE, flagged, send
from tests.triage.build import a_report
from tracker.models import Flag, FlagEvent
from tracker.models.flags import NEEDS_NOTE, Outcome, State
from tracker.triage.report import Answer, Reading

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def at(act, flag):
    return reverse(f"team:{act}", args=[flag.pk])


def answer(outcome="called", note="", seen=1):
    return {"outcome": outcome, "note": note, "seen": str(seen)}


@pytest.fixture
def amiras(amira, browser_of):
    return browser_of(amira)


@pytest.fixture
def bens(ben, browser_of):
    return browser_of(ben)


def events(flag):
    return [(event.kind, event.by) for event in flag.events.all()]


# --- What the page says -------------------------------------------------------------------------------------


def test_the_page_has_what_a_nurse_needs_to_call(rosa, amiras):
    report = a_report({"systolic": 84, "diastolic": 50}, ("chest_pain",), asked=("nausea",), chills=3)
    flag = flagged(rosa, report)
    page = amiras.get(at("flag", flag)).text
    for words in (
        'href="tel:5550141"',
        "Aldesleukin · C2 D3",
        "124/78 mmHg",
        "84/50 mmHg",
        "Chest pain or pressure",
        "severe",
        "chest_pain",
        "Raised",
    ):
        assert words in page


def test_why_flagged_is_the_story_of_all_reports_of_the_flag(rosa, amiras):
    flag = flagged(rosa, a_report(flags=("chest_pain",)), ago=2 * HOUR)
    send(rosa, a_report(nausea=3))
    lines = amiras.get(at("flag", flag)).context["page"].lines
    assert [line.reason.words.partition(",")[0] for line in lines] == ["Chest pain or pressure", "Nausea"]
    assert lines[0].reason.at < lines[1].reason.at


def test_a_reading_is_shown_as_typed_and_as_understood(rosa, amiras):
    report = a_report(flags=("chest_pain",))
    fever = Reading(101.3, "C", "101.3", suggested=38.5)
    odd = Reading(None, "kg", "abc")
    flag = flagged(
        rosa, type(report)(red_flags=report.red_flags, readings={"temperature": fever, "weight": odd})
    )
    page = amiras.get(at("flag", flag)).text
    for words in ("38.5 °C", "typed “101.3”", "not confirmed", "typed “abc”", "could not be read"):
        assert words in page


def test_none_and_skipped_are_told_apart(rosa, amiras):
    flag = flagged(rosa, a_report(flags=("chest_pain",), asked=("nausea",), chills=Answer()))
    page = amiras.get(at("flag", flag)).text
    assert "ticked, no detail given" in page
    assert "Nausea" in page


def test_who_was_told_is_on_the_page(rosa, amira, amiras):
    flag = flagged(rosa)
    page = amiras.get(at("flag", flag)).text
    assert "Waiting to be sent" in page


def test_the_outcome_can_be_written_by_whoever_claimed_it(rosa, ben, amiras):
    flag = flagged(rosa)
    assert 'id="outcome"' not in amiras.get(at("flag", flag)).text
    amiras.post(at("claim", flag))
    assert 'id="outcome"' in amiras.get(at("flag", flag)).text


def test_a_resolved_flag_shows_who_and_how(rosa, amiras):
    flag = flagged(rosa)
    amiras.post(at("claim", flag))
    amiras.post(at("resolve", flag), answer("advised", "Sips of water."))
    page = amiras.get(at("flag", flag)).text
    assert "Resolved by Amira Nasser" in page
    assert "Gave advice" in page
    assert "Sips of water." in page
    assert 'id="outcome"' not in page


def test_a_flag_page_costs_the_same_whatever_was_reported(rosa, amiras, django_assert_max_num_queries):
    flag = flagged(rosa, ago=HOUR)
    with django_assert_max_num_queries(25) as first:
        amiras.get(at("flag", flag))
    for _ in range(3):
        send(rosa, LOW_PRESSURE)
    with django_assert_max_num_queries(25) as later:
        amiras.get(at("flag", flag))
    assert len(later) == len(first)


def test_a_resolved_flag_shows_what_was_read_whatever_was_corrected_since(rosa, amiras):
    flag = flagged(rosa, LOW_PRESSURE, ago=HOUR)
    amiras.post(at("claim", flag))
    amiras.post(at("resolve", flag), answer())
    send(rosa, GOOD_DAY, id=flag.check_in_id)
    [told] = amiras.get(at("flag", flag)).context["page"].reports
    assert told.check_in == flag.check_in


# --- Claiming -----------------------------------------------------------------------------------------------


def test_claiming_makes_it_hers(rosa, amira, amiras):
    flag = flagged(rosa)
    amiras.post(at("claim", flag))
    flag.refresh_from_db()
    assert (flag.state, flag.owner) == (State.ACKNOWLEDGED, amira)
    assert events(flag)[-1] == (FlagEvent.Kind.CLAIMED, amira)


def test_the_second_to_claim_is_told_who_was_first(rosa, amira, ben, amiras, bens):
    flag = flagged(rosa)
    bens.post(at("claim", flag))
    page = amiras.post(at("claim", flag), follow=True).text
    claimed_at = flag.events.get(kind="claimed").at.astimezone(rosa.team.zone)
    assert f"{ben} claimed this at {claimed_at:%H:%M}." in page
    flag.refresh_from_db()
    assert flag.owner == ben


def test_pressing_claim_twice_is_harmless(rosa, amiras):
    flag = flagged(rosa)
    amiras.post(at("claim", flag))
    page = amiras.post(at("claim", flag), follow=True).text
    assert "claimed this at" not in page
    assert flag.events.filter(kind="claimed").count() == 1
    assert not flag.events.filter(kind="slower").exists()


def test_claiming_what_is_resolved_says_so(rosa, ben, amiras, bens):
    flag = flagged(rosa)
    bens.post(at("resolve", flag), answer())
    assert f"{ben} resolved this at" in amiras.post(at("claim", flag), follow=True).text


def test_taking_over_needs_the_owner_that_was_seen(rosa, amira, ben, sara, amiras, bens, browser_of):
    flag = flagged(rosa)
    bens.post(at("claim", flag))
    saras = browser_of(sara)
    saras.post(at("take_over", flag), {"whose": ben.pk})
    page = amiras.post(at("take_over", flag), {"whose": ben.pk}, follow=True).text
    assert f"{sara} claimed this at" in page
    flag.refresh_from_db()
    assert flag.owner == sara


def test_taking_over_what_was_opened_again_says_so(rosa, ben, amiras, bens):
    flag = flagged(rosa)
    bens.post(at("claim", flag))
    send(rosa, CHEST_PAIN)
    page = amiras.post(at("take_over", flag), {"whose": ben.pk}, follow=True).text
    assert f"A new report has opened this flag again. {ben} took it at" in page


@pytest.mark.parametrize("whose", ["", "abc", "-1", "²", "9" * 40])
def test_taking_over_from_nobody_changes_nothing(whose, rosa, ben, amiras, bens):
    flag = flagged(rosa)
    bens.post(at("claim", flag))
    assert amiras.post(at("take_over", flag), {"whose": whose}).status_code == 302
    flag.refresh_from_db()
    assert flag.owner == ben


# --- Resolving ----------------------------------------------------------------------------------------------


def test_resolving_keeps_outcome_and_note(rosa, amira, amiras):
    flag = flagged(rosa)
    amiras.post(at("claim", flag))
    page = amiras.post(at("resolve", flag), answer("called", "Feels better."), follow=True)
    assert page.redirect_chain == [(reverse("team:board"), 302)]
    assert "Resolved: Rosa Martín. Called the patient." in page.text
    flag.refresh_from_db()
    event = flag.events.get(kind="resolved")
    assert (flag.state, flag.outcome, event.note, event.by) == (
        State.RESOLVED,
        "called",
        "Feels better.",
        amira,
    )


@pytest.mark.parametrize("outcome", Outcome.values)
def test_some_outcomes_need_a_note(outcome, rosa, amiras):
    flag = flagged(rosa)
    amiras.post(at("claim", flag))
    page = amiras.post(at("resolve", flag), answer(outcome, "  "))
    flag.refresh_from_db()
    assert (flag.state == State.RESOLVED) is (outcome not in NEEDS_NOTE)
    if outcome in NEEDS_NOTE:
        assert page.context["form"].errors.keys() == {"note"}
        assert "Write a few words" in page.text
        assert f'value="{outcome}"' in page.text


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"outcome": "cured", "note": "Well.", "seen": "1"},
        {"outcome": "called", "note": "x" * 5_001, "seen": "1"},
        {"outcome": "called", "note": "a\0b", "seen": "1"},
        {"outcome": "called", "note": "", "seen": "many"},
        {"outcome": "called", "note": "", "seen": "9" * 30},
    ],
)
def test_a_wrong_answer_closes_nothing_and_loses_nothing(data, rosa, amiras):
    flag = flagged(rosa)
    amiras.post(at("claim", flag))
    page = amiras.post(at("resolve", flag), data)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert data.get("note", "")[:1000].replace("\0", "") in page.text.replace("\0", "")
    flag.refresh_from_db()
    assert flag.state == State.ACKNOWLEDGED


def test_nothing_is_closed_unread(rosa, amiras):
    flag = flagged(rosa, CHEST_PAIN, ago=HOUR)
    amiras.post(at("claim", flag))
    send(rosa, LOW_PRESSURE)
    page = amiras.post(at("resolve", flag), answer("called", "All calm now."))
    assert "Another report came in" in page.text
    assert "84/50" in page.text
    assert "All calm now.</textarea>" in page.text
    assert 'name="seen" value="2"' in page.text
    flag.refresh_from_db()
    assert flag.state == State.OPEN


def test_a_later_good_report_stands_above_the_one_that_was_flagged(rosa, amiras):
    with time_machine.travel(
        timezone.now().replace(hour=12), tick=False
    ):  # the hour before is of the same day
        flag = flagged(rosa, CHEST_PAIN, ago=HOUR)
        amiras.post(at("claim", flag))
        send(rosa, GOOD_DAY)
        reports = amiras.get(at("flag", flag)).context["page"].reports
    assert [told.check_in.level for told in reports] == [0, 3]


def test_resolving_twice_tells_who_was_first(rosa, ben, amiras, bens):
    flag = flagged(rosa)
    bens.post(at("resolve", flag), answer())
    page = amiras.post(at("resolve", flag), answer("advised", "Told her to rest."))
    assert f"{ben} resolved this at" in page.text
    assert "Told her to rest." in page.text
    flag.refresh_from_db()
    assert flag.outcome == "called"


# --- At once ------------------------------------------------------------------------------------------------


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Runs every act in a thread of its own, all let go together; returns their answers in order."""
    start = threading.Barrier(len(acts))
    answers: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            start.wait()
            answers[place] = act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_of_two_nurses_at_once_one_wins_and_the_other_is_told_who(rosa, amira, ben, amiras, bens):
    flag = flagged(rosa)
    pages = at_once(
        lambda: amiras.post(at("claim", flag), follow=True).text,
        lambda: bens.post(at("claim", flag), follow=True).text,
    )
    flag.refresh_from_db()
    assert flag.owner in (amira, ben)
    loser = pages[0] if flag.owner == ben else pages[1]
    winner = pages[1] if flag.owner == ben else pages[0]
    assert f"{flag.owner} claimed this at" in str(loser)
    assert "claimed this at" not in str(winner)
    assert flag.events.filter(kind="claimed").count() == 1
    assert flag.events.get(kind="slower").by == (amira if flag.owner == ben else ben)


@pytest.mark.django_db(transaction=True)
def test_a_report_that_comes_while_a_flag_is_closed_is_never_closed_with_it(rosa, amiras):
    flag = flagged(rosa, CHEST_PAIN, ago=HOUR)
    amiras.post(at("claim", flag))
    at_once(
        lambda: amiras.post(at("resolve", flag), answer()),
        lambda: send(rosa, LOW_PRESSURE),
    )
    still_open = Flag.objects.unresolved().get(patient=rosa)
    assert still_open.state == State.OPEN
    assert still_open.events.filter(check_in__report__readings__has_key="systolic").exists()
