"""Finding a patient by name, hospital number or birth date, among many."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent, CareTeam, User
from tests.searching import results
from tests.team.conftest import flagged
from tracker.models import Patient
from tracker.team.people.search import birth_dates, plain

TODAY = dt.date(2026, 11, 28)
APRIL = dt.date(1968, 4, 12)
DECEMBER = dt.date(1968, 12, 4)
pytestmark = pytest.mark.django_db


@pytest.fixture
def find(amira, amiras):
    def look(typed="", **query):
        return amiras.get(results("team:patients", amira, q=typed, **query))

    return look


def names(answer):
    return [patient.name for patient, *_words in answer.context["lines"]]


# --- Birth dates --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "dates"),
    [
        ("12.4.1968", [APRIL, DECEMBER]),
        ("12/04/1968", [APRIL, DECEMBER]),
        ("04-12-1968", [DECEMBER, APRIL]),
        ("1968-04-12", [APRIL]),
        ("1968/4/12", [APRIL]),
        ("13.4.1968", [dt.date(1968, 4, 13)]),
        ("4/13/1968", [dt.date(1968, 4, 13)]),
        ("12 04 68", [APRIL, DECEMBER]),
        ("12041968", [APRIL, DECEMBER]),
        ("19680412", [APRIL]),
        ("٠٤/١٣/١٩٦٨", [dt.date(1968, 4, 13)]),
        ("1.2.05", [dt.date(2005, 2, 1), dt.date(2005, 1, 2)]),
        ("31.2.1968", []),
        ("12.4.2027", []),
        ("1.1.1800", []),
        ("12.4.", []),
        ("12.4.19681", []),
        ("rosa", []),
        ("", []),
    ],
)
def test_a_birth_date_is_read_in_every_way_in_which_it_can_be_meant(typed, dates):
    found = birth_dates(typed, TODAY)
    assert set(found) >= set(dates)
    assert {each.year for each in found} <= {each.year for each in dates} | {1905}
    assert bool(found) == bool(dates)


def test_accents_and_case_do_not_count():
    assert plain("MARTÍN Łukasz Øst") == plain("martin lukasz ost") == "martin lukasz ost"


# --- The box ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "rosa",
        "martin",
        "MARTÍN",
        "martín, rosa",
        "os art",
        "12.4.1968",
        "1968-04-12",
        "12/04/68",
        "h-12",
        "H12/7",
    ],
)
def test_rosa_is_found_by_anything_that_is_hers(typed, rosa, dev, find):
    Patient.objects.filter(pk=rosa.pk).update(record_number="H 12-7")
    assert names(find(typed)) == ["Rosa Martín"]


@pytest.mark.parametrize(
    "typed", ["zoe", "rosa patel", "%", "_", "12.4.1969", "H99", "<script>", "\\", "' or 1=1"]
)
def test_nobody_is_found_by_what_is_nobodys(typed, rosa, dev, find):
    Patient.objects.filter(pk=rosa.pk).update(record_number="H 12-7")
    answer = find(typed)
    assert names(answer) == []
    assert "Nobody in your teams for" in answer.text
    assert "<script>" not in answer.text.replace("<script src", "")


def test_a_name_in_another_script_is_found(rosa, team, find):
    user = User.objects.create_user("omar@example.org", name="Omar")
    columns = {"born_on": APRIL, "phone": "5", "enrolled_on": rosa.enrolled_on}
    Patient.objects.create(team=team, user=user, name="أَحمد الخطيب", **columns)
    assert names(find("احمد")) == ["أَحمد الخطيب"]


# --- Filters ------------------------------------------------------------------------------------------------


def test_the_list_shows_who_is_in_care_and_a_search_finds_who_has_left(rosa, dev, joan, find):
    today = rosa.today(timezone.now())
    Patient.objects.filter(pk=dev.pk).update(left_on=today)
    Patient.objects.filter(pk=joan.pk).update(paused_until=today, paused_from=today)
    assert names(find()) == ["Joan Clarke", "Rosa Martín"]
    assert names(find(state="paused")) == ["Joan Clarke"]
    assert names(find(state="left")) == ["Dev Patel"]
    assert names(find(state="all")) == ["Dev Patel", "Joan Clarke", "Rosa Martín"]
    assert names(find(state="nonsense")) == ["Joan Clarke", "Rosa Martín"]
    answer = find("dev")
    assert names(answer) == ["Dev Patel"]
    assert "left the programme" in answer.text


def test_whoever_waits_for_an_answer_is_on_the_list_wherever_they_are(rosa, find):
    flagged(rosa)
    Patient.objects.update(left_on=rosa.today(timezone.now()))
    assert names(find()) == ["Rosa Martín"]


def test_who_leaves_tomorrow_is_in_care_today(rosa, find):
    Patient.objects.update(left_on=rosa.today(timezone.now()) + dt.timedelta(days=1))
    assert names(find()) == ["Rosa Martín"]


def test_by_drug(rosa, dev, find):
    course = dev.courses.get()
    assert names(find(drug=course.drug_id)) == ["Dev Patel"]
    assert len(names(find(drug="9" * 40))) == 0
    assert len(names(find(drug="x"))) == 2


# --- Looks, and what it costs -------------------------------------------------------------------------------


def test_each_patient_on_a_list_was_looked_at(rosa, dev, amira, find):
    find("rosa")
    [look] = AccessEvent.objects.all()
    assert (look.patient_id, look.actor, look.what, look.team) == (rosa.pk, amira, "list", rosa.team)


def test_the_patient_reads_who_had_them_on_a_list(rosa, find, browser_of):
    find()
    page = browser_of(rosa.user).get(reverse("settings:looks")).text
    assert "a list of patients, with your name on it" in page


def test_another_teams_patients_are_on_no_list(rosa, noor, browser_of):
    answer = browser_of(noor).get(results("team:patients", noor, q="1968-04-12", state="all"))
    assert names(answer) == []
    assert not AccessEvent.objects.exists()


def many(team: CareTeam, number: int) -> None:
    users = User.objects.bulk_create(
        User(email=f"p{n}@example.net", name=f"Person {n}") for n in range(number)
    )
    day = dt.date(2026, 1, 1)
    Patient.objects.bulk_create(
        Patient(
            team=team,
            user=user,
            name=f"{user.name} Test",
            born_on=dt.date(1950, 1, 1) + dt.timedelta(days=place),
            record_number=f"N{place:05}",
            phone="555",
            enrolled_on=day,
        )
        for place, user in enumerate(users)
    )


def test_two_thousand_patients_cost_no_more_queries_than_one(
    rosa, team, amira, find, django_assert_max_num_queries
):
    flagged(rosa)
    with django_assert_max_num_queries(16) as one:
        find("rosa")
    many(team, 2000)
    with django_assert_max_num_queries(16) as all_of_them:
        answer = find()
    assert len(names(answer)) == 50
    assert answer.context["page"].paginator.count == 2001
    with django_assert_max_num_queries(16):
        assert names(find("n01234")) == ["Person 1234 Test"]
    assert len(all_of_them) <= len(one) + 1
