"""Child processes: started, told to stop, and never left behind."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOK_EVERY = 0.1  # seconds


class Stop:
    """Notices SIGINT, SIGTERM and SIGHUP instead of dying of them, so that children can be stopped in order.

    >>> with Stop() as stop:
    ...     while not stop.asked:
    ...         work()
    """

    def __init__(self) -> None:
        self.asked: signal.Signals | None = None

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._notice) for number in STOP_SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _notice(self, number: int, frame: FrameType | None) -> None:
        self.asked = signal.Signals(number)


def run_until_stopped(command: Sequence[str], environment: Mapping[str, str], stop: Stop) -> int:
    """Runs `command` to its end for its exit status; passes on, once, the signal that asks us to stop."""
    if stop.asked:
        return 128 + stop.asked
    process = subprocess.Popen(command, env={**os.environ, **environment})
    told = False
    while process.poll() is None:
        if stop.asked and not told:
            told = True
            if not (stop.asked == signal.SIGINT and _terminal_interrupts_us()):
                process.send_signal(stop.asked)
        time.sleep(LOOK_EVERY)
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


def _terminal_interrupts_us() -> bool:
    """Whether a Ctrl-C reaches our children without our help, being in the terminal's foreground like us."""
    try:
        with Path(os.ctermid()).open("rb") as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False
