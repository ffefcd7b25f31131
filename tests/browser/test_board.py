"""The board on a screen: what comes by itself, what a key or a click does, and what is taken back."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.test_team import poll
from tests.conftest import DESK
from tests.team.conftest import BLURRED, CHEST_PAIN, LOW_PRESSURE, browser_of, flagged, send
from tracker.alerts import watch
from tracker.models import BoardChoice, Flag, FlagEvent
from tracker.models.flags import State

__all__ = ["browser_of"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
WITHIN = 25_000  # milliseconds in which a flag has to be seen; the board itself asks every 20 seconds
COUNT_TONES = """() => {
  window.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...at) { window.tones += 1; return start.apply(this, at); };
}"""


@pytest.fixture
def page_of(browser_of, open_page, live_server):
    """Opens a page as somebody: `page_of(amira, "/team/")`."""

    def open_one(user, path="/team/", size=DESK, **options):
        session = browser_of(user).cookies["sessionid"].value
        page = open_page("/healthz", size, **options)
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.goto(path)
        return page

    return open_one


@pytest.fixture
def waiting(rosa, dev):
    """Rosa's emergency and Dev's low blood pressure."""
    watch.beat("worker", timezone.now())
    flagged(dev, LOW_PRESSURE)
    return flagged(rosa, CHEST_PAIN)


def until(page, true):
    """The site's own CSP forbids Playwright to wait for an expression."""
    for _try in range(100):
        if page.evaluate(true):
            return
        page.wait_for_timeout(50)
    raise AssertionError(true)


def name(page, who):
    return page.get_by_role("link", name=who, exact=True)


def test_a_flag_appears_on_an_open_board_by_itself(waiting, joan, amira, page_of, settings):
    settings.BOARD_POLL_SECONDS = 2  # 20 in earnest; tests/team/test_board.py has the page say so
    page = page_of(amira)
    answers = []
    page.on("response", lambda answer: answers.append(answer.status) if "/team/" in answer.url else None)
    page.wait_for_timeout(2_500)
    assert 304 in answers
    flagged(joan, LOW_PRESSURE)
    name(page, "Joan Clarke").wait_for(timeout=WITHIN)
    assert page.title() == "3 patients need review"
    assert page.locator("#arrived").inner_text() == "New on the board: 1"
    assert page.locator("#stale").is_hidden()


def test_the_filters_of_the_address_are_kept_over_polls(waiting, joan, amira, page_of):
    page = page_of(amira)
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Level").select_option("urgent")
    page.wait_for_url("**/team/?*level=urgent*")
    flagged(joan, LOW_PRESSURE)
    poll(page)
    name(page, "Joan Clarke").wait_for()
    assert name(page, "Rosa Martín").count() == 0
    assert "1 more is not shown." in page.locator("#board").inner_text()


def test_the_clock_runs_without_a_poll_and_says_when_the_target_is_passed(rosa, amira, page_of):
    watch.beat("worker", timezone.now())
    flagged(rosa, LOW_PRESSURE, ago=29 * MINUTE + dt.timedelta(seconds=5))
    page = page_of(amira)
    due = page.locator("[data-due]")
    assert (page.locator("[data-waiting]").inner_text(), due.inner_text()) == ("29 min", "of 30 min")
    assert page.locator("#over-target").is_hidden()
    page.wait_for_load_state("networkidle")  # its own clock has begun by then
    page.clock.install()
    page.clock.fast_forward(130_000)
    expect(page.locator("[data-waiting]")).to_have_text("31 min")
    expect(due).to_have_text("1 min over target")
    expect(page.locator("#over-target")).to_have_text("1 over target")


def test_without_a_script_the_servers_time_stands_and_everything_can_be_done(waiting, amira, ben, page_of):
    page = page_of(amira, java_script_enabled=False)
    assert page.locator("[data-waiting]").first.inner_text() == "under 1 min"
    page.get_by_label("Choose Rosa Martín").check()
    page.get_by_label("Choose Dev Patel").check()
    page.locator("#several").get_by_role("button", name="Claim").click()
    expect(page.get_by_text("Done: ")).to_be_visible()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    assert Flag.objects.filter(state=State.OPEN).count() == 2


def test_a_sound_and_a_number_in_the_title_for_who_wants_them(waiting, joan, amira, page_of):
    page = page_of(amira)
    page.evaluate(COUNT_TONES)
    button = page.get_by_role("button", name="Sound")
    expect(button).to_have_attribute("aria-pressed", "false")
    flagged(joan, LOW_PRESSURE)
    poll(page)
    name(page, "Joan Clarke").wait_for()
    assert (page.evaluate("tones"), page.title()) == (0, "3 patients need review")
    button.click()
    until(page, "tones === 2")  # how it sounds
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#silenced")).to_be_hidden()
    send(joan, CHEST_PAIN)
    poll(page)
    until(page, "tones === 4")
    assert page.title() == "(1) 3 patients need review"
    page.mouse.click(5, 5)
    until(page, "document.title === '3 patients need review'")
    assert BoardChoice.objects.get(user=amira).calls


def test_a_browser_that_keeps_it_silent_is_said_to_do_so(waiting, amira, page_of):
    BoardChoice.objects.create(user=amira, calls=True)
    page = page_of(amira)
    expect(page.locator("#silenced")).to_be_visible()
    page.mouse.click(5, 5)
    expect(page.locator("#silenced")).to_be_hidden()


def test_six_keys_from_the_board_to_an_outcome(waiting, amira, page_of):
    """j, c, 1, Enter: from anywhere on the page, without a look for where the focus is."""
    page = page_of(amira)
    keys = ["j", "c", "1", "Enter"]
    for key in keys[:2]:
        page.keyboard.press(key)
    page.wait_for_url(f"**/team/flags/{waiting.pk}/")
    page.get_by_role("button", name="Resolve").wait_for()
    for key in keys[2:]:
        page.keyboard.press(key)
    page.wait_for_url("**/team/")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.outcome) == (State.RESOLVED, "called")
    assert len(keys) <= 6


def test_five_clicks_with_a_note_and_a_slip_is_taken_back_by_a_key(waiting, amira, page_of):
    page = page_of(amira)
    page.get_by_role("button", name="Claim Rosa Martín").click()
    page.get_by_text("Sent to be seen today").click()
    page.get_by_label("Note for the team").fill("In by taxi, ward 3 knows.")  # a click into the box
    page.get_by_role("button", name="Resolve").click()
    page.wait_for_url("**/team/")
    page.get_by_role("button", name="Take it back").wait_for()
    page.keyboard.press("u")
    page.get_by_text("Taken back.").wait_for()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.owner) == (State.ACKNOWLEDGED, amira)
    assert waiting.events.get(kind=FlagEvent.Kind.RESOLVED).note == "In by taxi, ward 3 knows."


def test_all_of_it_by_keyboard(waiting, joan, amira, page_of):
    flagged(joan, LOW_PRESSURE)
    page = page_of(amira)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="By keyboard")
    expect(dialog).to_be_visible()
    page.keyboard.press("j")  # nothing moves behind it
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    for key, who in [("j", "Rosa Martín"), ("j", "Dev Patel"), ("j", "Joan Clarke"), ("k", "Dev Patel")]:
        page.keyboard.press(key)
        expect(name(page, who)).to_be_focused()
    page.keyboard.press("x")
    expect(page.get_by_label("Choose Dev Patel")).to_be_checked()
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.locator("#several .chosen")).to_have_text("2 chosen")
    flagged_by = page.get_by_label("Choose Rosa Martín")
    poll_with_change(page, joan)
    expect(flagged_by).to_be_checked()
    expect(page.get_by_label("Choose Joan Clarke")).not_to_be_checked()
    page.keyboard.press("/")
    page.keyboard.type("jock")
    assert page.locator("#q").input_value() == "jock"
    page.keyboard.press("Enter")
    page.wait_for_url("**/team/?sealed=*")
    expect(page.get_by_text("No open flags here.")).to_be_visible()


def poll_with_change(page, patient):
    before = page.locator("#board").get_attribute("data-etag")
    send(patient, BLURRED)
    poll(page)
    expect(page.locator("#board")).not_to_have_attribute("data-etag", before)


def test_of_two_nurses_on_one_row_one_has_it_and_the_other_reads_who(waiting, amira, ben, page_of):
    amiras, bens = page_of(amira), page_of(ben)
    amiras.get_by_role("button", name="Claim Rosa Martín").click()
    amiras.get_by_text("Claimed by Amira Nasser").wait_for()
    bens.get_by_role("button", name="Claim Rosa Martín").click()
    bens.get_by_text("Amira Nasser claimed this at").wait_for()
    assert bens.get_by_role("button", name="Resolve").count() == 0
    waiting.refresh_from_db()
    assert waiting.owner == amira


def test_a_call_back_and_a_hand_over_from_the_flag(waiting, amira, ben, page_of):
    waiting.claim(by=amira, now=timezone.now())
    page = page_of(amira, reverse("team:flag", args=[waiting.pk]))
    page.get_by_text("Call back later").click()
    at = (timezone.now() + 30 * MINUTE).astimezone(waiting.team.zone)
    page.get_by_label("Call back at").fill(f"{at:%H:%M}")
    page.get_by_role("button", name="Save the time").click()
    page.get_by_text(f"call back {at:%H:%M}").first.wait_for()
    page.get_by_text("Hand over to a colleague").click()
    page.get_by_label("Hand over to", exact=True).select_option(label=str(ben))
    page.get_by_role("button", name="Hand over", exact=True).click()
    page.get_by_text(f"{ben} has Rosa Martín now.").wait_for()
    assert f"call back {at:%H:%M}" in page.locator("#board").inner_text()


def test_when_polls_fail_the_board_says_so_and_goes_on(waiting, amira, page_of, settings):
    settings.BOARD_POLL_SECONDS = 1
    page = page_of(amira)
    page.route("**/team/", lambda route: route.abort())
    page.locator("#stale").wait_for(state="visible")
    expect(name(page, "Rosa Martín")).to_be_visible()
    page.unroute("**/team/")
    page.locator("#stale").wait_for(state="hidden")


def test_everybody_can_use_it(waiting, joan, wei, amira, ben, page_of, assert_usable):
    waiting.claim(by=amira, now=timezone.now())
    waiting.call_back(by=amira, at=timezone.now() + MINUTE, now=timezone.now())
    low = flagged(joan, LOW_PRESSURE, ago=HOUR)
    page = page_of(amira)
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Choose Joan Clarke").check()
    assert_usable(page)
    page.keyboard.press("Escape")
    page.evaluate("document.getElementById('keys').showModal()")
    assert_usable(page)
    page.keyboard.press("Escape")
    page.locator("#several").get_by_role("button", name="Claim").click()
    page.get_by_role("button", name="Take it back").wait_for()
    assert_usable(page)
    for path in (
        f"{reverse('team:board')}?whose=mine&drug=nothing",
        reverse("team:flag", args=[waiting.pk]),
        f"{reverse('team:close_several')}?flag={low.pk}&flag={waiting.pk}",
    ):
        page.goto(path)
        for summary in page.locator("details.fold > summary").all():
            summary.click()
        assert_usable(page)
