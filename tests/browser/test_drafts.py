"""What was filled in and not sent: kept on the phone, sealed, for one diary and one day."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.test_patient import SENT, OpenAs, open_as, press
from tests.conftest import PHONE
from tests.patient.conftest import CHECK_IN, signed_in
from tracker.models import CheckIn

__all__ = ["open_as"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEPT = "We kept what you filled in."
READ_ALL = """
  async () => {
    const database = await new Promise((resolve, reject) => {
      const opening = indexedDB.open("sidelight");
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = reject;
    });
    const all = {};
    for (const name of database.objectStoreNames) {
      all[name] = await new Promise((resolve) => {
        const asking = database.transaction(name).objectStore(name).getAll();
        asking.onsuccess = () => resolve(asking.result);
      });
    }
    database.close();
    const key = all.keys[0];
    const readable = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
      ? new TextDecoder("latin1").decode(value) : value;
    return {
      stores: Object.keys(all).sort(),
      drafts: all.drafts.map((row) => JSON.stringify(Object.values(row).map(readable))),
      extractable: key ? key.extractable : null,
      local: JSON.stringify(localStorage) + JSON.stringify(sessionStorage),
    };
  }
"""


def filled_in(page: Any) -> None:
    """Half a check-in, and time for it to be kept."""
    press(page, "No, none of these")
    page.locator("#id_s_nausea").check()
    page.locator("#id_note").fill("Slept badly")
    until_kept(page)


def until_kept(page: Any) -> None:
    """Until the last change is on the disk; writes wait for a pause in typing."""
    page.wait_for_timeout(600)


def test_a_draft_survives_the_tab_and_is_sealed(open_as, rosa):
    page = open_as(rosa, CHECK_IN)
    filled_in(page)
    id_before = page.locator('[name="id"]').input_value()
    kept = page.evaluate(READ_ALL)
    assert kept["stores"] == ["device", "drafts", "keys", "outbox"]
    assert kept["extractable"] is False
    assert len(kept["drafts"]) == 1
    assert "nausea" not in str(kept)
    assert "Slept" not in str(kept)
    context = page.context
    page.close()
    again = context.new_page()
    again.goto(CHECK_IN)
    again.get_by_text(KEPT).wait_for()
    assert again.locator("#id_s_nausea").is_checked()
    assert again.locator("#id_note").input_value() == "Slept badly"
    assert again.locator('[name="id"]').input_value() == id_before


def test_the_last_words_are_kept_when_the_page_is_left_at_once(open_as, rosa):
    page = open_as(rosa, CHECK_IN)
    filled_in(page)
    page.locator("#id_note").fill("Slept badly, twice")
    page.goto("/emergency/")
    page.goto(CHECK_IN)
    page.get_by_text(KEPT).wait_for()
    assert page.locator("#id_note").input_value() == "Slept badly, twice"


def test_start_again_empties_it(open_as, rosa):
    page = open_as(rosa, CHECK_IN)
    filled_in(page)
    page.reload()
    press(page, "Start again")
    page.get_by_role("button", name="No, none of these").wait_for()
    assert not page.get_by_text(KEPT).is_visible()
    assert not page.locator("#id_s_nausea").is_checked()
    assert page.evaluate(READ_ALL)["drafts"] == []


def test_it_ends_with_sending_and_back_brings_nothing_back(open_as, rosa):
    page = open_as(rosa, CHECK_IN)
    filled_in(page)
    press(page, "Continue")
    press(page, "Send")
    page.wait_for_url(SENT)
    page.wait_for_timeout(200)
    assert page.evaluate(READ_ALL)["drafts"] == []
    sent = CheckIn.objects.get()
    page.go_back()
    page.locator("form.check-in.stepped").wait_for(state="attached")
    until_kept(page)
    assert page.locator('[name="id"]').input_value() != str(sent.pk)
    assert not page.locator("#id_s_nausea").is_checked()
    assert page.locator("#id_note").input_value() == ""
    assert page.evaluate(READ_ALL)["drafts"] == []


def test_to_look_at_an_old_report_leaves_the_draft(open_as, rosa):
    page = open_as(rosa, CHECK_IN)
    press(page, "No, none of these")
    press(page, "None of these today")
    press(page, "Send")
    page.wait_for_url(SENT)
    old = page.url
    page.goto(CHECK_IN)
    filled_in(page)
    page.goto(old)
    page.goto(CHECK_IN)
    page.get_by_text(KEPT).wait_for()
    assert page.locator("#id_s_nausea").is_checked()


def test_signing_out_removes_it(open_as, rosa):
    page = open_as(rosa, CHECK_IN)
    filled_in(page)
    page.goto("/settings/")
    press(page, "Sign out")
    page.wait_for_url("**/login/code/**")
    kept = page.evaluate(READ_ALL)
    assert kept["drafts"] == []
    assert kept["extractable"] is None


def test_it_is_of_one_diary(open_as, rosa, dev):
    page = open_as(rosa, CHECK_IN)
    filled_in(page)
    cookie = {"name": "sessionid", "value": signed_in(dev).cookies["sessionid"].value}
    page.context.add_cookies([cookie | {"domain": "localhost", "path": "/"}])
    page.goto(CHECK_IN)
    until_kept(page)
    assert not page.get_by_text(KEPT).is_visible()
    assert not page.locator("#id_s_nausea").is_checked()


@contextmanager
def days_later(days: int) -> Iterator[None]:
    """By the server's clock; the phone's goes on from where it was."""
    with time_machine.travel(timezone.now() + dt.timedelta(days=days), tick=True):
        yield


def test_of_yesterday_it_is_still_about_yesterday_and_asks_about_right_now_again(open_as, rosa):
    page = open_as(rosa, CHECK_IN)
    filled_in(page)
    yesterday = rosa.today(timezone.now()).isoformat()
    # By the phone's own clock too: what was kept the day before does not hold "right now".
    page.add_init_script("const now = Date.now; Date.now = () => now() + 86_400_000")
    with days_later(1):
        page.goto(CHECK_IN)
        page.get_by_text("We kept what you filled in for Yesterday").wait_for()
    expect(page.get_by_role("button", name="No, none of these")).to_be_visible()
    assert not page.get_by_label("No, none of these").is_checked()
    press(page, "No, none of these")
    assert page.locator("#id_s_nausea").is_checked()
    assert page.locator("#id_day").input_value() == yesterday


def test_of_a_day_that_is_no_longer_accepted_it_is_gone(open_as, rosa):
    page = open_as(rosa, CHECK_IN)
    filled_in(page)
    with days_later(3):
        page.goto(CHECK_IN)
        until_kept(page)
    assert not page.get_by_text(KEPT).is_visible()
    assert page.evaluate(READ_ALL)["drafts"] == []


def test_where_the_browser_cannot_seal_there_is_no_draft_and_the_page_works(open_as, rosa):
    page = open_as(rosa, "/emergency/", PHONE)
    page.add_init_script("Object.defineProperty(crypto, 'subtle', {value: undefined})")
    page.goto(CHECK_IN)
    filled_in(page)
    press(page, "Continue")
    press(page, "Send")
    page.wait_for_url(SENT)
    assert CheckIn.objects.get().told.note == "Slept badly"


def test_a_good_day_needs_no_store_at_all(open_as: OpenAs, rosa):
    page = open_as(rosa, "/emergency/", PHONE)
    page.add_init_script("indexedDB.open = () => { throw new Error('no store') }")
    page.goto(CHECK_IN)
    press(page, "No, none of these")
    press(page, "None of these today")
    press(page, "Send")
    page.wait_for_url(SENT)
