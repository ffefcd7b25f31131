"""The board: who waits, why, since when, and for whom."""

import datetime as dt
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.team.conftest import BLURRED, CHEST_PAIN, GOOD_DAY, LOW_PRESSURE, flagged, send
from tests.triage.build import a_report
from tracker.alerts import escalate, watch
from tracker.team.access import flags_of
from tracker.team.board import rows

pytestmark = pytest.mark.django_db

DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)


@pytest.fixture
def board(amira, browser_of):
    """Opens the board as Amira: `board("?whose=mine")`."""
    browser = browser_of(amira)
    return lambda query="": browser.get(reverse("team:board") + query)


def names(answer):
    return [row.flag.patient.name.split()[0] for row in answer.context["board"].rows]


def row_of(user, now=None):
    [row] = rows(flags_of(user), user, now or timezone.now())
    return row


def test_worst_comes_first_and_then_who_waits_longest(rosa, dev, joan, wei, board):
    flagged(wei, BLURRED, ago=5 * HOUR)
    flagged(dev, LOW_PRESSURE, ago=1 * MINUTE)
    flagged(joan, LOW_PRESSURE, ago=20 * MINUTE)
    flagged(rosa, CHEST_PAIN)
    assert names(board()) == ["Rosa", "Joan", "Dev", "Wei"]


def test_a_row_says_level_patient_treatment_and_why(rosa, board):
    flagged(rosa, LOW_PRESSURE)
    page = board().text
    for words in (
        "1 patient needs review",
        "Rosa Martín",
        "Aldesleukin · C2 D3",
        "84/50 mmHg",
        "Unclaimed",
    ):
        assert words in page


def test_a_long_first_cycle_is_counted_in_weeks(dev, board):
    flagged(dev)
    assert "Interferon alfa-2b · week 6" in board().text


def test_a_row_says_what_changed_since_the_last_report(rosa, amira):
    send(rosa, a_report(chills=1), ago=DAY)
    flagged(rosa, a_report(flags=("chest_pain",), chills=3))
    row = row_of(amira)
    assert "Chills or shivering: mild → severe" in map(str, row.changes)
    assert row.compared_with == rosa.today(timezone.now()) - DAY


def test_without_an_earlier_report_there_is_nothing_to_compare(rosa, amira):
    flagged(rosa)
    assert row_of(amira).compared_with is None


def test_the_week_leaves_a_gap_where_nothing_was_logged(rosa, amira):
    send(rosa, a_report(chills=1), ago=2 * DAY)
    flagged(rosa, CHEST_PAIN)
    assert row_of(amira).week == (None, None, None, None, 1, None, 3)


def test_a_reason_is_not_said_twice(rosa, amira):
    send(rosa, a_report(asked=("dizziness",)), ago=DAY)
    flagged(rosa, a_report({"systolic": 84, "diastolic": 50}, dizziness=2))
    reasons = [each.words for each in row_of(amira).reasons]
    assert not [each for each in reasons for other in reasons if each != other and each in other]


def test_a_row_says_why_for_every_report_that_the_flag_holds(rosa, amira, board):
    """Three reports, three reasons: the last one alone is no story."""
    flagged(rosa, replace(a_report(), note="A tight band around my chest."), ago=3 * HOUR)
    send(rosa, replace(a_report(), note="I fainted."), ago=2 * HOUR)
    send(rosa, a_report({"pulse": 135}), ago=HOUR)
    row = row_of(amira)
    said = " ".join(each.words for each in row.reasons)
    assert "band around my chest" in said
    assert "fainted" in said
    assert "Pulse 135" in said
    at = (timezone.now() - HOUR).astimezone(rosa.team.zone)
    assert f"{at:%a %H:%M}" in board().text


def test_a_correction_takes_the_place_of_what_it_corrects(rosa, amira):
    first = send(rosa, a_report({"systolic": 84, "diastolic": 50}))
    send(rosa, a_report({"systolic": 88, "diastolic": 50}), id=first.check_in.pk)
    assert [each.words.partition(" mmHg")[0] for each in row_of(amira).reasons] == ["Blood pressure 88/50"]
    send(rosa, a_report({"systolic": 124, "diastolic": 78}), id=first.check_in.pk)
    [left] = row_of(amira).reasons
    assert left.was_corrected


def test_only_so_many_reasons_fit_a_row(rosa, amira):
    everything = a_report(
        {"systolic": 84, "diastolic": 50, "spo2": 85, "temperature": 39.5},
        ("chest_pain", "faint", "confusion"),
        rash=4,
    )
    flagged(rosa, everything)
    row = row_of(amira)
    assert len(row.reasons) == 3
    assert row.reasons_left_out > 0


@pytest.mark.parametrize(
    ("report", "waited", "is_over"),
    [
        (CHEST_PAIN, 9 * MINUTE, False),
        (CHEST_PAIN, 11 * MINUTE, True),
        (LOW_PRESSURE, 29 * MINUTE, False),
        (LOW_PRESSURE, 31 * MINUTE, True),
    ],
)
def test_who_waits_longer_than_the_target_is_over_it(report, waited, is_over, rosa, amira, board):
    flagged(rosa, report, ago=waited)
    assert (row_of(amira).over_by is not None) is is_over
    assert ("1 min over target" in board().text) is is_over


def test_a_claimed_flag_is_over_no_target(rosa, amira, board):
    flagged(rosa, ago=HOUR).claim(by=amira, now=timezone.now())
    page = board().text
    assert "min over target" not in page
    assert "Amira Nasser" in page


def test_a_resolved_flag_has_left_the_board(rosa, amira, board):
    flag = flagged(rosa)
    flag.resolve(by=amira, outcome="called", note="", seen=1, now=timezone.now())
    assert "No open flags here" in board().text


def test_a_good_day_is_not_on_the_board(rosa, board):
    send(rosa, GOOD_DAY)
    assert "0 patients need review" in board().text


def test_two_reports_of_one_patient_are_one_row(rosa, board):
    flagged(rosa, LOW_PRESSURE, ago=HOUR)
    flagged(rosa, CHEST_PAIN)
    assert names(board()) == ["Rosa"]


def test_a_ladder_that_leads_to_nobody_is_loud(rosa, team, board):
    flagged(rosa, LOW_PRESSURE, ago=HOUR)
    assert "reached nobody" not in board().text
    escalate.due(timezone.now())
    assert "A step of the ladder reached nobody" in board().text


def test_claiming_from_the_board_opens_the_flag(rosa, amira, browser_of):
    flag = flagged(rosa)
    answer = browser_of(amira).post(reverse("team:claim", args=[flag.pk]), follow=True)
    assert answer.redirect_chain == [(reverse("team:flag", args=[flag.pk]), 302)]
    assert "Claimed by Amira Nasser" in answer.text


def test_the_board_polls_itself(board):
    page = board("?whose=mine&level=urgent").text
    assert 'hx-get="/team/?whose=mine&amp;level=urgent"' in page
    assert 'hx-trigger="every 20s, poll"' in page


def test_a_silent_worker_is_loud_on_every_page(rosa, amira, browser_of):
    flag = flagged(rosa)
    browser = browser_of(amira)
    pages = [
        reverse("team:board"),
        reverse("team:patients"),
        reverse("team:flag", args=[flag.pk]),
        reverse("team:patient", args=[rosa.pk]),
    ]
    assert all("nobody is being told" in browser.get(page).text for page in pages)
    watch.beat("worker", timezone.now())
    assert not any("nobody is being told" in browser.get(page).text for page in pages)


def test_the_board_costs_the_same_whatever_it_shows(
    rosa, dev, joan, wei, board, django_assert_max_num_queries
):
    flagged(rosa, CHEST_PAIN)
    watch.beat("worker", timezone.now())
    with django_assert_max_num_queries(20) as one_row:
        board()
    for patient in (dev, joan, wei):
        send(patient, a_report(chills=1), ago=DAY)
        flagged(patient, LOW_PRESSURE)
    with django_assert_max_num_queries(20) as four_rows:
        assert len(names(board())) == 4
    assert len(four_rows) == len(one_row)


def test_what_a_patient_types_is_shown_as_text(rosa, amira, browser_of):
    report = a_report(flags=("chest_pain",))
    note = "<script>alert(1)</script> 🤒"
    flag = flagged(rosa, type(report)(red_flags=report.red_flags, note=note))
    page = browser_of(amira).get(reverse("team:flag", args=[flag.pk])).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 🤒" in page
