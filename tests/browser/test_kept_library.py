"""The library's pages of one's own drugs, read with the network off."""

from typing import Any

import pytest
from playwright.sync_api import expect

from education.models import Symptom
from tests.browser.test_no_network import network, phone_of_rosa, rosas_phone, wait_until
from tests.team.conftest import browser_of

__all__ = ["browser_of", "phone_of_rosa", "rosas_phone"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RECORD = """async () => {
  const kept = await caches.open("sidelight-kept");
  const record = await kept.match("/offline/library/record");
  return record ? Object.keys((await record.json()).pages) : null;
}"""
ASK_AGAIN = """async () => (await caches.open("sidelight-kept")).delete("/offline/library/record")"""


def kept(page: Any) -> list[str]:
    wait_until(lambda: page.evaluate(RECORD), page)
    found: list[str] = page.evaluate(RECORD)
    return found


def test_pages_of_ones_drugs_are_read_without_a_network_until_one_signs_out(rosas_phone):
    page = rosas_phone
    assert "/learn/symptoms/nausea/" in kept(page)

    network(page, False)
    page.goto("/learn/symptoms/nausea/")
    expect(page.get_by_role("heading", name="Nausea")).to_be_visible()
    assert (
        page.locator(".when-to-call").evaluate("part => getComputedStyle(part).borderInlineStartWidth")
        != "0px"
    )
    page.goto("/learn/")
    page.get_by_role("heading", name="Pages on this phone").wait_for()
    page.get_by_role("link", name="Aldesleukin", exact=True).click()
    page.get_by_role("heading", name="Aldesleukin", exact=True).wait_for()
    page.goto("/learn/drugs/aldesleukin/card/")
    page.get_by_role("heading", name="To the emergency room").wait_for()
    page.goto("/learn/drugs/epoetin-alfa/")
    page.get_by_role("heading", name="No network").wait_for()

    network(page, True)
    Symptom.objects.filter(code="nausea").update(is_published=False)
    page.goto("/today/")
    page.evaluate(ASK_AGAIN)
    page.reload()
    assert "/learn/symptoms/nausea/" not in kept(page)

    page.goto("/settings/")
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url("**/accounts/**")
    network(page, False)
    page.goto("/learn/drugs/aldesleukin/")
    page.get_by_role("heading", name="No network").wait_for()
