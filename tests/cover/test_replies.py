"""The replies that a team has at hand: its lead's to write, nobody else's to find."""

import pytest
from django.urls import reverse

from tests.cover.conftest import browser_of
from tracker.models import CannedReply
from tracker.models.messages import LONGEST, MOST_REPLIES
from tracker.starters import STARTERS, begin_with

__all__ = ["browser_of"]
pytestmark = pytest.mark.django_db


def page_of(team, name="replies", *more):
    return reverse(f"cover:{name}", args=[team.pk, *more])


@pytest.fixture
def saras(sara, browser_of):
    return browser_of(sara)


def a_reply(**changed):
    return {"language": "en", "title": "Thanks", "body": "Thank you for writing.", "place": "1", **changed}


def test_a_new_team_is_offered_ours_and_changes_them(team, saras):
    assert "Begin with these" in saras.get(page_of(team)).text
    saras.post(page_of(team, "begin_replies"))
    replies = CannedReply.objects.filter(team=team)
    assert {each.language for each in replies} == {"en", "es"}
    assert replies.count() == sum(map(len, STARTERS.values()))
    page = saras.get(page_of(team)).text
    assert "Begin with these" not in page
    assert "Le llamaremos" in page


def test_to_begin_twice_adds_nothing_and_changes_nothing(team, saras):
    begin_with(team)
    CannedReply.objects.filter(team=team, title="Tell us more").update(body="Ours.")
    saras.post(page_of(team, "begin_replies"))
    assert CannedReply.objects.get(team=team, title="Tell us more").body == "Ours."
    assert CannedReply.objects.filter(team=team).count() == sum(map(len, STARTERS.values()))


def test_what_we_offer_is_within_the_bounds():
    assert set(STARTERS) == {"en", "es"}
    for texts in STARTERS.values():
        assert len(texts) <= MOST_REPLIES
        assert all(len(title) <= 60 and len(body) <= LONGEST for title, body in texts)


def test_one_is_added_changed_and_removed(team, saras):
    saras.post(page_of(team), a_reply())
    reply = CannedReply.objects.get()
    assert (reply.team, reply.title) == (team, "Thanks")
    saras.post(page_of(team, "change_reply", reply.pk), a_reply(title="Many thanks", place="3"))
    reply.refresh_from_db()
    assert (reply.title, reply.place) == ("Many thanks", 3)
    saras.post(page_of(team, "remove_reply", reply.pk))
    assert not CannedReply.objects.exists()


def test_they_stand_in_the_order_of_their_places(team, saras):
    for place, title in ((2, "Second"), (1, "First")):
        saras.post(page_of(team), a_reply(title=title, place=str(place)))
    page = saras.get(page_of(team)).text
    assert page.index("First") < page.index("Second")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"title": ""}, "Give it a name."),
        ({"body": " "}, "Write the reply."),
        ({"body": "x" * 1001}, "at most 1000 characters"),
        ({"language": "tlh"}, "Select a valid choice"),
        ({"language": ""}, "Choose a language."),
        ({"place": "0"}, "Write a number from 1 to 99."),
        ({"place": "many"}, "Write a number from 1 to 99."),
    ],
)
def test_what_is_wrong_is_said_and_stays(team, saras, changed, words):
    page = saras.post(page_of(team), a_reply(**changed))
    assert page.status_code == 200
    assert words in page.text
    assert not CannedReply.objects.exists()


def test_a_name_is_there_once_in_a_language(team, saras):
    saras.post(page_of(team), a_reply())
    assert "There is a reply of this name already." in saras.post(page_of(team), a_reply()).text
    saras.post(page_of(team), a_reply(language="es"))
    reply = CannedReply.objects.get(language="en")
    assert saras.post(page_of(team, "change_reply", reply.pk), a_reply(body="New.")).status_code == 302
    assert CannedReply.objects.count() == 2


def test_too_many_are_no_help(team, saras):
    CannedReply.objects.bulk_create(
        CannedReply(team=team, language="en", title=f"Reply {number}", body="Words.")
        for number in range(MOST_REPLIES)
    )
    assert "replies in one language are enough" in saras.post(page_of(team), a_reply()).text


@pytest.mark.parametrize("who", ["amira", "ben", "noor", "rosa", "lena", "ada"])
def test_for_everybody_but_the_lead_the_pages_are_not_there(team, who, request, browser_of):
    begin_with(team)
    reply = CannedReply.objects.earliest("pk")
    somebody = request.getfixturevalue(who)
    browser = browser_of(getattr(somebody, "user", somebody))
    for name, more in (
        ("replies", ()),
        ("begin_replies", ()),
        ("change_reply", (reply.pk,)),
        ("remove_reply", (reply.pk,)),
    ):
        assert browser.post(page_of(team, name, *more), a_reply()).status_code == 404
    assert browser.get(page_of(team)).status_code == 404
    assert CannedReply.objects.count() == sum(map(len, STARTERS.values()))


def test_a_lead_changes_nothing_of_another_teams(team, other_team, saras):
    begin_with(other_team)
    theirs = CannedReply.objects.earliest("pk")
    assert saras.get(page_of(other_team)).status_code == 404
    for name in ("change_reply", "remove_reply"):
        assert saras.post(page_of(team, name, theirs.pk), a_reply()).status_code == 404


def test_the_lead_finds_the_page_from_who_is_told_and_nobody_else_does(team, saras, amira, browser_of):
    link = page_of(team)
    assert link in saras.get(reverse("cover:index")).text
    assert link not in browser_of(amira).get(reverse("cover:index")).text
