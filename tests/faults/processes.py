"""Sidelight as it runs: gunicorn and workers, each with its children in a group of its own, to be killed."""

import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WEB = (sys.executable, "-W", "ignore", "-m", "gunicorn", "config.wsgi")
WORKER = (sys.executable, "-W", "ignore", str(ROOT / "manage.py"), "worker")


@dataclass
class Process:
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command,
                env={**os.environ, **self.environment},
                cwd=ROOT,
                stderr=log,
                stdout=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """With all its children, as when a machine dies."""
        assert self.running
        os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()

    def kill_a_child(self) -> None:
        """One of gunicorn's processes, with the requests it has in hand; it starts another."""
        assert self.running
        if found := list(children(self.running.pid)):
            os.kill(random.choice(found), signal.SIGKILL)

    def stop(self) -> None:
        if self.running:
            self.running.terminate()
            try:
                self.running.wait(40)
            except subprocess.TimeoutExpired:
                self.kill()


def children(parent: int) -> Iterator[int]:
    table = subprocess.check_output(["ps", "-A", "-o", "pid=,ppid="], text=True)
    for line in table.splitlines():
        pid, of = map(int, line.split())
        if of == parent:
            yield pid


@dataclass
class Site:
    """The web server and its workers."""

    port: int
    web: Process
    workers: Sequence[Process]

    @property
    def processes(self) -> tuple[Process, ...]:
        return (self.web, *self.workers)


@contextmanager
def site(environment: Mapping[str, str], workers: int = 2) -> Iterator[Site]:
    """Running and answering; stopped in the end. Its logs are printed when something goes wrong."""
    port = free_port()
    settings = {"BIND": f"127.0.0.1:{port}", "WEB_CONCURRENCY": "2", "LOG_LEVEL": "WARNING", **environment}
    with tempfile.TemporaryDirectory(prefix="sidelight-faults-") as made:
        logs = Path(made)
        running = Site(
            port,
            Process(WEB, settings, logs / "web"),
            [Process(WORKER, settings, logs / f"worker-{number}") for number in range(workers)],
        )
        try:
            for process in running.processes:
                process.start()
            wait_for(port)
            yield running
        except BaseException:
            for process in running.processes:
                print(f"--- {process.log.name}", *process.log.read_text().splitlines()[-30:], sep="\n")
            raise
        finally:
            for process in reversed(running.processes):
                process.stop()


@contextmanager
def a_worker(environment: Mapping[str, str]) -> Iterator[None]:
    """One worker, without a web server."""
    with tempfile.TemporaryDirectory(prefix="sidelight-faults-") as made:
        worker = Process(WORKER, {"LOG_LEVEL": "WARNING", **environment}, Path(made) / "worker")
        worker.start()
        try:
            yield
        finally:
            worker.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port: int = reserved.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                sys.exit("The web server did not start.")
            time.sleep(0.2)
