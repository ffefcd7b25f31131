"""Milliseconds of server time for one poll of a board with 200 open flags: unchanged, and made anew.

    SIDELIGHT_MODE=test .venv/bin/python -m config.postgres throwaway -- .venv/bin/python -m bench.board_poll

A busy machine makes the clock say more; a second run in the same database finds its patients there.

From the request to the finished answer, every middleware and the database included, in one process; without
the network and without a web server's own work.
"""

import datetime as dt
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import CareTeam, User
from tests.browsers import show_second_factor
from tests.people import BY_KEY, make_team, member
from tests.people import patient as a_patient
from tests.team.conftest import LOW_PRESSURE, send
from tests.triage.build import a_report
from tracker.alerts import watch
from tracker.demo.people import HARBOUR
from tracker.models import Alert, Flag

FLAGS = int(os.environ.get("FLAGS", "200"))
TIMES = int(os.environ.get("TIMES", "300"))
AIM = 5  # milliseconds
type Took = tuple[float, float]
"""Milliseconds by the clock, and of them those that this process worked."""
APPLICATION = get_wsgi_application()


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    team = CareTeam.objects.filter(name=HARBOUR.name).first() or make_team(HARBOUR)
    nurse = User.objects.filter(email=BY_KEY["amira"].email).first() or member("amira", team)
    if not Flag.objects.exists():
        for number in range(FLAGS):
            wait(number, team)
    Alert.objects.update(state=Alert.State.ACCEPTED, accepted_at=timezone.now())  # there is no worker
    Flag.objects.update(next_due_at=timezone.now() + dt.timedelta(days=1))
    watch.beat("bench", timezone.now())
    browser = Client()
    browser.force_login(nurse)
    show_second_factor(browser, nurse)
    cookie = f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"
    etag = asked(cookie)[1]["ETag"].removeprefix("W/")
    same = measured(lambda: asked(cookie, etag), TIMES, 304)
    anew = measured(lambda: asked(cookie), max(20, TIMES // 10), 200)
    print(f"{FLAGS} open flags, {TIMES} polls, one process")
    print(f"unchanged, 304:  {told(same)}; aim: {AIM} ms")
    print(f"anew, 200:       {told(anew)}")
    ratio = statistics.median(took for took, _work in anew) / statistics.median(took for took, _work in same)
    print(f"an unchanged poll costs 1/{ratio:.0f} of one anew")


def wait(number: int, team: CareTeam) -> None:
    """A patient with a week of reports and an open flag."""
    patient = a_patient(replace(BY_KEY["dev"], name=f"Dev{number} Patel"), team)
    for ago in range(6, 0, -1):
        send(patient, a_report(chills=1), ago=dt.timedelta(days=ago))
    send(patient, LOW_PRESSURE)


def asked(cookie: str, etag: str = "") -> tuple[int, dict[str, str]]:
    """Status and headers of the answer to a poll, all of which was made."""
    environ = RequestFactory().get("/team/").environ
    environ |= {"HTTP_COOKIE": cookie, "HTTP_HX_REQUEST": "true", "HTTP_IF_NONE_MATCH": etag}
    told: list[Any] = []
    answer = APPLICATION(environ, lambda *of_it: told.append(of_it))
    list(answer)
    answer.close()
    status, headers = told[0][:2]
    return int(status.split()[0]), dict(headers)


def measured(ask: Callable[[], tuple[int, dict[str, str]]], times: int, status: int) -> list[Took]:
    """Of each, after some to warm up."""
    found = []
    for number in range(times + 10):
        if number % 50 == 0:
            watch.beat("bench", timezone.now())
        began, worked = time.perf_counter(), time.process_time()
        came = ask()[0]
        took = (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000
        assert came == status, came
        if number >= 10:
            found.append(took)
    return found


def told(times: Sequence[Took]) -> str:
    by_clock, by_work = (sorted(each) for each in zip(*times, strict=True))
    share = sum(each < AIM for each in by_clock) / len(times)
    return (
        f"median {statistics.median(by_clock):.2f} ms, p95 {by_clock[int(0.95 * len(times))]:.2f} ms, "
        f"fastest {by_clock[0]:.2f} ms, {share:.0%} under {AIM} ms; "
        f"of it our own processor time: median {statistics.median(by_work):.2f} ms"
    )


if __name__ == "__main__":
    main()
