"""What cannot be read is kept and flagged for a person: never an error that a phone repeats for ever."""

import json
import uuid
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.inbox.conftest import A_DAY, CHEST_PAIN, GOOD_DAY, LOW_PRESSURE, a_body, a_phone
from tests.team.conftest import flagged, send
from tests.triage.build import a_report
from tracker import raising
from tracker.models import CheckIn, Flag, FlagEvent, InboxItem, NewerReport
from tracker.models.flags import State
from tracker.models.inbox import FOR_A_PERSON, Outcome
from tracker.triage.report import Level

pytestmark = pytest.mark.django_db
Kind = FlagEvent.Kind

DEEP = 200_000


def with_report(**changed: Any) -> bytes:
    """A body whose report differs from a sound one."""
    report = json.loads(a_body())["report"]
    return a_body(report=report | changed)


def with_raw_note(note: bytes) -> bytes:
    return with_report(note="NOTE").replace(b'"NOTE"', note)


POISON = {
    "no JSON": b"I feel awful",
    "half of it": a_body()[:-1],
    "two": a_body() + a_body(),
    "a NUL": b"\0",
    "a NUL in the note": with_raw_note(rb'"ill\u0000"'),
    "a NUL in the note, bare": with_raw_note(b'"ill\0"'),
    "half a character": with_raw_note(rb'"ill\ud83d"'),
    "half a character as a name": a_body().replace(b'"report"', rb'"repor\udc00"'),
    "a stranger's part with half a character": a_body(**{"\ud83d": 1}),
    "not UTF-8": with_raw_note(b'"\xff\xfe"'),
    "UTF-16": a_body().decode().encode("utf-16"),
    "Latin-1": with_raw_note("“mañana”".encode("cp1252")),
    "a byte order mark": b"\xef\xbb\xbf" + a_body(),
    "NaN": with_report(hours_since_urine=float("nan")),
    "infinity": with_report(hours_since_urine=float("inf")),
    "a number too large": with_report().replace(b'"hours_since_urine": null', b'"hours_since_urine": 1e400'),
    "5,000 digits": a_body(report=1).replace(b'"report": 1', b'"report": ' + b"9" * 5000),
    "nested 200,000 deep": b"[" * DEEP,
    "nested and closed": b"[" * (DEEP // 2) + b"]" * (DEEP // 2),
    "objects nested deep": b'{"report":' * 20_000 + b"1" + b"}" * 20_000,
    "null": b"null",
    "a number": b"1",
    "a list": b"[]",
    "nothing": b"{}",
    "white space": b"  ",
    "no report": a_body(report=None),
    "a list as report": a_body(report=[]),
    "another version": with_report(version=2),
    "an unknown part": a_body(priority="high"),
    "an unknown part of the report": with_report(mood="low"),
    "an unknown symptom": with_report(answers={"toothache": {"severity": 3}}),
    "a severity of 5": with_report(answers={"nausea": {"severity": 5}}),
    "a part twice": a_body().replace(b'{"id"', b'{"report": {"version": 1}, "id"'),
    "no id": a_body(id=None),
    "an id that is none": a_body(id="one"),
    "a number as id": a_body(id=5),
    "a list as id": a_body(id=[1]),
    "a note too long": with_report(note="x" * 20_001),
}


@pytest.mark.parametrize("body", POISON.values(), ids=POISON.keys())
def test_poison_is_kept_as_it_came_and_an_urgent_flag_says_so(body, phone, amira):
    for _time in range(3):
        answer = phone.send(body)
        assert (answer.status_code, answer.json()["state"]) == (202, "kept for a person")
    item = InboxItem.objects.get()
    assert (bytes(item.raw), item.outcome) == (body, Outcome.UNREADABLE)
    assert item.why
    flag = Flag.objects.get()
    assert (flag.level, flag.state, flag.check_in, flag.reports) == (Level.URGENT, State.OPEN, None, 1)
    assert [event.kind for event in flag.events.all()] == [Kind.RAISED, Kind.UNREADABLE]
    assert [alert.recipient for alert in flag.alerts.all()] == [amira]
    assert not CheckIn.objects.exists()


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.binary(max_size=300)
    | st.text(max_size=100).map(lambda text: text.encode(errors="surrogatepass"))
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=10),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=8,
    ).map(lambda told: json.dumps(told).encode())
    | st.tuples(st.integers(0, 400), st.integers(0, 255)).map(lambda where: flipped(*where))
    | st.tuples(
        st.sampled_from(["id", "report", "reported_at", "sent_at"]), st.text(max_size=20) | st.integers()
    ).map(lambda changed: a_body(**{changed[0]: changed[1]}))
)
def test_whatever_bytes_come_they_are_a_report_or_a_flag_or_refused(rosa, amira, body):
    """One byte of a sound report changed, JSON of any shape, or noise."""
    answer = a_phone(rosa).send(body)
    assert answer.status_code in (200, 201, 202, 400)
    kept = InboxItem.objects.same_as(rosa.pk, body)
    if answer.status_code == 400:
        assert kept is None
        return
    assert kept
    if answer.status_code == 202:
        assert kept.is_for_a_person
        assert kept.flag == Flag.objects.unresolved().get()
    else:
        assert kept.check_in


SOUND = a_body(LOW_PRESSURE)


def flipped(place: int, byte: int) -> bytes:
    place %= len(SOUND)
    return SOUND[:place] + bytes([byte]) + SOUND[place + 1 :]


# --- What the flag does -------------------------------------------------------------------------------------


def test_it_joins_the_flag_that_is_there_and_never_makes_it_milder(phone, rosa):
    flag = flagged(rosa, CHEST_PAIN)
    phone.send(b"?")
    flag.refresh_from_db()
    assert (flag.level, flag.reports) == (Level.EMERGENCY, 2)
    assert not flag.rests_on_what_nobody_weighed
    assert flag.events.latest("pk").kind == Kind.UNREADABLE


def test_it_makes_a_routine_flag_urgent(phone, rosa):
    flag = flagged(rosa, a_report(blurry_vision=1))
    phone.send(b"?")
    flag.refresh_from_db()
    assert flag.level == Level.URGENT


def test_it_opens_a_claimed_flag_again_and_says_why(phone, rosa, amira):
    flag = flagged(rosa, LOW_PRESSURE)
    flag.claim(by=amira, now=timezone.now())
    phone.send(b"?")
    flag.refresh_from_db()
    assert flag.state == State.OPEN
    assert [event.kind for event in flag.events.all()][-2:] == [Kind.REOPENED, Kind.UNREADABLE]


def test_nobody_closes_it_unseen(phone, rosa, amira):
    flag = flagged(rosa, LOW_PRESSURE)
    phone.send(b"?")
    with pytest.raises(NewerReport):
        flag.resolve(by=amira, outcome="called", note="", seen=1, now=timezone.now())


def test_a_report_that_comes_after_it_leaves_it_urgent(phone, rosa):
    phone.send(b"?")
    phone.send(a_body(a_report(blurry_vision=1)))
    flag = Flag.objects.get()
    assert (flag.level, flag.reports) == (Level.URGENT, 2)
    assert flag.rests_on_what_nobody_weighed
    assert not flagged(rosa, LOW_PRESSURE).rests_on_what_nobody_weighed


def test_everything_that_a_phone_sends_counts_as_sent():
    assert {Kind(outcome.value) for outcome in FOR_A_PERSON} <= raising.SENT


# --- Too late -----------------------------------------------------------------------------------------------


def test_one_that_is_three_days_old_is_kept_and_told_of(phone, rosa, amira):
    answer = phone.send(a_body(GOOD_DAY, ago=3 * A_DAY))
    assert (answer.status_code, answer.json()["state"]) == (202, "kept for a person")
    item = InboxItem.objects.get()
    assert (item.outcome, item.age) == (Outcome.TOO_LATE, 3 * A_DAY)
    flag = Flag.objects.get()
    assert (flag.level, flag.check_in) == (Level.ROUTINE, None)
    assert flag.events.latest("pk").kind == Kind.TOO_LATE
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("report", [LOW_PRESSURE, CHEST_PAIN])
def test_one_that_would_have_been_serious_is_urgent(phone, report):
    phone.send(a_body(report, ago=4 * A_DAY))
    assert Flag.objects.get().level == Level.URGENT


def test_one_of_two_days_ago_is_a_report(phone, rosa):
    assert phone.send(a_body(ago=2 * A_DAY)).status_code == 201
    assert CheckIn.objects.get().day == rosa.today(timezone.now() - 2 * A_DAY)


def test_a_replay_is_welcome_however_late(phone, rosa):
    sent = send(rosa, GOOD_DAY, ago=5 * A_DAY).check_in
    assert phone.send(a_body(GOOD_DAY, id=str(sent.pk), ago=5 * A_DAY)).status_code == 201
    assert CheckIn.objects.get() == sent


def test_a_correction_that_comes_too_late_is_kept_for_a_person(phone, rosa):
    sent = send(rosa, GOOD_DAY, ago=5 * A_DAY).check_in
    assert phone.send(a_body(CHEST_PAIN, id=str(sent.pk))).status_code == 202
    assert Flag.objects.get().level == Level.URGENT


def test_what_the_program_cannot_weigh_is_a_persons_too(phone, monkeypatch, caplog):
    """A slip of ours, whatever it is: the phone is told that it is kept, and a person looks."""

    said = "what Rosa wrote"

    def slip(**_details):
        raise ZeroDivisionError(said)

    monkeypatch.setattr("tracker.checkins.submit", slip)
    assert phone.send(a_body(id=str(uuid.uuid4()))).status_code == 202
    assert InboxItem.objects.get().why.startswith("The program could not weigh it")
    assert "ZeroDivisionError at" in caplog.text
    assert said not in caplog.text
