"""`make run`: the whole of Sidelight on one machine, with invented people, until Ctrl-C.

Starts the embedded PostgreSQL (unless DATABASE_URL is set), makes the database ready, then runs the web
server and the worker and starts again whichever dies. Stops web, worker and database, in this order.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from config import postgres
from config.processes import LOOK_EVERY, Stop

HOST = "127.0.0.1"
STOP_TIMEOUT = 15  # seconds; longer than gunicorn gives to requests under way
PAUSE_BEFORE_RESTART = 1.0  # seconds
MANAGE = [sys.executable, str(postgres.BASE_DIR / "manage.py")]
WEB = [sys.executable, "-m", "gunicorn", "config.wsgi"]


@dataclass
class Child:
    """A process of ours."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        # In a session of its own: the terminal's Ctrl-C is for us alone, and we decide the order.
        self.process = subprocess.Popen(
            self.command, start_new_session=True, env={**os.environ, **self.environment}
        )

    @property
    def status(self) -> int | None:
        """Its exit status, None while it runs."""
        return self.process.poll() if self.process else None

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.status is None

    def start_again_if_dead(self) -> None:
        if not self.is_running:
            say(f"The {self.name} ended with status {self.status}; starting it again.")
            time.sleep(PAUSE_BEFORE_RESTART)
            self.start()

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def main() -> int:
    os.chdir(postgres.BASE_DIR)
    port = os.environ.setdefault("PORT", "8000")
    address = f"http://{HOST}:{port}"
    os.environ.setdefault("SITE_URL", address)
    os.environ.setdefault("GUNICORN_LOG_LEVEL", "warning")
    os.environ["SIDELIGHT_MODE"] = "demo"
    try:
        refuse_taken_port(port)
        with Stop() as stop, database() as url:
            os.environ["DATABASE_URL"] = url
            if not prepare(stop):
                return 0 if stop.asked else 1
            serve(address, url, stop)
    except (PortTaken, postgres.PostgresError) as error:
        say(str(error))
        return 1
    return 0


def prepare(stop: Stop) -> bool:
    """Makes the database and the files ready; false when that failed or we were asked to stop."""
    child = Child("preparation", [*MANAGE, "prepare"])
    child.start()
    while child.is_running and not stop.asked:
        time.sleep(LOOK_EVERY)
    child.stop()
    return child.status == 0 and not stop.asked


def serve(address: str, url: str, stop: Stop) -> None:
    """Runs the web server and the worker, each in its own role, until we are asked to stop."""
    children = [
        Child("web server", WEB, {"DATABASE_URL": postgres.in_role(url, "sidelight_app")}),
        Child("worker", [*MANAGE, "worker"], {"DATABASE_URL": postgres.in_role(url, "sidelight_worker")}),
    ]
    try:
        for child in children:
            child.start()
        announced = False
        while not stop.asked:
            for child in children:
                child.start_again_if_dead()
            if not announced and answers(f"{address}/healthz"):
                announced = True
                say(f"Sidelight is running at {address}/ (be anybody at {address}/demo/). Ctrl-C stops it.")
            time.sleep(LOOK_EVERY)
        say("Stopping.")
    finally:
        for child in children:
            child.stop()


class PortTaken(RuntimeError):
    """Another program listens where we should."""


def refuse_taken_port(port: str) -> None:
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise PortTaken(f"PORT is {port!r}; it must be a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(port)))
        except OSError as error:
            raise PortTaken(
                f"Port {port} cannot be used ({error.strerror}): try `make run PORT=8001`."
            ) from error


@contextmanager
def database() -> Iterator[str]:
    """The address of the database that is set, or of the embedded server while it runs."""
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    with postgres.running(postgres.server(postgres.BASE_DIR / "var")) as url:
        yield url


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
            return True
    except OSError:  # urllib says URLError, which is one
        return False


def say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
