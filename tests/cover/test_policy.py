"""A lead writes whom a flag of one level is told to; what reaches nobody is refused."""

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Membership
from tests.cover.conftest import NURSES, ON_CALL, steps_form
from tests.cover.test_who_is_told import A_WEDNESDAY
from tracker.models import EscalationPolicy
from tracker.triage.report import Level

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(team):
    return reverse("cover:policy", args=[team.pk, "emergency"])


@pytest.fixture
def saras(sara, amira, ben, browser_of):
    return browser_of(sara)


def steps_of(team, level=Level.EMERGENCY):
    policy = EscalationPolicy.objects.get(team=team, level=level)
    return [
        (step.on_call, step.roles, [each.name for each in step.people.all()], step.channels, step.minutes)
        for step in policy.steps.all()
    ]


# --- Who may ------------------------------------------------------------------------------------------------


def test_the_lead_opens_it_with_the_steps_as_they_are(url, saras):
    page = saras.get(url)
    assert page.status_code == 200
    assert [form.initial.get("roles") for form in page.context["steps"]] == [
        ["nurse"],
        ["doctor"],
        ["lead"],
        None,
    ]


@pytest.mark.parametrize("who", ["amira", "ben", "noor", "rosa", "lena", "ada"])
def test_nobody_else_finds_or_changes_it(who, url, team, request, browser_of):
    person = request.getfixturevalue(who)
    browser = browser_of(person.user if who == "rosa" else person)
    before = steps_of(team)
    assert browser.get(url).status_code == 404
    assert browser.post(url, steps_form(NURSES)).status_code == 404
    assert steps_of(team) == before


def test_a_lead_of_another_team_is_no_lead_here(noor, url, browser_of):
    Membership.objects.filter(user=noor).update(role="lead")
    assert browser_of(noor).get(url).status_code == 404


@pytest.mark.parametrize("level", ["none", "x", "3"])
def test_a_level_that_is_told_to_nobody_has_no_page(level, team, saras):
    assert saras.get(reverse("cover:policy", args=[team.pk, level])).status_code == 404


# --- What changes -------------------------------------------------------------------------------------------


def test_the_steps_are_kept_in_their_order(url, team, amira, saras):
    by_name = {"people": [amira.pk], "channels": ["voice"], "minutes": "3"}
    answer = saras.post(url, steps_form(NURSES, by_name, outcome_minutes="45"))
    assert answer["Location"] == reverse("cover:index")
    assert steps_of(team) == [
        (False, ["nurse"], [], ["email", "sms"], 10),
        (False, [], ["Amira Nasser"], ["voice"], 3),
    ]
    assert EscalationPolicy.objects.get(team=team, level=Level.EMERGENCY).outcome_minutes == 45
    assert len(steps_of(team, Level.URGENT)) == 3


def test_places_move_steps_and_one_without_comes_last(url, team, saras):
    saras.post(
        url,
        steps_form(
            NURSES | {"minutes": "1"}, NURSES | {"minutes": "2", "ORDER": "2"}, NURSES | {"ORDER": "1"}
        ),
    )
    assert [minutes for *_rest, minutes in steps_of(team)] == [10, 2, 1]


def test_a_step_that_is_removed_is_gone_whatever_else_it_says(url, team, saras):
    saras.post(url, steps_form(NURSES, {"minutes": "x", "DELETE": "on"}))
    assert [roles for _call, roles, *_rest in steps_of(team)] == [["nurse"]]


def test_saving_may_lead_to_one_more_step(url, saras):
    assert saras.post(url, steps_form(NURSES) | {"then": "more"})["Location"] == url


def test_a_team_without_a_policy_gets_one(url, team, saras):
    EscalationPolicy.objects.filter(team=team).delete()
    assert saras.get(url).status_code == 200
    saras.post(url, steps_form(NURSES))
    assert len(steps_of(team)) == 1


# --- What is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"channels": ["email"], "minutes": "5"}, "Say whom this step tells, or remove it."),
        ({"roles": ["nurse"], "minutes": "5"}, "Choose at least one way to tell them."),
        ({"roles": ["nurse"], "channels": ["email"]}, "Write how many minutes they have to answer."),
        (NURSES | {"minutes": "0"}, "greater than or equal to 1"),
        (NURSES | {"minutes": "1441"}, "less than or equal to 1440"),
        (NURSES | {"roles": ["king"]}, "king is not one of the available choices"),
        (NURSES | {"channels": ["pigeon"]}, "pigeon is not one of the available choices"),
    ],
)
def test_a_wrong_step_is_told_and_nothing_typed_is_lost(step, words, url, team, saras):
    before = steps_of(team)
    page = saras.post(url, steps_form({"roles": ["lead"], "channels": ["voice"], "minutes": "77"}, step))
    assert page.status_code == 200
    assert page.text.count(words) == 2  # in the summary and beside the field
    assert 'value="77"' in page.text
    assert steps_of(team) == before


def test_a_person_of_another_team_cannot_be_named(url, noor, team, saras):
    before = steps_of(team)
    page = saras.post(url, steps_form({"people": [noor.pk], "channels": ["email"], "minutes": "5"}))
    assert "is not one of the available choices" in page.text
    assert steps_of(team) == before


def test_a_policy_without_steps_is_refused(url, team, saras):
    before = steps_of(team)
    for form in (steps_form(), steps_form(NURSES | {"DELETE": "on"})):
        assert "A policy needs a first step" in saras.post(url, form).text
    assert steps_of(team) == before


def test_minutes_to_the_outcome_are_told_once_and_beside_the_field(url, saras):
    page = saras.post(url, steps_form(NURSES, outcome_minutes="4")).text
    assert page.count("Ensure this value is greater than or equal to 5.") == 2


def test_on_call_only_without_a_rota_is_refused(url, team, saras):
    before = steps_of(team)
    page = saras.post(url, steps_form(ON_CALL)).text
    assert "Not saved: emergency flags would reach nobody from" in page
    assert steps_of(team) == before


def test_on_call_only_with_a_hole_in_the_rota_is_refused_with_its_hours(url, team, amira, on_call, saras):
    on_call(amira, days=[1, 2, 3, 4, 5, 7])
    before = steps_of(team)
    with time_machine.travel(A_WEDNESDAY, tick=False):
        page = saras.post(url, steps_form(ON_CALL, outcome_minutes="59")).text
    assert "would reach nobody from Saturday 28 November, 08:00 to Sunday 29 November, 08:00" in page
    assert 'value="59"' in page
    assert steps_of(team) == before
    assert EscalationPolicy.objects.get(team=team, level=Level.EMERGENCY).outcome_minutes == 60


def test_on_call_only_with_a_full_rota_is_kept(url, team, amira, on_call, saras):
    on_call(amira)
    assert saras.post(url, steps_form(ON_CALL)).status_code == 302
    assert steps_of(team) == [(True, [], [], ["email"], 5)]


def test_a_role_that_nobody_has_is_refused(url, team, amira, saras):
    amira.memberships.all().delete()
    assert "would reach nobody" in saras.post(url, steps_form(NURSES)).text


def test_a_forged_number_of_steps_breaks_nothing(url, saras):
    for many in ("x", "-1", "99999", ""):
        assert saras.post(url, steps_form(NURSES) | {"step-TOTAL_FORMS": many}).status_code == 200
