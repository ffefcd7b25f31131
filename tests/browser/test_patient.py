"""The patient's pages in Chromium: taps, the panel before anything is sent, drafts, weight, accessibility."""

import gzip
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import PushDevice
from tests.accounts.test_reach import a_browser
from tests.conftest import PHONE
from tests.patient.conftest import CHECK_IN, a_form, signed_in
from tracker.models import CheckIn, Flag, Patient
from tracker.triage.report import Level

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SENT = "**/check-in/*-*/"
WEIGHT_MAX = 60_000  # bytes of HTML, CSS and JavaScript on a first visit, gzip, fonts apart

WEIGHT_AGAIN_MAX = 15_000
HOURS = "How many hours since you last passed urine?"

type OpenAs = Callable[..., Any]


@pytest.fixture
def open_as(open_page: Callable[..., Any]) -> OpenAs:
    """Opens a page as somebody who is signed in."""

    def open_one(patient: Patient, path: str, size: dict[str, int] = PHONE, **options: Any) -> Any:
        key = signed_in(patient).cookies["sessionid"].value
        cookie = {"name": "sessionid", "value": key, "domain": "localhost", "path": "/"}
        return open_page(path, size, storage_state={"cookies": [cookie], "origins": []}, **options)

    return open_one


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_good_day_is_four_taps_and_raises_nothing(open_as, rosa):
    page = open_as(rosa, "/today/")
    page.get_by_role("link", name="Start check-in").click()
    press(page, "No, none of these")
    press(page, "None of these today")
    press(page, "Send")
    page.wait_for_url(SENT)
    assert CheckIn.objects.get().level == Level.NONE
    assert not Flag.objects.exists()


def test_after_none_of_these_each_empty_box_is_a_tap_away(open_as, rosa):
    page = open_as(rosa, CHECK_IN)
    press(page, "No, none of these")
    press(page, "None of these today")
    empty = page.locator(".summary a")
    empty.get_by_text("Pulse").click()
    expect(page.locator("#id_pulse")).to_be_focused()
    page.keyboard.type("72")
    press(page, "Continue")
    expect(page.locator(".summary")).to_contain_text("Pulse: 72 beats a minute")
    assert empty.all_inner_texts() == ["Temperature", "Blood pressure", "Weight", HOURS]


def test_before_sending_everything_reads_as_it_was_typed(open_as, rosa):
    page = open_as(rosa, CHECK_IN)
    press(page, "Yes, I have one of these")
    page.get_by_role("group", name="Which of these?").get_by_label("Chest pain").check()
    press(page, "Tell us more first")
    typed = {"weight": "137 lb", "pulse": "5000", "systolic": "12/8", "hours_since_urine": "-3"}
    for box, text in typed.items():
        page.fill(f"#id_{box}", text)
    press(page, "Continue")
    lines = page.locator(".summary li:not(.left-empty)").all_inner_texts()
    assert lines == [
        "Chest pain or pressure",
        "All the rest: none",
        "Blood pressure, the upper number: 12/8",
        "Pulse: 5000 beats a minute · please look again",
        "Weight: 137 lb",
        f"{HOURS}: -3 hours · please look again",
    ]


def test_the_numbers_are_there_before_anything_is_sent_and_after(open_as, rosa):
    page = open_as(rosa, CHECK_IN)
    call = page.get_by_role("link", name="Call 112")
    assert not call.is_visible()
    press(page, "Yes, I have one of these")
    expect(call).to_be_visible()
    expect(page.get_by_text("Not sent yet.")).to_be_visible()
    assert not CheckIn.objects.exists()
    page.get_by_role("group", name="Which of these?").get_by_label("Chest pain").check()
    press(page, "Send this now")
    page.wait_for_url(SENT)
    assert page.get_by_role("link", name="Call 112").get_attribute("href") == "tel:112"
    assert CheckIn.objects.get().level == Level.EMERGENCY


def test_low_blood_pressure_is_flagged(open_as, rosa):
    page = open_as(rosa, CHECK_IN)
    press(page, "No, none of these")
    page.get_by_label("the upper number").fill("84")
    page.get_by_label("the lower number").fill("50")
    press(page, "Continue")
    expect(page.locator(".summary")).to_contain_text("84 mmHg")
    press(page, "Send")
    page.wait_for_url(SENT)
    assert Flag.objects.get().level >= Level.URGENT


def test_three_symptoms_take_at_most_twelve_taps_and_are_summed_up(open_as, rosa):
    page = open_as(rosa, CHECK_IN)  # the first tap opened it
    press(page, "No, none of these")
    for code, severity in (("chills", 1), ("nausea", 2), ("itching", 1)):
        page.locator(f"#id_s_{code}").check()
        page.locator(f'[name="{code}-severity"][value="{severity}"]').check()
    press(page, "Continue")
    summary = page.locator(".summary").inner_text()
    assert "moderate" in summary
    assert "All the rest: none" in summary
    press(page, "Send")
    page.wait_for_url(SENT)
    assert {code: answer.severity for code, answer in CheckIn.objects.get().told.answers.items()} == {
        "chills": 1,
        "nausea": 2,
        "itching": 1,
    }


def test_back_is_one_step_back(open_as, rosa):
    page = open_as(rosa, CHECK_IN)
    press(page, "No, none of these")
    expect(page.get_by_role("heading", name="Which of these have you had")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="No, none of these")).to_be_visible()


def test_a_question_opens_the_step_it_is_on(open_as, rosa):
    page = open_as(rosa, CHECK_IN)
    press(page, "No, none of these")
    page.get_by_label("Temperature").first.fill("98.6")
    press(page, "Continue")
    press(page, "Send")
    page.get_by_text("Yes, 98.6 °F (37.0 °C)").click()
    press(page, "Continue")
    press(page, "Send")
    page.wait_for_url(SENT)
    assert CheckIn.objects.get().told.value("temperature") == 37.0


def test_without_javascript_the_form_is_one_page_that_works(open_as, rosa):
    page = open_as(rosa, CHECK_IN, java_script_enabled=False)
    page.get_by_label("Yes, I have one of these").check()
    expect(page.get_by_role("link", name="Call 112").first).to_be_visible()
    page.get_by_label("No, none of these").check()
    page.locator("#id_s_nausea").check()
    page.locator('[name="nausea-severity"][value="1"]').check()
    press(page, "Send")
    page.wait_for_url(SENT)
    assert CheckIn.objects.get().told.answers["nausea"].severity == 1


def test_a_first_visit_to_the_check_in_is_light(open_as, rosa):
    page = open_as(rosa, "/emergency/")
    sizes: dict[str, int] = {}

    def weigh(answer: Any) -> None:
        if answer.request.resource_type in ("document", "stylesheet", "script"):
            sizes[answer.url] = len(gzip.compress(answer.body()))

    page.on("response", weigh)
    page.goto(CHECK_IN, wait_until="networkidle")
    assert sum(sizes.values()) <= WEIGHT_MAX, sizes
    again = sum(size for address, size in sizes.items() if "/static/" not in address)
    assert again <= WEIGHT_AGAIN_MAX, again  # hashed names: the rest is not asked for twice
    assert len(sizes) >= 6  # the page, its styles, its script


def test_every_page_is_accessible(open_as, rosa, assert_usable):
    client = signed_in(rosa)
    day = rosa.today(timezone.now()).isoformat()

    def send(**answers: Any) -> str:
        return str(client.post(CHECK_IN, a_form(id=str(uuid.uuid4()), day=day, **answers))["Location"])

    quiet = send(symptoms=["chills"], systolic="120/80", **{"chills-severity": "1"})
    fever = send(temperature="101.3")
    emergency = send(red_flag_answer="yes")
    page = open_as(rosa, "/today/")
    for address in (
        "/today/",
        "/emergency/",
        "/how-you-have-been/",
        "/reminders/",
        quiet,
        fever,
        emergency,
        CHECK_IN,
    ):
        page.goto(address)
        assert_usable(page)
    press(page, "Yes, I have one of these")
    assert_usable(page)
    press(page, "I have none of these after all")
    page.locator("#id_s_nausea").check()
    page.get_by_text("Something else").click()
    page.get_by_label("the upper number").fill("abc")
    assert_usable(page)
    press(page, "Continue")
    assert_usable(page)
    press(page, "Send")
    page.locator(".error-summary").wait_for()
    assert_usable(page)


def test_without_javascript_a_reminder_by_email_is_chosen(open_as, rosa):
    page = open_as(rosa, "/today/", {"width": 320, "height": 640}, java_script_enabled=False)
    page.get_by_role("link", name="Change reminders").click()
    page.get_by_role("link", name="Change where you are").click()
    page.get_by_label("Where you are").select_option("America/New_York")
    press(page, "Save")
    expect(page.get_by_text("New York")).to_be_visible()
    page.get_by_role("link", name="Reminders and pauses").click()
    page.get_by_label("Yes", exact=True).check()
    press(page, "Save")
    expect(page.locator("#div_id_remind_at .error")).to_be_visible()
    assert page.locator(".error-summary").count() == 1
    assert page.get_by_label("Yes", exact=True).is_checked()
    page.get_by_label("Time of the reminder").fill("18:00")
    press(page, "Save")
    words = "We remind you at 18:00, New York time, by e-mail, on days without a check-in."
    expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_text("this browser has to run JavaScript")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# Chromium under test reaches no push service: this one says yes, with keys that a browser would make.
PUSH_SERVICE = """
  Notification.requestPermission = async () => "granted";
  PushManager.prototype.subscribe = async () => ({toJSON: () => (%s)});
"""


def test_reminders_come_to_the_browser_that_asked_for_them(open_as, rosa, assert_usable):
    browser = a_browser()
    keys = {"p256dh": browser["p256dh"], "auth": browser["auth"]}
    page = open_as(rosa, "/reminders/")
    page.get_by_label("Yes", exact=True).check()
    press(page, "Save")
    assert_usable(page)
    page.get_by_label("Time of the reminder").fill("18:00")
    press(page, "Save")
    page.get_by_text("Saved.").wait_for()
    page.context.grant_permissions(["notifications"])
    page.add_init_script(PUSH_SERVICE % json.dumps({"endpoint": browser["endpoint"], "keys": keys}))
    page.goto("/reminders/")
    press(page, "Remind me on this phone or browser")
    page.get_by_text("by a message on Chrome on Linux").wait_for()
    assert_usable(page)
    assert PushDevice.objects.get().user == rosa.user
    press(page, "Remove Chrome on Linux")
    page.get_by_text("by e-mail while no phone or browser of yours takes messages").wait_for()
