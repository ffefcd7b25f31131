"""Check-ins that a phone kept, sealed to our key, and sends when the network is back."""

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from tests.inbox.conftest import A_DAY, AN_HOUR, ZERO
from tests.inbox.sealing import GOOD_DAY, a_sealed, filled_in, seal, sealed_body, text
from tests.team.conftest import browser_of
from tracker import checkins
from tracker.models import CheckIn, Flag, InboxItem, Patient, SealingKey
from tracker.models.inbox import Outcome
from tracker.triage.report import Level

__all__ = ["browser_of"]
pytestmark = pytest.mark.django_db

CHEST_PAIN = {"red_flag_answer": "yes", "red_flags": ["chest_pain"], "asked": "chills"}
FEVER = {
    "red_flag_answer": "no",
    "asked": "chills nausea",
    "symptoms": ["chills"],
    "chills-severity": "3",
    "temperature": "101.3",
    "temperature_unit": "F",
    "systolic": "12",
    "diastolic": "8",
    "note": "Shaking since noon, mañana tampoco.\nSecond line.",
}
ANSWERED = {
    "red_flag_answer": "no",
    "asked": "chills nausea",
    "systolic": "12",
    "diastolic": "8",
    "asked_blood_pressure": "12|8",
    "confirm_blood_pressure": "yes",
}


@pytest.mark.parametrize("told", [FEVER, ANSWERED], ids=["serious", "with an answered question"])
def test_it_becomes_the_report_that_the_form_would_have_made(phone, rosa, browser_of, told):
    """Sent by the form and, as no answer came, by the phone again: one report, and nothing is corrected."""
    id = str(uuid.uuid4())
    day = rosa.today(timezone.now()).isoformat()
    assert browser_of(rosa.user).post("/check-in/", told | {"id": id, "day": day}).status_code == 302
    kept = CheckIn.objects.get()
    assert phone.send(sealed_body(rosa, told, id=id)).json()["id"] == str(kept.pk)
    assert CheckIn.objects.get() == kept


def test_a_serious_one_raises_its_flag(phone, rosa):
    answer = phone.send(sealed_body(rosa, CHEST_PAIN))
    assert (answer.status_code, answer.json()["level"]) == (201, "emergency")
    assert Flag.objects.get().level == Level.EMERGENCY
    assert CheckIn.objects.get().source == CheckIn.Source.OFFLINE


def test_what_would_be_asked_about_is_kept_as_typed(phone, rosa):
    phone.send(sealed_body(rosa, FEVER))
    told = CheckIn.objects.get().told
    assert told.readings["systolic"].is_doubtful
    assert told.readings["temperature"].best == pytest.approx(38.5)
    assert told.note == FEVER["note"]


def test_nothing_in_a_form_is_refused(phone, rosa):
    odd = {"red_flag_answer": "", "symptoms": ["no_such", "chills"], "day": "yesterday", "temperature": "hot"}
    assert phone.send(sealed_body(rosa, odd)).json()["state"] == "received"
    told = CheckIn.objects.get().told
    assert (set(told.answers), told.readings["temperature"].typed) == ({"chills"}, "hot")


def test_it_is_of_the_day_on_which_it_was_filled_in(phone, rosa):
    phone.send(sealed_body(rosa, ago=A_DAY))
    assert CheckIn.objects.get().day == rosa.today(timezone.now()) - A_DAY


def test_it_may_tell_of_a_day_before(phone, rosa):
    phone.send(sealed_body(rosa, days_back=1, ago=AN_HOUR))
    assert CheckIn.objects.get().day == rosa.today(timezone.now() - AN_HOUR) - A_DAY


def test_the_day_that_stood_in_the_form_is_not_believed(phone, rosa):
    """The page may have been kept for days: what it offered as today was another day."""
    phone.send(sealed_body(rosa, GOOD_DAY | {"day": "2020-02-02"}))
    assert CheckIn.objects.get().day == rosa.today(timezone.now())


def test_too_late_is_shown_as_a_report(phone, rosa, amira, browser_of):
    answer = phone.send(sealed_body(rosa, FEVER, ago=2 * A_DAY, days_back=1))
    assert (answer.status_code, answer.json()["state"]) == (202, "kept for a person")
    item = InboxItem.objects.get()
    assert item.outcome == Outcome.TOO_LATE
    page = browser_of(amira).get(f"/team/flags/{item.flag_id}/").content.decode()
    assert "Shaking since noon" in page
    day = rosa.today(item.received_at - (item.age or ZERO)) - A_DAY
    assert f"A report of {day.day} {day:%B}" in page


def test_twice_the_same_is_one(phone, rosa):
    plain = filled_in(rosa, CHEST_PAIN)
    first, second = phone.send(a_sealed(plain)), phone.send(a_sealed(plain))
    assert first.json()["id"] == second.json()["id"]
    assert CheckIn.objects.count() == Flag.objects.count() == 1


def test_another_diary_is_for_a_person(phone, rosa, dev):
    assert phone.send(sealed_body(dev)).json()["state"] == "kept for a person"
    assert "another diary" in InboxItem.objects.get().why
    assert not CheckIn.objects.exists()


# --- What cannot be opened ----------------------------------------------------------------------------------


def poison(rosa: Patient) -> dict[str, bytes]:
    plain = filled_in(rosa)
    key = SealingKey.current(timezone.now())
    whole = seal(plain, key)
    strange = json.dumps({"sealed": whole, "sent_at": "now", "more": 1}).encode()
    return {
        "another key's id": a_sealed(plain, key=str(uuid.uuid4())),
        "no id": a_sealed(plain, key="none"),
        "a point on no curve": a_sealed(plain, **{"from": text(b"\x04" + b"\1" * 64)}),
        "no point": a_sealed(plain, **{"from": ""}),
        "infinity": a_sealed(plain, **{"from": text(b"\0")}),
        "no base64": a_sealed(plain, text="é"),
        "changed": a_sealed(plain, text=text(b"x" * 40)),
        "no nonce": a_sealed(plain, nonce=""),
        "a part too many": a_sealed(plain, more="1"),
        "a stranger beside it": strange,
        "a list": b'{"sealed": []}',
        "no JSON within": a_sealed(b"I feel awful"),
        "a list within": a_sealed(b"[]"),
        "no fields": a_sealed(filled_in(rosa, fields={})),
        "fields of numbers": a_sealed(filled_in(rosa, fields=[["id", 1]])),
        "no id within": a_sealed(filled_in(rosa, fields=[["note", "ill"]])),
        "no day": a_sealed(filled_in(rosa, days_back="0")),
        "a day to come": a_sealed(filled_in(rosa, days_back=-1)),
        "no diary": a_sealed(filled_in(rosa, diary=7)),
        "half a character": a_sealed(rb'{"diary": "\ud800"}'),
    }


def test_poison_is_for_a_person(phone, rosa):
    for name, body in poison(rosa).items():
        answer = phone.send(body)
        assert (answer.status_code, answer.json()["state"]) == (202, "kept for a person"), name
    assert not CheckIn.objects.exists()
    assert Flag.objects.get().level == Level.URGENT


def test_a_nurse_reads_what_could_be_opened(phone, rosa, amira, browser_of):
    phone.send(a_sealed(b'{"fields": [["note", "Fainted twice"]]}'))
    page = browser_of(amira).get(f"/team/flags/{Flag.objects.get().pk}/").content.decode()
    assert "Fainted twice" in page


# --- Keys ---------------------------------------------------------------------------------------------------


def test_an_old_key_opens_what_it_sealed(phone, rosa):
    old = SealingKey.current(timezone.now())
    body = sealed_body(rosa)
    new = SealingKey.make(timezone.now() + dt.timedelta(seconds=1))
    assert SealingKey.current(timezone.now()) == new != old
    assert phone.send(body).json()["state"] == "received"


def test_a_key_is_never_lost():
    key = SealingKey.current(timezone.now())
    with pytest.raises(ProgrammingError), transaction.atomic():
        key.delete()
    with pytest.raises(ProgrammingError), transaction.atomic():
        SealingKey.objects.update(private_key=b"")


def test_the_server_keeps_no_readable_copy(phone, rosa):
    phone.send(sealed_body(rosa, FEVER))
    raw: Any = bytes(InboxItem.objects.get().raw)
    assert b"Shaking" not in raw


# --- A correction of the day --------------------------------------------------------------------------------


def test_a_correction_to_yesterday_is_kept_as_such(phone, rosa):
    id = str(uuid.uuid4())
    phone.send(sealed_body(rosa, id=id))
    moved = filled_in(rosa, CHEST_PAIN, id=id, days_back=1)
    phone.send(a_sealed(moved))
    phone.send(a_sealed(moved))
    today = rosa.today(timezone.now())
    assert list(CheckIn.objects.order_by("received_at").values_list("day", flat=True)) == [
        today,
        today - A_DAY,
    ]


def test_a_report_whose_day_was_corrected_on_the_web_stays_there_when_it_comes_again(phone, rosa):
    id = uuid.uuid4()
    phone.send(sealed_body(rosa, id=str(id)))
    first = CheckIn.objects.get()
    yesterday = first.day - A_DAY
    details: dict[str, Any] = {"patient_id": rosa.pk, "by": rosa.user, "reported_at": timezone.now()}
    moved = checkins.submit(id=id, report=first.told, day=yesterday, now=timezone.now(), **details).check_in
    phone.send(sealed_body(rosa, id=str(id), ago=AN_HOUR / 60))
    assert CheckIn.objects.current().get() == moved
