"""How much of a body is read, whether it says its length or not, and what comes of one that is too large."""

import datetime as dt
import io
from typing import Any

import pytest
import time_machine
from django.core.handlers.wsgi import WSGIRequest
from django.test.client import ClientHandler
from django.utils import timezone

from tests.conftest import refuse_rows_of
from tests.inbox.conftest import A_MINUTE, AN_HOUR, URL, a_body
from tracker.models import CheckIn, Flag, FlagEvent, InboxItem
from tracker.models.inbox import Outcome
from tracker.offline import body
from tracker.triage.report import Level

pytestmark = pytest.mark.django_db


class Wire(io.BytesIO):
    """What comes from a client, and how much of it was asked for."""

    asked = 0

    def read(self, size: int | None = -1, /) -> bytes:
        part = super().read(size)
        self.asked += len(part)
        return part


def wsgi(wire: io.BytesIO, **environ: Any) -> dict[str, Any]:
    """As gunicorn tells it; a body in chunks has no length and a stream that ends by itself."""
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": URL,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "CONTENT_TYPE": "application/json",
        "QUERY_STRING": "",
        "wsgi.input": wire,
        "wsgi.url_scheme": "http",
        **environ,
    }


def chunked(wire: io.BytesIO, **environ: Any) -> dict[str, Any]:
    return wsgi(wire, HTTP_TRANSFER_ENCODING="chunked", **{"wsgi.input_terminated": True}, **environ)


def of_length(length: int | str, wire: io.BytesIO, **environ: Any) -> dict[str, Any]:
    return wsgi(wire, CONTENT_LENGTH=str(length), **environ)


def read(environ: dict[str, Any]) -> bytes:
    return body.read(WSGIRequest(environ))


def post(environ: dict[str, Any]) -> int:
    """Through everything that a request goes through, the look for a CSRF token too."""
    answer = ClientHandler(enforce_csrf_checks=True)(environ)
    return int(answer.status_code)


# --- Reading ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [1, 5, body.LARGEST])
def test_a_body_is_read_whole(length):
    raw = b"x" * length
    assert read(of_length(length, Wire(raw))) == raw
    assert read(chunked(Wire(raw))) == raw


def test_no_more_is_read_than_was_announced():
    assert read(of_length(3, Wire(b"abcdef"))) == b"abc"


def test_of_one_that_says_it_is_too_large_only_the_beginning_is_read():
    wire = Wire(b"x" * (body.LARGEST + 1))
    with pytest.raises(body.TooLarge) as error:
        read(of_length(body.LARGEST + 1, wire))
    assert len(error.value.beginning) == wire.asked == body.BEGINNING


def test_of_one_that_does_not_say_no_more_is_read_than_a_report_may_be():
    wire = Wire(b"x" * (10 * body.LARGEST))
    with pytest.raises(body.TooLarge) as error:
        read(chunked(wire))
    assert wire.asked == body.LARGEST + 1
    assert len(error.value.beginning) == body.BEGINNING


@pytest.mark.parametrize("length", ["0", "", "-1", "+3", "٣", "1e3", "9" * 5000])
def test_without_a_length_that_can_be_read_there_is_no_body(length):
    with pytest.raises(body.CutShort):
        read(of_length(length, Wire(b"abc")))


def test_what_ends_before_its_length_was_cut_short():
    with pytest.raises(body.CutShort):
        read(of_length(10, Wire(b"abc")))


@pytest.mark.parametrize("chunks", [True, False])
def test_what_breaks_on_the_way_was_cut_short(chunks):
    class Broken(Wire):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError("connection reset by peer")

    with pytest.raises(body.CutShort):
        read(chunked(Broken()) if chunks else of_length(10, Broken()))


# --- Through the endpoint -----------------------------------------------------------------------------------


def test_a_report_in_chunks_is_a_report(phone):
    shown = {"HTTP_AUTHORIZATION": f"Bearer {phone.token}"}
    assert post(chunked(Wire(a_body()), **shown)) == 201
    assert CheckIn.objects.count() == 1


def test_what_was_cut_short_is_not_kept(phone):
    shown = {"HTTP_AUTHORIZATION": f"Bearer {phone.token}"}
    assert post(of_length(900, Wire(a_body()[:50]), **shown)) == 400
    assert post(of_length(0, Wire(), **shown)) == 400
    assert not InboxItem.objects.exists()


def test_nothing_is_read_of_what_shows_no_token(phone):
    wire = Wire(a_body())
    assert post(of_length(len(a_body()), wire)) == 401
    assert wire.asked == 0


LARGE = a_body() + b" " * body.LARGEST


def test_one_that_is_too_large_is_refused_and_a_person_is_told(phone, rosa, amira):
    answer = phone.send(LARGE)
    assert (answer.status_code, answer.json()["state"]) == (413, "refused")
    item = InboxItem.objects.get()
    assert (item.outcome, bytes(item.raw)) == (Outcome.TOO_LARGE, LARGE[: body.BEGINNING])
    flag = Flag.objects.get()
    assert (flag.patient, flag.level, item.flag) == (rosa, Level.URGENT, flag)
    assert flag.events.filter(kind=FlagEvent.Kind.TOO_LARGE).count() == 1
    assert [alert.recipient for alert in flag.alerts.all()] == [amira]
    assert not CheckIn.objects.exists()


def test_after_somebody_has_answered_another_large_one_is_told_of(phone, amira):
    phone.send(LARGE)
    flag = Flag.objects.get()
    flag.resolve(by=amira, outcome="called", note="", seen=flag.reports, now=timezone.now())
    phone.send(b"another" + LARGE)
    assert Flag.objects.unresolved().get().events.filter(kind=FlagEvent.Kind.TOO_LARGE).exists()


def test_a_person_is_told_once_a_day_however_many_come(phone):
    now = timezone.now()
    for after, told in ((dt.timedelta(), 1), (23 * AN_HOUR, 1), (24 * AN_HOUR + A_MINUTE, 2)):
        with time_machine.travel(now + after, tick=False):
            assert phone.send(b"%d" % after.seconds + LARGE).status_code == 413
            assert phone.send(LARGE).status_code == 413
        assert Flag.objects.get().reports == told


def test_one_that_nobody_can_be_told_of_is_an_error_and_is_not_kept_either(phone, rosa, amira):
    """Else a phone hears that a person was told, and nobody was."""
    refuse_rows_of(rosa, "tracker_flag")
    assert phone.send(LARGE).status_code == 500
    assert not InboxItem.objects.exists()


def test_the_beginning_of_one_that_is_kept_already_raises_no_flag(phone):
    phone.keep(LARGE[: body.BEGINNING])
    assert phone.send(LARGE).status_code == 413
    assert not Flag.objects.exists()


def test_a_good_token_is_needed_to_tell_anybody(phone):
    assert phone.send(LARGE, authorization="Bearer guess").status_code == 401
    assert not Flag.objects.exists()


def test_the_longest_report_there_can_be_is_not_too_large():
    assert len(a_body(note="😀" * 20_000)) < body.LARGEST
