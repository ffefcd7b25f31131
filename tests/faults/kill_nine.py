"""`kill -9` of web processes, the web server and workers in random order, under load."""

import random
import time

from tests.faults.processes import Site
from tests.faults.under_load import under_load
from tests.faults.verdict import is_long

KILLS = 100 if is_long() else 12
BETWEEN = (0.8, 2.4)  # seconds between two kills


def nemesis(site: Site) -> None:
    """What nobody else restarts, we start again."""
    for _ in range(KILLS):
        time.sleep(random.uniform(*BETWEEN))
        match random.choices(["worker", "child", "server"], [5, 4, 1])[0]:
            case "worker":
                worker = random.choice(site.workers)
                worker.kill()
                worker.start()
            case "child":
                site.web.kill_a_child()
            case "server":
                site.web.kill()
                site.web.start()


if __name__ == "__main__":
    random.seed(9)
    verdict = under_load("kill_nine", nemesis, people=600 if is_long() else 250)
    verdict.told.insert(0, f"{KILLS} kills of web processes, web servers and workers")
    verdict.end()
