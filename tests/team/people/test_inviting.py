"""How a patient comes in: by e-mail, or with a code on paper that works once."""

import datetime as dt
import re

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import invitations
from accounts.models import Invitation, Membership, User
from accounts.models.invitations import code_digest, digest
from tests.carers import helping
from tracker.models import CareEvent, Patient

ENTER = reverse("enter_code")
WRONG = "This code does not work."
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()


@pytest.fixture
def without_address(rosa):
    User.objects.filter(pk=rosa.user_id).update(email=None)
    rosa.user.refresh_from_db()
    return rosa


def printed(browser, patient):
    """The page, and the code that stands on it."""
    answer = browser.post(reverse("team:print_code", args=[patient.pk]))
    return answer, answer.context["code"] if answer.context else ""


def enter(code, browser=None):
    return (browser or Client()).post(ENTER, {"code": code})


def who_is_in(answer):
    return answer.client.session.get("_auth_user_id")


# --- By e-mail ----------------------------------------------------------------------------------------------


def test_an_e_mail_goes_out_in_the_patients_language(amiras, rosa):
    Patient.objects.update(language="es")
    answer = amiras.post(reverse("team:invite", args=[rosa.pk]), follow=True)
    [message] = mail.outbox
    assert message.to == [rosa.user.email]
    assert re.search(r"/invitations/[\w-]{40,}/$", str(message.body), re.MULTILINE)
    assert "invita" in message.subject.casefold()
    assert "An e-mail is on its way to rosa@example.org." in answer.text
    assert CareEvent.objects.get().kind == "invited"


def test_looking_at_the_page_sends_nothing(amiras, rosa):
    amiras.get(reverse("team:invite", args=[rosa.pk]))
    amiras.get(reverse("team:print_code", args=[rosa.pk]))
    assert not mail.outbox
    assert not Invitation.objects.exists()


def test_a_new_invitation_ends_the_one_before(amiras, amira, rosa, team):
    now = timezone.now()
    _first, token = invitations.invite_patient(rosa.user, team, by=amira, now=now)
    _answer, code = printed(amiras, rosa)
    assert Client().get(f"/invitations/{token}/").status_code == 404
    _answer, second = printed(amiras, rosa)
    assert WRONG in enter(code).text
    assert enter(second).status_code == 302


def test_without_an_address_nothing_is_sent(amiras, without_address):
    amiras.post(reverse("team:invite", args=[without_address.pk]))
    assert not mail.outbox
    assert not Invitation.objects.exists()


# --- On paper -----------------------------------------------------------------------------------------------


def test_the_paper_has_a_code_a_square_and_whom_to_call(amiras, without_address):
    answer, code = printed(amiras, without_address)
    assert re.fullmatch(r"\d{4} \d{4} \d{4}", code)
    page = answer.text
    assert '<svg width="' in page
    assert "For Rosa Martín" in page
    assert "555 0100" in page
    assert "112" in page
    assert "no-store" in answer["Cache-Control"]


def test_the_paper_is_in_the_patients_language(amiras, rosa):
    Patient.objects.update(language="ar")
    answer, _code = printed(amiras, rosa)
    assert '<article class="sheet card" lang="ar" dir="rtl">' in answer.text


def test_the_code_opens_the_diary_once(amiras, without_address):
    _answer, code = printed(amiras, without_address)
    answer = enter(code)
    assert answer.url == "/"
    assert who_is_in(answer) == str(without_address.user_id)
    again = enter(code)
    assert WRONG in again.text
    assert who_is_in(again) is None


@pytest.mark.parametrize(
    "change", [str, lambda code: code.replace(" ", ""), lambda code: code.replace(" ", "-")]
)
def test_spaces_do_not_count(change, amiras, rosa):
    _answer, code = printed(amiras, rosa)
    assert enter(change(code)).status_code == 302


def test_arabic_digits_are_digits(amiras, rosa):
    _answer, code = printed(amiras, rosa)
    arabic = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert enter(arabic).status_code == 302


def test_the_square_leads_to_a_page_with_a_button(amiras, amira, rosa, team):
    invitation, token, code = invitations.print_code(rosa.user, team, by=amira, now=timezone.now())
    phone = Client()
    assert phone.get(f"/invitations/{token}/").status_code == 200
    assert phone.post(f"/invitations/{token}/").status_code == 302
    assert WRONG in enter(code).text
    invitation.refresh_from_db()
    assert invitation.accepted_at


def test_neither_code_nor_link_is_kept(amiras, amira, rosa, team):
    invitation, token, code = invitations.print_code(rosa.user, team, by=amira, now=timezone.now())
    kept = Invitation.objects.get(pk=invitation.pk)
    assert (kept.token_digest, kept.code_digest) == (digest(token), code_digest(code))
    assert kept.code_digest != digest(code)
    assert not {token, code} & {str(value) for value in vars(kept).values()}


@pytest.mark.parametrize(("days", "works"), [(6.9, True), (7, False)])
def test_a_code_runs_out_after_a_week(days, works, amiras, rosa):
    _answer, code = printed(amiras, rosa)
    with time_machine.travel(timezone.now() + dt.timedelta(days=days)):
        assert (enter(code).status_code == 302) is works


@pytest.mark.parametrize("typed", ["", "1", "999999999999", "9" * 200, "abc", "%00", "é", "０" * 12])
def test_every_wrong_code_is_answered_alike(typed, rosa):
    answer = enter(typed)
    assert answer.status_code == 200
    assert (WRONG if typed else "Type the code from the paper.") in answer.text
    assert who_is_in(answer) is None


def test_a_code_of_somebody_who_may_not_come_in_says_the_same(amiras, rosa):
    _answer, code = printed(amiras, rosa)
    User.objects.filter(pk=rosa.user_id).update(is_active=False)
    assert WRONG in enter(code).text


def test_guessing_is_slowed_down(rosa):
    answers = [enter(f"{number:012}").status_code for number in range(11)]
    assert answers == [200] * 10 + [429]


def test_whoever_was_signed_in_is_signed_out(amiras, rosa, dev, browser_of):
    _answer, code = printed(amiras, rosa)
    browser = browser_of(dev.user)
    enter(code, browser)
    assert browser.session["_auth_user_id"] == str(rosa.user_id)


def test_a_device_of_somebody_without_an_address_stays_signed_in(amiras, without_address, dev):
    for patient, days in ((without_address, 180), (dev, 30)):
        _answer, code = printed(amiras, patient)
        left = enter(code).client.session.get_expiry_age()
        assert abs(dt.timedelta(seconds=left) - dt.timedelta(days=days)) < dt.timedelta(hours=1)


def test_sending_again_what_has_no_address_leaves_the_paper_as_it_is(without_address, team, amira):
    invitation, _token, code = invitations.print_code(
        without_address.user, team, by=amira, now=timezone.now()
    )
    with pytest.raises(invitations.NoAddress):
        invitations.renew(invitation, timezone.now())
    assert who_is_in(enter(code)) == str(without_address.user_id)


# --- Nobody comes in as a colleague -------------------------------------------------------------------------


def test_paper_opens_no_account_that_can_do_more(amiras, rosa, dev, lena, team, ada):
    Membership.objects.create(user=rosa.user, team=team, role="doctor")
    helping(dev, lena)
    Patient.objects.create(
        team=team, user=lena, name="Lena", born_on=rosa.born_on, phone="5", enrolled_on=rosa.enrolled_on
    )
    for patient in (rosa, lena.patient):
        answer, code = printed(amiras, patient)
        assert answer.url == reverse("team:invite", args=[patient.pk])
        assert not code
    assert not Invitation.objects.exists()


def test_a_code_does_not_work_once_its_person_works_here(amiras, rosa, team):
    _answer, code = printed(amiras, rosa)
    Membership.objects.create(user=rosa.user, team=team, role="nurse")
    assert WRONG in enter(code).text


def test_constraint_paper_is_for_patients(amira, team):
    now = timezone.now()
    fields = {"user": amira, "team": team, "invited_by": amira, "created_at": now}
    fields |= {"expires_at": now + dt.timedelta(days=1), "token_digest": "a"}
    with pytest.raises(IntegrityError, match="invitation_on_paper_is_for_a_patient"), transaction.atomic():
        Invitation.objects.create(**fields, role="nurse", code_digest="b")
    with pytest.raises(IntegrityError, match="invitation_is_used_or_taken_back"), transaction.atomic():
        Invitation.objects.create(**fields, role="nurse", accepted_at=now, ended_at=now)


def test_the_sign_in_page_leads_to_the_code_page(client, db):
    assert reverse("enter_code") in client.get(reverse("account_request_login_code")).text
