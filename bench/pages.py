"""How long the team's pages take with a crowd in the database: server time and queries, page by page.

    .venv/bin/python -m bench.pages [--times 100] [--only chart]

In DATABASE_URL, with what `manage.py seed_crowd` has made; the reader is the nurse who works in all its
teams, so that a board has every open flag. Requests go through Django's test client: everything that a server
does but the network. Two times are shown. *Wall* is what a reader waits, and grows with whatever else the
machine does. *Processor* is what our process and its PostgreSQL backend have worked: compare that. The aim is
150 ms within which 95 % of the boards and charts are.
"""

import argparse
import gc
import os
import time
import warnings
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any

os.environ.setdefault("SIDELIGHT_MODE", "test")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()
warnings.filterwarnings("ignore", "No directory at")  # collectstatic has not run, and no page needs it

from django.db import connection
from django.test import Client
from django.test.utils import override_settings
from django.urls import NoReverseMatch, reverse

import config.wsgi  # noqa: F401 -- what a server does before its first answer
from accounts.models import User
from tests.browsers import show_second_factor
from tracker.demo.crowd.people import EVERYWHERE
from tracker.models import CheckIn, Flag, Patient

WARM_UP = 5
SAMPLE = 40  # patients and flags that take turns
MILLISECOND = 1_000
UNCHANGED = "board, nothing new"
"""Asked for with the ETag of the answer before, where the board has one."""


def main() -> None:
    parser = argparse.ArgumentParser(description="How long the team's pages take with a crowd.")
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--only", default="", help="pages whose name has this in it")
    options = parser.parse_args()
    reader = User.objects.get(email=EVERYWHERE)
    print(
        f"{CheckIn.objects.count():,} check-ins, {Patient.objects.count():,} patients, "
        f"{Flag.objects.unresolved().count():,} open flags"
    )
    print(f"{'page':<34}{'queries':>8}{'wall p50':>10}{'p95':>8}{'processor p50':>15}{'p95':>8}   (ms)")
    with override_settings(ALLOWED_HOSTS=["*"]):
        for name, addresses in pages().items():
            if options.only in name:
                measure(name, addresses, reader, options.times)


def pages() -> dict[str, list[str]]:
    """The addresses of each page; those that this version has."""
    patients = Patient.objects.filter(left_on=None).order_by("pk")[:SAMPLE]
    flags = Flag.objects.unresolved().order_by("pk")[:SAMPLE]
    wanted: dict[str, Callable[[], list[str]]] = {
        "board": lambda: [reverse("team:board")],
        UNCHANGED: lambda: [reverse("team:board")],
        "flag": lambda: [reverse("team:flag", args=[each.pk]) for each in flags],
        "chart, 28 days": lambda: [reverse("team:patient", args=[each.pk]) for each in patients],
        "chart, 84 days": lambda: [reverse("team:patient", args=[each.pk]) + "?days=84" for each in patients],
        "patients": lambda: [reverse("team:patients")],
        "patients, search": lambda: [reverse("team:patients") + f"?q={each.name[:4]}" for each in patients],
        "silence": lambda: [reverse("team:silence")],
        "notes to read": lambda: [reverse("team:notes")],
        "response times": lambda: [reverse("team:report")],
        "cohort": lambda: [reverse("team:cohort")],
    }
    return {name: found for name, make in wanted.items() if (found := _known(make))}


def _known(make: Callable[[], list[str]]) -> list[str]:
    try:
        return make()
    except NoReverseMatch:
        return []


def measure(name: str, addresses: Sequence[str], reader: User, times: int) -> None:
    browser = Client()
    browser.force_login(reader)
    show_second_factor(browser, reader)
    turns = cycle(addresses)
    for _ in range(WARM_UP):
        answer = browser.get(next(turns))
        assert answer.status_code == 200, (name, answer.status_code)
    if name == UNCHANGED and "ETag" in answer:
        browser.defaults["HTTP_IF_NONE_MATCH"] = answer["ETag"]
    queries = _queries(browser, next(turns))
    gc.collect()
    taken = [timed(browser, next(turns)) for _ in range(times)]
    wall, worked = ([each[at] for each in taken] for at in (0, 1))
    print(
        f"{name:<34}{queries:>8}{median(wall):>10.0f}{_p95(wall):>8.0f}"
        f"{median(worked):>15.0f}{_p95(worked):>8.0f}",
        flush=True,
    )


def _queries(browser: Client, address: str) -> int:
    """How many a request takes; Django itself forgets them with each request."""
    asked = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        browser.get(address)
    return asked


def timed(browser: Client, address: str) -> tuple[float, float]:
    """Milliseconds by the clock, and of work in this process and in its backend."""
    backend = _backend()
    wall, ours, theirs = time.perf_counter(), time.process_time(), _worked(backend)
    browser.get(address)
    spent = time.process_time() - ours + _worked(backend) - theirs
    return MILLISECOND * (time.perf_counter() - wall), MILLISECOND * spent


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _worked(process: int) -> float:
    """Seconds that a process of this machine has run; 0 where nobody says so."""
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return 0.0


def _p95(taken: Sequence[float]) -> float:
    return sorted(taken)[int(0.95 * len(taken))]


if __name__ == "__main__":
    main()
