"""The check-in while half of its modules are on their way still, or never come."""

from typing import Any

import pytest

from tests.browser.test_drafts import KEPT, until_kept
from tests.browser.test_patient import SENT, open_as, press
from tests.patient.conftest import CHECK_IN
from tracker.models import CheckIn

__all__ = ["open_as"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

THE_REST = "**/js/check-in*.js"  # not those of the steps, which lie a folder deeper


def hold_back(context: Any) -> list[Any]:
    """Requests for the second half, until somebody lets them go on."""
    held: list[Any] = []
    context.route(THE_REST, lambda route: held.append(route))
    return held


def test_the_steps_need_not_wait_and_the_form_is_sent_all_the_same(open_as, rosa):
    page = open_as(rosa, "/today/", service_workers="block")
    page.context.route(THE_REST, lambda route: route.abort())
    page.goto(CHECK_IN, wait_until="commit")
    press(page, "No, none of these")
    page.locator("#id_s_nausea").check()
    page.locator(".find[hidden]").wait_for(state="attached")  # it would find nothing
    press(page, "Continue")
    press(page, "Send")
    page.wait_for_url(SENT)
    assert CheckIn.objects.get().told.answers.keys() == {"nausea"}


@pytest.mark.parametrize("is_whole", [True, False])
def test_enter_in_a_box_goes_on_and_does_not_send(open_as, rosa, is_whole):
    page = open_as(rosa, "/today/", service_workers="block")
    if not is_whole:
        page.context.route(THE_REST, lambda route: route.abort())
    page.goto(CHECK_IN, wait_until="commit")
    press(page, "No, none of these")
    page.locator("#id_s_chills").check()
    page.locator("#id_temperature").press("Enter")
    page.get_by_role("heading", name="Check and send").wait_for()
    assert not CheckIn.objects.exists()


def test_a_draft_that_comes_late_joins_what_was_just_answered(open_as, rosa):
    page = open_as(rosa, CHECK_IN, service_workers="block")
    press(page, "Yes, I have one of these")
    page.locator('[name="red_flags"]').first.check()
    press(page, "Tell us more first")
    page.locator("#id_s_chills").check()
    page.locator("#id_note").fill("Slept badly")
    until_kept(page)
    held = hold_back(page.context)
    page.goto(CHECK_IN, wait_until="commit")
    press(page, "No, none of these")
    page.locator("#id_s_nausea").check()
    assert held
    for route in held:
        route.continue_()
    page.get_by_text(KEPT).wait_for()
    ticked = page.locator('[name="symptoms"]:checked').evaluate_all("boxes => boxes.map(box => box.value)")
    assert ticked == ["chills", "nausea"]
    assert page.locator('[name="red_flag_answer"]:checked').input_value() == "no"
    assert page.locator('[name="red_flags"]:checked').count() == 0
    assert page.locator("#id_note").input_value() == "Slept badly"
    page.get_by_role("heading", name="Which of these have you had").wait_for()


def test_whoever_is_at_the_end_already_finds_what_will_be_sent(open_as, rosa):
    page = open_as(rosa, "/today/", service_workers="block")
    held = hold_back(page.context)
    page.goto(CHECK_IN, wait_until="commit")
    press(page, "No, none of these")
    page.locator("#id_s_nausea").check()
    press(page, "Continue")
    page.get_by_role("heading", name="Check and send").wait_for()
    for route in held:
        route.continue_()
    page.locator(".summary").get_by_text("Nausea").wait_for()
