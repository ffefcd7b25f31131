"""Opens every address of the site as somebody, and undoes whatever that did.

    for seen in walk(world, "noor"):
        print(seen.route, seen.method, seen.word)

What a request writes is rolled back before the next one, so that none changes what another meets.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any, ClassVar, Self
from unittest.mock import patch
from urllib.parse import urlsplit

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotFound
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import translation

from accounts.models import User
from config import urls
from config.errors import not_found
from tests.access.table import METHODS, MUST_NOT_SEE
from tests.access.world import HEALTH, IDENTITY, REASONS, World
from tests.browsers import show_second_factor_and_stay

MAY_NAME = {"ada": ("admin/accounts/",), "petra": ("privacy/", "emergency-access/")}
"""Who looks after accounts, or reads who looked at whom, is told who is a patient, there and nowhere else."""

HANDED_OUT = {("petra", "privacy/records/<uuid:pk>/copy/")}
"""An officer makes the patient's own file for whoever asks for it by letter."""

SIGN_IN = ("account_request_login_code", "admin:login")
_WRITES = re.compile(
    r'(?<!FOR )(?<!KEY )\b(?:INSERT INTO|UPDATE(?!\s+SET)|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE
)


class Quick(Client):
    """A browser that asks and is answered, and keeps nothing of how the page was made."""

    _savepoint: ClassVar[str] = ""
    """The newest browser's, for all of them: to go back further would sign some of them out."""

    def __init__(self, **options: Any) -> None:
        super().__init__(raise_request_exception=False, **options)
        self._kept = SimpleCookie()
        self.mark()

    def mark(self) -> None:
        """What stands in the database from here on is not undone."""
        Quick._savepoint = transaction.savepoint_create()

    def request(self, **environ: Any) -> Any:
        return self.handler(self._base_environ(**environ))  # type: ignore[attr-defined]

    def signed_in(self, user: User | None) -> Self:
        if user:
            self.force_login(user)
            show_second_factor_and_stay(self, user)
            self.mark()
        self._kept = self.cookies
        return self

    def undone(self, method: str, address: str, data: Any = None, **extra: Any) -> "Answer":
        """What is answered; nothing stays of it, neither here nor in the database."""
        self.cookies = SimpleCookie({name: each.value for name, each in self._kept.items()})
        written = Written()
        with connection.execute_wrapper(written):
            answer = Answer.of(self._asked(method, address, data, **extra), written)
        if written.has_changed or connection.needs_rollback:
            connection.needs_rollback = False
            transaction.savepoint_rollback(Quick._savepoint)
        translation.deactivate()
        return answer

    def _asked(self, method: str, address: str, data: Any, **extra: Any) -> Any:
        if method in METHODS:
            return getattr(self, method.lower())(address, data, **extra)
        return self.generic(method, address, **extra)


class Written:
    """Hears every statement that writes: its tables, and its values. What is rolled back was not written."""

    def __init__(self) -> None:
        self.told: list[tuple[set[str], str]] = []
        self.has_changed = False
        self._since: dict[str, int] = {}

    @property
    def tables(self) -> set[str]:
        return {table for tables, _statement in self.told for table in tables}

    @property
    def values(self) -> list[str]:
        return [statement for _tables, statement in self.told]

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        statement = sql if isinstance(sql, str) else ""
        if statement.startswith("SAVEPOINT"):
            self._since[statement.split()[-1]] = len(self.told)
        elif statement.startswith("ROLLBACK TO SAVEPOINT"):
            del self.told[self._since.get(statement.split()[-1], 0) :]
        elif found := _WRITES.findall(statement):
            self.told.append((set(found), f"{statement} {params}"))
            self.has_changed = True
        try:
            return execute(sql, params, many, context)
        except Exception:
            self.has_changed = True
            raise


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    written: Written

    @classmethod
    def of(cls, response: HttpResponseBase, written: Written) -> Self:
        body = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
        return cls(response.status_code, dict(response.items()), body, written)

    @property
    def word(self) -> str:
        """As a cell of the table says it: `200`, `302 sign-in`, `302 team:board`, `404`."""
        if "Location" not in self.headers:
            return str(self.status)
        return f"{self.status} {_where(self.headers['Location'])}"

    @property
    def is_refused(self) -> bool:
        """Whoever asked was shown nothing, and did nothing."""
        return self.status >= 400 or self.word == "302 sign-in"

    @property
    def text(self) -> str:
        """Headers and body."""
        headers = "\n".join(f"{name}: {value}" for name, value in self.headers.items())
        return headers + "\n\n" + self.body.decode(errors="ignore")


@dataclass(frozen=True, slots=True)
class Seen:
    route: str
    address: str
    method: str
    answer: Answer

    @property
    def word(self) -> str:
        return self.answer.word

    def __str__(self) -> str:
        return f"{self.method} /{self.route}: {self.word}"


def walk(
    world: World, role: str, methods: Sequence[str] = METHODS, only: Sequence[str] = ("",)
) -> Iterator[Seen]:
    """Every address with every method, a POST with an empty body; or `only` those that begin so."""
    browser = Quick().signed_in(world.people[role])
    with _not_found_is_drawn_once():
        for route, address in world.addresses.items():
            for method in methods if route.startswith(tuple(only)) else ():
                yield Seen(route, address, method, browser.undone(method, address))


def forbidden(seen: Seen, role: str) -> tuple[str, ...]:
    """The words about Rosa that this answer may not hold."""
    if role == "rosa" or (role, seen.route) in HANDED_OUT:
        return ()
    if role in MUST_NOT_SEE:
        may_name = seen.route.startswith(MAY_NAME.get(role, ("-",)))
        return HEALTH if may_name else (*HEALTH, *REASONS, *IDENTITY)
    return HEALTH if seen.answer.is_refused else ()  # whom they look after stands above each page


@contextmanager
def _not_found_is_drawn_once() -> Iterator[None]:
    """Half of all answers are the same page; tests/attacks/test_ids.py compares each as it is."""
    drawn: list[HttpRequest] = []

    def page(request: HttpRequest, *args: Any, **rest: Any) -> Any:
        if drawn:
            return HttpResponseNotFound()
        drawn.append(request)
        return not_found(request, *args, **rest)

    with patch.object(urls, "handler404", page):
        yield


def _where(location: str) -> str:
    path = urlsplit(location).path
    try:
        name = resolve(path).view_name
    except Resolver404:
        return path
    return "sign-in" if name in SIGN_IN else name
