"""Which phones may send: given to the person who is signed in, listed and stopped by nobody else."""

import pytest
from django.test import Client

from tests.inbox.conftest import a_body, a_phone
from tests.inbox.conftest import browser_of as browser_of
from tracker.models import OfflineDevice
from tracker.models.inbox import digest

pytestmark = pytest.mark.django_db

DEVICES = "/offline/devices/"
ON_ANDROID = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"
)


@pytest.fixture
def as_rosa(rosa, browser_of):
    return browser_of(rosa.user)


# --- Giving a token -----------------------------------------------------------------------------------------


def test_a_phone_gets_a_token_that_sends(as_rosa, rosa):
    answer = as_rosa.post(DEVICES, headers={"user-agent": ON_ANDROID})
    assert answer.status_code == 201
    told = answer.json()
    device = OfflineDevice.objects.get()
    assert (device.user, device.patient, device.team) == (rosa.user, rosa, rosa.team)
    assert (told["id"], told["name"]) == (str(device.pk), "Chrome on Android")
    sent = Client().post(
        told["send_to"],
        a_body(),
        content_type="application/json",
        headers={"authorization": f"Bearer {told['token']}"},
    )
    assert sent.status_code == 201


def test_the_token_is_long_shown_once_and_kept_nowhere(as_rosa):
    token = as_rosa.post(DEVICES).json()["token"]
    assert len(token) == 43  # 256 bits in base64
    assert OfflineDevice.objects.get().token_digest == digest(token)
    assert token not in as_rosa.get(DEVICES).text
    assert as_rosa.post(DEVICES).json()["token"] != token


def test_no_cache_keeps_the_answer(as_rosa):
    assert as_rosa.post(DEVICES)["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Rosa’s phone", "Rosa’s phone"),
        ("  two \n words ", "two words"),
        ("", "A phone or browser"),
        ("\0", "A phone or browser"),
        ("x" * 500, "x" * 80),
    ],
)
def test_a_phone_has_the_name_that_it_says_or_that_of_its_browser(as_rosa, said, kept):
    assert as_rosa.post(DEVICES, {"name": said}).json()["name"] == kept


def test_nothing_is_given_without_the_token_of_our_own_page(rosa):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(rosa.user)
    assert browser.post(DEVICES).status_code == 403
    assert not OfflineDevice.objects.exists()


@pytest.mark.parametrize("who", ["lena", "amira", "noor", "edith", "ada"])
def test_who_reports_for_nobody_gets_none(who, rosa, request, browser_of):
    browser = browser_of(request.getfixturevalue(who))
    assert [browser.get(DEVICES).status_code, browser.post(DEVICES).status_code] == [404, 404]
    assert not OfflineDevice.objects.exists()


def test_a_stranger_is_asked_to_sign_in(client, db):
    for answer in (client.get(DEVICES), client.post(DEVICES)):
        assert answer["Location"].startswith("/accounts/login/code/")


# --- The list -----------------------------------------------------------------------------------------------


def test_the_list_has_ones_own_phones_alone(phone, devs_phone, as_rosa, dev, rosa, lena):
    a_phone(rosa, to=lena, name="Somebody else’s")
    a_phone(dev, name="Firefox on Linux")
    page = as_rosa.get(DEVICES).text
    assert "Chrome on Android" in page
    assert "has sent nothing yet" in page
    assert "Somebody else" not in page
    assert "Firefox" not in page


def test_it_says_when_a_phone_sent_last(phone, as_rosa):
    phone.send(a_body())
    assert "last sent" in as_rosa.get(DEVICES).text


def test_it_says_so_when_there_is_none(as_rosa):
    assert "No phone may send for you." in as_rosa.get(DEVICES).text


def test_the_page_of_today_leads_there_once_there_is_one(as_rosa, rosa):
    assert f'href="{DEVICES}"' not in as_rosa.get("/today/").text
    a_phone(rosa)
    assert f'href="{DEVICES}"' in as_rosa.get("/today/").text


# --- Stopping one -------------------------------------------------------------------------------------------


def stop(browser, phone):
    return browser.post(f"{DEVICES}{phone.device.pk}/revoke/")


def test_a_phone_that_is_stopped_sends_nothing_more_and_is_listed_no_more(phone, as_rosa):
    assert stop(as_rosa, phone)["Location"] == DEVICES
    page = as_rosa.get(DEVICES).text
    assert "Chrome on Android sends nothing any more." in page
    assert "No phone may send for you." in page
    assert phone.send(a_body()).status_code == 401


def test_the_others_send_on(phone, as_rosa, rosa):
    other = a_phone(rosa)
    stop(as_rosa, phone)
    assert other.send(a_body()).status_code == 201


def test_stopped_is_stopped(phone, as_rosa):
    stop(as_rosa, phone)
    at = OfflineDevice.objects.get().revoked_at
    assert stop(as_rosa, phone).status_code == 404
    phone.device.revoke(at)
    assert OfflineDevice.objects.get().revoked_at == at


@pytest.mark.parametrize("who", ["dev", "lena", "amira", "ada"])
def test_nobody_stops_another_persons_phone(phone, who, request, browser_of):
    person = request.getfixturevalue(who)
    assert stop(browser_of(person.user if who == "dev" else person), phone).status_code == 404
    assert phone.send(a_body()).status_code == 201
