"""Pausing, discharging, coming back, and the plan: what changes, what never gets lost."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.carers import helping
from tests.team.conftest import flagged
from tests.team.people.conftest import acts
from tests.test_messaging import write
from tracker import moving
from tracker.models import CareEvent, Carer, Course, Dose, Flag, Patient
from tracker.models.flags import State

DAY = dt.timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def do(amiras):
    """Presses a button on Amira's pages."""

    def act(name, patient, **data):
        return amiras.post(reverse(f"team:{name}", args=[patient.pk]), data, follow=True)

    return act


def steps(patient):
    return list(CareEvent.objects.filter(patient=patient).order_by("id").values_list("kind", flat=True))


# --- Who may ------------------------------------------------------------------------------------------------


def test_neither_doctors_nor_other_teams_do_anything_with_a_record(rosa, ben, noor, lena, browser_of):
    helping(rosa, lena)
    course, dose = Course.objects.first(), Dose.objects.first()
    assert course
    assert dose
    addresses = [
        *acts(rosa),
        reverse("team:change_course", args=[course.pk]),
        reverse("team:remove_dose", args=[dose.pk]),
    ]
    for who in (ben, noor, lena, rosa.user):
        browser = browser_of(who)
        assert {browser.get(each).status_code for each in addresses} == {404}
        assert {browser.post(each).status_code for each in addresses} == {404}
    rosa.refresh_from_db()
    assert (rosa.left_on, rosa.paused_until) == (None, None)
    assert Dose.objects.filter(pk=dose.pk).exists()
    assert not CareEvent.objects.exists()


def test_a_doctor_reads_the_record_and_another_team_does_not(rosa, ben, noor, browser_of):
    address = reverse("team:record", args=[rosa.pk])
    assert browser_of(noor).get(address).status_code == 404
    page = browser_of(ben).get(address)
    assert "Penicillin" in page.text
    assert reverse("team:discharge", args=[rosa.pk]) not in page.text


def test_the_chart_leads_to_the_record(amiras, rosa):
    page = amiras.get(reverse("team:patient", args=[rosa.pk])).text
    for name in ("record", "edit_record", "pause", "discharge", "transfer", "invite", "doses"):
        assert reverse(f"team:{name}", args=[rosa.pk]) in page


def test_the_record_costs_the_same_whatever_is_in_it(amiras, rosa, amira, django_assert_max_num_queries):
    address = reverse("team:record", args=[rosa.pk])
    with django_assert_max_num_queries(20) as small:
        amiras.get(address)
    flagged(rosa)
    for day in range(30):
        CareEvent.keep(rosa, "paused", by=amira, now=timezone.now(), until=f"2026-10-{day + 1:02}")
    with django_assert_max_num_queries(20) as large:
        amiras.get(address)
    assert len(large) == len(small)


# --- Pause --------------------------------------------------------------------------------------------------


def test_a_pause_begins_today_and_can_be_ended(do, amira, rosa):
    until = rosa.today(timezone.now()) + 5 * DAY
    page = do("pause", rosa, until=until.isoformat(), note="In hospital.")
    assert "Paused until" in page.text
    rosa.refresh_from_db()
    assert (rosa.paused_from, rosa.paused_until) == (until - 5 * DAY, until)
    [step] = CareEvent.objects.all()
    assert (step.kind, step.by, step.note) == ("paused", amira, "In hospital.")
    do("end_pause", rosa)
    do("end_pause", rosa)
    rosa.refresh_from_db()
    assert rosa.paused_until == until - 5 * DAY
    assert steps(rosa) in (["paused", "pause_ended"], ["paused", "pause_ended", "pause_ended"])


@pytest.mark.parametrize(
    ("days", "words"), [(-1, "This day is over"), (184, "Choose a day up to"), (None, "Choose the last day")]
)
def test_a_pause_has_a_sensible_end(days, words, do, rosa):
    until = "" if days is None else (rosa.today(timezone.now()) + days * DAY).isoformat()
    assert words in do("pause", rosa, until=until).text
    rosa.refresh_from_db()
    assert rosa.paused_until is None


def test_a_pause_leaves_an_open_flag_open(do, rosa):
    flag = flagged(rosa)
    do("pause", rosa, until=rosa.today(timezone.now()).isoformat())
    flag.refresh_from_db()
    assert flag.state == State.OPEN


# --- Discharge ----------------------------------------------------------------------------------------------


def test_discharging_ends_what_is_done_for_a_patient(do, amira, rosa, lena):
    carer = helping(rosa, lena)
    page = do("discharge", rosa, reason="finished", note="Well.")
    assert "Rosa Martín is discharged." in page.text
    rosa.refresh_from_db()
    assert rosa.left_on == rosa.today(timezone.now())
    ended = Carer.objects.get(pk=carer.pk)
    assert ended.ended_by == amira
    assert not Flag.objects.exists()
    [step] = CareEvent.objects.all()
    assert (step.kind, step.by, step.note, step.detail) == (
        "discharged",
        amira,
        "Well.",
        {"reason": "finished"},
    )
    assert "The treatment is over" in page.text


@pytest.mark.parametrize("claimed", [False, True])
def test_nobody_is_discharged_while_a_flag_waits(claimed, do, amiras, amira, rosa):
    flag = flagged(rosa)
    if claimed:
        flag.claim(by=amira, now=timezone.now())
    page = do("discharge", rosa, reason="finished")
    assert "Answer it first" in page.text
    assert reverse("team:flag", args=[flag.pk]) in page.text
    rosa.refresh_from_db()
    flag.refresh_from_db()
    assert rosa.left_on is None
    assert flag.is_unresolved
    assert not CareEvent.objects.exists()


def test_a_message_that_nobody_has_read_is_pointed_to_before_a_discharge(amiras, rosa):
    write(rosa)
    page = amiras.get(reverse("team:discharge", args=[rosa.pk])).text
    assert "1 message to read" in page
    assert reverse("team:messages", args=[rosa.pk]) in page


def test_a_discharge_takes_back_what_was_asked_of_another_team(do, rosa, amira, other_team):
    moving.ask(rosa.pk, to_team=other_team, reason="Moves house.", by=amira, now=timezone.now())
    do("discharge", rosa, reason="finished")
    assert not rosa.transfers.waiting().exists()
    assert steps(rosa)[-2:] == ["withdrawn", "discharged"]


def test_a_discharge_has_a_reason(do, rosa):
    assert "Choose why." in do("discharge", rosa).text
    assert "Choose why." in do("discharge", rosa, reason="bored").text
    assert "too little alone" in do("discharge", rosa, reason="other").text
    rosa.refresh_from_db()
    assert rosa.left_on is None


def test_what_comes_after_a_discharge_is_flagged_as_ever(do, rosa):
    do("discharge", rosa, reason="finished")
    assert flagged(rosa).state == State.OPEN


def test_who_comes_back_is_waited_for_from_tomorrow_on(do, rosa):
    today = rosa.today(timezone.now())
    Patient.objects.update(left_on=today - 10 * DAY, enrolled_on=today - 60 * DAY)
    page = do("come_back", rosa)
    assert "is in care again" in page.text
    rosa.refresh_from_db()
    assert rosa.left_on is None
    assert (rosa.paused_from, rosa.paused_until) == (today - 10 * DAY, today)
    assert not rosa.is_expected(today)
    assert rosa.is_expected(today + DAY)
    assert steps(rosa) == ["came_back"]
    do("come_back", rosa)
    assert steps(rosa) == ["came_back"]


def test_a_patient_who_left_is_not_paused_or_invited(do, rosa):
    do("discharge", rosa, reason="finished")
    do("pause", rosa, until=rosa.today(timezone.now()).isoformat())
    do("invite", rosa)
    do("print_code", rosa)
    assert steps(rosa) == ["discharged"]


# --- The plan -----------------------------------------------------------------------------------------------


def test_a_next_cycle_ends_the_one_before_when_asked_to(do, rosa):
    old = rosa.courses.order_by("-started_on").first()
    first = rosa.today(timezone.now())
    data = {"drug": old.drug_id, "cycle": "3", "started_on": first.isoformat(), "taken_at_home": "yes"}
    assert "Tick the box below to end it" in do("add_course", rosa, **data).text
    do("add_course", rosa, **data, end_earlier="on")
    old.refresh_from_db()
    assert old.ended_on == first - DAY
    assert rosa.courses.filter(cycle=3, started_on=first).exists()
    assert steps(rosa) == ["course_ended", "course_added"]


def test_a_course_ends(amiras, rosa):
    course = rosa.courses.order_by("-started_on").first()
    today = rosa.today(timezone.now())
    address = reverse("team:change_course", args=[course.pk])
    form = amiras.get(address).context["form"]
    data = {bound.html_name: bound.value() or "" for bound in form} | {"ended_on": today.isoformat()}
    data["started_on"] = course.started_on.isoformat()
    amiras.post(address, data)
    course.refresh_from_db()
    assert course.ended_on == today
    assert steps(rosa) == ["course_ended"]
    bad = data | {"ended_on": (course.started_on - DAY).isoformat()}
    assert "cannot be before" in amiras.post(address, bad).text


def test_a_dose_of_the_teams_takes_the_place_of_what_the_patient_told(do, rosa):
    course = rosa.courses.order_by("-started_on").first()
    today = rosa.today(timezone.now())
    Dose.objects.filter(course=course).delete()
    Dose.objects.create(
        team=rosa.team, patient=rosa, course=course, told_on=today, given_at=timezone.now(), is_timed=False
    )
    do("doses", rosa, course=course.pk, day=today.isoformat(), time="09:30")
    [dose] = Dose.objects.filter(course=course)
    assert dose.told_on is None
    assert dose.given_at.astimezone(rosa.zone).time() == dt.time(9, 30)
    page = do("doses", rosa, course=course.pk, day=today.isoformat())
    assert "written down already" in page.text
    do("remove_dose", dose)
    assert not Dose.objects.filter(course=course).exists()
    assert steps(rosa) == ["dose_added", "dose_removed"]


@pytest.mark.parametrize(
    ("day", "time", "words"),
    [
        (1, "", "has not come yet"),
        (0, "23:59", "This time has not come yet"),
        (-93, "", "last three months"),
        (-60, "", "outside the course"),
        (None, "", "Choose the day"),
    ],
)
def test_a_dose_has_a_day_that_can_be_right(day, time, words, do, rosa):
    course = rosa.courses.order_by("-started_on").first()
    on = "" if day is None else (rosa.today(timezone.now()) + day * DAY).isoformat()
    before = Dose.objects.count()
    assert words in do("doses", rosa, course=course.pk, day=on, time=time).text
    assert Dose.objects.count() == before


def test_a_patients_own_dose_is_not_struck_out(do, rosa):
    dose = Dose.objects.order_by("-given_at").first()
    assert dose
    Dose.objects.filter(pk=dose.pk).update(told_on=rosa.today(timezone.now()))
    assert do("remove_dose", dose).status_code == 404
