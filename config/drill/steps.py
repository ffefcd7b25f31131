"""Steps of a drill: each does something, says what it found, and is timed."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from config.secret_files import replaced


class Failed(Exception):
    """A step could not be done, and those after it would mean nothing."""


@dataclass
class Steps:
    wrong: list[str] = field(default_factory=list)

    def do[T](self, title: str, act: Callable[[], T], say: Callable[[T], str] = str) -> T:
        """Raises whatever `act` raises."""
        started = time.monotonic()
        done = act()
        self.tell(title, say(done), time.monotonic() - started)
        return done

    def tell(self, title: str, found: str, seconds: float | None = None, *, is_well: bool = True) -> None:
        took = "" if seconds is None else f"{seconds:.1f} s"
        print(f"{'ok    ' if is_well else 'WRONG '} {title:<34} {took:>8}  {found}", flush=True)
        if not is_well:
            self.wrong.append(title)

    def end(self) -> int:
        if self.wrong:
            print(f"\nNot as it should be: {'; '.join(self.wrong)}.")
        else:
            print("\nAll was as it should be.")
        return 1 if self.wrong else 0


def start_child(
    module: str, *arguments: str, database: str, environment: Mapping[str, str]
) -> subprocess.Popen[str]:
    """Another Python that runs Sidelight over `database`; whoever starts it waits for its end."""
    command = [sys.executable, "-W", "ignore", *module.split(), *arguments]
    whole = replaced(os.environ, {"LOG_LEVEL": "ERROR", **environment, "DATABASE_URL": database})
    return subprocess.Popen(command, env=whole, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def child(module: str, *arguments: str, database: str, environment: Mapping[str, str]) -> str:
    """What it says. Raises Failed, with its last words."""
    running = start_child(module, *arguments, database=database, environment=environment)
    said, complaint = running.communicate()
    if running.returncode:
        last = (complaint or said).strip().splitlines()[-3:]
        raise Failed(f"{' '.join([module, *arguments])}: {' / '.join(last)}")
    return said


def ask(database: str, steps: Steps, environment: Mapping[str, str], where: str = "") -> None:
    """What `config.drill.checks` finds there, each check a line."""
    told = child("-m config.drill.checks", database=database, environment=environment)
    for line in told.splitlines():
        check = json.loads(line)
        title = f"{where}{check['title']}"
        steps.tell(title, check["found"], check["seconds"], is_well=check["is_well"])
