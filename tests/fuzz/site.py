"""The whole site with a row of everything, and what it answers to one input after the other."""

import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from accounts.models import User
from tests.audit.test_every_look import addresses, named, of_admin
from tests.fuzz.forms import Form, forms_of
from tests.fuzz.inputs import Input, Place
from tracker.models import Patient

NOBODY = "nobody"
WHO = (
    ("patient:", ("rosa", "lena")),
    ("carers:", ("rosa", "lena")),
    ("settings:", ("rosa",)),
    ("reminders:", ("rosa",)),
    ("offline:", ("rosa", "lena")),
    ("privacy:", ("petra",)),
    ("emergencies:", ("noor", "sara")),
    ("editing:", ("edith",)),
    ("admin:education", ("edith",)),
    ("admin:", ("ada",)),
    ("education:", ("edith", NOBODY, "rosa")),
    ("account_", (NOBODY, "rosa", "sara")),
    ("mfa_", ("sara", "rosa")),
    ("team:", ("sara", "amira")),
    ("cover:", ("sara",)),
    ("rulebook:", ("sara",)),
    ("reach:", ("amira",)),
    ("alerts:", ("amira", NOBODY)),
)
"""Who has most to do there."""

SAYS_SO_BY_DESIGN = frozenset({"readyz"})
"""503 while no worker lives, which is so here."""


class Site:
    def __init__(self, people: dict[str, User], rosa: Patient, told: Callable[[str], None]) -> None:
        self.told = told
        self.browsers = {NOBODY: Client(raise_request_exception=False)}
        for name, person in people.items():
            self.browsers[name] = Client(raise_request_exception=False)
            self.browsers[name].force_login(person)
        self.asked: Counter[str] = Counter()
        self.answers: Counter[int] = Counter()
        self.broken: dict[str, str] = {}
        self.places, self.names = self._look_around(rosa)

    def _look_around(self, rosa: Patient) -> tuple[list[Place], list[str]]:
        """Opens every page once, for the forms on it."""
        found = dict([*addresses(rosa), *of_admin(), *_of_allauth(), *_of_admin_alone()])
        leading: dict[str, list[Form]] = {}
        for name, address in found.items():
            given = Input(name, _people_of(name)[0], "GET", address)
            page = self.send(given)
            if "text/html" in page.get("Content-Type", "") and not page.streaming:
                for form in forms_of(page.content.decode(errors="replace"), address):
                    leading.setdefault(form.action, []).append(form)
        places = [
            Place(name, address, _people_of(name), tuple(leading.get(address.partition("?")[0], ()))[:4])
            for name, address in found.items()
        ]
        names = sorted({each for forms in leading.values() for form in forms for each in form.filled if each})
        return places, names

    def send(self, given: Input) -> Any:
        """One input, of which nothing stays."""
        browser = self.browsers[given.who]
        cookies: SimpleCookie = SimpleCookie()
        cookies.update(browser.cookies)
        kind = given.content_type or "application/octet-stream"
        with transaction.atomic():
            answer: Any = browser.generic(
                given.method, given.address, given.body, kind, headers=dict(given.headers)
            )
            try:
                if answer.streaming:
                    b"".join(answer.streaming_content)
            except Exception as error:
                self._keep(given, error)
            transaction.set_rollback(True)
        browser.cookies = cookies
        self.asked[given.place] += 1
        self.answers[answer.status_code] += 1
        if self.asked.total() % 500 == 0:
            self.told(f"{self.asked.total()} inputs, {len(self.broken)} ways to break it")
        if answer.status_code >= 500 and given.place not in SAYS_SO_BY_DESIGN:
            self._keep(given, answer.exc_info[1] if getattr(answer, "exc_info", None) else None)
        return answer

    def _keep(self, given: Input, error: BaseException | None) -> None:
        """The shortest input of each way in which an address breaks."""
        steps = traceback.extract_tb(error.__traceback__) if error else []
        at = f"{steps[-1].filename}:{steps[-1].lineno}" if steps else ""
        way = f"{given.place}: {type(error).__name__} at {at}"
        told = f"{given}\n    {error}\n    " + "\n    ".join(
            f"{each.filename}:{each.lineno} {each.name}"
            for each in steps
            if "site-packages" not in each.filename
        )
        if way not in self.broken:
            self.told(f"{way}\n  {told}")
        if way not in self.broken or len(told) < len(self.broken[way]):
            self.broken[way] = told


def _people_of(name: str) -> tuple[str, ...]:
    return next((people for room, people in WHO if name.startswith(room)), ("sara", "rosa"))


def _of_allauth() -> Iterator[tuple[str, str]]:
    for name, _pattern in named(get_resolver()):
        if name.startswith(("account_", "mfa_")):
            for args in ([], ["x-y"], ["abc", "def-ghi"], [1]):
                try:
                    yield name, reverse(name, args=args)
                    break
                except NoReverseMatch:
                    continue


def _of_admin_alone() -> Iterator[tuple[str, str]]:
    """The pages with which rows are added."""
    for name, _pattern in named(get_resolver()):
        if name.startswith("admin:") and name.endswith("_add"):
            yield name, reverse(name)
