"""The whole way of a carer in a real browser: asked, come, a report that somebody answers to, and the end."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import User
from tests.browser.test_main_job import sign_in
from tests.conftest import DESK, PHONE, Mailbox
from tracker.models import Carer, CheckIn, Flag, Patient

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Any]


@pytest.fixture(autouse=True)
def _counted_tries(django_db_blocker: Any) -> None:
    call_command("createcachetable")


def invite(page: Any, accessible: Callable[..., None]) -> None:
    """From Today to the invitation that went out."""
    page.get_by_role("link", name="See or ask who helps you").click()
    page.get_by_role("link", name="Ask someone to help").click()
    page.get_by_label("Their name").fill("Lena Martín")
    page.get_by_label("Who they are to you").fill("daughter")
    page.get_by_label("Their e-mail address").fill("lena@example.org")
    accessible(page)
    page.get_by_label("see the ones they sent").check()
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_text("We sent an e-mail to lena@example.org.").wait_for()
    accessible(page)


def report_chest_pain(page: Any, accessible: Callable[..., None]) -> None:
    accessible(page)
    page.get_by_role("link", name="Start check-in").click()
    page.get_by_text("You are answering for").wait_for()
    accessible(page)
    page.get_by_role("button", name="Yes, I have one of these").click()
    page.get_by_role("checkbox", name="Chest pain or pressure").check()
    page.get_by_role("button", name="Send this now").click()
    page.wait_for_url(re.compile(r"/check-in/[0-9a-f-]{36}/$"))
    accessible(page)


def test_a_daughter_is_asked_reports_is_seen_as_herself_and_is_out_when_it_ends(
    open_page: OpenPage,
    smtp_server: Mailbox,
    rosa: Patient,
    amira: User,
    assert_accessible: Callable[..., None],
) -> None:
    rosas = open_page("/", PHONE)
    sign_in(rosas, rosa.user, smtp_server)
    invite(rosas, assert_accessible)

    link = re.search(r"/carers/invitations/\S+", smtp_server.to("lena@example.org")[-1].get_content())
    assert link
    lenas = open_page(link[0], PHONE)
    assert_accessible(lenas)
    assert not User.objects.filter(email="lena@example.org").exists()
    lenas.get_by_role("button", name="Yes, I will help").click()
    lenas.get_by_text("You are signed in as Lena.").wait_for()
    report_chest_pain(lenas, assert_accessible)
    told = CheckIn.objects.get()
    assert told.mark == "by Lena, daughter"

    nurse = open_page("/", DESK)
    sign_in(nurse, amira, smtp_server)
    nurse.goto(f"/team/flags/{Flag.objects.get().pk}/")
    nurse.get_by_text("by Lena, daughter").first.wait_for()
    nurse.get_by_role("button", name="Claim").click()
    lenas.reload()
    lenas.get_by_text("Seen by Amira.").wait_for()

    rosas.goto("/carers/")
    rosas.get_by_role("link", name="End this").click()
    assert_accessible(rosas)
    rosas.get_by_role("button", name="End it now").click()
    rosas.get_by_text("Lena Martín sees and sends nothing any more.").wait_for()
    assert not Carer.objects.filter(ended_at=None).exists()
    assert lenas.goto("/today/").status == 404
    assert lenas.goto(f"/check-in/{told.pk}/").status == 404


def test_a_nurse_takes_a_report_by_phone_and_reads_the_answer_aloud(
    open_page: OpenPage,
    smtp_server: Mailbox,
    rosa: Patient,
    amira: User,
    assert_accessible: Callable[..., None],
) -> None:
    page = open_page("/", DESK)
    sign_in(page, amira, smtp_server)
    page.goto(f"/team/patients/{rosa.pk}/")
    page.get_by_role("link", name="Take a report by phone").click()
    page.get_by_text("You are on the phone with Rosa Martín").wait_for()
    assert_accessible(page)
    page.get_by_role("button", name="No, none of these").click()
    page.get_by_text("Chills", exact=False).first.wait_for()
    page.get_by_label("Anything else you want to tell us?").fill("Typed while they spoke.")
    kept = page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
    assert "Typed while they spoke" not in kept
    assert "draft" not in kept
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("heading", name="Tell the patient now").wait_for()
    page.get_by_text("By phone, taken by Amira").first.wait_for()
    assert_accessible(page)
