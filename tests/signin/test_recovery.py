"""Recovery codes: shown once, kept as hashes, each good for one sign-in."""

import json
from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import recovery
from config.sealing import unseal
from tests.signin.conftest import come_in, is_signed_in, secrets_of, sign_in

pytestmark = pytest.mark.django_db

SHOW, MAKE = "mfa_view_recovery_codes", "mfa_generate_recovery_codes"


def opens_the_door(user, code) -> bool:
    cache.clear()  # how often somebody asks for a code by mail is not the question here
    browser = Client()
    come_in(browser, user)
    browser.post(reverse("mfa_authenticate"), {"code": code})
    return is_signed_in(browser)


def test_they_are_shown_once_and_each_works_once(amira, app, client):
    come_in(client, amira)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    made = client.post(reverse("mfa_activate_totp"), {"code": app(amira, secret).code})
    codes = client.get(made["Location"]).context["codes"]
    assert len(set(codes)) == 10
    again = client.get(made["Location"])
    assert again.context["codes"] == []
    assert not any(code in again.text for code in codes)
    assert opens_the_door(amira, codes[3])
    assert not opens_the_door(amira, codes[3])
    assert opens_the_door(amira, codes[4].replace(" ", "-"))
    assert recovery.left(amira) == 8
    assert "8 codes are left" in client.get(reverse("mfa_index")).text


def test_new_ones_end_the_old_ones(amira, app, client):
    app(amira)
    before = recovery.make(amira)
    sign_in(client, amira)
    made = client.post(reverse(MAKE))
    after = client.get(made["Location"]).context["codes"]
    assert not opens_the_door(amira, before[0])
    assert opens_the_door(amira, after[0])


def test_nobody_reads_them_from_what_is_kept(amira, app, client):
    """Not with the key either: it opens hashes, under a salt of this set. Nor from the session."""
    app(amira)
    sign_in(client, amira)
    client.post(reverse(MAKE))
    (carried,) = [value for name, value in client.session.items() if name == recovery.KEY]
    codes = client.get(reverse(SHOW)).context["codes"]
    row = Authenticator.objects.get(user=amira, type="recovery_codes")
    opened = unseal(row.data["hashed"])
    kept, other = json.loads(opened), recovery.Kept.of(["1" * 16])
    assert len(bytes.fromhex(kept["salt"])) == 16
    assert kept["salt"] != other.salt
    assert [len(each) for each in kept["hashes"]] == [64] * 10
    for code in codes:
        for text in (opened, secrets_of(amira), carried, str(dict(client.session))):
            assert code not in text
            assert code.replace(" ", "") not in text


def test_one_that_is_no_code_takes_no_other_away(amira, app):
    app(amira)
    recovery.make(amira)
    assert not opens_the_door(amira, "1234567812345678")
    assert recovery.use(amira, "é" * 16) is None
    assert recovery.left(amira) == 10


def test_patients_get_none(rosa, app, client):
    client.force_login(rosa.user)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    made = client.post(reverse("mfa_activate_totp"), {"code": app(rosa.user, secret).code})
    assert made["Location"] == reverse("mfa_index")
    assert not recovery.has_some(rosa.user)


# --- Those that allauth made before -------------------------------------------------------------------------


STEP = import_module("accounts.migrations.0017_recovery_codes_are_hashed")


def migrated() -> None:
    STEP.hash_codes(apps, connection.schema_editor())


def test_what_somebody_printed_before_works_on_and_its_seed_is_gone(amira, ben, app):
    app(amira), app(ben)
    printed = RecoveryCodes.activate(amira)
    codes = printed.get_unused_codes()
    assert printed.validate_code(codes[0])
    lost = Authenticator.objects.create(
        user=ben, type="recovery_codes", data={"seed": "no key opens it", "used_mask": 0}
    )
    migrated()
    migrated()  # once more does nothing
    row = Authenticator.objects.get(user=amira, type="recovery_codes")
    assert set(row.data) == {"migrated_codes", "hashed"}
    assert recovery.left(amira) == 9
    assert not opens_the_door(amira, codes[0])
    assert opens_the_door(amira, codes[9])
    assert not opens_the_door(amira, codes[9])
    lost.refresh_from_db()
    assert "seed" in lost.data
    assert recovery.left(ben) == 0


def test_an_upgrade_that_is_stopped_goes_on_from_there(amira, ben, monkeypatch):
    """Of hundreds of people it takes longer than systemd waits."""
    for person in (amira, ben):
        RecoveryCodes.activate(person)
    only_one = iter([STEP.hashed])
    with monkeypatch.context() as stopped:
        stopped.setattr(STEP, "hashed", lambda codes: next(only_one)(codes))
        with pytest.raises(StopIteration):
            migrated()
    assert not STEP.Migration.atomic
    assert [recovery.left(person) for person in (amira, ben)] == [10, 0]
    migrated()
    assert [recovery.left(person) for person in (amira, ben)] == [10, 10]
