"""The main job in a real browser: somebody reports, somebody is told, somebody answers, and it is seen."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import expect

from accounts import second_factor
from accounts.models import User
from tests.browsers import show_second_factor
from tests.conftest import DESK, PHONE, Mailbox
from tracker.models import CheckIn, Flag, Patient

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Any]


@pytest.fixture(autouse=True)
def _counted_tries(django_db_blocker: Any) -> None:
    """The cache that counts tries at signing in; in a site, `manage.py prepare` makes it."""
    call_command("createcachetable")


def sign_in(page: Any, user: User, mailbox: Mailbox) -> None:
    """As anybody does: ask for a code, read the e-mail, type the code."""
    page.goto("/")
    page.get_by_label("Your e-mail address").fill(user.email)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code from the e-mail").wait_for()
    code = re.search(r"\b\d{6}\b", mailbox.to(user.email)[-1].get_content())
    assert code
    page.get_by_label("Code from the e-mail").fill(code[0])
    page.get_by_role("button", name="Sign in").click()
    if second_factor.works_here(user):
        page.wait_for_url("**/set-up/*")
        _count_as_shown(page, user)
        page.goto("/")


def _count_as_shown(page: Any, user: User) -> None:
    """As if a passkey had been set up and shown, which test_passkeys.py does."""
    browser = Client()
    for cookie in page.context.cookies():
        browser.cookies[cookie["name"]] = cookie["value"]
    show_second_factor(browser, user)


def send_alerts() -> None:
    call_command("worker", once=True)


def answer_as_nurse(page: Any, mailbox: Mailbox, nurse: User, patient: Patient) -> None:
    """From the e-mail to the recorded outcome."""
    mail = mailbox.to(nurse.email)[-1]
    text = mail.get_content()
    assert patient.name not in mail["Subject"] + text
    sign_in(page, nurse, mailbox)
    page.get_by_role("link", name=patient.name).wait_for()
    link = re.search(r"/team/flags/\S+", text)
    assert link
    page.goto(link[0])
    page.get_by_role("button", name="Claim").click()
    page.get_by_label("Called the patient").check()
    page.get_by_label("Note").fill("She is on her way to hospital.")
    page.get_by_role("button", name="Resolve").click()
    page.wait_for_url("**/team/")
    assert not page.get_by_role("link", name=patient.name).count()
    page.goto(link[0])
    page.get_by_text("Resolved by Amira Nasser").first.wait_for()


def test_chest_pain_is_reported_told_answered_and_seen(
    open_page: OpenPage, smtp_server: Mailbox, rosa: Patient, amira: User, noor: User
) -> None:
    phone = open_page("/", PHONE)
    sign_in(phone, rosa.user, smtp_server)
    phone.get_by_role("link", name="Start check-in").click()
    phone.get_by_role("button", name="Yes, I have one of these").click()
    number = phone.get_by_role("link", name=f"Call {rosa.team.emergency_number}")
    number.wait_for()  # before anything is sent
    assert not CheckIn.objects.exists()
    phone.get_by_role("checkbox", name="Chest pain or pressure").check()
    phone.get_by_role("button", name="Send this now").click()
    phone.wait_for_url(re.compile(r"/check-in/[0-9a-f-]{36}/$"))
    expect(number).to_be_visible()
    assert number.get_attribute("href") == f"tel:{rosa.team.emergency_number}"
    done = phone.url

    send_alerts()
    assert smtp_server.to(amira.email)
    stranger = open_page("/", DESK)
    sign_in(stranger, noor, smtp_server)
    for path in (f"/team/patients/{rosa.pk}/", f"/team/flags/{Flag.objects.get().pk}/", done):
        answer = stranger.goto(path)
        assert answer.status == 404, path
    assert not stranger.get_by_text(rosa.name).count()

    answer_as_nurse(open_page("/", DESK), smtp_server, amira, rosa)
    phone.goto(done)
    phone.get_by_text("Seen by Amira.").wait_for()
    phone.get_by_text("Amira called you.").wait_for()
    assert not phone.get_by_text("on her way to hospital").count()


def test_blood_pressure_84_over_50_is_reported_told_answered_and_seen(
    open_page: OpenPage, smtp_server: Mailbox, rosa: Patient, amira: User
) -> None:
    phone = open_page("/", PHONE)
    sign_in(phone, rosa.user, smtp_server)
    phone.get_by_role("link", name="Start check-in").click()
    phone.get_by_role("button", name="No, none of these").click()
    phone.get_by_label("Blood pressure, the upper number").fill("84")
    phone.get_by_label("Blood pressure, the lower number").fill("50")
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_role("button", name="Send", exact=True).click()
    phone.wait_for_url(re.compile(r"/check-in/[0-9a-f-]{36}/$"))
    phone.get_by_role("link", name=re.compile("Call")).first.wait_for()
    done = phone.url
    flag = Flag.objects.get()
    assert "low_blood_pressure" in [each.code for each in flag.findings]

    send_alerts()
    assert smtp_server.to(amira.email)
    answer_as_nurse(open_page("/", DESK), smtp_server, amira, rosa)
    phone.goto(done)
    phone.get_by_text("Amira called you.").wait_for()


def test_a_good_day_takes_at_most_four_taps_and_raises_no_flag(
    open_page: OpenPage, smtp_server: Mailbox, rosa: Patient, amira: User
) -> None:
    phone = open_page("/", PHONE)
    sign_in(phone, rosa.user, smtp_server)
    taps = [
        ("link", "Start check-in"),
        ("button", "No, none of these"),
        ("button", "None of these today"),
        ("button", "Send"),
    ]
    for role, name in taps:
        phone.get_by_role(role, name=name, exact=True).click()
    phone.wait_for_url(re.compile(r"/check-in/[0-9a-f-]{36}/$"))
    assert CheckIn.objects.get().level == 0
    assert not Flag.objects.exists()
    send_alerts()
    assert not smtp_server.to(amira.email)
