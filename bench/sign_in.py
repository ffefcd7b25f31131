"""Whether the time that signing in takes says who is known here: 500 times each, known and unknown, in turns.

    SIDELIGHT_MODE=test .venv/bin/python -m config.postgres throwaway -- .venv/bin/python -m bench.sign_in

From the request to the finished answer, every middleware and the database included, in one process. Mail goes
to a server on this machine that takes a second for each: a page that waited for it would say so. Every try
has an address of its own, on both sides, so that no limit is met. Passwords are hashed by a quick function,
or they would hide everything else; that there are as many hashes for an unknown address is a test's business.
A busy machine makes the clock say more, and differ more.
"""

import asyncio
import logging
import os
import socket
import statistics
import time
import warnings
from collections.abc import Callable, Sequence

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from aiosmtpd.controller import Controller
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from config.mail import mailers

TIMES = int(os.environ.get("TIMES", "500"))
AIM = 5  # milliseconds between the medians
MAIL_TAKES = 1  # second
type Took = tuple[float, float]
"""Milliseconds by the clock, and of them those that the thread of the request worked."""
ASK, ENTER, PASSWORD = "account_request_login_code", "account_confirm_login_code", "account_login"
LINK = "account_reset_password"


class SlowServer:
    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        await asyncio.sleep(MAIL_TAKES)
        return "250 Kept"


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    people = [User(email=known(n), name="Somebody", password="!") for n in range(TIMES)]
    User.objects.bulk_create(people, ignore_conflicts=True)
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    mail = Controller(SlowServer(), hostname="127.0.0.1", port=port)
    mail.start()
    settings.MAIL_AT_ONCE = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    warnings.filterwarnings("ignore", "No directory at")
    settings.MAILERS = mailers(f"smtp://127.0.0.1:{port}", settings.MAIL_DIR)
    print(f"{TIMES} each, in turns, one process; aim: medians within {AIM} ms")
    for name, step in (
        ("ask for a code", ask),
        ("a wrong code", wrong_code),
        ("a wrong password", password),
        ("ask for a link", link),
    ):
        told(name, *measured(step))
    mail.stop()
    os._exit(0)  # the mail that still waits goes nowhere


def known(number: int) -> str:
    return f"person{number:04}@example.org"


def unknown(number: int) -> str:
    return f"nobody{number:04}@example.org"


def measured(step: Callable[[str, str], Took]) -> tuple[list[Took], list[Took]]:
    """Of the known and of the unknown."""
    step("warm@example.org", "10.9.9.9")
    found: tuple[list[Took], list[Took]] = ([], [])
    for number in range(TIMES):
        pair = [(found[0], known(number), "10.1"), (found[1], unknown(number), "10.2")]
        for times, address, net in pair if number % 2 else reversed(pair):
            times.append(step(address, f"{net}.{number // 250}.{number % 250 + 1}"))
    return found


def ask(address: str, ip: str) -> Took:
    return took(a_browser(ip), ASK, {"email": address})


def wrong_code(address: str, ip: str) -> Took:
    browser = a_browser(ip)
    browser.post(reverse(ASK), {"email": address})
    return took(browser, ENTER, {"code": "000000"})


def password(address: str, ip: str) -> Took:
    return took(a_browser(ip), PASSWORD, {"login": address, "password": "a guess that is wrong"})


def link(address: str, ip: str) -> Took:
    return took(a_browser(ip), LINK, {"email": address})


def a_browser(ip: str) -> Client:
    browser = Client(REMOTE_ADDR=ip)
    browser.get(reverse(ASK))
    return browser


def took(browser: Client, name: str, data: dict[str, str]) -> Took:
    begun, worked = time.perf_counter(), time.thread_time()
    answer = browser.post(reverse(name), data)
    passed = (time.perf_counter() - begun) * 1000, (time.thread_time() - worked) * 1000
    assert answer.status_code in (200, 302), answer.status_code
    assert "Too many" not in answer.text
    return passed


def told(name: str, known: Sequence[Took], unknown: Sequence[Took]) -> None:
    for what, place in (("clock", 0), ("work", 1)):
        a, b = (statistics.median(each[place] for each in times) for times in (known, unknown))
        verdict = "within" if abs(a - b) < AIM else "NOT within"
        print(
            f"{name:16} {what:5} known {a:6.1f}, unknown {b:6.1f}: {abs(a - b):.1f} apart, {verdict}",
            flush=True,
        )


if __name__ == "__main__":
    main()
