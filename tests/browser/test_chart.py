"""A patient's chart in a real browser: one look, by keyboard, on paper, light and dark."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.test_team import amiras_page
from tests.conftest import DESK, PHONE
from tests.team.conftest import CHEST_PAIN, browser_of, flagged, send
from tests.team.test_chart import grade_of
from tests.triage.build import a_report
from tracker.alerts import watch
from tracker.models import ClinicianGrade, PatientLimit

__all__ = ["amiras_page", "browser_of"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = dt.timedelta(days=1)


@pytest.fixture
def chart(rosa, amira):
    """Some bad days, a grade, a limit and an open flag; the address of the chart."""
    now = timezone.now()
    watch.beat("worker", now)
    rosa.allergies = "Penicillin"
    rosa.save()
    for ago in (5, 4, 2, 1):
        readings = {"temperature": 37.0, "systolic": 110 + ago, "diastolic": 70}
        send(rosa, a_report(readings, chills=ago % 4, nausea=1, fatigue=2, asked=("itching",)), ago=ago * DAY)
    grade_of(rosa, amira, day=rosa.today(now) - DAY)
    flagged(rosa, CHEST_PAIN)
    PatientLimit.of(
        rosa,
        by=amira,
        name="systolic_low",
        value=85,
        reason="Her usual is low.",
        expires_on=rosa.today(now) + DAY,
        now=now,
    )
    return reverse("team:patient", args=[rosa.pk])


def bottom(page, selector):
    box = page.locator(selector).first.bounding_box()
    return box["y"] + box["height"]


def test_at_a_desk_header_flag_and_heat_map_are_in_the_first_look(chart, amiras_page):
    page = amiras_page(chart, DESK)
    assert bottom(page, ".compact") < 300
    for selector in ("#flag .button.primary", ".heatmap"):
        assert bottom(page, selector) <= DESK["height"], selector


def test_on_a_phone_who_comes_first_then_what_waits_then_the_days(chart, amiras_page):
    page = amiras_page(chart, PHONE)
    tops = [
        page.locator(each).first.bounding_box()["y"] for each in (".compact", "#flag", "#symptoms", "#lines")
    ]
    assert tops == sorted(tops)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_the_newest_day_is_in_view_and_the_page_is_no_wider(chart, scripts, amiras_page):
    page = amiras_page(chart, PHONE, java_script_enabled=scripts)
    for days in (28, 56, 84):
        page.goto(f"{chart}?days={days}")
        box = page.locator(".newest-first").bounding_box()
        last = page.locator(".heatmap thead th").last.bounding_box()
        assert box["x"] <= last["x"], days
        assert last["x"] + last["width"] <= box["x"] + box["width"] + 1, days
        name = page.locator(".heatmap tbody th").first.bounding_box()
        assert abs(name["x"] - box["x"]) <= 1, days  # the names stay
        first = page.locator(".heatmap thead th").nth(1).bounding_box()
        assert first["x"] < box["x"], days  # and the rest waits in the box


def test_a_grade_is_recorded_by_keyboard(chart, rosa, amiras_page):
    page = amiras_page(chart, DESK)
    page.locator(".record-a-grade > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    for _ in range(4):  # the parts of the date, and its button
        if page.evaluate("document.activeElement.name") == "symptom":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("Nausea")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")  # no other term
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "grade"
    page.keyboard.type("2")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Recorded: Nausea, grade 2 (CTCAE 5.0)")).to_be_visible()
    assert ClinicianGrade.objects.filter(symptom="nausea", grade=2).count() == 1


def test_a_wrong_grade_puts_the_focus_on_what_is_wrong(chart, amiras_page):
    page = amiras_page(f"{chart}?symptom=chills", DESK)
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.locator("#div_id_grade .error")).to_be_visible()
    expect(page.locator(".error-summary")).to_be_visible()


def test_jump_links_lead_to_parts_that_are_there(chart, amiras_page):
    page = amiras_page(chart, DESK)
    targets = page.locator(".jumps a").evaluate_all("links => links.map(each => each.hash)")
    assert len(targets) >= 7
    assert all(page.locator(each).count() == 1 for each in targets)


def test_everybody_can_use_the_chart(chart, amiras_page, assert_usable):
    correct = f"?correct={ClinicianGrade.objects.get().pk}"
    page = amiras_page(chart)
    for query in ("", "?days=84&kind=flags", "?symptom=chills&line=chills", correct):
        page.goto(chart + query)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert_usable(page)


def test_on_paper_nothing_is_cut_off_and_no_control_is_left(chart, amiras_page):
    """A4 at 96 to the inch, without the margins; twelve weeks lie on the long side."""
    page = amiras_page("/healthz")
    page.emulate_media(media="print")
    for days, width in ((28, 680), (56, 680), (84, 1000)):
        page.set_viewport_size({"width": width, "height": 1000})
        page.goto(f"{chart}?days={days}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), days
        assert page.locator(".heatmap").bounding_box()["width"] <= width, days
        assert page.locator("main :is(button, nav, .button):visible").count() == 0, days
        assert page.get_by_text("Printed").is_visible(), days
        cell = page.locator(".heatmap td .grade").first.bounding_box()
        assert cell["width"] >= 6, days
