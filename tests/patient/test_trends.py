"""How you've been: a sentence that is true, the days, the readings in one's own units."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from education.grades import grades, sentences
from tests.patient.conftest import kept
from tests.patient.test_pages import text
from tests.team.conftest import send as submit
from tests.triage.build import a_report
from tracker import charts
from tracker.charts import LoggedDay
from tracker.exchange.diary import call_limits
from tracker.models import CheckIn, Course, Dose, PatientLimit
from tracker.patient.charts import COURSE_WORDS, SENTENCES_SHOWN, reading_summary, summary
from tracker.patient.subjects import SUBJECTS
from tracker.triage.symptoms import SYMPTOMS

pytestmark = pytest.mark.django_db
TRENDS = reverse("patient:trends")
TODAY = dt.date(2026, 11, 23)


def told(*days: dict[str, int] | None, skipped: tuple[str, ...] = ()) -> list[str]:
    """The sentences about days in a row, the last of them today; None: not logged. `skipped`: on the last."""
    calendar = charts.calendar(TODAY, len(days))
    logged = {
        day: LoggedDay(day, grades, frozenset(skipped if day == TODAY else ()))
        for day, grades in zip(calendar, days, strict=True)
        if grades is not None
    }
    return summary(charts.heat_map(logged, calendar, (), {}))


def chills(*grades: int | None) -> list[dict[str, int] | None]:
    return [None if each is None else {"chills": each} for each in grades]


# --- The sentence -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grades", "sentence"),
    [
        ((1, 3, 2, 1, 1), "Your chills were worst on 20 November and are easing."),
        ((0, 1, 2, 3), "Your chills are getting worse. The worst day was 23 November."),
        ((2, 2, 2, 2), "Your chills are about the same. The worst day was 23 November."),
        ((0, 0, 1, 3, 2), "Your chills go up and down. The worst day was 22 November."),
        ((3, 1, 0, 0), "Your chills were worst on 20 November. You last told us of them on 21 November."),
        ((3, 0, 0, 1, 1), "Your chills came back on 22 November. The worst day was 19 November."),
        ((1, 0, 0, 3), "Your chills came back on 23 November, and that was the worst day."),
        (
            (1, 3, None, None, None),
            "Your chills were worst on 20 November. We last heard about them on 20 November.",
        ),
    ],
)
def test_the_first_sentence_is_true(grades, sentence):
    assert told(*chills(*grades))[0] == sentence


def test_one_thing_is_not_many():
    [first, *_] = told(*[{"fatigue": each} for each in (1, 3, 2, 1, 1)])
    assert first == "Your tiredness was worst on 20 November and is easing."


def test_nothing_logged_is_said_without_blame():
    assert told(None, None) == ["There is no check-in in the last 2 days. What you send us shows here."]


def test_no_side_effects():
    assert told({}, {"chills": 0}) == ["You told us of no side effects in these days."]


def test_one_check_in_has_a_worst_and_no_way_that_it_goes():
    assert told(None, {"chills": 3, "nausea": 1}) == [
        "Your chills were the worst of what you told us on 23 November.",
        "There is one check-in here. It takes more to see where things go.",
    ]
    assert told(None, {"chills": 0}) == [
        "There is one check-in here, of 23 November. You told us of no side effects."
    ]
    assert told(None, {}, skipped=("chills",))[0] == (
        "You told us of your chills on 23 November. We do not know how bad they were."
    )


def test_a_symptom_told_once_makes_no_trend():
    assert told({}, {"nausea": 2})[0] == (
        "You told us once of your nausea, on 23 November. It takes more days to see where this goes."
    )


def test_a_symptom_that_was_never_described():
    assert told({}, {}, skipped=("rash",))[0] == (
        "You told us of your rash on 23 November. We do not know how bad it was."
    )


def test_how_bad_it_was_lately_is_not_made_up():
    days = [{"chills": 3}, {"chills": 2}, {}]
    assert told(*days, skipped=("chills",))[0] == (
        "Your chills were worst on 21 November. We do not know how bad they were on 23 November."
    )


def test_gaps_are_told_and_so_is_an_old_end():
    assert told(*chills(1, None, 1, 1))[-1] == "You checked in on 3 of the last 4 days."
    assert told(*chills(1, 1, None, None, None))[-2:] == [
        "You checked in on 2 of the last 5 days.",
        "Your last check-in here is of 20 November.",
    ]


def test_what_gets_worse_is_told_beside_what_was_worst():
    days = [{"chills": 4, "nausea": 3, "rash": 0}, {"chills": 1, "nausea": 3, "rash": 1}] * 2
    days += [{"chills": 0, "nausea": 3, "rash": 2}, {"chills": 0, "nausea": 3, "rash": 2}]
    sentences = told(*days)
    assert "chills" in sentences[0]
    assert sentences[1].startswith("Your rash is getting worse")


def test_no_more_than_a_few_are_told():
    worse = [dict.fromkeys(("chills", "nausea", "rash", "cough", "hives"), each) for each in (0, 1, 2, 3)]
    assert len(told(*worse)) == SENTENCES_SHOWN


def test_every_symptom_has_words_for_a_sentence():
    assert SUBJECTS.keys() == SYMPTOMS.keys()


def test_sentences_are_easy_to_read():
    values = {"many": 2, "symptom": "your chills"} | dict.fromkeys(
        ("worst", "last", "heard", "back"), "2 May"
    )
    said = "\n".join(str(words % values) for words in COURSE_WORDS.values())
    assert grades(sentences(said)).worst <= 6


# --- Readings in words --------------------------------------------------------------------------------------


def reading(values: list[dict[str, float]], **options) -> str:
    calendar = charts.calendar(TODAY, len(values))
    logged = {day: LoggedDay(day, readings=each) for day, each in zip(calendar, values, strict=True)}
    [chart] = charts.reading_charts(logged, calendar, options.pop("usual", {}), options)
    return reading_summary(chart)


def test_readings_are_summed_up():
    words = reading(
        [{"temperature": 36.6}, {"temperature": 38.2}], usual={"temperature": 36.7}, temperature=38.0
    )
    assert words == (
        "The last one was 38.2 °C, on 23 November. The lowest was 36.6, the highest 38.2. "
        "Your usual is 36.7. Call us if it is 38.0 °C or more."
    )
    pressures = [{"systolic": 120.0, "diastolic": 80.0}, {"systolic": 110.0, "diastolic": 70.0}]
    assert reading(pressures).endswith("The upper number went from 110 to 120.")
    assert reading([{"spo2": 97.0}], spo2=95) == (
        "The last one was 97%, on 23 November. Call us if it is below 95%."
    )
    assert reading([{"pulse": 80.0}], pulse=110).endswith("Call us if it is over 110 beats a minute.")


# --- The page -----------------------------------------------------------------------------------------------


def on_day(rosa, ago: int, **answers) -> CheckIn:
    return submit(rosa, a_report(**answers), ago=dt.timedelta(days=ago)).check_in


def columns(page: str) -> int:
    return len(re.findall(r'<th scope="col" class="[^"]*">', page))


def test_the_page_begins_empty_and_fills(as_rosa, rosa):
    assert "There is no check-in in the last 28 days." in text(as_rosa.get(TRENDS))
    on_day(rosa, 2, chills=3, readings={"systolic": 120, "diastolic": 80})
    on_day(rosa, 1, chills=1)
    page = text(as_rosa.get(TRENDS))
    assert "and are easing." in page
    assert "120/80" in page


@pytest.mark.parametrize(
    ("asked", "shown", "hidden"),
    [
        ("", 28, 21),
        ("?days=7", 7, 0),
        ("?days=28", 28, 0),
        ("?days=84", 84, 0),
        ("?days=9999", 28, 21),
        ("?days=x", 28, 21),
    ],
)
def test_as_many_days_as_were_asked_for(as_rosa, rosa, asked, shown, hidden):
    on_day(rosa, 0, chills=1)
    page = as_rosa.get(TRENDS + asked).content.decode()
    assert columns(page) == shown
    assert len(re.findall(r'<th scope="col" class="[^"]*older', page)) == hidden


def test_treatment_days_are_marked_by_sign_and_word(as_rosa, rosa):
    on_day(rosa, 0, chills=1)
    Dose.objects.filter(patient=rosa).delete()
    course = Course.objects.filter(patient=rosa)[0]
    given_at = timezone.now() - dt.timedelta(days=1)
    Dose.objects.create(team=rosa.team, patient=rosa, course=course, given_at=given_at)
    head = as_rosa.get(TRENDS).content.decode().split("</thead>")[0]
    assert head.count("treatment day") == head.count("dose-mark") == 1


def test_a_late_report_counts_on_its_day_and_a_correction_takes_the_place_of_the_first(as_rosa, send, rosa):
    yesterday = rosa.today(timezone.now()) - dt.timedelta(days=1)
    answers = {"symptoms": ["chills"], "chills-frequency": "1"}
    send(day=yesterday.isoformat(), **answers, **{"chills-severity": "4"})
    first = kept()
    send(id=str(first.pk), day=yesterday.isoformat(), **answers, **{"chills-severity": "1"})
    assert CheckIn.objects.count() == 2
    row = as_rosa.get(TRENDS).content.decode().split("<tbody>")[1].split("</tr>")[0]
    cells = re.findall(r"grade-([\w-]+)", row)
    assert cells[-2:] == ["1", "not-logged"]
    assert "4" not in cells


def test_readings_stand_in_ones_own_units_as_they_were_typed(as_rosa, send, rosa):
    User.objects.filter(pk=rosa.user_id).update(temperature_unit="F", weight_unit="lb")
    done = send(temperature="101.2", temperature_unit="F", weight="136 lb")["Location"]
    page = text(as_rosa.get(TRENDS))
    for words in (
        "Temperature, °F",
        "<td>101.2</td>",
        "Weight, lb",
        "<td>136</td>",
        "Call us if it is 100.4 °F or more.",
    ):
        assert words in page
    answer = text(as_rosa.get(done))
    assert "101.2 °F" in answer
    assert "136 lb" in answer
    assert "You typed" not in answer


def test_what_was_converted_says_what_was_typed(as_rosa, send):
    answer = text(as_rosa.get(send(temperature="101.2", temperature_unit="F")["Location"]))
    assert "38.4 °C. You typed 101.2 °F." in answer


def test_a_limit_of_ones_own_is_the_one_on_the_page(as_rosa, rosa, amira):
    on_day(rosa, 0, readings={"temperature": 36.8})
    now = timezone.now()
    until = rosa.today(now) + dt.timedelta(days=5)
    PatientLimit.of(rosa, by=amira, name="fever", value=37.8, reason="Low usual.", expires_on=until, now=now)
    assert "Call us if it is 37.8 °C or more." in text(as_rosa.get(TRENDS))


@pytest.mark.parametrize(
    ("own", "days", "shown"),
    [(38.5, 0, 38.0), (38.5, 28, 38.0), (38.5, 29, 38.5), (38.5, -1, 38.5), (37.8, 28, 37.8)],
)
def test_a_limit_of_ones_own_makes_no_fever_after_chemotherapy_later(rosa, amira, own, days, shown):
    now = timezone.now()
    today = rosa.today(now)
    rosa.last_chemo_on = today - dt.timedelta(days=days)
    until = today + dt.timedelta(days=5)
    PatientLimit.of(rosa, by=amira, name="fever", value=own, reason="Usual.", expires_on=until, now=now)
    assert call_limits(rosa, now)["temperature"] == shown


def test_the_page_takes_few_queries_however_much_there_is(as_rosa, rosa):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            as_rosa.get(TRENDS + "?days=84")
        return len(captured)

    on_day(rosa, 0, chills=1, readings={"temperature": 37.0})
    first = queries()
    for ago in range(1, 6):
        on_day(rosa, ago, chills=1, nausea=2, readings={"temperature": 37.0, "pulse": 80})
    assert queries() == first <= 10
