"""Messages in a real browser: what was typed stays, nothing is sent into nothing, all can use them."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import AssertUsable
from tests.browser.looks import EVERY_SIZE, NARROW
from tests.browser.test_drafts import READ_ALL
from tests.browser.test_patient import OpenAs, open_as, press
from tests.browser.test_team import amiras_page
from tests.team.conftest import browser_of
from tests.test_messaging import CHEST, DATES, answer, write
from tracker.alerts import watch
from tracker.models import Flag, Message
from tracker.starters import begin_with

__all__ = ["amiras_page", "browser_of", "open_as"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = "/messages/"
BOX = "Your message"


def typed(page: Any, words: str = DATES) -> None:
    page.get_by_label(BOX).fill(words)
    page.wait_for_timeout(600)  # it is kept when the typing pauses


def test_a_message_is_sent_and_its_draft_is_gone(open_as: OpenAs, rosa: Any) -> None:
    page = open_as(rosa, PAGE)
    typed(page)
    press(page, "Send")
    expect(page.get_by_role("status").get_by_text("No one has read it yet.")).to_be_visible()
    assert Message.objects.get().body == DATES
    page.goto(PAGE)
    expect(page.get_by_label(BOX)).to_have_value("")
    assert page.evaluate(READ_ALL)["drafts"] == []


def test_what_is_serious_shows_the_emergency_at_once(open_as: OpenAs, rosa: Any) -> None:
    page = open_as(rosa, PAGE)
    typed(page, CHEST)
    press(page, "Send")
    expect(page.locator("body.emergency")).to_be_visible()
    expect(page.get_by_role("link", name=f"Call {rosa.team.emergency_number}")).to_be_visible()
    page.goto(PAGE)
    expect(page.get_by_label(BOX)).to_have_value("")


def test_what_was_typed_is_there_again_after_leaving_the_page_and_unreadable_where_it_lies(
    open_as: OpenAs, rosa: Any
) -> None:
    page = open_as(rosa, PAGE)
    typed(page)
    page.goto("/check-in/")  # which clears away old drafts of its own
    page.get_by_role("button", name="No, none of these").wait_for()
    page.goto(PAGE)
    expect(page.get_by_label(BOX)).to_have_value(DATES)
    expect(page.get_by_text("This is what you wrote before. It is not sent yet.")).to_be_visible()
    kept = page.evaluate(READ_ALL)
    assert len(kept["drafts"]) == 1
    assert "Tuesday" not in "".join(kept["drafts"]) + kept["local"]
    assert kept["extractable"] is False


def test_without_a_network_it_says_so_keeps_the_words_and_sends_them_once_later(
    open_as: OpenAs, rosa: Any
) -> None:
    page = open_as(rosa, PAGE)
    typed(page)
    page.context.set_offline(True)
    press(page, "Send")
    expect(page.get_by_role("alert").get_by_text("A message needs a network")).to_be_visible()
    expect(page.get_by_label(BOX)).to_have_value(DATES)
    assert not Message.objects.exists()
    page.context.set_offline(False)
    press(page, "Send")
    expect(page.get_by_role("status").get_by_text("No one has read it yet.")).to_be_visible()
    assert Message.objects.count() == 1


def test_a_message_whose_answer_was_lost_is_not_sent_again(open_as: OpenAs, rosa: Any) -> None:
    page = open_as(rosa, PAGE)
    typed(page)
    id = page.locator("form.message-form [name=id]").input_value()
    write(rosa, id=id)  # it reached us; the phone never heard so
    page.goto(PAGE)
    expect(page.get_by_text(DATES)).to_be_visible()
    expect(page.get_by_label(BOX)).to_have_value("")


def test_after_a_session_has_ended_the_words_are_there_again(open_as: OpenAs, rosa: Any) -> None:
    page = open_as(rosa, PAGE)
    typed(page)
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    press(page, "Send")
    page.wait_for_url("**/accounts/login/**")
    page.context.add_cookies(cookies)
    page.goto(PAGE)
    expect(page.get_by_label(BOX)).to_have_value(DATES)
    assert not Message.objects.exists()


def test_without_javascript_it_is_sent_and_by_keyboard_alone(open_as: OpenAs, rosa: Any) -> None:
    page = open_as(rosa, PAGE, NARROW, java_script_enabled=False)
    page.get_by_label(BOX).focus()
    page.keyboard.type(DATES)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").get_by_text("No one has read it yet.")).to_be_visible()


def test_the_patients_page_can_be_used_by_everybody(
    open_as: OpenAs, rosa: Any, amira: Any, assert_usable: AssertUsable
) -> None:
    write(rosa)
    answer(rosa, amira, answers=True)
    write(rosa, CHEST)
    page = open_as(rosa, PAGE)
    for step in ("read", "nothing written", "no network"):
        if step == "nothing written":
            press(page, "Send")
            page.locator(".error-summary").wait_for()
        if step == "no network":
            typed(page)
            page.context.set_offline(True)
            press(page, "Send")
            page.get_by_role("alert").get_by_text("A message needs a network").wait_for()
        assert_usable(page, EVERY_SIZE, targets=True)


# --- The team -----------------------------------------------------------------------------------------------


def test_a_chosen_reply_goes_into_the_box_and_out_and_answers(rosa: Any, team: Any, amiras_page: Any) -> None:
    begin_with(team)
    write(rosa)
    page = amiras_page(reverse("team:messages", args=[rosa.pk]))
    page.get_by_label("Words at hand").select_option(label="Please call us")
    expect(page.get_by_label("Reply", exact=True)).to_have_value(
        "We would like to talk with you about this. Please call us in our hours. At any other hour, call the "
        "24-hour line."
    )
    page.get_by_text("This answers what the patient asked").click()
    press(page, "Send the reply")
    expect(page.get_by_text("Sent to Rosa Martín.")).to_be_visible()
    reply = Message.objects.to_patient().get()
    assert reply.answers == Message.objects.to_team().get()


def test_without_javascript_a_button_fills_the_box(rosa: Any, team: Any, amiras_page: Any) -> None:
    begin_with(team)
    write(rosa)
    page = amiras_page(reverse("team:messages", args=[rosa.pk]), java_script_enabled=False)
    page.get_by_label("Words at hand").select_option(label="Tell us more")
    press(page, "Put it in the box")
    assert "Please tell us more" in page.get_by_label("Reply", exact=True).input_value()
    press(page, "Send the reply")
    expect(page.get_by_text("Sent to Rosa Martín.")).to_be_visible()


def test_the_teams_pages_can_be_used_by_everybody(
    rosa: Any,
    dev: Any,
    team: Any,
    amira: Any,
    sara: Any,
    amiras_page: Any,
    browser_of: Any,
    live_server: Any,
    assert_usable: AssertUsable,
) -> None:
    watch.beat("worker", timezone.now())
    begin_with(team)
    write(rosa)
    answer(rosa, amira, answers=True)
    write(rosa, CHEST)
    write(dev)
    page = amiras_page("/team/notes/")
    flag = reverse("team:flag", args=[Flag.objects.get().pk])
    for path in ("/team/notes/", reverse("team:messages", args=[rosa.pk]), flag):
        page.goto(path)
        assert_usable(page)
    page.goto(reverse("team:messages", args=[rosa.pk]))
    press(page, "Send the reply")
    page.locator(".error-summary").wait_for()
    assert_usable(page)
    session = browser_of(sara).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    reply = team.canned_replies.first()
    for path in (
        reverse("cover:replies", args=[team.pk]),
        reverse("cover:change_reply", args=[team.pk, reply.pk]),
    ):
        page.goto(path)
        assert_usable(page)
