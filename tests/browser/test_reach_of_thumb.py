"""The patient's pages for shaking hands and tired eyes: targets, large text, a narrow page, no motion."""

import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import AccessEvent, User
from tests.browser.looks import SIZES, Size, looks_of
from tests.conftest import CHROMIUM_ARGUMENTS, FIND_BROWSER, PHONE
from tests.patient.conftest import CHECK_IN, a_form, signed_in
from tracker import leaving
from tracker.models import OfflineDevice, Patient

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NARROW = {"width": 320, "height": 568}  # 1280 px at 400 %
SETTINGS = (
    "/settings/",
    "/settings/name/",
    "/settings/language/",
    "/settings/units/",
    "/settings/text-size/",
    "/settings/place/",
    "/settings/who-looked/",
    "/settings/download/",
    "/settings/leave/",
    "/reminders/",
)
PAGES = (
    "/today/",
    CHECK_IN,
    "/messages/",
    "/how-you-have-been/",
    "/emergency/",
    "/offline/devices/",
    "/learn/",
    *SETTINGS,
)

# Whatever can be pressed and is smaller than 44 by 44 CSS pixels. A tick counts with its label; a link within
# a sentence is as high as its line (WCAG 2.5.8 says so too).
TOO_SMALL = """() => {
  const pressed = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
  const isInText = each => each.matches('a') && getComputedStyle(each).display === 'inline' &&
    [...each.parentElement.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  const isSeen = each => each.checkVisibility({visibilityProperty: true}) &&
    !each.closest('.visually-hidden, .skip-link');
  const isClipped = each => { for (; each; each = each.parentElement)
    if (getComputedStyle(each).clipPath !== 'none') return true; return false };
  return [...document.querySelectorAll(pressed)]
    .filter(each => isSeen(each) && !isInText(each) && !isClipped(each))
    .map(each => each.closest('label') ?? each)
    .map(each => [each, each.getBoundingClientRect()])
    .filter(([each, box]) => box.width < 44 || box.height < 44)
    .map(([each, box]) => `${each.outerHTML.slice(0, 90)} ${box.width}×${box.height}`);
}"""

# Text that is cut off, runs out of the page, or lies upon other text. What only screen readers see is left
# out, and what scrolls by itself.
UNREADABLE = """() => {
  const hidden = each => each.closest('.visually-hidden, .skip-link, .scroll, select, option, svg, title') ||
    !each.checkVisibility({visibilityProperty: true, opacityProperty: true});
  const clipped = each => { for (; each; each = each.parentElement)
    if (getComputedStyle(each).clipPath !== 'none') return true; return false };
  const fixed = each => { for (; each; each = each.parentElement)
    if (getComputedStyle(each).position === 'fixed') return true; return false };
  const found = [], lines = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (!node.textContent.trim() || hidden(parent) || clipped(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.right > innerWidth + 1 || box.left < -1) found.push(`runs out: ${node.textContent.trim()}`);
      if (!fixed(parent)) lines.push({box, words: node.textContent.trim(), high: box.height});
    }
  }
  for (let i = 0; i < lines.length; i++) for (let j = i + 1; j < lines.length; j++) {
    const [a, b] = [lines[i].box, lines[j].box];
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 2 && high > Math.min(a.height, b.height) / 2)
      found.push(`lie upon each other: ${lines[i].words} | ${lines[j].words}`);
  }
  for (const each of document.querySelectorAll('body *')) {
    const cuts = ['hidden', 'clip'].includes(getComputedStyle(each).overflowX);
    if (cuts && !hidden(each) && !clipped(each) && each.scrollWidth > each.clientWidth + 1)
      found.push(`cut off: ${each.outerHTML.slice(0, 80)}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls sideways');
  return found;
}"""

type Visit = Callable[..., Any]


@pytest.fixture
def rosa(rosa: Patient, amira: User) -> Patient:
    """With a report, a phone, and a look at her page."""
    now = timezone.now()
    OfflineDevice.issue(rosa, to=rosa.user, name="Chrome on Android", now=now)
    AccessEvent.objects.create(team=rosa.team, patient_id=rosa.pk, actor=amira, what="chart", at=now)
    day = rosa.today(now).isoformat()
    signed_in(rosa).post(CHECK_IN, a_form(day=day, symptoms=["chills"], **{"chills-severity": "2"}))
    return rosa


@pytest.fixture
def visit(live_server: Any) -> Iterator[Visit]:
    """A page of a patient in a browser of one's choice."""
    contexts: list[Any] = []

    def open_one(browser: Any, patient: Patient, size: dict[str, int] = PHONE, **options: Any) -> Any:
        key = signed_in(patient).cookies["sessionid"].value
        cookie = {"name": "sessionid", "value": key, "domain": "localhost", "path": "/"}
        state = {"cookies": [cookie], "origins": []}
        context = browser.new_context(base_url=live_server.url, viewport=size, storage_state=state, **options)
        context.set_default_timeout(10_000)  # milliseconds
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def large_print(chromium: Any) -> Iterator[Any]:
    """A Chromium whose reader has set the text to 200 %."""
    arguments = [*CHROMIUM_ARGUMENTS, "--blink-settings=defaultFontSize=32"]
    path = os.environ.get("CHROMIUM") or subprocess.check_output([FIND_BROWSER], text=True).strip()
    browser = chromium.browser_type.launch(executable_path=path, args=arguments)
    yield browser
    browser.close()


def look(page: Any, script: str, sizes: Sequence[Size] = ()) -> dict[str, list[str]]:
    """What is wrong, by page and width; the check-in is looked at in each of its steps."""
    found: dict[str, list[str]] = {}

    def note(name: str) -> None:
        for one in looks_of(page, sizes or [page.viewport_size], ["light"]):
            found[f"{name} at {one.width} px"] = page.evaluate(script)

    for address in PAGES:
        page.goto(address)
        note(address)
        if address == CHECK_IN:
            page.get_by_role("button", name="Yes, I have one of these").click()
            note("a serious sign")
            page.get_by_role("button", name="I have none of these after all").click()
            page.locator("#id_s_nausea").check()
            note("the list")
        if address == "/reminders/":
            page.get_by_role("button", name="Begin the pause today").click()
            page.locator(".error-summary").wait_for()
            note("an error")
    return {where: wrong for where, wrong in found.items() if wrong}


def test_whatever_is_pressed_is_44_pixels_wide_and_high(visit, chromium, rosa):
    assert look(visit(chromium, rosa), TOO_SMALL, [NARROW, *SIZES]) == {}


def test_at_400_percent_nothing_scrolls_sideways_or_is_cut_off(visit, chromium, rosa):
    assert look(visit(chromium, rosa, NARROW), UNREADABLE) == {}


def test_with_the_browsers_text_at_200_percent_all_can_be_read(visit, large_print, rosa):
    page = visit(large_print, rosa)
    page.goto("/today/")
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 32
    assert look(page, UNREADABLE) == {}


@pytest.mark.parametrize(("size", "pixels"), [("large", 20), ("larger", 24)])
def test_with_larger_text_all_grows_and_can_be_read(visit, chromium, large_print, rosa, size, pixels):
    User.objects.filter(pk=rosa.user_id).update(text_size=size)
    root = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    page = visit(chromium, rosa)
    page.goto("/today/")
    assert page.evaluate(root) == pixels
    assert look(page, UNREADABLE) == {}
    both = visit(large_print, rosa)
    both.goto("/today/")
    assert both.evaluate(root) == 32  # no smaller than the browser's own


def test_who_wants_no_motion_gets_none(visit, chromium, rosa):
    moving = """() => [...document.querySelectorAll('*')].filter(each => {
      const style = getComputedStyle(each);
      return style.transitionDuration !== '0s' || style.animationName !== 'none'
        || style.scrollBehavior === 'smooth' }).map(each => each.outerHTML.slice(0, 90))"""
    assert look(visit(chromium, rosa, reduced_motion="reduce"), moving) == {}


def test_the_first_key_leads_past_the_header_and_the_focus_is_seen(visit, chromium, rosa):
    page = visit(chromium, rosa)
    for address in PAGES:
        page.goto(address)
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => { const each = document.activeElement; const style = getComputedStyle(each);
            return [each.getAttribute('href'), style.outlineStyle, each.getBoundingClientRect().top >= 0] }"""
        )
        assert focused == ["#main", "solid", True], address


def test_where_the_browser_takes_our_colours_away_choices_and_buttons_keep_a_border(visit, chromium, rosa):
    page = visit(chromium, rosa, forced_colors="active")
    page.goto("/settings/text-size/")
    borders = page.evaluate(
        """() => [...document.querySelectorAll('main .choice, main .button')].map(each =>
        parseFloat(getComputedStyle(each).borderTopWidth))"""
    )
    assert all(width >= 2 for width in borders)
    assert max(borders) == 4  # the one that is chosen


def test_settings_are_accessible(visit, chromium, rosa, assert_usable):
    page = visit(chromium, rosa)
    for address in SETTINGS:
        page.goto(address)
        assert_usable(page)
    page.get_by_role("button", name="Begin the pause today").click()
    page.locator(".error-summary").wait_for()
    assert_usable(page)
    page.goto("/settings/leave/")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Do you want to leave?")).to_be_visible()
    assert_usable(page)
    leaving.leave(rosa.pk, reason="", now=timezone.now())
    for address in ("/today/", CHECK_IN, "/reminders/", "/settings/"):
        page.goto(address)
        assert_usable(page)


def test_without_javascript_a_patient_pauses_and_leaves(visit, chromium, rosa):
    page = visit(chromium, rosa, NARROW, java_script_enabled=False)
    page.goto("/reminders/")
    page.get_by_label("Until which day?").fill(rosa.today(timezone.now()).isoformat())
    page.get_by_role("button", name="Begin the pause today").click()
    expect(page.get_by_text("You have a pause until")).to_be_visible()
    page.goto("/settings/")
    page.get_by_role("link", name="Leave the programme").click()
    page.get_by_label("Why do you want to leave?").fill("I am tired.")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("I am tired.")).to_be_visible()
    page.get_by_role("button", name="Leave the programme").click()
    expect(page.get_by_text("Nobody reads check-ins from you any more.")).to_be_visible()
