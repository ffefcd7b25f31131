"""Signing in, as a person does it: ask for a code, read the mail, type the code."""

import re

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User

pytestmark = pytest.mark.django_db

ADDRESS = "amira@example.org"
ASK, ENTER = "account_request_login_code", "account_confirm_login_code"


@pytest.fixture
def amira() -> User:
    return User.objects.create_user(ADDRESS, "a long way to the ward", name="Amira Nasser")


def ask_for_code(client: Client, address: str = ADDRESS, **data: str):
    return client.post(reverse(ASK), {"email": address, **data})


def code_in(message: EmailMessage) -> str:
    found = re.search(r"^\d{6}$", str(message.body), re.MULTILINE)
    assert found, message.body
    return found.group()


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_code_by_mail_signs_in_and_goes_where_the_person_wanted(client, amira):
    ask_for_code(client, next="/learn/")
    answer = client.post(reverse(ENTER), {"code": code_in(mail.outbox[0]), "next": "/learn/"})
    assert answer.status_code == 302
    assert answer["Location"] == "/learn/"
    assert is_signed_in(client)


def test_a_code_may_be_pasted_with_spaces(client, amira):
    ask_for_code(client)
    code = code_in(mail.outbox[0])
    client.post(reverse(ENTER), {"code": f" {code[:3]} {code[3:]}\n"})
    assert is_signed_in(client)


def test_the_address_is_known_in_capitals_too(client, amira):
    ask_for_code(client, ADDRESS.upper())
    assert mail.outbox[0].to == [ADDRESS]


def test_a_wrong_code_is_refused_in_words(client, amira):
    ask_for_code(client)
    wrong = f"{(int(code_in(mail.outbox[0])) + 1) % 1_000_000:06}"
    answer = client.post(reverse(ENTER), {"code": wrong})
    assert "This is not the code that we sent last." in answer.text
    assert not is_signed_in(client)


def test_the_third_wrong_code_ends_the_try(client, amira):
    ask_for_code(client)
    code = code_in(mail.outbox[0])
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _try in range(3):
        client.post(reverse(ENTER), {"code": wrong})
    client.post(reverse(ENTER), {"code": code})
    assert not is_signed_in(client)


def test_a_code_is_good_for_ten_minutes(client, amira):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask_for_code(client)
        clock.shift(10 * 60 + 1)
        client.post(reverse(ENTER), {"code": code_in(mail.outbox[0])})
        assert not is_signed_in(client)
        assert "10 minutes" in str(mail.outbox[0].body)


def test_nobody_learns_which_addresses_we_know(client, amira):
    def what_is_said_to(address: str) -> str:
        page = Client()
        html = page.get(ask_for_code(page, address).url).text
        return re.sub(r"<[^>]*>", "", html).replace(address, "")

    assert what_is_said_to(ADDRESS) == what_is_said_to("stranger@example.org")
    assert len(mail.outbox) == 1


def test_the_mail_says_nothing_but_the_code(client, amira):
    ask_for_code(client)
    message = mail.outbox[0]
    assert message.subject == "Your code for Sidelight"
    assert "Amira" not in str(message.body)
    assert not re.search(r"cancer|treatment|symptom|interleukin", str(message.body))


def test_staff_may_use_a_password(client, amira):
    client.post(reverse("account_login"), {"login": ADDRESS, "password": "a long way to the ward"})
    assert is_signed_in(client)


def test_a_wrong_password_is_refused_without_saying_which_part_was_wrong(client, amira):
    answer = client.post(reverse("account_login"), {"login": ADDRESS, "password": "guess"})
    assert "do not go together" in answer.text
    assert not is_signed_in(client)


def test_a_person_who_may_no_longer_sign_in_gets_no_code(client, amira):
    User.objects.filter(pk=amira.pk).update(is_active=False)
    ask_for_code(client)
    assert not mail.outbox


def test_nobody_signs_up_by_themselves(client):
    answer = client.post(
        reverse("account_signup"), {"email": "new@example.org", "password1": "a long way home"}
    )
    assert "Your care team invites you" in answer.text
    assert not User.objects.exists()


def test_signing_out_takes_a_press_of_a_button(client, amira):
    client.force_login(amira)
    client.get(reverse("account_logout"))
    assert is_signed_in(client)
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)


@pytest.mark.parametrize("name", [ASK, "account_login", "account_reset_password", "account_signup"])
def test_who_cannot_sign_in_is_told_whom_to_call(client, name):
    assert "call your emergency number" in client.get(reverse(name)).text
