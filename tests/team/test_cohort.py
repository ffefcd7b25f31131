"""The figures of a cohort: what counts, checked by counting in plain Python; who may; what leaves."""

import csv
import datetime as dt
import io
import uuid
from collections import defaultdict
from typing import Any
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from accounts.models import AccessEvent, Membership
from tests.people import drug
from tests.team.conftest import CHEST_PAIN, LOW_PRESSURE, flagged, send
from tests.test_messaging import CHEST, write
from tests.triage.build import a_report
from tracker.demo.crowd.people import SHARES
from tracker.demo.crowd.seed import Size, seed_crowd
from tracker.models import CheckIn, Course, Flag, Patient
from tracker.team.cohort import figures
from tracker.team.cohort.cohort import Cohort
from tracker.team.cohort.exports import as_png
from tracker.team.cohort.pictures import FIGURES, figure
from tracker.team.cohort.slide import Key, Slide
from tracker.team.cohort.stretches import Away, Known, Stretch, aways, stretches
from tracker.triage.report import Level

pytestmark = pytest.mark.django_db

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
PAGE = reverse("team:cohort")
SOMEBODY = uuid.UUID(int=1)
FIRST = dt.date(2026, 3, 1)


def file(name, kind):
    return reverse("team:cohort_file", args=[name, kind])


FILES = [
    *(file(name, "csv") for name in FIGURES),
    *(file(name, kind) for name in FIGURES if name != "late" for kind in ("svg", "png")),
]


@pytest.fixture
def amiras(amira, browser_of):
    return browser_of(amira)


@pytest.fixture
def crowd(team, amira):
    """Twelve of Amira's patients with forty reports or so each."""
    for code in SHARES:
        drug(code)
    seed_crowd(Size(patients=30, check_ins=1_500, open_flags=3), timezone.now(), into=[team.name])


def cohort_of(user, team, code, days=84, **asked):
    now = timezone.now()
    until = timezone.localdate(now, team.zone) - DAY
    asked = {"bars": "week", "least": 2, "since": until - (days - 1) * DAY, "until": until, **asked}
    return Cohort(user=user, team=team, drug=drug(code), now=now, **asked)


def most_used(team):
    codes = list(Course.objects.filter(patient__team=team).values_list("drug__code", flat=True))
    return max(set(codes), key=codes.count)


# --- Who may ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [PAGE, *FILES])
@pytest.mark.parametrize(("who", "status"), [("amira", 200), ("lena", 404), ("ada", 404), ("rosa", 404)])
def test_people_of_a_team_may_and_nobody_else(url, who, status, rosa, request, browser_of):
    person = request.getfixturevalue(who)
    assert browser_of(getattr(person, "user", person)).get(url).status_code == status


def test_a_stranger_is_asked_to_sign_in(client, rosa):
    assert client.get(PAGE).status_code == client.get(FILES[0]).status_code == 302


def test_it_is_read_and_nothing_else(amiras, rosa):
    assert amiras.post(PAGE).status_code == amiras.post(FILES[0]).status_code == 405


def test_another_team_cannot_be_asked_for(rosa, team, noor, browser_of):
    page = browser_of(noor).get(PAGE, {"team": team.pk, "drug": "aldesleukin"})
    assert "No patient of your teams has a course of a drug yet." in page.text
    assert browser_of(noor).get(FILES[0], {"team": team.pk, "drug": "aldesleukin"}).status_code == 404


def test_the_team_of_others_is_no_choice_even_beside_an_own_one(
    rosa, dev, other_team, team, noor, browser_of
):
    Patient.objects.filter(pk=dev.pk).update(team=other_team)
    Course.objects.filter(patient=dev).update(team=other_team)
    page = browser_of(noor).get(PAGE, {"team": team.pk, "drug": "aldesleukin"})
    assert "Choose one of your teams." in page.text
    assert "Choose one of these drugs." in page.text
    assert "Harbour" not in page.text


def test_a_nurse_who_is_a_patient_too_does_not_count_herself(rosa, dev, team):
    Membership.objects.create(team=team, user=rosa.user, role="nurse")
    assert not cohort_of(rosa.user, team, "aldesleukin").stretches
    assert cohort_of(rosa.user, team, "interferon-alfa-2b").patients == {dev.pk}


# --- What counts: days --------------------------------------------------------------------------------------

NEAR = st.integers(0, 40).map(lambda days: FIRST + days * DAY)


@given(
    st.lists(st.tuples(NEAR, st.none() | st.integers(0, 20)), max_size=4, unique_by=lambda course: course[0]),
    st.lists(st.tuples(NEAR, st.integers(0, 9)), max_size=3),
    NEAR,
    NEAR,
)
def test_stretches_have_every_day_in_treatment_once_and_no_other(courses, pauses, begins, ends):
    known = sorted((start, None if length is None else start + length * DAY) for start, length in courses)
    away = [Away(start, start + length * DAY) for start, length in pauses]
    found = stretches(SOMEBODY, known, begins, ends, away)
    told = [(each.first + at * DAY, each.started_on) for each in found for at in range(len(each))]
    expected = []
    for at in range((ends - begins).days + 1):
        day = begins + at * DAY
        [*begun] = [course for course in known if course[0] <= day]
        is_away = any(each.first <= day <= each.last for each in away)
        if begun and not is_away and (begun[-1][1] is None or day <= begun[-1][1]):
            expected.append((day, begun[-1][0]))
    assert told == expected


def on(day):
    return FIRST + (day - 1) * DAY


def test_a_pause_counts_as_the_row_had_it_at_the_end_of_each_day():
    known = [Known(on(1), None, None), Known(on(5), on(5), on(12)), Known(on(8), on(5), on(8))]
    assert aways(known) == [Away(on(5), on(7)), Away(on(8), on(8))]
    assert aways([Known(on(5), on(2), on(6))]) == [Away(on(2), on(6))]
    assert aways([Known(on(5), None, on(6))]) == [Away(on(5), on(6))]
    assert aways([Known(on(1), None, None), Known(on(9), on(9), on(8))]) == []


def test_days_before_enrolment_after_leaving_and_of_today_do_not_count(dev, team, amira):
    today = dev.today(timezone.now())
    Patient.objects.filter(pk=dev.pk).update(enrolled_on=today - 10 * DAY, left_on=today - 3 * DAY)
    [only] = cohort_of(amira, team, "interferon-alfa-2b").stretches
    assert (only.first, only.last) == (today - 10 * DAY, today - 4 * DAY)
    Patient.objects.filter(pk=dev.pk).update(left_on=None)
    [only] = cohort_of(amira, team, "interferon-alfa-2b").stretches
    assert only.last == today - DAY


def test_a_pause_is_left_out(rosa, team, amira):
    today = rosa.today(timezone.now())
    before = sum(map(len, cohort_of(amira, team, "aldesleukin").stretches))
    rosa.paused_from, rosa.paused_until = today - 6 * DAY, today - 4 * DAY
    rosa.save()
    history: Any = Patient.pgh_event_model  # type: ignore[attr-defined]
    events = history.objects.filter(pgh_obj=rosa)
    events.filter(paused_until=None).update(pgh_created_at=timezone.now() - 30 * DAY)
    events.exclude(paused_until=None).update(pgh_created_at=timezone.now() - 6 * DAY)
    assert sum(map(len, cohort_of(amira, team, "aldesleukin").stretches)) == before - 3


# --- What counts: figures, against plain Python -------------------------------------------------------------


def in_plain_python(cohort):
    """Day by day and report by report: what the page has to say."""
    days = {
        (each.patient, each.first + at * DAY): (each.first + at * DAY - each.started_on).days + 1
        for each in cohort.stretches
        for at in range(len(each))
    }
    corrected = set(CheckIn.objects.exclude(amends=None).values_list("amends", flat=True))
    reports = [
        each
        for each in CheckIn.objects.all()
        if (each.patient_id, each.day) in days and each.is_of_a_day and each.pk not in corrected
    ]
    return days, reports


def spans_in_plain_python(days, reports, length):
    patients: Any = defaultdict(set)
    told: Any = defaultdict(set)
    expected: Any = defaultdict(int)
    count: Any = defaultdict(int)
    worst: Any = {}
    for (patient, _day), number in days.items():
        span = (number - 1) // length + 1
        patients[span].add(patient)
        expected[span] += 1
    for each in reports:
        span = (days[each.patient_id, each.day] - 1) // length + 1
        told[span].add((each.patient_id, each.day))
        count[span] += 1
        if each.grades:
            key = (span, each.patient_id)
            worst[key] = max(worst.get(key, 0), *each.grades.values(), 0)
    return [
        figures.Span(
            span,
            len(patients[span]),
            expected[span],
            len(told[span]),
            count[span],
            {
                grade: sum(key[0] == span and value == grade for key, value in worst.items())
                for grade in range(5)
            },
        )
        for span in sorted(patients)
    ]


def symptoms_in_plain_python(days, reports, least):
    worst: Any = {}
    for each in reports:
        week = (days[each.patient_id, each.day] - 1) // 7 + 1
        for code, grade in each.grades.items():
            key = (code, week, each.patient_id)
            worst[key] = max(worst.get(key, 0), grade)
    cells: Any = defaultdict(lambda: [0, 0])
    for (code, week, _patient), grade in worst.items():
        cells[code, week][0] += 1
        cells[code, week][1] += grade >= least
    return {key: tuple(counts) for key, counts in cells.items()}


def test_the_figures_are_what_counting_by_hand_gives(crowd, team, amira, rosa):
    code = most_used(team)
    # What the crowd does not have: a correction, two reports of a day, a call, a report without grades.
    someone = Patient.objects.filter(courses__drug__code=code, courses__ended_on=None, left_on=None).first()
    assert someone
    Patient.objects.filter(pk=someone.pk).update(paused_from=None, paused_until=None)
    first = send(someone, a_report(nausea=4), ago=2 * DAY).check_in
    send(someone, a_report(nausea=1), ago=2 * DAY - HOUR, id=first.pk)
    send(someone, a_report(fatigue=3), ago=2 * DAY - 2 * HOUR)
    send(someone, a_report(readings={"pulse": 70}), ago=DAY)
    assert CheckIn.objects.exclude(amends=None).exists()
    for least in (2, 3):
        cohort = cohort_of(amira, team, code, least=least)
        days, reports = in_plain_python(cohort)
        assert len(reports) > 50
        assert cohort.weeks == spans_in_plain_python(days, reports, 7)
        assert figures.by_day(cohort.stretches) == spans_in_plain_python(days, reports, 1)
        told = {
            (row.code, week): (cell.asked, cell.bad)
            for row in cohort.symptoms
            for week, cell in row.cells.items()
        }
        expected = symptoms_in_plain_python(days, reports, least)
        bad = {code for (code, _week), counts in expected.items() if counts[1]}
        assert told == {key: counts for key, counts in expected.items() if key[0] in bad}
    raised = [
        flag
        for flag in Flag.objects.all()
        if (flag.patient_id, flag.raised_at.astimezone(team.zone).date()) in days
    ]
    assert raised
    assert set(cohort.flags.all) == {flag.pk for flag in raised}
    for level in (Level.EMERGENCY, Level.URGENT, Level.ROUTINE):
        assert len(cohort.flags.flags[level]) == sum(flag.level == level for flag in raised)
    assert cohort.flags.reports == len(reports) == cohort.whole.reports
    assert len(cohort.answers.answers) >= len(raised)


def test_a_day_without_a_report_is_not_known_and_never_none(rosa, team, amira):
    [week] = cohort_of(amira, team, "aldesleukin", days=1).weeks
    assert week.patients == week.not_known == 1
    assert (week.expected, week.reported, sum(week.worst.values())) == (1, 0, 0)
    send(rosa, a_report(asked=("chills",)), ago=DAY)
    [week] = cohort_of(amira, team, "aldesleukin", days=1).weeks
    assert (week.reported, week.worst[0], week.not_known) == (1, 1, 0)


def test_a_serious_message_is_no_report_of_its_day(rosa, team, amira):
    assert write(rosa, CHEST, now=timezone.now() - DAY).message.check_in
    cohort = cohort_of(amira, team, "aldesleukin", days=1)
    assert (cohort.whole.reported, cohort.whole.reports) == (0, 0)


def test_response_times_are_those_of_the_flags_of_these_days(rosa, dev, team, amira):
    flag = flagged(rosa, CHEST_PAIN, ago=DAY)
    flag.claim(by=amira, now=flag.raised_at + dt.timedelta(minutes=25))
    flagged(rosa, LOW_PRESSURE, ago=HOUR)  # joins: of today, and not in the period
    flagged(dev, CHEST_PAIN, ago=DAY)  # another drug
    told = cohort_of(amira, team, "aldesleukin").answers
    assert [wait.flag for wait in told.answers] == [flag.pk, flag.pk]
    assert {late.flag.patient for late in told.late} == {rosa}


# --- Small numbers ------------------------------------------------------------------------------------------


def test_of_fewer_than_five_patients_no_share_is_drawn(rosa, team, amira, amiras):
    send(rosa, a_report(chills=3, fatigue=2), ago=DAY)
    cohort = cohort_of(amira, team, "aldesleukin")
    for name in ("grades", "completion"):
        slide = str(figure(cohort, name).slide)
        assert "too few patients" in slide
        assert "#C4481C" not in slide.split("</desc>")[1].split("too few")[0]
    heat = figure(cohort, "symptoms")
    assert "100 %" not in str(heat.rows)
    assert "1 of 1" in str(heat.rows)
    assert "No symptom was that bad in a week with 5 patients or more." in amiras.get(PAGE).text


# --- The page -----------------------------------------------------------------------------------------------


def test_each_figure_has_its_sentence_its_picture_and_its_table(crowd, team, amiras):
    page = amiras.get(PAGE, {"drug": most_used(team)})
    assert page.status_code == 200
    for made in page.context["figures"]:
        assert made.summary in page.content.decode().replace("&amp;", "&")
        ElementTree.fromstring(str(made.slide))
        assert made.rows
        assert len({len(made.headings), *map(len, made.rows)}) == 1, made.name
        for kind in ("csv", "svg", "png"):
            assert file(made.name, kind) in page.text


def test_bars_can_be_days_and_only_severe_ones_be_counted(crowd, team, amiras):
    page = amiras.get(PAGE, {"drug": most_used(team), "bars": "day", "least": "3"}).text
    assert "Worst grade by treatment day" in page
    assert "Symptoms severe or worse" in page


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"since": "2026-13-01"}, "Write the day like 2026-11-23."),
        ({"until": "2999-01-01"}, "This day is not over yet."),
        ({"since": ""}, "Choose the first day."),
        ({"since": "2020-01-01"}, "Choose a year at most."),
        ({"drug": "water"}, "Choose one of these drugs."),
        ({"team": "x"}, "Choose one of your teams."),
        ({"least": "9"}, "Choose moderate or severe."),
        ({"bars": "hour"}, "Choose week or day."),
    ],
)
def test_what_cannot_be_asked_is_said_beside_it_and_kept(asked, words, rosa, amiras):
    page = amiras.get(PAGE, {"until": "2026-11-01", **asked} if "until" not in asked else asked)
    assert page.status_code == 200
    assert words in page.text
    assert "figures" not in page.context
    for value in asked.values():
        if value and "since" in asked:
            assert f'value="{value}"' in page.text
    assert amiras.get(FILES[0], {"until": "2026-11-01", **asked}).status_code == 404


def test_days_without_anybody_in_treatment_say_so(rosa, amiras):
    page = amiras.get(PAGE, {"since": "2020-01-01", "until": "2020-02-01", "drug": "aldesleukin"})
    assert "No patient of this team was on this drug in these days." in page.text
    assert (
        amiras.get(file("grades", "png"), {"since": "2020-01-01", "until": "2020-02-01"}).status_code == 200
    )


def test_the_board_leads_there(rosa, amiras):
    assert f'href="{PAGE}"' in amiras.get(reverse("team:board")).text
    assert f'href="{PAGE}"' in amiras.get(reverse("team:report")).text


def test_the_page_takes_as_many_queries_whatever_happened(crowd, team, amiras, django_assert_max_num_queries):
    code = most_used(team)
    with django_assert_max_num_queries(27) as few:
        amiras.get(PAGE, {"drug": code})
    seed_crowd(Size(patients=20, check_ins=900, open_flags=5), timezone.now(), seed=2, into=[team.name])
    with django_assert_max_num_queries(27) as many:
        amiras.get(PAGE, {"drug": code})
    assert len(many) == len(few)


# --- Files --------------------------------------------------------------------------------------------------


def test_a_table_is_a_file_for_a_spreadsheet(crowd, team, amiras):
    answer = amiras.get(file("completion", "csv"), {"drug": most_used(team)})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="completion-')
    [header, first, *_rest] = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert header == ["Week of treatment", "Patients in treatment", "Days expected", "Days reported", "Share"]
    assert first[0] == "1"


def test_no_name_is_taken_for_a_formula(rosa, amiras):
    Patient.objects.filter(pk=rosa.pk).update(name="=HYPERLINK(1)")
    flagged(rosa, CHEST_PAIN, ago=DAY)
    [_header, line] = csv.reader(io.StringIO(amiras.get(file("late", "csv")).content.decode("utf-8-sig")))
    assert line[0] == "'=HYPERLINK(1)"


def test_a_name_of_a_team_is_text_in_a_picture(rosa, team, amiras):
    team.name = "<script>&\"'"
    team.save()
    svg = amiras.get(file("grades", "svg"))
    assert svg["Content-Type"] == "image/svg+xml"
    root = ElementTree.fromstring(svg.content)
    assert {each.tag.rpartition("}")[2] for each in root.iter()} <= {
        "svg",
        "title",
        "desc",
        "rect",
        "line",
        "text",
    }
    assert any("<script>" in (each.text or "") for each in root.iter())


def test_a_png_is_a_slide_with_something_on_it():
    slide = Slide("Title", "Subtitle", "Summary", [Key("Key", "#C4481C")])
    slide.box(200, 200, 300, 300, "#C4481C")
    image = Image.open(io.BytesIO(as_png(slide)))
    assert (image.format, image.size) == ("PNG", (1920, 1080))
    pixels: Any = image.convert("RGB")
    assert pixels.getpixel((1900, 1000)) == (255, 255, 255)
    assert pixels.getpixel((450, 450)) == (0xC4, 0x48, 0x1C)
    title = pixels.crop((60, 40, 400, 95))
    dark = sum(count for count, colour in title.getcolors(100_000) if sum(colour) < 200)
    assert dark > 300  # letters, in our own typeface
    assert as_png(slide) == as_png(slide)


def test_the_png_of_the_page_is_one(rosa, amiras):
    answer = amiras.get(file("answers", "png"))
    assert answer["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == (1920, 1080)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("late", "png"), ("late", "svg"), ("nothing", "csv"), ("grades", "pdf"), ("grades", "exe")],
)
def test_there_are_no_other_files(name, kind, rosa, amiras):
    assert amiras.get(f"/team/cohort/{name}.{kind}").status_code == 404


# --- What is written down -----------------------------------------------------------------------------------


def looks():
    return list(AccessEvent.objects.values_list("what", "patient_id"))


def test_the_page_is_a_look_at_those_whom_it_names(rosa, wei, amiras):
    amiras.get(PAGE, {"drug": "aldesleukin"})
    assert looks() == []
    flagged(rosa, CHEST_PAIN, ago=DAY)
    amiras.get(PAGE, {"drug": "aldesleukin"})
    assert looks() == [("report", rosa.pk)]


@pytest.mark.parametrize("kind", ["csv", "svg", "png"])
def test_a_file_is_written_down_for_everybody_who_counts_in_it(kind, rosa, dev, amiras):
    amiras.get(file("grades", kind), {"drug": "aldesleukin"})
    assert looks() == [("export", rosa.pk)]


def test_the_list_of_late_answers_is_written_down_for_those_on_it(rosa, amiras):
    amiras.get(file("late", "csv"), {"drug": "aldesleukin"})
    assert looks() == []
    flagged(rosa, CHEST_PAIN, ago=DAY)
    amiras.get(file("late", "csv"), {"drug": "aldesleukin"})
    assert looks() == [("export", rosa.pk)]


def test_a_stretch_is_as_long_as_its_days():
    assert len(Stretch(SOMEBODY, FIRST, FIRST, FIRST)) == 1
