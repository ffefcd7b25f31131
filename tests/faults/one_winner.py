"""Ten nurses claim each flag at the same moment: one has it, and what the others tried is on record."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from django.conf import settings
from django.db import connections
from django.utils import timezone

from accounts.models import CareTeam
from tests.faults.channels_down import report
from tests.faults.fakes import providers
from tests.faults.people import a_team, patients, session_of
from tests.faults.phones import CSRF
from tests.faults.processes import site
from tests.faults.verdict import Verdict, is_long
from tests.people import BY_KEY
from tracker.demo.enrol import employ, make_user
from tracker.models import Flag, FlagEvent
from tracker.models.flags import State

FLAGS = 200 if is_long() else 40
NURSES = 10
Kind = FlagEvent.Kind


def main() -> None:
    verdict = Verdict("one_winner")
    with providers() as fakes:
        team, _amira = a_team(fakes.http)
        nurses = [nurse(number, team) for number in range(NURSES)]
        for each in patients(team, FLAGS):
            report(each, timezone.now())
        flags = [str(pk) for pk in Flag.objects.values_list("pk", flat=True)]
        with site(fakes.environment, workers=0) as running, ThreadPoolExecutor(NURSES) as hands:
            began = time.monotonic()
            start = threading.Barrier(NURSES)
            tried = [hands.submit(claim_all, running.port, each, flags, start) for each in nurses]
            answers = Counter(status for each in tried for status in each.result())
            took = time.monotonic() - began
    connections.close_all()
    count(verdict, answers)
    verdict.told.append(
        f"{len(flags)} flags, {NURSES} nurses each, in {took:.0f} s; answers: {dict(answers)}"
    )
    verdict.end()


def nurse(number: int, team: CareTeam) -> str:
    """The session of one more nurse."""
    user = make_user(replace(BY_KEY["amira"], name=f"Nurse{number} Example"))
    return session_of(employ(user, team, BY_KEY["amira"].job))


def claim_all(port: int, session: str, flags: Sequence[str], start: threading.Barrier) -> list[int]:
    """The status of the answer to each claim; everybody begins with each flag at the same time."""
    return [claim(port, session, flag, start) for flag in flags]


def claim(port: int, session: str, flag: str, start: threading.Barrier) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}",
    }
    start.wait(60)
    connection.request("POST", f"/team/flags/{flag}/claim/", f"csrfmiddlewaretoken={CSRF}", headers)
    status = connection.getresponse().status
    connection.close()
    return status


def count(verdict: Verdict, answers: Counter[int]) -> None:
    winners = Counter(FlagEvent.objects.filter(kind=Kind.CLAIMED).values_list("flag", flat=True))
    slower = Counter(FlagEvent.objects.filter(kind=Kind.SLOWER).values_list("flag", flat=True))
    owners = dict(Flag.objects.filter(state=State.ACKNOWLEDGED).values_list("pk", "owner"))
    said = dict(FlagEvent.objects.filter(kind=Kind.CLAIMED).values_list("flag", "by"))
    verdict.acknowledged = len(winners)
    verdict.lost = FLAGS - len(owners)
    for number, words in [
        (sum(each != 1 for each in winners.values()), "flags have more than one winner"),
        (sum(slower[flag] != NURSES - 1 for flag in winners), "flags without a line for each slower nurse"),
        (sum(said[flag] != owner for flag, owner in owners.items()), "flags that another has than who won"),
        (sum(answers.values()) - answers[302], "answers that were no redirect"),
    ]:
        if number:
            verdict.wrong.append(f"{number} {words}")
    verdict.told.append(
        f"{sum(winners.values())} winners of {FLAGS} flags, {sum(slower.values())} slower tries on record"
    )


if __name__ == "__main__":
    main()
