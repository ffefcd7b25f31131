"""Who may see which of the team's pages, and that every look is kept."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent, Membership
from tests.team.conftest import flagged
from tracker import emergencies
from tracker.models import Flag
from tracker.models.flags import State
from tracker.team.access import flags_of

pytestmark = pytest.mark.django_db

LISTS = [
    "team:board",
    "team:patients",
    "team:notes",
    "team:silence",
    "team:handover",
    "team:enrol",
    "team:cohort",
    "emergencies:find",
]
ACTS = ["team:claim", "team:take_over", "team:resolve"]


def addresses(flag):
    """Every page of the team about one flag or patient."""
    yield reverse("team:flag", args=[flag.pk])
    yield reverse("team:patient", args=[flag.patient_id])
    yield reverse("team:call", args=[flag.patient_id])
    yield reverse("team:messages", args=[flag.patient_id])


@pytest.mark.parametrize("name", LISTS)
def test_the_team_may_open_the_lists(name, amira, browser_of):
    assert browser_of(amira).get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("who", ["rosa", "lena", "edith", "ada"])
def test_nobody_else_may(name, who, request, browser_of):
    person = request.getfixturevalue(who)
    user = person.user if who == "rosa" else person
    assert browser_of(user).get(reverse(name)).status_code == 404


@pytest.mark.parametrize("name", LISTS)
def test_a_stranger_is_asked_to_sign_in(name, client, db):
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/code/")


def test_a_flag_and_a_chart_are_open_to_their_team(rosa, amira, browser_of):
    assert [browser_of(amira).get(url).status_code for url in addresses(flagged(rosa))] == [200] * 4


def test_the_nurse_of_another_team_finds_nothing(rosa, noor, browser_of):
    flag = flagged(rosa)
    browser = browser_of(noor)
    answers = [browser.get(url) for url in addresses(flag)]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert all(reverse("emergencies:find") in answer.text for answer in answers)
    for name in LISTS:
        assert "Rosa Martín" not in browser.get(reverse(name)).text


@pytest.mark.parametrize("name", ["team:record_grade", "team:set_limit"])
def test_nor_write_on_a_chart(name, rosa, noor, browser_of):
    address = reverse(name, args=[rosa.pk])
    assert browser_of(noor).post(address).status_code == 404
    assert browser_of(noor).get(address).status_code == 404


@pytest.mark.parametrize("name", ACTS)
def test_the_nurse_of_another_team_can_do_nothing(name, rosa, noor, browser_of):
    flag = flagged(rosa)
    assert browser_of(noor).post(reverse(name, args=[flag.pk])).status_code == 404
    flag.refresh_from_db()
    assert flag.state == State.OPEN


@pytest.mark.parametrize("name", ACTS)
def test_an_address_that_acts_leads_back_to_its_page(name, rosa, amira, noor, browser_of):
    """Who reloads a page with an error asks for the form's address: an empty 405 told them nothing."""
    flag = flagged(rosa)
    address = reverse(name, args=[flag.pk])
    assert browser_of(amira).get(address)["Location"] == reverse("team:flag", args=[flag.pk])
    assert browser_of(noor).get(address).status_code == 404
    flag.refresh_from_db()
    assert flag.state == State.OPEN


def test_a_nurse_who_is_a_patient_too_does_not_meet_herself(rosa, dev, team, browser_of):
    Membership.objects.create(team=team, user=rosa.user, role="nurse")
    own, other = flagged(rosa), flagged(dev)
    browser = browser_of(rosa.user)
    assert [browser.get(url).status_code for url in addresses(own)] == [404] * 4
    assert [browser.get(url).status_code for url in addresses(other)] == [200] * 4
    board = browser.get(reverse("team:board")).text
    assert "Dev Patel" in board
    assert str(own.pk) not in board


def test_opening_a_flag_and_a_chart_is_written_down(rosa, amira, browser_of):
    browser = browser_of(amira)
    for url in addresses(flagged(rosa)):
        browser.get(url)
    looks = AccessEvent.objects.order_by("at").values_list("what", "actor", "patient_id", "team")
    assert list(looks) == [
        ("flag", amira.pk, rosa.pk, rosa.team_id),
        ("chart", amira.pk, rosa.pk, rosa.team_id),
        ("silence", amira.pk, rosa.pk, rosa.team_id),
        ("message", amira.pk, rosa.pk, rosa.team_id),
    ]


def test_a_look_that_was_refused_is_not_a_look(rosa, noor, browser_of):
    browser = browser_of(noor)
    for url in addresses(flagged(rosa)):
        browser.get(url)
    assert not AccessEvent.objects.exists()


def test_no_page_of_the_team_is_kept_by_a_cache(rosa, amira, browser_of):
    browser = browser_of(amira)
    for url in [*addresses(flagged(rosa)), *map(reverse, LISTS)]:
        assert "no-store" in browser.get(url)["Cache-Control"]


def test_what_is_of_the_team_alone_asks_nothing_of_emergencies(amira):
    assert "emergencyaccess" not in str(flags_of(amira).query)


def test_a_chart_that_is_open_in_an_emergency_is_on_no_list_of_the_team(rosa, noor):
    flag = flagged(rosa)
    words = "She is here and cannot speak."
    emergencies.open_chart(rosa, by=noor, reason="here", words=words, now=timezone.now())
    assert Flag.objects.visible_to(noor).get() == flag
    assert not flags_of(noor).exists()
