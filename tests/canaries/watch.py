"""Watches over every test: what is kept about a patient must show in no log, mail, cache, address or error.

Whatever a test keeps in one of the fields of tests.canaries.fields is a canary from then on, until it ends.
Browser tests have their server in this process, so that nothing it does passes unseen. A test that lets a
canary out fails, and says from which field and to where. `CANARIES=1` tells in the end which fields held one.
"""

import html
import json
import logging
import os
import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any
from urllib.parse import unquote_plus

import pytest

from config.logs.lines import Json
from tests.canaries import fields
from tests.canaries.fields import BY_DESIGN, Sink

ENOUGH = 6  # letters: "yes" is kept, too
TELLING = re.compile(r"[\s\d@]|canary", re.IGNORECASE)
"""A single word ("daughter", "nausea") is in many a sentence of ours."""
TELLING_IN_DOCUMENTS = re.compile(r"\s")
"""Words, and not one of the codes that documents are full of."""
TELLS_NOTHING = re.compile(r"[\d:.,TZ+-]+|[\da-f]{8}(-?[\da-f]{4}){3}-?[\da-f]{12}")
"""A day, a number, a key: they are in addresses, and in each line of a log."""
AT_MOST = 3000  # canaries at once: a seeded site has more words than that, and some are enough
ADDRESSES = ("Location", "Content-Location", "Link", "Refresh")
ADDRESSES_OF_HTMX = ("HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url")
OF_A_TEST = "testserver"
"""What a test asks for by itself no page of ours has led it to."""
ASKED_FROM = ("Referer", "HX-Current-URL")


class Watch:
    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.found: list[str] = []
        self.held: set[str] = set()
        self.is_blind = False

    def begin(self, *, is_blind: bool = False) -> None:
        self.kept, self.found, self.is_blind = {}, [], is_blind

    def learn(self, field: str, value: Any, telling: re.Pattern[str] = TELLING) -> None:
        if self.is_blind:
            return
        if isinstance(value, bytes | memoryview):
            value = _document(bytes(value))
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list | tuple):
            for each in value:
                self.learn(field, each, TELLING_IN_DOCUMENTS)
        elif isinstance(value, str) and _is_a_canary(value.strip(), telling):
            self.held.add(field)
            if len(self.kept) < AT_MOST:
                self.kept.setdefault(value.strip().casefold(), field)

    def look(self, sink: Sink, text: str, where: str) -> None:
        if not self.kept:
            return
        folded = text.casefold()
        for words, field in list(self.kept.items()):
            if words in folded and (field, sink) not in BY_DESIGN:
                told = f"{words!r}, kept in {field}, is in {sink.value}: {where}"
                if told not in self.found:
                    self.found.append(told)


def _is_a_canary(words: str, telling: re.Pattern[str]) -> bool:
    return len(words) >= ENOUGH and bool(telling.search(words)) and not TELLS_NOTHING.fullmatch(words)


def _document(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None  # sealed, or poison


watch = Watch()


class _Log(logging.Handler):
    """Reads what a log would hold in production."""

    def emit(self, record: logging.LogRecord) -> None:
        watch.look(Sink.LOG, Json().format(record), f"{record.name}, {record.pathname}:{record.lineno}")


# --- Where things are kept, and where they may get out ------------------------------------------------------


def _learning(label: str, field: Any) -> Callable[..., Any]:
    prepare = field.get_db_prep_save

    @wraps(prepare)
    def learn(value: Any, *args: Any, **kwargs: Any) -> Any:
        watch.learn(label, value)
        return prepare(value, *args, **kwargs)

    return learn


def _sent_mail(send: Any) -> Any:
    @wraps(send)
    def look(message: Any, *args: Any, **kwargs: Any) -> Any:
        more = [str(getattr(each, "content", each)) for each in getattr(message, "alternatives", ())]
        parts = [message.subject, message.body, *more, *map(str, message.extra_headers.values())]
        watch.look(Sink.MAIL, "\n".join(map(str, parts)), f"“{message.subject}”")
        return send(message, *args, **kwargs)

    return look


def _asked_outside(send: Any) -> Any:
    @wraps(send)
    def look(session: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        body = (
            request.body
            if isinstance(request.body, str)
            else bytes(request.body or b"").decode(errors="replace")
        )
        sent = f"{unquote_plus(request.url)}\n{body}\n{unquote_plus(body)}"
        watch.look(Sink.PUSH, sent, f"a request to {request.url}")
        return send(session, request, *args, **kwargs)

    return look


def _pushed(push: Any) -> Any:
    @wraps(push)
    def look(*args: Any, **kwargs: Any) -> Any:
        watch.look(Sink.PUSH, f"{kwargs.get('data')} {kwargs.get('headers')}", "before it is sealed")
        return push(*args, **kwargs)

    return look


def _cached_key(make: Any) -> Any:
    @wraps(make)
    def look(cache: Any, key: Any, *args: Any, **kwargs: Any) -> Any:
        watch.look(Sink.CACHE, str(key), f"the key {key}")
        return make(cache, key, *args, **kwargs)

    return look


def _cached_value(keep: Any) -> Any:
    @wraps(keep)
    def look(cache: Any, mode: str, key: str, value: Any, *args: Any, **kwargs: Any) -> Any:
        watch.look(Sink.CACHE, repr(value), f"the value of {key}")
        return keep(cache, mode, key, value, *args, **kwargs)

    return look


def _answered(get_response: Any) -> Any:
    @wraps(get_response)
    def look(handler: Any, request: Any) -> Any:
        asked = [request.get_full_path(), *(request.headers.get(each, "") for each in ASKED_FROM)]
        if request.META.get("SERVER_NAME") == OF_A_TEST:
            asked = []
        response = get_response(handler, request)
        asked += [response.get(each, "") for each in (*ADDRESSES, *ADDRESSES_OF_HTMX)]
        text = "\n".join(filter(None, asked))
        where = f"{request.method} {request.path}"
        watch.look(Sink.ADDRESS, unquote_plus(unquote_plus(text)), where)
        if response.status_code >= 400 and not response.streaming:
            page = html.unescape(response.content.decode(errors="replace"))
            watch.look(Sink.ERROR, page, f"{where} → {response.status_code}")
        return response

    return look


@pytest.fixture(scope="session", autouse=True)
def _watching() -> Iterator[None]:
    """Django is set up by now; the rest of the session goes through these."""
    import requests
    from django.core.cache.backends.base import BaseCache
    from django.core.cache.backends.db import DatabaseCache
    from django.core.handlers.base import BaseHandler
    from django.core.mail import EmailMessage

    from tracker.alerts.channels import webpush

    handler = _Log()
    logging.getLogger().addHandler(handler)
    with pytest.MonkeyPatch.context() as patch:
        for label, field in fields.fields():
            if label in fields.WORDS:
                patch.setattr(field, "get_db_prep_save", _learning(label, field))
        for owner, name, watching in (
            (EmailMessage, "send", _sent_mail),
            (requests.Session, "send", _asked_outside),
            (webpush, "webpush", _pushed),
            (BaseCache, "make_and_validate_key", _cached_key),
            (DatabaseCache, "_base_set", _cached_value),
            (BaseHandler, "get_response", _answered),
        ):
            patch.setattr(owner, name, watching(getattr(owner, name)))
        yield
    logging.getLogger().removeHandler(handler)


@pytest.fixture(autouse=True)
def canaries(_watching: None, request: pytest.FixtureRequest) -> Iterator[Watch]:
    """No canary has got out when the test ends."""
    watch.begin(is_blind=bool(request.node.get_closest_marker("lets_canaries_out")))
    yield watch
    found = watch.found
    watch.begin()
    if found:
        pytest.fail("Canaries got out:\n" + "\n".join(found[:20]), pytrace=False)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if os.environ.get("CANARIES"):
        never = ", ".join(sorted(fields.WORDS - watch.held)) or "one less"
        told = f"{len(watch.held)} of {len(fields.WORDS)} fields held a canary; not {never}"
        terminalreporter.write_line(told)
