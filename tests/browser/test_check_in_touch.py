"""The check-in as fingers and keys meet it: taps counted, targets measured, nothing chosen beforehand."""

import datetime as dt
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.looks import EVERY_SIZE, looks_of
from tests.browser.targets import small_targets
from tests.browser.test_patient import SENT, open_as, press
from tests.patient.conftest import CHECK_IN, a_form, signed_in
from tracker.models import CheckIn, Dose, Flag
from tracker.triage.report import Level

__all__ = ["open_as"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = pytest.mark.parametrize("size", EVERY_SIZE, ids=["320", "390", "1280"])
SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
PICTURES = os.environ.get("CHECK_IN_PICTURES", "")
"""A folder: then every page that is measured leaves a picture there."""


class Finger:
    """Presses what it is told to, and counts."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.taps = 0

    def press(self, role: str, name: str) -> None:
        self._tap(self.page.get_by_role(role, name=name, exact=True))

    def choose(self, selector: str) -> None:
        self._tap(self.page.locator("label", has=self.page.locator(selector)))

    def _tap(self, what: Any) -> None:
        what.click()
        self.taps += 1


def begin(page: Any, script: bool) -> Finger:
    finger = Finger(page)
    finger.press("link", "Start check-in")
    if script:
        finger.press("button", "No, none of these")
    else:
        finger.choose('[name="red_flag_answer"][value="no"]')
    return finger


@SIZES
@SCRIPT
def test_a_good_day_is_at_most_four_taps(open_as, rosa, size, script):
    page = open_as(rosa, "/today/", size, java_script_enabled=script)
    finger = begin(page, script)
    if script:
        finger.press("button", "None of these today")
    finger.press("button", "Send")
    page.wait_for_url(SENT)
    assert finger.taps <= 4
    sent = CheckIn.objects.get()
    assert (sent.level, sent.told.red_flag_answer, sent.told.doses) == (Level.NONE, "no", {})
    assert sent.told.asked
    assert not Flag.objects.exists()


@SIZES
@SCRIPT
def test_three_symptoms_with_their_questions_are_at_most_twelve_taps(open_as, rosa, size, script):
    """Vomiting is asked two questions at once; what is folded while it is mild stays not said."""
    page = open_as(rosa, "/today/", size, java_script_enabled=script)
    finger = begin(page, script)
    for code in ("chills", "vomiting", "itching"):
        finger.choose(f"#id_s_{code}")
        finger.choose(f'[name="{code}-severity"][value="1"]')
    finger.choose('[name="vomiting-frequency"][value="1"]')
    if script:
        finger.press("button", "Continue")
    finger.press("button", "Send")
    page.wait_for_url(SENT)
    assert finger.taps <= 12
    told = CheckIn.objects.get().told
    assert {code: answer.severity for code, answer in told.answers.items()} == dict.fromkeys(
        ("chills", "vomiting", "itching"), 1
    )
    assert told.answers["vomiting"].frequency == 1
    assert told.answers["chills"].frequency is None


def test_what_is_bad_is_asked_more_about_and_what_is_mild_only_by_choice(open_as, rosa):
    page = open_as(rosa, CHECK_IN)
    press(page, "No, none of these")
    page.locator("#id_s_nausea").check()
    often = page.locator('[name="nausea-frequency"][value="3"]')
    page.locator('[name="nausea-severity"][value="1"]').check()
    expect(often).to_be_hidden()
    page.locator('[name="nausea-severity"][value="2"]').check()
    expect(often).to_be_visible()
    page.locator("#id_s_fatigue").check()
    page.get_by_text("Say more (Tiredness)").click()
    expect(page.locator('[name="fatigue-interference"][value="0"]')).to_be_visible()


def test_nothing_is_chosen_beforehand_but_units_and_the_day(open_as, rosa):
    page = open_as(rosa, CHECK_IN)
    chosen = page.evaluate("[...document.querySelectorAll('input:checked')].map(each => each.name)")
    assert sorted(chosen) == ["temperature_unit", "weight_unit"]
    filled = page.evaluate(
        "[...document.querySelectorAll('form.check-in :is(input:not([type=hidden], [type=radio],"
        " [type=checkbox]), textarea)')].filter(each => each.value).map(each => each.name)"
    )
    assert filled == []


# --- By keyboard alone --------------------------------------------------------------------------------------


def tab_to(page: Any, words: str, key: str = "Tab") -> None:
    """Tab until the focus is on what has these words; a reader of the screen hears the same."""
    for _ in range(200):
        page.keyboard.press(key)
        told = page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"
        )
        if told.startswith(words):
            return
    raise AssertionError(f"The focus never came to {words!r}.")


def test_the_whole_check_in_works_by_keyboard_alone(open_as, rosa):
    page = open_as(rosa, "/today/")
    tab_to(page, "Start check-in")
    page.keyboard.press("Enter")
    page.locator("form.stepped").wait_for()
    tab_to(page, "No, none of these")
    page.keyboard.press("Enter")
    tab_to(page, "Nausea")
    page.keyboard.press("Space")
    tab_to(page, "Mild")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")  # moderate
    tab_to(page, "Something else")
    page.keyboard.press("Enter")
    tab_to(page, "Find it by plain words")
    page.keyboard.type("hair")
    tab_to(page, "Hair loss")
    page.keyboard.press("Space")
    tab_to(page, "Blood pressure, the upper number")
    page.keyboard.type("122/78")
    tab_to(page, "Anything else")
    page.keyboard.type("By keys alone")
    tab_to(page, "Continue")
    page.keyboard.press("Enter")
    tab_to(page, "Yes")
    page.keyboard.press("Space")
    tab_to(page, "Send")
    page.keyboard.press("Enter")
    page.wait_for_url(SENT)
    told = CheckIn.objects.get().told
    assert told.answers["nausea"].severity == 2
    assert "hair_loss" in told.answers
    assert (told.value("systolic"), told.note) == (122, "By keys alone")
    assert told.doses["aldesleukin"].answer == "taken"


# --- Targets ------------------------------------------------------------------------------------------------


@pytest.fixture
def measured(assert_accessible) -> Iterator[Callable[..., None]]:
    """Measures pages as they stand, asks axe, and may leave pictures; tells all in the end."""
    found: list[str] = []

    def measure(page: Any, name: str) -> None:
        for look in looks_of(page, EVERY_SIZE):
            if PICTURES:
                picture(page, f"{look.width}-{look.theme}-{name}")
            found.extend(f"{name} ({look}): {small}" for small in small_targets(page))
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{name} ({look}): wider than the screen")
            try:
                assert_accessible(page)
            except AssertionError as wrong:
                found.append(f"{name} ({look}): {wrong}")

    yield measure
    assert not found, "\n".join(found)


def picture(page: Any, name: str) -> None:
    size = page.viewport_size
    page.set_viewport_size(size | {"height": page.evaluate("document.documentElement.scrollHeight")})
    page.screenshot(path=Path(PICTURES) / f"{name}.png")
    page.set_viewport_size(size)


def test_targets_are_large_enough_and_pages_accessible(open_as, rosa, measured):
    client = signed_in(rosa)
    today = rosa.today(timezone.now())
    late = client.post(CHECK_IN, a_form(id=str(uuid.uuid4()), day=str(today - dt.timedelta(days=1))))
    call = client.post("/call-me/", {"reason": "My dates", "number": "555 0199"})
    page = open_as(rosa, "/today/")
    pages = {
        "today": "/today/",
        "emergency": "/emergency/",
        "call": "/call-me/",
        "called": call["Location"],
        "late": late["Location"],
        "of-another-day": f"{CHECK_IN}?day={today - dt.timedelta(days=2)}",
    }
    for name, address in pages.items():
        page.goto(address)
        measured(page, name)
    page.goto(CHECK_IN)
    measured(page, "1-red-flags")
    press(page, "Yes, I have one of these")
    measured(page, "1-yes")
    press(page, "I have none of these after all")
    page.locator("#id_s_nausea").check()
    page.locator('[name="nausea-severity"][value="2"]').check()
    page.get_by_text("Something else").click()
    page.get_by_label("Find it by plain words").fill("vomiting")
    measured(page, "2-ticks")
    press(page, "Continue")
    page.locator('[name="dose-aldesleukin"][value="taken"]').check()
    page.get_by_text("Is this for some other day?").click()
    measured(page, "3-send")
    page.wait_for_timeout(600)
    page.reload()
    page.get_by_text("We kept what you filled in.").wait_for()
    measured(page, "kept")


# --- Doses, calls, late days --------------------------------------------------------------------------------


def test_a_dose_taken_just_now_is_sent_with_its_time(open_as, rosa):
    Dose.objects.filter(patient=rosa).delete()
    page = open_as(rosa, CHECK_IN)
    press(page, "No, none of these")
    press(page, "None of these today")
    expect(page.get_by_label("When did you have it?")).to_be_hidden()
    page.get_by_role("group", name="Did you have your dose of interleukin-2 today?").get_by_label(
        "Yes"
    ).check()
    press(page, "Just now")
    press(page, "Send")
    page.wait_for_url(SENT)
    [dose] = Dose.objects.filter(patient=rosa)
    assert abs(dose.given_at - timezone.now()) < dt.timedelta(minutes=2)
    expect(page.get_by_text("taken at")).to_be_visible()


def test_i_need_a_call_with_no_symptom_at_all(open_as, rosa, amira):
    page = open_as(rosa, "/today/")
    page.get_by_role("link", name="I need a call").click()
    expect(page.get_by_label("Which number do we call?")).to_have_value(rosa.phone)
    page.get_by_label("What is it about?").fill("May I fly?")
    press(page, "Send")
    page.wait_for_url(SENT)
    expect(page.get_by_role("heading", name="You asked us to call you")).to_be_visible()
    expect(page.get_by_text(f"We call you at {rosa.phone}, in our hours.")).to_be_visible()
    assert Flag.objects.get().level == Level.URGENT
    page.goto("/today/")
    expect(page.get_by_role("link", name="Start check-in")).to_be_visible()
    assert not page.get_by_text("You have checked in today.").is_visible()
    expect(page.get_by_role("link", name="Your request for a call")).to_be_visible()
    assert not page.get_by_text("please call now").is_visible()


def test_yesterday_is_told_of_from_today_and_marked_late(open_as, rosa):
    yesterday = rosa.today(timezone.now()) - dt.timedelta(days=1)
    page = open_as(rosa, "/today/")
    page.get_by_role("link", name="Tell us about").first.click()
    expect(page.get_by_text("We mark it as late.")).to_be_visible()
    press(page, "No, none of these")
    press(page, "None of these today")
    press(page, "Send")
    page.wait_for_url(SENT)
    expect(page.get_by_text("sent late")).to_be_visible()
    assert CheckIn.objects.get().day == yesterday


def test_a_correction_keeps_the_first_version(open_as, rosa):
    page = open_as(rosa, CHECK_IN)
    press(page, "No, none of these")
    press(page, "None of these today")
    press(page, "Send")
    page.wait_for_url(SENT)
    page.get_by_role("link", name="Correct this").click()
    press(page, "No, none of these")
    page.locator("#id_s_itching").check()
    press(page, "Continue")
    press(page, "Send")
    page.get_by_text("You have corrected this.").wait_for()
    first, second = CheckIn.objects.order_by("received_at")
    assert second.amends == first
    assert (set(first.told.answers), set(second.told.answers)) == (set(), {"itching"})
