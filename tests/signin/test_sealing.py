"""Secrets under a key of ours, the change of that key, and a lost phone."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts import recovery
from accounts.models import SignedIn
from config.sealing import NotOurs, check_keys, make_key, seal, unseal
from tests.signin.conftest import come_in, is_signed_in, secrets_of

OLD, NEW = make_key(), make_key()


def test_the_first_key_seals_and_all_of_them_open(settings):
    settings.ENCRYPTION_KEYS = [OLD]
    by_old = seal("a secret")
    assert "secret" not in by_old
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert unseal(by_old) == "a secret"
    by_new = seal("a secret")
    settings.ENCRYPTION_KEYS = [NEW]
    assert unseal(by_new) == "a secret"
    with pytest.raises(NotOurs):
        unseal(by_old)
    with pytest.raises(NotOurs):
        unseal(by_new[:-4] + "AAA=")


def test_what_is_no_key_stops_us_and_is_not_shown():
    with pytest.raises(ImproperlyConfigured, match="number 2 is no key") as refused:
        check_keys([OLD, "hunter2"])
    assert "hunter2" not in str(refused.value)


@pytest.mark.django_db
def test_seal_anew_lets_go_of_the_old_key(amira, app, settings, capsys):
    settings.ENCRYPTION_KEYS = [OLD]
    phone = app(amira)
    codes = recovery.make(amira)
    before = secrets_of(amira)
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    call_command("seal_anew")
    assert capsys.readouterr().out == "Sealed anew: 2.\n"
    settings.ENCRYPTION_KEYS = [NEW]
    assert secrets_of(amira) != before
    assert recovery.use(amira, codes[0])
    assert Authenticator.objects.get(user=amira, type="totp").wrap().validate_code(phone.code)


@pytest.mark.django_db
def test_what_cannot_be_opened_is_named_and_left(amira, app, settings):
    settings.ENCRYPTION_KEYS = [OLD]
    app(amira)
    before = secrets_of(amira)
    settings.ENCRYPTION_KEYS = [NEW]
    with pytest.raises(CommandError, match=f"second step again: {amira.pk}$"):
        call_command("seal_anew")
    assert secrets_of(amira) == before


# --- A lost phone -------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.second_factor_is_asked_for
def test_a_lost_phone_is_forgotten_and_everybody_signed_out(
    amira, app, client, mailoutbox, django_capture_on_commit_callbacks
):
    phone = app(amira)
    come_in(client, amira)
    client.post(reverse("mfa_authenticate"), {"code": phone.code})
    assert is_signed_in(client)
    mailoutbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        call_command("forget_second_factor", amira.email)
    assert not is_signed_in(client)
    assert not Authenticator.objects.filter(user=amira).exists()
    assert not SignedIn.objects.filter(user=amira).exists()
    assert [message.to for message in mailoutbox] == [[amira.email]]
    come_in(client, amira)
    assert client.get("/team/")["Location"].startswith("/sign-in-and-devices/set-up/")


@pytest.mark.django_db
def test_an_admin_takes_it_away_from_one_person_and_not_from_themselves(ada, amira, ben, app, client):
    app(amira), app(ben), app(ada)
    client.force_login(ada)

    def take_away(*people):
        chosen = {"action": "take_away_second_factor", "_selected_action": [each.pk for each in people]}
        return client.post(reverse("admin:accounts_user_changelist"), chosen, follow=True).text

    assert "Choose one person" in take_away(amira, ben)
    assert "Choose one person" in take_away(ada)
    assert Authenticator.objects.count() == 3
    assert "has to set up a new second step" in take_away(amira)
    assert set(Authenticator.objects.values_list("user", flat=True)) == {ada.pk, ben.pk}


@pytest.mark.django_db
@pytest.mark.parametrize("which", ["app", "recovery code"])
def test_whoever_has_a_step_that_no_key_opens_is_told_and_so_are_we(which, amira, app, settings, caplog):
    settings.ENCRYPTION_KEYS = [OLD]
    codes = {"app": app(amira).code, "recovery code": recovery.make(amira)[0]}
    settings.ENCRYPTION_KEYS = [NEW]
    browser = Client()
    come_in(browser, amira)
    answer = browser.post(reverse("mfa_authenticate"), {"code": codes[which]})
    assert (answer.status_code, is_signed_in(browser)) == (200, False)
    assert "Call whoever looks after this site." in answer.text
    [told] = [each for each in caplog.records if "no key of ENCRYPTION_KEYS" in each.message]
    assert told.levelname == "ERROR"
    assert str(amira.pk) in told.message
    assert amira.name not in told.message
