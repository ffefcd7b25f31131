"""The list of patients, their records and the paper in a real browser: what axe finds, and the keyboard."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.browser.conftest import AssertUsable
from tests.browser.test_team import amiras_page
from tests.conftest import DESK, PHONE
from tests.team.conftest import browser_of, flagged
from tests.team.people.conftest import OLA, ola
from tracker import moving
from tracker.models import Patient

__all__ = ["amiras_page", "browser_of", "ola"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def addresses(rosa: Patient, dev: Patient) -> list[str]:
    flagged(dev)
    course = rosa.courses.first()
    assert course
    of_rosa = ("record", "edit_record", "invite", "add_course", "doses", "pause", "discharge", "transfer")
    return [
        reverse("team:patients"),
        reverse("team:patients") + "?state=left",
        reverse("team:enrol"),
        *(reverse(f"team:{name}", args=[rosa.pk]) for name in of_rosa),
        reverse("team:change_course", args=[course.pk]),
        reverse("team:discharge", args=[dev.pk]),
    ]


def test_every_page_of_a_record_is_accessible_and_fits(
    addresses: list[str],
    rosa: Patient,
    amiras_page: Callable[..., Any],
    assert_usable: AssertUsable,
) -> None:
    page = amiras_page(addresses[0])
    for path in addresses:
        page.goto(path)
        assert_usable(page)
    page.goto(reverse("team:enrol"))
    page.get_by_role("button", name="Enrol").click()
    page.locator(".error-summary").wait_for()
    assert_usable(page)
    page.goto(reverse("team:invite", args=[rosa.pk]))
    page.get_by_role("button", name="Make a page to print").click()
    page.locator(".sheet").wait_for()
    assert_usable(page)
    page.goto(reverse("enter_code"))
    assert_usable(page)


def test_a_request_to_take_over_is_accessible(
    rosa: Patient,
    amira: Any,
    ola: Any,
    other_team: Any,
    browser_of: Any,
    open_page: Any,
    live_server: Any,
    assert_usable: AssertUsable,
) -> None:
    assert str(ola) == OLA.name
    asked = moving.ask(rosa.pk, to_team=other_team, reason="She has moved.", by=amira, now=timezone.now())
    page = open_page("/healthz", PHONE)
    key = browser_of(ola).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
    for path in (reverse("team:patients"), reverse("team:transfer_asked", args=[asked.pk])):
        page.goto(path)
        assert_usable(page)


def test_the_menu_of_the_chart_opens_and_leads_on_by_keyboard(rosa: Patient, amiras_page: Any) -> None:
    page = amiras_page(reverse("team:patient", args=[rosa.pk]), DESK)
    page.locator(".menu > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Edit"
    page.keyboard.press("Enter")
    page.wait_for_url("**/record/edit/")


def test_somebody_is_found_by_keyboard(rosa: Patient, dev: Patient, amiras_page: Any) -> None:
    page = amiras_page(reverse("team:patients"), DESK)
    page.locator("#q").focus()
    page.keyboard.type("12.4.1968")
    page.keyboard.press("Enter")
    page.get_by_text("1 patient", exact=False).wait_for()
    assert page.locator("a.who").all_inner_texts() == ["Rosa Martín"]


def test_a_patient_comes_in_with_the_code_on_a_phone(rosa: Patient, amiras_page: Any, open_page: Any) -> None:
    nurse = amiras_page(reverse("team:invite", args=[rosa.pk]), DESK)
    nurse.get_by_role("button", name="Make a page to print").click()
    code = nurse.locator(".typed.code").inner_text()
    phone = open_page(reverse("enter_code"), PHONE)
    phone.get_by_label("Code from the paper").fill(code)
    phone.get_by_role("button", name="Come in").click()
    phone.wait_for_url("**/today/")
