"""How members of a team say where flags reach them: their number, their browsers, a test."""

import base64
import datetime as dt

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.urls import reverse
from django.utils import timezone

from accounts.models import PushDevice
from accounts.reach.browsers import name_of
from config.phone import provider
from tests.alerts.conftest import deliver
from tests.team.conftest import browser_of
from tracker.alerts.reach import Reach
from tracker.models import Notice

__all__ = ["browser_of", "deliver"]
pytestmark = pytest.mark.django_db

PAGE = reverse("reach:index")
ADD = reverse("reach:add_device")
TEST = reverse("alerts:send_test")
ON_ANDROID = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"
)


@pytest.fixture
def amiras(amira, browser_of):
    return browser_of(amira)


def encoded(value):
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def a_browser(endpoint="https://fcm.googleapis.com/fcm/send/one", **changed):
    """What a browser says of its subscription."""
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    key = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {"endpoint": endpoint, "p256dh": encoded(key), "auth": encoded(b"s" * 16)} | changed


def add(browser, device=None):
    return browser.post(ADD, device or a_browser(), headers={"user-agent": ON_ANDROID}, follow=True)


# --- Who may ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["rosa", "lena", "edith", "ada"])
def test_it_is_for_members_of_teams(who, request, browser_of):
    person = request.getfixturevalue(who)
    browser = browser_of(person.user if who == "rosa" else person)
    assert browser.get(PAGE).status_code == 404
    for url in (PAGE, ADD, TEST):
        assert browser.post(url, {"phone": "+34600123456"} | a_browser()).status_code == 404
    assert (PushDevice.objects.count(), Notice.objects.count()) == (0, 0)


def test_a_stranger_is_asked_to_sign_in(client, db):
    for answer in (client.get(PAGE), client.post(ADD), client.post(TEST)):
        assert answer["Location"].startswith("/accounts/login/code/")


def test_the_name_in_the_header_leads_there(amiras):
    assert f'<a href="{PAGE}">' in amiras.get(reverse("team:board")).text.replace("\n", "")


def test_a_patients_name_leads_nowhere(rosa, browser_of):
    assert PAGE not in browser_of(rosa.user).get("/learn/").text


# --- The number ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+34600123456", "+34600123456"),
        (" +34 600-123 456 ", "+34600123456"),
        ("0034 (600) 123.456", "+34600123456"),
        ("", ""),
    ],
)
def test_a_number_is_kept_however_it_is_written(typed, kept, amira, amiras):
    amira.phone = "+34999999999"
    amira.save()
    assert amiras.post(PAGE, {"phone": typed})["Location"] == PAGE
    amira.refresh_from_db()
    assert (amira.phone, amira.name) == (kept, "Amira Nasser")


@pytest.mark.parametrize(
    "typed", ["600123456", "+0600123456", "+34 600 12x", "+34", "+" + "9" * 16, "9" * 300]
)
def test_a_number_without_its_country_is_asked_again_and_stays_typed(typed, amira, amiras):
    page = amiras.post(PAGE, {"phone": typed})
    assert page.status_code == 200
    assert 'id="id_phone_error"' in page.text
    assert f'value="{typed}"' in page.text
    amira.refresh_from_db()
    assert amira.phone == ""


def test_the_page_says_that_no_texts_are_sent_here(settings, amiras):
    assert "This site sends no text messages" in amiras.get(PAGE).text
    settings.PHONE_PROVIDER = provider("twilio://A:T@api.twilio.com/+34600000000")
    assert "This site sends no text messages" not in amiras.get(PAGE).text


# --- Browsers -----------------------------------------------------------------------------------------------


def test_a_browser_is_kept_by_its_name_and_told_of_flags(amira, team, amiras):
    page = add(amiras)
    assert "This browser gets messages now." in page.text
    device = PushDevice.objects.get()
    assert (device.user, device.name, device.retired_at) == (amira, "Chrome on Android", None)
    assert "Chrome on Android" in amiras.get(PAGE).text
    [member] = Reach.of(team.pk, timezone.now()).members
    assert [each.address for each in member.reached_by(["push"])] == [str(device.pk)]


def test_telling_it_twice_changes_nothing(amiras):
    device = a_browser()
    add(amiras, device)
    add(amiras, device)
    assert PushDevice.objects.count() == 1


def test_new_keys_take_the_place_of_the_old(amiras):
    add(amiras)
    newer = a_browser()
    add(amiras, newer)
    assert PushDevice.objects.in_use().get().p256dh == newer["p256dh"]
    assert PushDevice.objects.count() == 2


def test_a_shared_browser_tells_whoever_switched_it_on_last(amira, ben, amiras, browser_of):
    device = a_browser()
    add(amiras, device)
    add(browser_of(ben), device)
    assert PushDevice.objects.in_use().get().user == ben
    assert "No phone or browser of yours" in amiras.get(PAGE).text


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://evil.example/",
        "http://fcm.googleapis.com/",
        "https://fcm.googleapis.com.evil.example/",
        "https://evilfcm.googleapis.com/",
        "https://fcm.googleapis.com:8080/",
        "https://fcm.googleapis.com:99999/",
        "https://fcm.googleapis.com@127.0.0.1/",
        "https://127.0.0.1\\@fcm.googleapis.com/",
        "https://127.0.0.1/",
        "https://fcm.googleapis.com/" + "x" * 1000,
        "javascript:alert(1)",
        "",
    ],
)
def test_our_server_is_sent_nowhere_but_to_push_services(endpoint, amiras):
    assert "Not switched on." in add(amiras, a_browser(endpoint)).text
    assert not PushDevice.objects.exists()


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://updates.push.services.mozilla.com/wpush/v2/x",
        "https://wns2-par02p.notify.windows.com/w/?token=x",
        "https://web.push.apple.com/x",
    ],
)
def test_the_push_services_of_other_browsers_are_known(endpoint, amiras):
    add(amiras, a_browser(endpoint))
    assert PushDevice.objects.get().endpoint == endpoint


@pytest.mark.parametrize("key", ["", "x", "é", "A" * 86, "A" * 88, "A" * 500, "=" * 87])
def test_what_is_no_key_is_refused(key, amiras):
    assert "Not switched on." in add(amiras, a_browser(p256dh=key)).text
    assert "Not switched on." in add(amiras, a_browser(auth=key)).text
    assert not PushDevice.objects.exists()


def test_where_the_site_has_no_key_nothing_is_offered_or_taken(settings, amiras):
    settings.VAPID = None
    page = amiras.get(PAGE).text
    assert "This site does not use push." in page
    assert "push.js" not in page
    assert "Not switched on." in add(amiras).text
    assert not PushDevice.objects.exists()


def test_a_browser_that_is_removed_is_told_no_more(amira, team, amiras):
    add(amiras)
    device = PushDevice.objects.get()
    page = amiras.post(reverse("reach:remove_device", args=[device.pk]), follow=True).text
    assert "Chrome on Android gets no more messages." in page
    assert not PushDevice.objects.in_use().exists()
    assert Reach.of(team.pk, timezone.now()).members[0].addresses["push"] == []


def test_nobody_removes_anothers(amiras, ben, browser_of):
    add(amiras)
    url = reverse("reach:remove_device", args=[PushDevice.objects.get().pk])
    assert browser_of(ben).post(url).status_code == 404
    assert amiras.get(url).status_code == 405
    assert PushDevice.objects.in_use().exists()


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (ON_ANDROID, "Chrome on Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605", "Safari on Mac"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_browser_goes_by_the_name_that_people_know(user_agent, name):
    assert name_of(user_agent) == name


def test_a_browser_that_does_not_say_its_name_has_one_all_the_same(amiras):
    amiras.post(ADD, a_browser())
    assert PushDevice.objects.get().name == "A browser"


# --- A test -------------------------------------------------------------------------------------------------


def test_a_test_goes_wherever_flags_would(settings, amira, amiras):
    settings.PHONE_PROVIDER = provider("twilio://A:T@api.twilio.com/+34600000000")
    amira.phone = "+34600123456"
    amira.save()
    add(amiras)
    page = amiras.post(TEST, follow=True)
    assert page.redirect_chain[-1][0] == PAGE
    assert "Test messages are on their way to 3 places." in page.text
    sent = set(Notice.objects.values_list("channel", "address"))
    device = str(PushDevice.objects.get().pk)
    assert sent == {("email", "amira@example.org"), ("push", device), ("sms", "+34600123456")}


def test_what_the_site_cannot_send_is_not_promised(settings, amira, amiras):
    settings.VAPID = settings.PHONE_PROVIDER = None
    amira.phone = "+34600123456"
    amira.save()
    assert "A test message is on its way to 1 place." in amiras.post(TEST, follow=True).text


def test_a_second_press_within_a_minute_sends_nothing(amiras):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        amiras.post(TEST)
    with time_machine.travel(now + dt.timedelta(seconds=59), tick=False):
        assert "You sent one a moment ago." in amiras.post(TEST, follow=True).text
    assert Notice.objects.count() == 1
    with time_machine.travel(now + dt.timedelta(seconds=60), tick=False):
        assert "on its way" in amiras.post(TEST, follow=True).text
    assert Notice.objects.count() == 2


def test_the_message_says_what_it_is_and_leads_back(amira, amiras, smtp_server, deliver):
    amiras.post(TEST)
    deliver(timezone.now())
    [mail] = smtp_server.messages
    assert mail["Subject"] == "Test message: flags reach you here"
    assert PAGE in mail.get_content()
    assert Notice.objects.get().state == Notice.State.ACCEPTED
