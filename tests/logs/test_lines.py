"""One line for each thing that is told: who may read it learns ids, places and times, and nobody's words."""

import json
import logging
import os
import re
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.exception import response_for_exception
from django.db import DataError, IntegrityError, connection, transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.module_loading import import_string

from accounts.models import User
from config.logs.failures import failures
from config.logs.lines import Json, Plain
from config.logs.mail import ToAdmins
from config.logs.setup import settings_of
from config.sealing import make_key

WORDS = "chest pain since lunch"
NOTE = "zebracanary"
ROOT = Path(__file__).resolve().parents[2]


class Kept(logging.Handler):
    """The lines that a log would hold."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += [Json().format(record), Plain().format(record)]

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines[::2]]


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture):
    kept = Kept()
    caplog.set_level(logging.DEBUG)
    logging.getLogger().addHandler(kept)
    yield kept
    logging.getLogger().removeHandler(kept)


# --- What is told of a request ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_answer_is_told_by_its_route_with_who_asked_and_how_long_it_took(rosa, amira, log):
    browser = Client()
    browser.force_login(amira)
    answer = browser.get(reverse("team:patient", args=[rosa.pk]), {"days": WORDS})
    [told] = [each for each in log.told if each["logger"] == "config.requests"]
    assert told.pop("ms") > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told.pop("time"))
    assert told == {
        "level": "INFO",
        "logger": "config.requests",
        "message": "answered",
        "request": answer["X-Request-ID"],
        "route": "/team/patients/<uuid:pk>/",
        "method": "GET",
        "status": 200,
        "user": amira.pk,
        "pid": os.getpid(),
    }
    assert str(rosa.pk) not in "".join(log.lines)


def test_monitors_are_told_of_only_when_something_is_wrong(client, db, log):
    client.get("/healthz")
    assert {each["level"] for each in log.told if each["logger"] == "config.requests"} == {"DEBUG"}
    assert client.get("/readyz").status_code == 503  # no worker
    assert "INFO" in [each["level"] for each in log.told if each.get("route") == "/readyz"]


def test_any_word_may_stand_where_a_method_should(client, db, log):
    client.generic("CHESTPAIN", "/learn/")
    assert "CHESTPAIN" not in "".join(log.lines)
    assert log.told[-1]["method"] == "another"


REFUSED = [
    (lambda client: client.get(f"/nowhere/{NOTE}/?q={NOTE}"), 404),
    (lambda client: client.get("/learn/", headers={"host": f"{NOTE}.example"}), 400),
    (lambda client: client.get(f"/learn/?q=%00{NOTE}"), 400),
    (lambda client: client.post(f"/learn/?q={NOTE}"), 405),
    (
        lambda client: client.post(
            "/accounts/login/code/", {"email": NOTE}, headers={"referer": f"https://{NOTE}/"}
        ),
        403,
    ),
    (lambda client: client.post("/accounts/login/", NOTE, content_type="multipart/form-data"), 400),
]


@pytest.mark.parametrize(("ask", "status"), REFUSED)
def test_what_is_refused_is_not_repeated(ask, status, db, log):
    answer = ask(Client(raise_request_exception=False, enforce_csrf_checks=status == 403))
    assert answer.status_code == status
    assert NOTE not in "".join(log.lines)
    assert log.told[-1]["request"] == answer["X-Request-ID"]


# --- Errors -------------------------------------------------------------------------------------------------


def told_of(error: BaseException) -> dict[str, Any]:
    record = logging.LogRecord("tracker", logging.ERROR, __file__, 1, "failed", None, None)
    record.exc_info = (type(error), error, error.__traceback__)
    told: dict[str, Any] = json.loads(Json().format(record))
    assert WORDS not in Json().format(record) + Plain().format(record)
    return told


def test_an_error_is_told_by_its_type_and_place_without_its_words():
    try:
        int(WORDS)
    except ValueError as error:
        [told] = told_of(error)["errors"]
    assert told["type"] == "ValueError"
    assert re.fullmatch(r"tests/logs/test_lines\.py:\d+ test_an_error_is_told_by\w+", told["at"][0])


def test_what_it_came_of_is_told_too():
    error = KeyError(WORDS)
    error.__cause__ = ValueError(WORDS)
    assert [each["type"] for each in told_of(error)["errors"]] == ["KeyError", "ValueError"]
    group = ExceptionGroup(WORDS, [ValueError(WORDS), TypeError(WORDS)])
    assert [each.type for each in failures(group)] == ["ExceptionGroup", "ValueError", "TypeError"]


def test_postgresql_names_its_constraint_and_quotes_no_row(rosa):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        User.objects.create(email=rosa.user.email, name=WORDS)
    outer, inner = told_of(refused.value)["errors"]
    assert outer["type"] == "django.db.utils.IntegrityError"
    assert inner["type"] == "psycopg.errors.UniqueViolation"
    assert inner["sqlstate"] == "23505"
    assert "email" in inner["constraint"]


def test_postgresql_does_not_quote_what_it_could_not_read(db):
    with pytest.raises(DataError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT %s::text::integer", [WORDS])
    assert told_of(refused.value)["errors"][1]["sqlstate"] == "22P02"


# --- Words of others ----------------------------------------------------------------------------------------


def test_of_other_peoples_words_only_those_in_their_own_source_are_kept(log):
    others = logging.getLogger("somebody.elses")
    others.warning("row %s of %d: %s", WORDS, 3, ValueError(WORDS))
    others.warning(f"refused: {WORDS}")
    here = f"tests/logs/test_lines.py:{sys._getframe().f_lineno - 1}"
    others.warning("took %(ms)d ms for %(what)s", {"ms": 4, "what": WORDS})
    others.warning("a fixed sentence")
    assert [each["message"] for each in log.told] == [
        "row … of 3: ValueError",
        f"words withheld ({here})",
        "took 4 ms for …",
        "a fixed sentence",
    ]


def test_django_does_not_say_what_it_was_asked(log):
    request = RequestFactory().get(f"/learn/?q={WORDS}")
    vars(request)["request_id"] = "0123456789abcdef"
    response_for_exception(request, SuspiciousOperation(WORDS))
    assert log.told[-1]["message"] == "refused: SuspiciousOperation"
    assert log.told[-1]["request"] == "0123456789abcdef"
    assert WORDS not in "".join(log.lines)


def test_our_own_errors_in_a_message_are_told_by_their_type(log):
    logging.getLogger("tracker.x").warning("it ended with %s", ValueError(WORDS))
    assert log.told[-1]["message"] == "it ended with ValueError"


# --- Mail to admins -----------------------------------------------------------------------------------------


def test_admins_are_mailed_what_the_log_says_and_once(settings, rosa):
    settings.ADMINS, settings.DEBUG = ["ada@hospital.example"], False
    handler = ToAdmins()
    for _again in range(3):
        try:
            int(WORDS)
        except ValueError as error:
            record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "%s: %s", (WORDS,), None)
            record.exc_info = (type(error), error, error.__traceback__)
            vars(record)["request"] = RequestFactory().post(f"/learn/{WORDS}/?q={WORDS}", {"note": WORDS})
            vars(record)["status_code"] = 500
            handler.emit(record)
    [sent] = mail.outbox
    assert sent.subject.endswith("ERROR · ValueError · no route")
    assert json.loads(str(sent.body))["errors"][0]["type"] == "ValueError"
    assert WORDS not in str(sent.message())
    assert "SECRET" not in sent.body


def test_two_duties_that_fail_are_two_mails_and_many_patients_of_one_are_one(settings):
    """One line of code tells of them all: `tracker.apart`."""
    settings.ADMINS, settings.DEBUG = ["ada@hospital.example"], False
    handler = ToAdmins()
    due = "what is due of patient %s cannot be taken away: %s at\n%s"
    failed = [("%s failed: %s at\n%s", "tracker.alerts.escalate"), ("%s failed: %s at\n%s", "tracker.unread")]
    for words, about in [*failed, (due, uuid.uuid4()), (due, uuid.uuid4()), *failed]:
        told = (about, "IntegrityError", "")
        handler.emit(logging.LogRecord("tracker", logging.ERROR, __file__, 1, words, told, None))
    assert len(mail.outbox) == 3


def test_nothing_else_mails_admins(settings):
    """Django's own mail holds the form, the cookies and the settings."""
    for logger in [logging.getLogger(), *map(logging.getLogger, list(logging.root.manager.loggerDict))]:
        for handler in logger.handlers:
            assert type(handler).__name__ != "AdminEmailHandler", logger.name


def test_a_report_of_djangos_holds_no_form_no_setting_and_no_variable(settings):
    request = RequestFactory().post(f"/?q={WORDS}", {"note": WORDS}, headers={"cookie": f"a={NOTE}"})
    secret = WORDS
    try:
        int(secret)
    except ValueError:
        kinds = import_string(settings.DEFAULT_EXCEPTION_REPORTER)
        report = kinds(request, *sys.exc_info())
        data = report.get_traceback_data()
        assert "ValueError" in report.get_traceback_text()
        assert WORDS not in report.get_traceback_text() + report.get_traceback_html()
    hidden = ("filtered_POST_items", "settings", "request_meta", "request_COOKIES_items")
    assert not any(data[name] for name in hidden)
    assert all(frame["vars"] == [] for frame in data["frames"])


# --- Processes in production --------------------------------------------------------------------------------


def production(**more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "SIDELIGHT_MODE": "production",
        "SECRET_KEY": "k" * 60,
        "ENCRYPTION_KEYS": make_key(),
        "ALLOWED_HOSTS": "localhost",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "DEBUG": "true",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **more,
    }


DIES = f"""
import django, threading, warnings, logging
django.setup()
from django.conf import settings
assert not settings.DEBUG
thread = threading.Thread(target=lambda: int("{WORDS}"), name="{WORDS}")
thread.start(); thread.join()
warnings.warn("{WORDS}")
logging.getLogger("x").warning("%d %d", "{WORDS}")
class Odd:
    def __del__(self): int("{WORDS}")
Odd()
int("{WORDS}")
"""


def test_what_dies_in_production_says_so_in_json_and_without_words():
    done = subprocess.run(
        [sys.executable, "-c", DIES], env=production(), cwd=ROOT, capture_output=True, text=True
    )
    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert [each["message"] for each in told] == [
        "not caught",
        "UserWarning at <string>:8",
        "%d %d",
        "not caught",
        "not caught",
    ]
    assert WORDS not in done.stderr
    assert done.returncode == 1


def test_a_command_that_fails_in_production_says_so_in_json():
    command = [sys.executable, "manage.py", "make_groups"]
    done = subprocess.run(command, env=production(), cwd=ROOT, capture_output=True, text=True)
    [told] = [json.loads(line) for line in done.stderr.splitlines()]
    assert (told["level"], told["errors"][0]["type"]) == ("CRITICAL", "django.db.utils.OperationalError")


def test_rows_are_not_logged_whatever_the_level():
    loggers = settings_of(production=True, level="DEBUG")["loggers"]
    assert loggers["django.db.backends"]["level"] == "WARNING"


def test_gunicorn_in_production_writes_json_alone_and_no_address(tmp_path):
    path = str(tmp_path / "web.sock")
    web = [sys.executable, "-m", "gunicorn", "config.wsgi", "--workers", "1", "--bind", f"unix:{path}"]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(web, env=production(LOG_LEVEL="DEBUG"), cwd=ROOT, stderr=log)
    try:
        for request in (
            "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
            # Without static files the page of an error is one itself, and gunicorn tells of it.
            f"GET /healthz?{NOTE} HTTP/1.1\r\nHost: {NOTE}\r\n\r\n",
            f"GET /{NOTE}\x01 {NOTE} HTTP/9\r\n\r\n",  # gunicorn's own 400
        ):
            assert ask(path, request)
    finally:
        process.terminate()
        process.wait(20)
    lines = (tmp_path / "log").read_text()
    assert NOTE not in lines
    told = [json.loads(line) for line in lines.splitlines()]
    messages = [each["message"] for each in told]
    answered = next(each for each in told if each["message"] == "answered")
    assert (answered["route"], answered["status"]) == ("/healthz", 200)
    if not (ROOT / "var" / "static" / "staticfiles.json").exists():
        assert "Error handling request … …" in messages
    assert any(each.startswith("words withheld (gunicorn/workers/base.py:") for each in messages)
    assert f"Listening at: unix:{path} ({process.pid})" in messages


def ask(path: str, request: str) -> bytes:
    """The first bytes of the answer, as soon as anybody listens."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(30)
        for _try in range(600):
            try:
                connection.connect(path)
                break
            except OSError:
                time.sleep(0.1)
        connection.sendall(request.encode())
        return connection.recv(4096)
