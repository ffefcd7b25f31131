"""The page on which patients choose whether, when, by which clock and how they are reminded."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.urls import reverse

from accounts.models import PushDevice
from tests.accounts.test_reach import ON_ANDROID, a_browser
from tests.patient.conftest import signed_in
from tracker.alerts import reminders
from tracker.models import Notice, Patient

PAGE = reverse("patient:reminders")
PLACE = reverse("settings:place")
ADD = reverse("patient:add_device")
TODAY = reverse("patient:today")
MADRID, MINUTE = ZoneInfo("Europe/Madrid"), dt.timedelta(minutes=1)
pytestmark = pytest.mark.django_db


def at(text, zone=MADRID):
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


def choice(**changed):
    return {"wanted": "yes", "remind_at": "18:00", "remind_by": "email"} | changed


def choose(browser, now="2026-11-25T12:00", zone=MADRID, time_zone=None, **changed):
    """With `time_zone`, at another place from then on."""
    with time_machine.travel(at(now, zone), tick=False):
        if time_zone is not None:
            browser.post(PLACE, {"time_zone": time_zone})
        return browser.post(PAGE, choice(**changed), follow=True)


def add_device(browser, device=None):
    return browser.post(ADD, device or a_browser(), headers={"user-agent": ON_ANDROID}, follow=True)


@pytest.fixture
def long_enrolled(rosa):
    Patient.objects.update(enrolled_on="2026-01-01")
    rosa.refresh_from_db()
    return rosa


# --- Who may ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["amira", "lena", "edith", "ada"])
def test_it_is_the_patients_own(who, request, rosa):
    browser = Client()
    browser.force_login(request.getfixturevalue(who))
    assert browser.get(PAGE).status_code == 404
    for url in (PAGE, ADD):
        assert browser.post(url, choice() | a_browser()).status_code == 404
    rosa.refresh_from_db()
    assert rosa.remind_at is None
    assert not PushDevice.objects.exists()


def test_a_stranger_is_asked_to_sign_in(client):
    for answer in (client.get(PAGE), client.post(ADD)):
        assert answer["Location"].startswith("/accounts/login/code/")


def test_today_says_what_applies_and_leads_there(as_rosa):
    page = as_rosa.get(TODAY).text
    assert "We do not remind you." in page
    assert f'href="{PAGE}"' in page


# --- What is chosen -----------------------------------------------------------------------------------------


def test_a_time_is_kept_and_said_in_one_sentence(as_rosa, rosa):
    page = choose(as_rosa)
    assert page.redirect_chain[-1][0] == PAGE
    words = "We remind you at 18:00, Madrid time, by e-mail, on days without a check-in."
    assert words in page.text
    assert words in as_rosa.get(TODAY).text
    rosa.refresh_from_db()
    assert (rosa.remind_at, rosa.remind_by, rosa.time_zone) == (dt.time(18), "email", "")


def test_no_ends_it_whatever_stands_in_the_box(as_rosa, rosa):
    choose(as_rosa)
    assert "We do not remind you." in choose(as_rosa, wanted="no", remind_at="99").text
    rosa.refresh_from_db()
    assert rosa.remind_at is None


@pytest.mark.parametrize("zone", ["America/New_York", "America/Argentina/Buenos_Aires", "Pacific/Chatham"])
def test_the_clock_of_another_place(zone, as_rosa, rosa):
    page = choose(as_rosa, time_zone=zone).text
    assert f"{zone.rpartition('/')[2].replace('_', ' ')} time" in page
    assert f'<option value="{zone}" selected>' in as_rosa.get(PLACE).text
    rosa.refresh_from_db()
    assert rosa.time_zone == zone


def test_a_zone_that_an_admin_wrote_and_the_list_does_not_have_stays_chosen(as_rosa, rosa):
    Patient.objects.update(time_zone="Etc/GMT+5")
    assert '<option value="Etc/GMT+5" selected>' in as_rosa.get(PLACE).text
    choose(as_rosa, time_zone="Etc/GMT+5")
    rosa.refresh_from_db()
    assert (rosa.time_zone, rosa.remind_at) == ("Etc/GMT+5", dt.time(18))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("8 pm", dt.time(20)), ("20.15", dt.time(20, 15)), ("7", dt.time(7)), ("00:00", dt.time(0))],
)
def test_a_time_is_read_as_people_write_it(typed, kept, as_rosa, rosa):
    choose(as_rosa, remind_at=typed)
    rosa.refresh_from_db()
    assert rosa.remind_at == kept


@pytest.mark.parametrize(
    ("changed", "box", "words"),
    [
        ({"remind_at": ""}, "remind_at", "Write the time at which we should remind you, like 18:00."),
        ({"remind_at": "after tea"}, "remind_at", "Write the time like 18:00."),
        ({"remind_at": "24:30"}, "remind_at", "Write the time like 18:00."),
        ({"wanted": ""}, "wanted", "Choose yes or no."),
        ({"remind_by": "push"}, "remind_by", "None of your phones or browsers takes messages yet."),
        ({"remind_by": "pigeon"}, "remind_by", "pigeon"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_it_and_nothing_is_lost(changed, box, words, as_rosa, rosa):
    page = choose(as_rosa, **{"remind_at": "18:30"} | changed).text
    assert f'id="id_{box}_error"' in page
    assert words in page
    typed = ({"remind_at": "18:30"} | changed)["remind_at"]
    assert not typed or f'value="{typed}"' in page
    rosa.refresh_from_db()
    assert rosa.remind_at is None


def test_nothing_but_the_patients_own_choice_can_be_changed(as_rosa, rosa):
    choose(as_rosa, report_by="23:59", paused_until="2030-01-01", name="Rosa", team="2")
    after = Patient.objects.get()
    assert (after.report_by, after.paused_until, after.name) == (dt.time(20), None, "Rosa Martín")
    assert after.team == rosa.team


def test_a_change_is_kept_in_the_history_of_the_patient(as_rosa):
    choose(as_rosa, time_zone="Europe/Lisbon")
    newest = apps.get_model("tracker", "PatientEvent").objects.order_by("pgh_id").last()
    assert (newest.pgh_label, newest.remind_at, newest.time_zone) == ("update", dt.time(18), "Europe/Lisbon")


def test_while_nothing_is_expected_the_page_says_that_none_come(as_rosa, rosa):
    Patient.objects.update(paused_until="2026-11-30")
    assert "For now we do not, as we expect no check-in from you." in choose(as_rosa).text


# --- When it counts from ------------------------------------------------------------------------------------


def test_a_time_that_is_still_to_come_counts_today(as_rosa, long_enrolled):
    choose(as_rosa, now="2026-11-25T17:59")
    assert reminders.due(at("2026-11-25T18:00")) == 1


def test_a_time_that_is_over_counts_from_tomorrow(as_rosa, long_enrolled):
    choose(as_rosa, now="2026-11-25T19:00")
    assert reminders.due(at("2026-11-25T19:01")) == 0
    assert reminders.due(at("2026-11-26T18:00")) == 1


@pytest.mark.parametrize(
    "later", [{"remind_at": "20:00"}, {"remind_at": "20:00", "time_zone": "America/New_York"}]
)
def test_who_was_reminded_today_is_not_reminded_again_at_another_time(later, as_rosa, long_enrolled):
    choose(as_rosa, now="2026-11-25T12:00")
    assert reminders.due(at("2026-11-25T18:00")) == 1
    choose(as_rosa, now="2026-11-25T18:30", **later)
    zone = ZoneInfo(later.get("time_zone", "Europe/Madrid"))
    assert reminders.due(at("2026-11-25T20:00", zone)) == 0
    assert reminders.due(at("2026-11-26T20:00", zone)) == 1


def test_who_switches_to_another_way_is_not_reminded_again_today(as_rosa, long_enrolled):
    choose(as_rosa)
    assert reminders.due(at("2026-11-25T18:00")) == 1
    add_device(as_rosa)
    assert reminders.due(at("2026-11-25T18:30")) == 0


def test_saving_the_same_again_takes_no_reminder_away(as_rosa, long_enrolled):
    choose(as_rosa, now="2026-11-24T12:00")
    choose(as_rosa, now="2026-11-25T18:00:30")
    assert reminders.due(at("2026-11-25T18:01")) == 1


@pytest.mark.parametrize(
    ("zone", "chosen", "time"),
    [
        ("Europe/London", "2027-03-28T00:30", "01:30"),  # a time that does not come
        ("Europe/London", "2026-10-25T00:30", "01:30"),  # one that comes twice
        ("America/New_York", "2026-11-01T00:30", "01:15"),
        ("Australia/Lord_Howe", "2026-10-04T00:30", "02:15"),
        ("Australia/Lord_Howe", "2027-04-04T00:30", "01:45"),
    ],
)
def test_a_time_chosen_in_the_night_in_which_clocks_change_comes_once(zone, chosen, time, long_enrolled):
    then = at(chosen, ZoneInfo(zone))
    long_enrolled.move_to(zone, then)
    long_enrolled.choose_reminders(remind_at=dt.time.fromisoformat(time), remind_by="email", now=then)
    start = at(chosen, ZoneInfo(zone)).astimezone(dt.UTC)
    assert sum(reminders.due(start + minute * MINUTE) for minute in range(0, 6 * 60, 15)) == 1


def test_another_clock_by_an_admins_hand_reminds_of_nothing_that_is_over(rosa, root, long_enrolled):
    Patient.objects.update(remind_at="18:00")
    browser = Client()
    browser.force_login(root)
    page = f"/admin/tracker/patient/{rosa.pk}/change/"
    form = browser.get(page).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    inline = {f"courses-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    data = {name: value for name, value in values.items() if value is not None} | inline
    with time_machine.travel(at("2026-11-25T16:30"), tick=False):
        assert browser.post(page, data | {"time_zone": "Europe/Istanbul"}).status_code == 302
    assert Patient.objects.get().time_zone == "Europe/Istanbul"
    assert reminders.due(at("2026-11-25T16:31")) == 0  # 18:31 in Istanbul


# --- How ----------------------------------------------------------------------------------------------------


def test_a_browser_that_is_switched_on_gets_the_reminders(as_rosa, rosa, long_enrolled):
    choose(as_rosa)
    page = add_device(as_rosa)
    assert page.redirect_chain[-1][0] == PAGE
    assert "by a message on Chrome on Android" in page.text
    device = PushDevice.objects.get()
    assert device.user == rosa.user
    reminders.due(at("2026-11-25T18:00"))
    assert [(each.channel, each.address) for each in Notice.objects.all()] == [("push", str(device.pk))]


def test_without_a_time_it_says_what_is_missing(as_rosa):
    assert "Choose a time, and we remind you here." in add_device(as_rosa).text


def test_email_can_be_chosen_while_browsers_take_messages(as_rosa, rosa, long_enrolled):
    add_device(as_rosa)
    assert "by e-mail" in choose(as_rosa, remind_by="email").text
    reminders.due(at("2026-11-25T18:00"))
    assert [each.channel for each in Notice.objects.all()] == ["email"]


def test_when_the_last_browser_goes_reminders_come_by_email_again(as_rosa, long_enrolled):
    choose(as_rosa)
    add_device(as_rosa)
    remove = reverse("patient:remove_device", args=[PushDevice.objects.get().pk])
    page = as_rosa.post(remove, follow=True).text
    assert "Chrome on Android gets no more messages." in page
    assert "by e-mail while no phone or browser of yours takes messages" in page
    reminders.due(at("2026-11-25T18:00"))
    assert [each.channel for each in Notice.objects.all()] == ["email"]


def test_where_the_site_sends_no_push_messages_email_is_what_is_left(settings, as_rosa, long_enrolled):
    choose(as_rosa)
    add_device(as_rosa)
    settings.VAPID = None
    assert "This site does not use push." in as_rosa.get(PAGE).text
    reminders.due(at("2026-11-25T18:00"))
    assert [each.channel for each in Notice.objects.all()] == ["email"]


def test_a_browser_that_we_do_not_know_is_refused_in_words(as_rosa, rosa):
    page = add_device(as_rosa, a_browser("https://evil.example/")).text
    assert "Not switched on. We do not know the push service of this browser." in page
    rosa.refresh_from_db()
    assert rosa.remind_by == "email"


def test_nobody_removes_anothers(as_rosa, dev):
    add_device(as_rosa)
    remove = reverse("patient:remove_device", args=[PushDevice.objects.get().pk])
    assert signed_in(dev).post(remove).status_code == 404
    assert as_rosa.get(remove).status_code == 405
    assert PushDevice.objects.in_use().exists()
