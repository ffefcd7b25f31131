"""How you've been, and the page for a visit, in Chromium: on a phone, a desk, paper; without a script."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.browser.looks import EVERY_SIZE, looks_of
from tests.browser.test_patient import open_as, press
from tests.conftest import DESK, PHONE
from tests.team.conftest import LOW_PRESSURE, send
from tests.triage.build import a_report
from tracker.models import CheckIn
from tracker.triage.report import Report

__all__ = ["open_as"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TRENDS, VISIT = "/how-you-have-been/", "/how-you-have-been/visit/"
DAY = dt.timedelta(days=1)
TARGET = 44  # px

# What can be pressed within the page: links in running text apart, and boxes whose label is pressed.
SMALL_TARGETS = f"""
  [...document.querySelectorAll("main a.button, main button, main summary, main .choice, main .tick")]
    .filter((each) => each.checkVisibility())
    .map((each) => [each.innerText, each.getBoundingClientRect().height])
    .filter(([, height]) => height < {TARGET})
"""


@pytest.fixture
def rosas_weeks(rosa):
    """Days with all grades and readings, gaps, a note and an urgent day."""
    for ago, severity in ((40, 2), (27, 4), (20, 3), (9, 0), (5, 2), (3, 3), (1, 1)):
        readings = {"temperature": 36.8, "pulse": 80, "weight": 62.0, "spo2": 97}
        send(rosa, a_report(readings=readings, chills=severity, nausea=1, asked=("rash",)), ago=ago * DAY)
    send(rosa, LOW_PRESSURE, ago=2 * DAY)
    send(rosa, Report(note="Slept badly."))
    return rosa


def test_the_pages_are_accessible_and_only_tables_scroll(open_as, rosas_weeks, assert_usable):
    page = open_as(rosas_weeks, TRENDS)

    def check() -> None:
        assert_usable(page, EVERY_SIZE)
        for look in looks_of(page, EVERY_SIZE, ["light"]):
            assert page.evaluate(SMALL_TARGETS) == [], (page.url, str(look))

    page.locator("details").first.locator("summary").click()
    check()
    page.goto(f"{TRENDS}?days=84")
    check()
    page.goto(VISIT)
    page.get_by_label("Since a day I choose").check()
    check()
    press(page, "Make the page")
    check()  # the form again, with its error
    page.get_by_label("8 weeks").check()
    press(page, "Make the page")
    page.locator("article").wait_for()
    check()


def test_a_phone_shows_a_week_and_a_desk_four(open_as, rosas_weeks):
    for size, days in ((PHONE, 7), (DESK, 28)):
        page = open_as(rosas_weeks, TRENDS, size)
        assert page.locator(".heatmap thead th:visible").count() == days + 1


def test_without_a_script_a_page_is_made_and_says_how_to_print(open_as, rosas_weeks):
    page = open_as(rosas_weeks, VISIT, PHONE, java_script_enabled=False)
    page.get_by_label("What do you want to ask?").fill("Can I swim?")
    press(page, "Make the page")
    page.wait_for_url(f"**{VISIT}")
    expect(page.get_by_role("heading", name="My questions")).to_be_visible()
    expect(page.get_by_text("choose “Print”")).to_be_visible()
    assert not page.get_by_role("button", name="Print", exact=True).is_visible()
    press(page, "Change what is on it")
    assert page.get_by_label("What do you want to ask?").input_value() == "Can I swim?"


def test_the_button_prints(open_as, rosas_weeks):
    page = open_as(rosas_weeks, VISIT)
    page.add_init_script("window.print = () => { document.title = 'printed' }")
    press(page, "Make the page")
    press(page, "Print")
    assert page.title() == "printed"


def test_on_paper_there_is_the_page_alone_in_black_on_white(open_as, rosas_weeks):
    page = open_as(rosas_weeks, VISIT, DESK, dark=True)
    press(page, "Make the page")
    page.emulate_media(media="print", color_scheme="light")
    for furniture in (".strip", ".tabs", ".visit-tools"):
        assert page.locator(furniture).first.is_hidden()
    cells = page.locator(".heatmap td .grade")
    assert cells.count() >= CheckIn.objects.count()
    inks = {each.evaluate("cell => getComputedStyle(cell).color") for each in cells.all()}
    assert inks <= {"rgb(0, 0, 0)", "rgb(51, 51, 51)"}
    borders = {
        page.evaluate(f"getComputedStyle(document.querySelector('.grade-{grade}')).borderTopWidth")
        for grade in range(5)
    }
    assert len(borders) >= 4  # the worse, the heavier
    assert page.locator(".visit tr").first.evaluate("row => getComputedStyle(row).breakInside") == "avoid"
    head = page.locator(".day-values thead")
    assert head.evaluate("head => getComputedStyle(head).display") == "table-header-group"


def test_no_table_is_wider_than_the_paper(open_as, rosas_weeks):
    page = open_as(rosas_weeks, VISIT)
    page.get_by_label("8 weeks").check()
    press(page, "Make the page")
    page.emulate_media(media="print")
    for paper, width in (("A4", 210), ("Letter", 215.9)):
        inside = round((width - 28) / 25.4 * 96)  # millimetres less both margins, in px
        page.set_viewport_size({"width": inside, "height": 900})
        widest = page.evaluate(
            "Math.max(...[...document.querySelectorAll('table')].map((each) => each.offsetWidth))"
        )
        assert widest <= inside, paper
        assert page.pdf(format=paper).startswith(b"%PDF-"), paper
