"""`kill -9` of PostgreSQL's postmaster and of its backends, under load."""

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

from config.postgres import PostgresError, Server
from tests.faults.processes import Site, children
from tests.faults.under_load import under_load
from tests.faults.verdict import is_long

KILLS = 50 if is_long() else 6
BETWEEN = (1.5, 4.0)  # seconds between two kills
SERVER = Server(Path(os.environ["FAULTS_SERVER"]), {"max_connections": "200"})
done: Counter[str] = Counter()


def nemesis(site: Site) -> None:
    for number in range(KILLS):
        time.sleep(random.uniform(*BETWEEN))
        if number % 2:
            kill_a_backend()
        else:
            kill_the_postmaster()


def kill_the_postmaster() -> None:
    """Its backends notice and end; then somebody starts it again, and it recovers."""
    os.kill(postmaster(), signal.SIGKILL)
    done["postmasters"] += 1
    start_again()


def start_again() -> None:
    """As often as it takes until the backends of the dead one are gone."""
    deadline = time.monotonic() + 60
    while True:
        time.sleep(0.3)
        try:
            SERVER.start()
            return
        except (PostgresError, OSError):
            if time.monotonic() > deadline:
                raise


def kill_a_backend() -> None:
    """The postmaster ends all others too, and recovers by itself."""
    for _ in range(100):  # right after a crash there are none
        if backends := [pid for pid in children(postmaster()) if is_backend(pid)]:
            os.kill(random.choice(backends), signal.SIGKILL)
            done["backends"] += 1
            return
        time.sleep(0.1)


def is_backend(pid: int) -> bool:
    try:
        return b"sidelight" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def postmaster() -> int:
    return int((SERVER.data / "postmaster.pid").read_text().split("\n", 1)[0])


if __name__ == "__main__":
    random.seed(50)
    verdict = under_load("kill_postgres", nemesis, people=600 if is_long() else 250)
    if done["postmasters"] + done["backends"] < KILLS:
        verdict.wrong.append(f"only {done.total()} of {KILLS} were killed")
    verdict.told.insert(0, f"kills: {done['postmasters']} postmasters, {done['backends']} backends")
    verdict.end()
