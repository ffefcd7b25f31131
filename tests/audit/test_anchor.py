"""The command, the daily anchor, and how it leaves the house."""

import datetime as dt
import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import AuditAnchor, AuditSeal, UnsealedEvent
from tests.audit.conftest import as_owner, look
from tracker import anchoring
from tracker.alerts.messages import notice_words
from tracker.management.commands.worker import Worker
from tracker.models import Notice

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 28, 23, 30, tzinfo=dt.UTC)


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("audit", *words, stdout=out)
    return out.getvalue()


def test_verify_says_that_all_is_well_and_how_much_there_is(sealed, rosa, amira):
    look(rosa, amira, timezone.now())
    said = run("verify")
    assert "9 looks in 3 seals; 1 wait for the next one." in said
    assert "Nothing was changed, taken away, moved or put in." in said


def test_verify_ends_with_1_and_plain_words_when_a_row_was_changed(sealed):
    with as_owner() as owner:
        owner("UPDATE accounts_accessevent SET what = 'list' WHERE id = %s", [sealed[4].pk])
    out = io.StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("audit", "verify", stdout=out)
    assert failed.value.returncode == 1
    assert f"- Event {sealed[4].pk} was changed" in out.getvalue()


def test_what_was_anchored_is_asked_for(sealed):
    told = run("anchor").strip()
    assert told == str(AuditSeal.objects.get(number=3))
    assert "Nothing was changed" in run("verify", "--anchor", told)
    with pytest.raises(CommandError):
        run("verify", "--anchor", "3:" + "a" * 64)


def test_an_anchor_seals_what_waits(rosa, amira):
    look(rosa, amira, timezone.now())
    assert run("anchor").startswith("1:")
    assert not UnsealedEvent.objects.exists()


def test_without_a_look_there_is_nothing_to_anchor(db):
    with pytest.raises(CommandError):
        run("anchor")
    assert not anchoring.due(NOW)


def test_once_a_day_it_is_mailed_to_the_officers(sealed, petra, amira):
    assert anchoring.due(NOW)
    assert not anchoring.due(NOW + dt.timedelta(minutes=20))
    assert anchoring.due(NOW + dt.timedelta(minutes=40))  # tomorrow, by UTC
    assert AuditAnchor.objects.count() == 2
    notice, _tomorrows = Notice.objects.filter(kind="anchor")  # each day, though nothing was sealed meanwhile
    assert notice.recipient == petra
    subject, body = notice_words(notice)
    assert str(AuditSeal.objects.get(number=3)) in body
    assert "seal" in subject


def test_it_is_written_to_a_file_and_posted(sealed, tmp_path, settings):
    file = tmp_path / "anchors"
    settings.AUDIT_ANCHOR_FILE = str(file)
    told = run("anchor").strip()
    run("anchor")
    lines = file.read_text().splitlines()
    assert [line.split()[1] for line in lines] == [told, told]


def test_it_is_posted_to_an_address(sealed, settings):
    got: list[dict] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.AUDIT_ANCHOR_URL = f"http://127.0.0.1:{server.server_port}/anchors"
    told = run("anchor").strip()
    server.shutdown()
    server.server_close()
    [said] = got
    assert f"{said['seal']}:{said['hash']}" == told


def test_what_cannot_be_told_outside_is_said(sealed, settings, caplog):
    settings.AUDIT_ANCHOR_FILE = "/nowhere/at/all"
    settings.AUDIT_ANCHOR_URL = "http://127.0.0.1:9/"
    problems = anchoring.tell_outside("3:abc", NOW)
    assert [problem.split(" (")[0] for problem in problems] == [
        "the file could not be written",
        "the address did not answer",
    ]
    assert "anchor: the file could not be written" in caplog.text


def test_and_tried_again_every_ten_minutes_until_it_is_told(sealed, settings, tmp_path, monkeypatch):
    began: list = []

    class Here:
        """Instead of a thread, which would have a connection of its own."""

        def __init__(self, target, args, name):
            began.append(args)

        def start(self):
            anchoring.tell(*began[-1])

    monkeypatch.setattr(anchoring, "Thread", Here)
    settings.AUDIT_ANCHOR_FILE = "/nowhere/at/all"

    for minutes, tries in ((0, 1), (5, 1), (10, 2), (15, 2)):
        anchoring.due(NOW + dt.timedelta(minutes=minutes))
        assert len(began) == tries, minutes
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "anchors")
    for minutes in (20, 25, 29):
        anchoring.due(NOW + dt.timedelta(minutes=minutes))
    assert len(began) == 3
    told = AuditAnchor.objects.get()
    assert told.told_outside_at == NOW + dt.timedelta(minutes=20)
    assert (tmp_path / "anchors").read_text().split()[-1] == str(told)


def test_the_worker_seals_and_anchors(rosa, amira):
    look(rosa, amira, timezone.now())
    Worker("test").do_duties(timezone.now())
    assert AuditSeal.objects.count() == 1
    assert AuditAnchor.objects.count() == 1
