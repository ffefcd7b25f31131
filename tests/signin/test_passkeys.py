"""Passkeys without a browser: what is accepted alone, what beside a code, and what anybody may make up."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests.signin.conftest import come_in, is_signed_in, sign_in
from tests.signin.passkeys import Passkey

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor_is_asked_for]

ALONE, SECOND, ADD = reverse("mfa_login_webauthn"), reverse("mfa_authenticate"), reverse("mfa_add_webauthn")
MADE_UP = [
    "[]",
    "7",
    '"x"',
    "{}",
    '{"response": 7}',
    '{"id": "x", "rawId": "eA", "response": {}}',
    '{"id": "x", "rawId": 3000000000, "response": {}}',
    '{"id": "x", "rawId": "eA", "response": {"clientDataJSON": "W10", "authenticatorData": "eA"}}',
    '{"id": "x", "rawId": "eA", "response": {"clientDataJSON": 3000000000, "signature": [1]}}',
]


@pytest.mark.parametrize("sent", MADE_UP)
def test_what_was_made_up_is_a_wrong_answer_and_no_failure(sent, amira, client):
    """Of a stranger, of whoever gave a code by e-mail, and of whoever adds one."""
    client.get(ALONE, headers={"X-Requested-With": "XMLHttpRequest"})
    assert client.post(ALONE, {"credential": sent})["Location"] == reverse("account_request_login_code")
    Passkey(amira)
    come_in(client, amira)
    assert client.post(SECOND, {"credential": sent}).status_code == 200
    assert not is_signed_in(client)
    sign_in(client, amira)
    client.get(ADD)
    assert client.post(ADD, {"credential": sent, "name": "Mine"}).status_code == 200
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_a_part_that_is_too_long_is_not_read(amira, client):
    passkey = Passkey(amira)
    client.get(ALONE, headers={"X-Requested-With": "XMLHttpRequest"})
    answer = json.loads(passkey.answer(client, is_verified=True))
    answer["response"]["signature"] += "A" * 40_000
    client.post(ALONE, {"credential": json.dumps(answer)})
    assert not is_signed_in(client)


def test_alone_it_signs_in_who_gave_a_finger_or_a_pin(amira):
    passkey = Passkey(amira)
    for is_verified in (False, True):
        browser = Client()
        browser.get(ALONE, headers={"X-Requested-With": "XMLHttpRequest"})
        browser.post(ALONE, {"credential": passkey.answer(browser, is_verified=is_verified)})
        assert is_signed_in(browser) is is_verified


@pytest.mark.parametrize("is_verified", [False, True])
def test_and_not_by_the_second_step_s_easier_question(amira, client, is_verified):
    """Which a stranger is asked who knows an address and reads its mail."""
    passkey = Passkey(amira)
    come_in(client, amira)
    client.get(SECOND)
    session = client.session
    del session["account_login"]  # given up, too old: the question stays
    session.save()
    client.post(ALONE, {"credential": passkey.answer(client, is_verified=is_verified)})
    assert is_signed_in(client) is is_verified


def test_beside_a_code_by_mail_having_it_is_enough(amira, client):
    passkey = Passkey(amira)
    come_in(client, amira)
    client.get(SECOND)
    client.post(SECOND, {"credential": passkey.answer(client, is_verified=False)})
    assert is_signed_in(client)
