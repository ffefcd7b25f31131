"""What every test may ask for: a closed network, a mail server, a browser."""

import asyncio
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.test import TransactionTestCase
from django.utils import translation

from config.messages.catalogs import compile_all
from tests.emptying import empty_every_table, wait_for_answers_under_way

pytest_plugins = ["tests.people", "tests.canaries.watch"]

LOOPBACK = ("127.", "::1", "localhost")


def pytest_configure() -> None:
    """What a page says in Spanish is tested in Spanish; what a test commits is deleted the quick way."""
    compile_all()
    setattr(TransactionTestCase, "_fixture_teardown", lambda _test: empty_every_table())  # noqa: B010


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """A request leaves its language behind in its thread, which here is the next test's too."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _second_factor_is_shown(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes by `force_login` has shown a second factor and stays, but where a test is about that."""
    from django.test import Client

    from tests.browsers import show_second_factor_and_stay

    if request.node.get_closest_marker("second_factor_is_asked_for"):
        return
    force_login = Client.force_login

    def with_second_factor(self: Client, user: Any, *args: Any, **kwargs: Any) -> None:
        force_login(self, user, *args, **kwargs)
        show_second_factor_and_stay(self, user)

    monkeypatch.setattr(Client, "force_login", with_second_factor)


@pytest.fixture(autouse=True)
def _closed_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing leaves this machine: a test that tries to reach anything but loopback fails."""
    connect = socket.socket.connect

    def only_loopback(self: socket.socket, address: Any) -> None:
        inward = self.family == socket.AF_UNIX or str(address[0]).startswith(LOOPBACK)
        if not inward:
            raise AssertionError(f"A test tried to reach {address!r}; only loopback is open.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_loopback)


# --- Mail ---------------------------------------------------------------------------------------------------


@dataclass
class Mailbox:
    """A real SMTP server on loopback and what it was sent.

    It answers `refuse_with` when that is set, `refuse_recipient_with` to the address alone, and as late as
    `seconds_to_answer` says.
    """

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    refuse_with: str | None = None
    refuse_recipient_with: str | None = None
    seconds_to_answer: float = 0

    @property
    def url(self) -> str:
        """For EMAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.refuse_recipient_with:
            return self.refuse_recipient_with
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await asyncio.sleep(self.seconds_to_answer)
        if self.refuse_with:
            return self.refuse_with
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 Kept"

    def to(self, address: str | None) -> list[EmailMessage]:
        return [message for message in self.messages if address and address in str(message["To"])]


@pytest.fixture
def smtp_server(settings: Any) -> Iterator[Mailbox]:
    """A mailbox that Django sends to."""
    from aiosmtpd.controller import Controller

    from config.mail import mailers

    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        mailbox.port = reserved.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    settings.MAILERS = mailers(mailbox.url, Path(os.devnull))
    yield mailbox
    controller.stop()


# --- A database that refuses --------------------------------------------------------------------------------


def refuse_rows_of(patient: Any, table: str) -> None:
    """Until the test's end PostgreSQL refuses each new row about this patient, and quotes it, as it does."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse_a_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'no' USING ERRCODE = '23514', DETAIL = 'Failing row contains (Rosa wrote).';"
            " END $$"
        )
        cursor.execute(
            f"CREATE TRIGGER refuse_a_row BEFORE INSERT ON {table} FOR EACH ROW"
            f" WHEN (NEW.patient_id = '{patient.pk}') EXECUTE FUNCTION refuse_a_row()"
        )


# --- Browser ------------------------------------------------------------------------------------------------

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
FIND_BROWSER = Path(__file__).parent.parent / "bin" / "browser"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One Chromium for all browser tests of this process."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROMIUM") or subprocess.check_output([FIND_BROWSER], text=True).strip()
    # Playwright's loop runs in this thread, and Django takes that for asynchronous code.
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Opens pages of the live server, each in a session of its own: `open_page("/", DESK, dark=True)`.

    A page that logs an error to the console, a refused style or script among them, fails the test.
    """
    from tests.canaries.storage import look_into_storage

    contexts: list[Any] = []
    errors: list[str] = []

    def open_one(path: str = "/", size: dict[str, int] = PHONE, *, dark: bool = False, **options: Any) -> Any:
        context = chromium.new_context(
            base_url=live_server.url, viewport=size, color_scheme="dark" if dark else "light", **options
        )
        context.set_default_timeout(10_000)  # milliseconds
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path)
        return page

    yield open_one
    for context in contexts:
        look_into_storage(context)
        context.close()
    wait_for_answers_under_way()
    # An answer of 4xx is often what is tested, and so is a network that is not there; htmx says so once more.
    expected = ("status of 4", "net::ERR_", "htmx:sendError", "htmx:afterRequest")
    unexpected = [text for text in errors if not any(each in text for each in expected)]
    assert not unexpected, unexpected


@pytest.fixture
def page(open_page: Callable[..., Any]) -> Any:
    """A phone's page at the front door."""
    return open_page()


COLOURS = ["color-contrast", "link-in-text-block"]
"""What axe asks of colours: two thirds of the work of a run."""
ALL: dict[str, Any] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
NOT_COLOURS = ALL | {"rules": {rule: {"enabled": False} for rule in COLOURS}}
COLOURS_ALONE = {"runOnly": {"type": "rule", "values": COLOURS}}
# What is well need not be told node by node; stylesheets and sounds need not be fetched once more.
QUICKLY = {"resultTypes": ["violations"], "preload": False}


@pytest.fixture
def assert_accessible() -> Callable[..., None]:
    """Asserts that axe finds no violation of WCAG 2.2 AA on a page, or none of a part of its rules."""
    from axe_playwright_python.sync_playwright import Axe, AxeResults

    source = Axe().axe_script

    def check(page: Any, rules: dict[str, Any] = ALL) -> None:
        if not page.evaluate("'axe' in window"):  # once a page, in however many looks
            page.evaluate(source)
        results = AxeResults(page.evaluate("(options) => axe.run(options)", rules | QUICKLY))
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"

    return check
