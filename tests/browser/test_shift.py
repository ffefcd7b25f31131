"""Silent patients, notes and the hand-over in a real browser: by keyboard, on paper, and as time passes."""

import datetime as dt
import re
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.looks import EVERY_SIZE
from tests.browser.test_team import amiras_page
from tests.team.conftest import CHEST_PAIN, GOOD_DAY, LOW_PRESSURE, browser_of, flagged, send
from tests.triage.build import a_report
from tracker.alerts import watch
from tracker.models import Call, NoteToRead, ShiftNote

__all__ = ["amiras_page", "browser_of"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def a_shift(team, rosa, dev, joan, wei, ben):
    """Rosa is silent after a serious day, Joan never reported, Dev and Wei wrote notes."""
    now = timezone.now()
    watch.beat("worker", now)
    send(rosa, LOW_PRESSURE, ago=3 * DAY)
    send(dev, replace(GOOD_DAY, note="Slept badly, the neighbour’s dog again."), ago=HOUR)
    send(wei, replace(a_report(nausea=1), note="My ankles are thick."), ago=30 * HOUR)
    send(wei, GOOD_DAY)
    Call.end(joan, by=ben, now=now - HOUR, seen=None, outcome="no_answer", again_at=now + HOUR)
    ShiftNote.objects.create(team=team, words="Rosa’s daughter rings at six.", by=ben, at=now - HOUR)


def pages_of(patient):
    return [
        reverse("team:silence"),
        reverse("team:call", args=[patient.pk]),
        reverse("team:notes"),
        reverse("team:handover"),
    ]


def test_everybody_can_use_these_pages(a_shift, rosa, amiras_page, assert_usable):
    page = amiras_page("/healthz")
    for path in pages_of(rosa):
        page.goto(path)
        assert_usable(page, EVERY_SIZE)


def test_what_is_wrong_on_the_form_is_accessible_too(a_shift, rosa, amiras_page, assert_usable):
    page = amiras_page(reverse("team:call", args=[rosa.pk]))
    page.get_by_text("Asked to call at another time").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_label("Call again at")).to_be_visible()
    assert_usable(page)


def test_only_what_an_outcome_asks_for_is_asked(a_shift, rosa, amiras_page):
    page = amiras_page(reverse("team:call", args=[rosa.pk]))
    again, until = page.get_by_label("Call again at"), page.get_by_label("In hospital until")
    for outcome, shown in (
        ("Reached, and unwell", (False, False)),
        ("No answer", (True, False)),
        ("In hospital", (False, True)),
    ):
        page.get_by_text(outcome, exact=True).click()
        for field, is_shown in zip((again, until), shown, strict=True):
            expect(field).to_be_visible(visible=is_shown)


def test_a_silent_patient_is_called_by_keyboard_alone(a_shift, rosa, amira, amiras_page):
    page = amiras_page(reverse("team:silence"))
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Rosa Martín", exact=True)).to_be_focused()
    page.keyboard.press("c")
    page.wait_for_url("**/call/")
    page.get_by_label("Reached, and well").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('team:flag', args=[rosa.flags.get().pk])}")
    assert Call.objects.filter(by=amira).ended().get().outcome == "well"


def test_notes_are_read_with_one_key_each_and_the_next_has_the_focus(a_shift, dev, wei, amiras_page):
    page = amiras_page(reverse("team:notes"))
    page.keyboard.press("j")
    page.keyboard.press("r")
    page.get_by_text("Read: the note of Wei Zhang.").wait_for()
    link = page.get_by_role("link", name="Dev Patel", exact=True)
    expect(link).to_be_focused()
    page.keyboard.press("r")
    page.get_by_text("Every note has been read.").wait_for()
    assert not NoteToRead.objects.filter(read_at=None).exists()


def test_several_are_ticked_and_read_at_once(a_shift, amiras_page):
    page = amiras_page(reverse("team:notes"))
    for _each in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    page.get_by_role("button", name="I have read those that are ticked").click()
    page.get_by_text("Read: 2 notes.").wait_for()


def test_a_key_typed_into_a_box_is_a_letter(a_shift, amiras_page):
    page = amiras_page(reverse("team:handover"))
    page.get_by_label("To the next shift").fill("")
    page.get_by_label("To the next shift").press_sequentially("Jerk, raw")
    assert page.get_by_label("To the next shift").input_value() == "Jerk, raw"


def test_the_time_that_is_left_runs_on(a_shift, amiras_page):
    page = amiras_page(reverse("team:notes"), timezone_id="Asia/Tokyo")
    first = page.locator("[data-deadline]").last
    assert re.fullmatch(r"2[23] h \d\d left", first.inner_text())
    page.evaluate(
        """() => {
            const time = [...document.querySelectorAll("[data-deadline]")].at(-1);
            time.dateTime = new Date(Date.now() - 60_000 * 125).toISOString();
        }"""
    )
    expect(first).to_have_text("Overdue by 2 h 05", timeout=15_000)
    expect(first).to_have_class("over")


def test_a_hand_over_fits_two_sheets_of_paper(a_shift, team, rosa, dev, wei, amiras_page):
    for patient in (rosa, dev, wei):
        flagged(patient, CHEST_PAIN)
    page = amiras_page(reverse("team:handover"))
    pdf = page.pdf(format="A4", prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page[^s]", pdf)) <= 2
    page.emulate_media(media="print")
    expect(page.get_by_text("Rosa’s daughter rings at six.").first).to_be_visible()
    assert page.get_by_role("button", name="Keep the note").is_hidden()


def test_the_text_is_copied(a_shift, amiras_page):
    page = amiras_page(reverse("team:handover"), permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy as text").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("Hand-over, Harbour Clinic")


def test_words_to_the_next_shift_are_kept_and_ticked_off_without_script(a_shift, amiras_page):
    page = amiras_page(reverse("team:handover"), java_script_enabled=False)
    page.get_by_label("To the next shift").fill("The lab rings back.")
    page.get_by_role("button", name="Keep the note").click()
    page.get_by_role("button", name=re.compile("Seen to.*Rosa’s daughter")).click()
    expect(page.get_by_text("seen to by Amira Nasser")).to_be_visible()
    expect(page.get_by_text("The lab rings back.").first).to_be_visible()
