"""A phone sends what it kept: who may, what it is told, and that nothing is kept twice or by its clock."""

import datetime as dt
import json
import random
import uuid

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.inbox.conftest import (
    A_DAY,
    A_MINUTE,
    AN_HOUR,
    CHEST_PAIN,
    GOOD_DAY,
    LOW_PRESSURE,
    URL,
    a_body,
    a_phone,
)
from tests.team.conftest import send
from tests.triage.build import a_report
from tracker.models import CheckIn, Flag, InboxItem, OfflineDevice, Patient
from tracker.models.inbox import Outcome

pytestmark = pytest.mark.django_db

TEN_YEARS = dt.timedelta(days=3653)


# --- Who may ------------------------------------------------------------------------------------------------


def test_a_phone_with_a_token_sends_without_a_session(phone, rosa):
    answer = phone.send(a_body(CHEST_PAIN))
    assert answer.status_code == 201
    check_in = CheckIn.objects.get()
    assert (check_in.patient, check_in.reported_by, check_in.source) == (rosa, rosa.user, "offline")
    assert answer.json() == {
        "state": "received",
        "id": str(check_in.pk),
        "level": "emergency",
        "page": f"/check-in/{check_in.pk}/",
        "received_at": answer.json()["received_at"],
    }
    assert dt.datetime.fromisoformat(answer.json()["received_at"]) - check_in.received_at < A_MINUTE
    assert InboxItem.objects.get().check_in == check_in


def test_it_sets_no_cookie_and_looks_up_no_session(phone, rosa):
    phone.client.force_login(rosa.user)
    Session.objects.all().delete()  # it has expired
    answer = phone.send(a_body())
    assert answer.status_code == 201
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer guess", "Basic {}", "{}", "Bearer {}x", "Bearer é\x7f"]
)
def test_nobody_sends_without_the_token(phone, header):
    answer = phone.send(a_body(), authorization=header.format(phone.token))
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["state"] == "refused"
    assert not InboxItem.objects.exists()


def test_what_is_kept_of_a_token_is_no_token(phone):
    assert phone.send(a_body(), authorization=f"Bearer {phone.device.token_digest}").status_code == 401
    assert phone.token not in str(OfflineDevice.objects.values_list().get())


def test_a_session_alone_sends_nothing(phone, rosa):
    phone.client.force_login(rosa.user)
    assert phone.send(a_body(), authorization="").status_code == 401


def test_a_phone_that_was_stopped_sends_nothing_more(phone):
    phone.device.revoke(timezone.now())
    assert phone.send(a_body()).status_code == 401


def test_nor_does_that_of_somebody_who_may_not_sign_in_any_more(phone, rosa):
    rosa.user.is_active = False
    rosa.user.save()
    assert phone.send(a_body()).status_code == 401


def test_nor_that_of_somebody_whose_diary_it_is_no_more(phone, rosa, lena):
    Patient.objects.filter(pk=rosa.pk).update(user=lena)
    assert phone.send(a_body()).status_code == 401


@pytest.mark.parametrize("who", ["dev", "lena", "amira"])
def test_a_token_of_somebody_who_does_not_report_for_the_patient_is_none(rosa, who, request):
    person = request.getfixturevalue(who)
    phone = a_phone(rosa, to=person.user if who == "dev" else person)
    assert phone.send(a_body()).status_code == 401


def test_a_token_opens_no_page(phone):
    for url in ("/today/", "/check-in/", "/how-you-have-been/", "/offline/devices/"):
        answer = phone.client.get(url, headers={"authorization": f"Bearer {phone.token}"})
        assert answer.status_code == 302


def test_it_is_known_when_a_phone_was_used_last(phone):
    now = timezone.now().replace(microsecond=0)
    for after, known in ((0, 0), (4, 0), (5, 5)):
        with time_machine.travel(now + after * A_MINUTE, tick=False):
            phone.send(a_body())
        phone.device.refresh_from_db()
        assert phone.device.last_used_at == now + known * A_MINUTE


# --- What is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options", "trace"])
def test_nothing_but_a_post(phone, method):
    answer = getattr(phone.client, method)(URL, headers={"authorization": f"Bearer {phone.token}"})
    # What no address of the site takes is refused before it is known which one it is.
    allowed = "POST" if method in ("get", "head") else "GET, HEAD, POST"
    assert (answer.status_code, answer["Allow"]) == (405, allowed)


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_nothing_but_json(phone, kind):
    answer = phone.send(a_body(), **{"content-type": kind})
    assert answer.status_code == 415
    assert not InboxItem.objects.exists()


def test_nothing_compressed(phone):
    assert phone.send(a_body(), **{"content-encoding": "gzip"}).status_code == 415


def test_json_that_says_it_is_utf_8_is_json(phone):
    assert phone.send(a_body(), **{"content-type": "application/json; charset=utf-8"}).status_code == 201


# --- Sent again ---------------------------------------------------------------------------------------------


def test_the_same_bytes_get_the_same_answer(phone):
    body = a_body(CHEST_PAIN)
    first, second = phone.send(body), phone.send(body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert CheckIn.objects.count() == InboxItem.objects.count() == Flag.objects.get().reports == 1


def test_the_same_report_sent_at_another_time_is_the_same_report(phone):
    report = {"id": str(uuid.uuid4())}
    now = timezone.now()
    for later in (0, 1, 2):
        with time_machine.travel(now + later * A_MINUTE, tick=False):
            assert phone.send(a_body(ago=later * A_MINUTE, **report)).status_code in (200, 201)
    assert (CheckIn.objects.count(), InboxItem.objects.count()) == (1, 3)


def test_a_report_stays_of_its_day_when_it_comes_again_past_midnight(phone, rosa):
    same = {"id": str(uuid.uuid4())}
    midnight = dt.datetime.combine(rosa.today(timezone.now()) + A_DAY, dt.time(), rosa.zone)
    with time_machine.travel(midnight - A_MINUTE, tick=False):
        phone.send(a_body(**same))
    with time_machine.travel(midnight + A_MINUTE, tick=False):
        phone.send(a_body(**same, sent_at=None))
    assert CheckIn.objects.get().day == rosa.today(midnight - A_MINUTE)


def test_the_same_id_with_another_report_is_a_correction(phone):
    same = {"id": str(uuid.uuid4())}
    phone.send(a_body(GOOD_DAY, **same))
    assert phone.send(a_body(LOW_PRESSURE, **same)).status_code == 201
    assert CheckIn.objects.current().get().amends_id == uuid.UUID(same["id"])


def test_what_came_by_the_web_form_and_by_the_phone_is_one_report(phone, rosa):
    sent = send(rosa, GOOD_DAY).check_in
    phone.send(a_body(GOOD_DAY, id=str(sent.pk)))
    assert CheckIn.objects.get() == sent


def test_an_id_that_another_patient_has_gives_way_to_one_that_is_always_the_same(phone, devs_phone, dev):
    id = str(uuid.uuid4())
    devs_phone.send(a_body(id=id))
    answers = [phone.send(a_body(id=id, sent_at=each)).json()["id"] for each in (None, "later")]
    assert len(set(answers)) == 1
    assert answers[0] != id
    assert (dev.check_ins.count(), phone.device.patient.check_ins.count()) == (1, 1)


def test_the_same_bytes_of_two_patients_are_two_reports(phone, devs_phone):
    body = a_body()
    assert [each.send(body).status_code for each in (phone, devs_phone)] == [201, 201]
    assert CheckIn.objects.count() == InboxItem.objects.count() == 2


def test_fifty_reports_replayed_twenty_times_shuffled_by_a_clock_ten_years_off(phone, rosa):
    """Ordered by our time, whatever the phone calls it: half of it is ten years behind, half ahead."""
    now = timezone.now().replace(microsecond=0)
    today = dt.datetime.combine(rosa.today(now), dt.time(20), rosa.zone)
    filled_in = [today - number * 20 * A_MINUTE for number in range(50)]
    with time_machine.travel(today, tick=False):
        bodies = [
            a_body(
                a_report(nausea=1 + number % 2),
                ago=today - at,
                clock=TEN_YEARS if number % 2 else -TEN_YEARS,
            )
            for number, at in enumerate(filled_in)
        ]
        ids = [uuid.UUID(json.loads(body)["id"]) for body in bodies]
        sent = bodies * 20
        random.Random(2026).shuffle(sent)
        answers = [phone.send(body) for body in sent]
    assert sorted({each.status_code for each in answers}) == [200, 201]
    kept = CheckIn.objects.order_by("-reported_at")
    assert [each.pk for each in kept] == ids
    assert [each.reported_at for each in kept] == filled_in
    assert all(each.day == each.reported_at.astimezone(rosa.zone).date() for each in kept)
    assert InboxItem.objects.filter(outcome=Outcome.CHECK_IN).count() == 50


# --- The phone's clock --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "times",
    [
        {"sent_at": None},
        {"reported_at": "yesterday"},
        {"reported_at": 1764230400000},
        {"reported_at": "2026-11-20T08:00:00"},  # without a zone, beside one with
        {"reported_at": "9999-12-31T23:59:59Z"},  # not filled in yet
        {"reported_at": "1970-01-01T00:00:00Z"},  # the clock was put right since
        {"reported_at": "0001-01-01T00:00:00+14:00", "sent_at": "9999-12-31T23:59:59-14:00"},
        {"reported_at": ["2026-11-20T08:00:00Z"]},
        {"reported_at": "9" * 5000},
    ],
)
def test_times_that_make_no_sense_are_no_time_ago(phone, times):
    before = timezone.now()
    assert phone.send(a_body(**times)).status_code == 201
    assert before <= CheckIn.objects.get().reported_at <= timezone.now()
    assert InboxItem.objects.get().age == dt.timedelta()


def test_only_the_difference_of_its_times_is_believed(phone, rosa):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        phone.send(a_body(ago=30 * AN_HOUR, clock=TEN_YEARS))
    check_in = CheckIn.objects.get()
    assert (check_in.reported_at, check_in.day) == (now - 30 * AN_HOUR, rosa.today(now - 30 * AN_HOUR))
    assert InboxItem.objects.get().age == 30 * AN_HOUR


# --- What the phone is told ---------------------------------------------------------------------------------


def test_the_level_is_never_milder_than_what_waits_for_an_answer(phone, amira):
    phone.send(a_body(CHEST_PAIN))
    assert phone.send(a_body(a_report(rash=1), ago=A_DAY)).json()["level"] == "emergency"
    Flag.objects.get().claim(by=amira, now=timezone.now())
    assert phone.send(a_body(GOOD_DAY, ago=A_DAY)).json()["level"] == "none"


def test_the_page_it_names_opens_for_who_signs_in(phone, rosa, browser_of):
    page = phone.send(a_body(LOW_PRESSURE)).json()["page"]
    assert browser_of(rosa.user).get(page).status_code == 200


# --- Not too many -------------------------------------------------------------------------------------------


def test_six_hundred_new_ones_an_hour_and_no_more(phone, monkeypatch):
    monkeypatch.setattr("tracker.offline.inbox.NEW_AN_HOUR", 2)
    bodies = [a_body() for _ in range(3)]
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        assert [phone.send(body).status_code for body in bodies] == [201, 201, 429]
        refused = phone.send(bodies[2])
        assert (refused.status_code, refused["Retry-After"]) == (429, "600")
        assert phone.send(bodies[0]).status_code == 200  # a replay is not counted
    with time_machine.travel(now + AN_HOUR, tick=False):
        assert phone.send(bodies[2]).status_code == 201


def test_one_phones_many_reports_do_not_keep_another_from_sending(phone, devs_phone, monkeypatch):
    monkeypatch.setattr("tracker.offline.inbox.NEW_AN_HOUR", 1)
    assert [each.send(a_body()).status_code for each in (phone, phone, devs_phone)] == [201, 429, 201]


# --- How dear it is -----------------------------------------------------------------------------------------


def statements(phone, body):
    with CaptureQueriesContext(connection) as asked:
        phone.send(body)
    return len(asked)


def test_a_good_day_costs_few_statements_and_a_replay_fewer(phone):
    phone.send(a_body())  # the device is known as used, the rules are read
    body = a_body()
    assert statements(phone, body) <= 16
    assert statements(phone, body) <= 4


def test_as_many_with_a_hundred_items_before_it(phone):
    phone.send(a_body())
    few = statements(phone, a_body())
    for number in range(30):
        phone.keep(b"%d" % number)
    assert statements(phone, a_body()) == few
