"""How often a code or a password may be tried, from however many processes."""

import datetime as dt
import os
import subprocess
import sys

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import limits
from accounts.models import Tries, User
from tests.signin.conftest import App, come_in, is_signed_in

SECONDS = dt.timedelta(seconds=1)


@pytest.mark.django_db
def test_five_are_allowed_in_five_minutes_and_then_one_as_each_grows_old():
    begun = timezone.now()
    asked = [Tries.objects.allow(limits.PASSWORD, "a", begun + n * SECONDS) for n in range(7)]
    assert asked == [True] * 5 + [False] * 2
    assert Tries.objects.allow(limits.PASSWORD, "b", begun)
    assert not Tries.objects.allow(limits.PASSWORD, "a", begun + limits.FIVE_MINUTES - SECONDS)
    later = begun + limits.FIVE_MINUTES + 10 * SECONDS
    assert Tries.objects.allow(limits.PASSWORD, "a", later)


@pytest.mark.django_db
def test_in_any_five_minutes_at_most_five():
    """Not five before the full five minutes and five after."""
    begun, allowed = timezone.now(), []
    for n in range(200):
        at = begun + n * 7 * SECONDS
        if Tries.objects.allow(limits.PASSWORD, "a", at):
            allowed.append(at)
    assert all(later - at >= limits.FIVE_MINUTES for at, later in zip(allowed, allowed[5:], strict=False))
    assert len(allowed) > 5


@pytest.mark.django_db
@pytest.mark.parametrize("limit", [limits.MAILED, limits.SECOND_STEP])
def test_of_short_codes_thirty_a_day_at_most(limit):
    """However slowly: not thirty before the day is full and thirty after."""
    begun, allowed = timezone.now(), []
    for n in range(300):
        at = begun + n * dt.timedelta(minutes=13)
        if Tries.objects.allow(limit, "a", at):
            allowed.append(at)
    a_day = dt.timedelta(days=1)
    assert all(later - at >= a_day for at, later in zip(allowed, allowed[30:], strict=False))
    assert len(allowed) == 3 * 30
    assert not any(
        all(Tries.objects.allow(limit, "b", begun + n * SECONDS) for n in range(times, times + 6))
        for times in (0, 400)
    )


@pytest.mark.django_db
def test_what_is_counted_names_nobody():
    Tries.objects.allow(limits.PASSWORD, "rosa@example.org", timezone.now())
    assert "rosa" not in str(Tries.objects.values_list())


@pytest.mark.django_db
def test_a_full_cache_resets_no_limit(settings):
    from django.core.cache import cache

    for _try in range(5):
        limits.may_try(limits.PASSWORD, "a")
    cache.clear()
    assert not limits.may_try(limits.PASSWORD, "a")


# --- Through the pages --------------------------------------------------------------------------------------

PASSWORD = "a long way to the ward"


@pytest.fixture
def nurse(db: None, settings) -> User:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    return User.objects.create_user("amira@example.org", PASSWORD, name="Amira Nasser")


@pytest.mark.parametrize("address", ["amira@example.org", "stranger@example.org"])
def test_after_five_passwords_none_is_looked_at(nurse, client, address, monkeypatch):
    data = {"login": address, "password": "guess"}
    for _try in range(5):
        assert "do not go together" in client.post(reverse("account_login"), data).text
    monkeypatch.setattr("accounts.models.User.check_password", None)  # would fail if it were asked
    answer = client.post(reverse("account_login"), {**data, "password": PASSWORD})
    assert "Too many tries." in answer.text
    assert not is_signed_in(client)


def test_whoever_guesses_passwords_keeps_no_code_from_anybody(nurse, client):
    for _try in range(6):
        client.post(reverse("account_login"), {"login": nurse.email, "password": "guess"})
    come_in(client, nurse)
    assert is_signed_in(client)


def test_codes_by_mail_are_counted_across_browsers(nurse):
    """Each browser gets three tries of its code: a new browser gets no new tries."""
    tried = 0
    for _browser in range(3):
        browser = Client()
        browser.post(reverse("account_request_login_code"), {"email": nurse.email})
        right = next(line for line in str(mail.outbox[-1].body).splitlines() if line.isdigit())
        for n in range(2):
            wrong = f"{(int(right) + n + 1) % 1_000_000:06}"
            answer = browser.post(reverse("account_confirm_login_code"), {"code": wrong})
            tried += "not the code that we sent" in answer.text
    assert tried == 5
    browser.post(reverse("account_confirm_login_code"), {"code": right})
    assert not is_signed_in(browser)


def test_a_right_code_begins_the_count_anew(nurse):
    for _time in range(3):
        for _try in range(2):
            limits.may_try(limits.MAILED, nurse.email)
        come_in(Client(), nurse)
    assert limits.may_try(limits.MAILED, nurse.email)


# --- Across processes ---------------------------------------------------------------------------------------

GUESS = """
import sys, django
django.setup()
from types import SimpleNamespace
from django.test import RequestFactory
from allauth.core import context
from accounts.models import User
from accounts.signin.forms import AppCode
from accounts.forms import EnterCode

user, address, right = User.objects.get(pk=sys.argv[1]), sys.argv[2], "999999"
request = RequestFactory().post("/")
request._login_stage = SimpleNamespace(state={"email": address}, login=SimpleNamespace(user=user))
looked_at = {"app": 0, "mail": 0}
with context.request_context(request):
    for n in range(500):
        data = {"code": f"{n:06}"}
        for name, form in (("app", AppCode(data, user=user)), ("mail", EnterCode(data, code=right))):
            [[error]] = form.errors.as_data().values()
            looked_at[name] += error.code == "incorrect_code"
print(looked_at["app"], looked_at["mail"])
"""


@pytest.mark.django_db(transaction=True)
def test_three_processes_with_a_thousand_wrong_codes_each_get_five_tries(nurse):
    """500 of the app and 500 by e-mail in each: of all 3,000, five of each key are looked at."""
    App(nurse)
    where = connection.get_connection_params()
    environment = {
        **os.environ,
        "SIDELIGHT_MODE": "test",
        "DATABASE_URL": f"postgresql://{where['user']}@/{where['dbname']}?host={where['host']}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    guess = [sys.executable, "-c", GUESS, str(nurse.pk), nurse.email]
    guessers = [subprocess.Popen(guess, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [guesser.communicate(timeout=120)[0] for guesser in guessers]
    assert all(guesser.returncode == 0 for guesser in guessers)
    looked_at = [[int(each) for each in line.split()] for line in said]
    by_app, by_mail = (sum(column) for column in zip(*looked_at, strict=True))
    assert (by_app, by_mail) == (5, 5)


# --- What is logged of tries --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_try_is_logged_and_names_nobody(caplog):
    with caplog.at_level("INFO", logger="accounts.limits"):
        for _try in range(6):
            limits.may_try(limits.PASSWORD, "amira@example.org")
        limits.proved(limits.PASSWORD, "amira@example.org")
    told = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert [level for level, _words in told] == ["INFO"] * 5 + ["WARNING", "INFO"]
    signs = {words.rpartition(" ")[2] for _level, words in told}
    assert len(signs) == 1
    assert "amira" not in caplog.text
