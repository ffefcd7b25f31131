"""Response times: who may see them, what counts, and what goes into the CSV."""

import csv
import datetime as dt
import io
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent, CareTeam, Membership
from tests.team.conftest import CHEST_PAIN, LOW_PRESSURE, flagged, send
from tracker.alerts import canary, escalate
from tracker.exchange.cells import defused
from tracker.models import EscalationPolicy, Flag
from tracker.team import report as reporting
from tracker.team.report import Month
from tracker.triage.report import Level

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
MADRID = ZoneInfo("Europe/Madrid")
NOON = dt.datetime(2026, 11, 18, 12, tzinfo=MADRID)
REPORT = reverse("team:report")
CSV = reverse("team:late_csv", args=["2026-11"])


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def amiras(amira, browser_of):
    return browser_of(amira)


def answered(flag, by, after):
    flag.claim(by=by, now=flag.raised_at + after)
    return flag


def lines(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


# --- Who may ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [REPORT, reverse("team:report_of", args=["2026-11"]), CSV])
@pytest.mark.parametrize(("who", "status"), [("amira", 200), ("noor", 200), ("lena", 404), ("ada", 404)])
def test_people_of_a_team_may_and_nobody_else(url, who, status, request, browser_of):
    assert browser_of(request.getfixturevalue(who)).get(url).status_code == status


@pytest.mark.parametrize("url", [REPORT, CSV])
def test_a_stranger_is_asked_to_sign_in(url, client):
    assert client.get(url).status_code == 302


@pytest.mark.parametrize("url", [REPORT, CSV])
def test_it_is_read_and_nothing_else(url, amiras):
    assert amiras.post(url).status_code == 405


def test_the_nurse_of_another_team_reads_nothing_of_it(rosa, noor, browser_of):
    flagged(rosa, ago=HOUR)
    browser = browser_of(noor)
    page = browser.get(REPORT).text
    assert "Rosa" not in page
    assert "No flag waited in this month." in page
    assert lines(browser.get(CSV)) == []
    assert not AccessEvent.objects.exists()


def test_a_nurse_who_is_a_patient_too_does_not_meet_herself(rosa, dev, team, browser_of):
    Membership.objects.create(team=team, user=rosa.user, role="nurse")
    flagged(rosa, ago=HOUR)
    flagged(dev, ago=HOUR)
    assert [each["Patient"] for each in lines(browser_of(rosa.user).get(CSV))] == ["Dev Patel"]


# --- What is written down -----------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [REPORT, CSV])
def test_every_named_patient_was_looked_at_once(url, rosa, dev, amira, amiras):
    late = flagged(rosa, ago=5 * HOUR)
    late.claim(by=amira, now=NOON - 4 * HOUR)
    escalate.due(NOON)  # late a second time: without an outcome
    answered(flagged(dev, ago=HOUR), amira, MINUTE)
    amiras.get(url)
    looks = AccessEvent.objects.values_list("what", "actor", "patient_id", "team")
    assert list(looks) == [("report", amira.pk, rosa.pk, rosa.team_id)]


# --- What counts --------------------------------------------------------------------------------------------


def test_a_wait_is_on_the_page_with_its_figures_and_its_patient(rosa, amira, amiras):
    flag = answered(flagged(rosa, CHEST_PAIN, ago=2 * HOUR), amira, 25 * MINUTE)
    flag.resolve(by=amira, outcome="called", note="", seen=1, now=NOON)
    page = amiras.get(REPORT)
    for words in (
        "Response times, November 2026",
        "1 wait for an answer: median 25 min, 0 % in time.",
        f'href="{reverse("team:flag", args=[flag.pk])}"',
        "15 min",
        "Amira Nasser",
        "Wed 18 Nov, 10:00",
        '<th scope="row">10</th>',
    ):
        assert words in page.text
    [made] = page.context["reports"]
    over_by = [(late.what, late.wait.over_by) for late in made.late]
    assert over_by == [("an outcome", 35 * MINUTE), ("an answer", 15 * MINUTE)]


def test_a_wait_that_is_not_over_says_so(rosa, amiras):
    flagged(rosa, LOW_PRESSURE, ago=HOUR)
    page = amiras.get(REPORT).text
    assert "1 is not over." in page
    assert "not over yet" in page
    assert "nobody yet" in page


def test_whoever_was_in_time_is_in_no_list(rosa, amira, amiras):
    answered(flagged(rosa, LOW_PRESSURE, ago=HOUR), amira, 30 * MINUTE)
    page = amiras.get(REPORT).text
    assert "100 % in time" in page
    assert "Nobody waited longer than the target." in page
    assert "Rosa" not in page


def test_an_outcome_is_measured_by_the_teams_own_policy(rosa, team, amira, amiras):
    EscalationPolicy.objects.filter(team=team, level=Level.URGENT).update(outcome_minutes=20)
    answered(flagged(rosa, LOW_PRESSURE, ago=HOUR), amira, 10 * MINUTE)
    [late] = amiras.get(REPORT).context["reports"][0].late
    assert (late.what, late.wait.over_by) == ("an outcome", 30 * MINUTE)


def test_a_team_without_policies_has_the_usual_times(team):
    EscalationPolicy.objects.all().delete()
    times = EscalationPolicy.objects.outcome_times([team.pk])[team.pk]
    assert times == {level: EscalationPolicy.objects.outcome_time(team.pk, level) for level in times}
    assert times[Level.EMERGENCY] == HOUR


def test_months_begin_and_end_by_the_teams_clock(rosa, dev, amira, amiras):
    first = dt.datetime(2026, 11, 1, tzinfo=MADRID)
    for patient, since in ((rosa, first - HOUR), (dev, first)):
        answered(flagged(patient, LOW_PRESSURE, ago=NOON - since), amira, MINUTE)
        Flag.objects.get(patient=patient).resolve(
            by=amira, outcome="called", note="", seen=1, now=since + 2 * MINUTE
        )
    for month, counted in (("2026-10", 1), ("2026-11", 1), ("2026-09", 0)):
        [made] = amiras.get(reverse("team:report_of", args=[month])).context["reports"]
        assert len(made.answers) == counted, month


@pytest.mark.parametrize(
    "month", ["2026-13", "2026-1", "2026-12", "0001-01", "1999-12", "9999-12", "now", "2026-11-01", "²026-11"]
)
def test_what_is_no_month_or_has_not_begun_is_not_found(month, amiras):
    assert amiras.get(f"/team/report/{month}/").status_code == 404
    assert amiras.get(f"/team/report/{month}/late.csv").status_code == 404


def test_the_next_month_is_offered_once_it_has_begun(amiras):
    december = reverse("team:report_of", args=["2026-12"])
    assert december not in amiras.get(REPORT).text
    assert reverse("team:report_of", args=["2026-10"]) in amiras.get(REPORT).text
    assert REPORT + "2026-11/" in amiras.get(reverse("team:report_of", args=["2026-10"])).text


def test_the_invented_patient_never_counts(rosa, amira, amiras):
    canary.due(NOON - HOUR)
    Membership.objects.create(team=CareTeam.objects.get(name=canary.NAME), user=amira, role="nurse")
    page = amiras.get(REPORT)
    assert [len(each.answers) for each in page.context["reports"]] == [0, 0]
    assert lines(amiras.get(CSV)) == []


def test_each_team_has_its_own_figures(rosa, other_team, amira, amiras, noor):
    Membership.objects.create(team=other_team, user=amira, role="nurse")
    flagged(rosa, ago=HOUR)
    made = amiras.get(REPORT).context["reports"]
    assert [(each.team.name, len(each.answers)) for each in made] == [
        ("Harbour Clinic", 1),
        (str(other_team), 0),
    ]


def test_the_page_costs_the_same_whatever_happened(
    rosa, dev, joan, wei, amiras, django_assert_max_num_queries
):
    flagged(rosa, ago=HOUR)
    with django_assert_max_num_queries(16) as one:
        amiras.get(REPORT)
    for patient in (dev, joan, wei):
        flagged(patient, LOW_PRESSURE, ago=3 * HOUR)
        send(patient, CHEST_PAIN, ago=HOUR)
    with django_assert_max_num_queries(16) as more:
        amiras.get(REPORT)
    assert len(more) == len(one)


# --- CSV ----------------------------------------------------------------------------------------------------


def test_the_csv_has_the_late_waits(rosa, dev, amira, amiras):
    flag = answered(flagged(rosa, CHEST_PAIN, ago=25 * MINUTE), amira, 15 * MINUTE)
    answered(flagged(dev, LOW_PRESSURE, ago=HOUR), amira, MINUTE)
    answer = amiras.get(CSV)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="late-2026-11.csv"'
    assert "no-store" in answer["Cache-Control"]
    assert lines(answer) == [
        {
            "Team": "Harbour Clinic",
            "Patient": "Rosa Martín",
            "Level": "emergency",
            "Waited for": "an answer",
            "Since": "2026-11-18 11:35:00+01:00",
            "Waited, minutes": "15",
            "Over target by, minutes": "5",
            "Answered by": "Amira Nasser",
            "Flag": str(flag.pk),
        }
    ]


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_name_is_taken_for_a_formula(first, rosa, amiras):
    rosa.name = f"{first}HYPERLINK(1)"
    rosa.save()
    flagged(rosa, ago=HOUR)
    [line] = lines(amiras.get(CSV))
    assert line["Patient"].replace("\r\n", "\n").startswith(f"'{first}".replace("\r\n", "\n"))
    assert defused("Rosa = 1") == "Rosa = 1"


# --- The board ----------------------------------------------------------------------------------------------


def test_the_board_says_how_this_month_goes(rosa, dev, amira, amiras):
    months = reverse("team:months")
    assert "This month: no flag yet" in amiras.get(months).text
    answered(flagged(rosa, CHEST_PAIN, ago=HOUR), amira, 4 * MINUTE)
    answered(flagged(dev, CHEST_PAIN, ago=HOUR), amira, 14 * MINUTE)
    page = amiras.get(months).text
    assert "This month: median 4 min, 50 % in time" in page
    assert f'href="{REPORT}"' in page


def test_the_board_fetches_that_line_and_leads_to_the_figures_without_it(amiras):
    page = amiras.get(reverse("team:board")).text
    assert f'hx-get="{reverse("team:months")}"' in page
    assert f'href="{REPORT}"' in page


def test_outsiders_have_no_such_line(browser_of, rosa):
    assert browser_of(rosa.user).get(reverse("team:months")).status_code == 404


def test_the_boards_line_takes_one_query(rosa, amira, django_assert_num_queries):
    flagged(rosa, ago=HOUR)
    prefetch_related_objects([amira], "memberships__team")  # as every page has them at hand
    with django_assert_num_queries(1):
        [(team, figures)] = reporting.in_short(amira, timezone.now())
    assert (team, figures.count) == (rosa.team, 1)


def test_a_month_is_followed_by_the_next_and_the_one_before():
    month = Month.of(dt.date(2026, 12, 31))
    assert (str(month.previous), str(month), str(month.next)) == ("2026-11", "2026-12", "2027-01")
