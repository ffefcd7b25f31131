"""A network between Sidelight and PostgreSQL that is cut: nothing arrives any more, and nobody says so.

The client lives in a network of its own (`ip netns`, as root on Linux; elsewhere this is left out). It loses
the way back while it waits for an answer, while it sends, and while it connects: each has to end in an error.
"""

import math
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import Error as DatabaseError
from django.db import connection

from config.postgres import Server
from tests.faults.verdict import Verdict

NAME = "sidelight-cut"
OURS, THEIRS = "10.233.7.1", "10.233.7.2"
WITHIN = 6.0  # seconds, in which a phone has to have its error
ACTS = ("waiting", "sending", "connecting")


def main() -> None:
    verdict = Verdict("cut_network")
    if os.geteuid() != 0 or not shutil.which("ip"):
        verdict.left_out = "it takes root, and ip of Linux"
        verdict.end()
    server = Server(Path(os.environ["FAULTS_SERVER"]), {"listen_addresses": "*"})
    server.stop()
    with (server.data / "pg_hba.conf").open("a") as rules:
        rules.write(f"host all all {THEIRS}/32 trust\n")
    server.start()
    with network():
        verdict.delays = [seconds_until_error(act) for act in ACTS]
    verdict.acknowledged = len(ACTS)
    for act, seconds in zip(ACTS, verdict.delays, strict=True):
        verdict.told.append(f"cut while {act}: an error after {seconds:.1f} s")
        if seconds > WITHIN:
            verdict.wrong.append(f"{act} took {seconds:.1f} s to end; it has {WITHIN:.0f} s")
    verdict.end()


@contextmanager
def network() -> Iterator[None]:
    """A network with nothing in it but a cable to ours."""
    ip("netns", "add", NAME)
    try:
        ip("link", "add", "slcut0", "type", "veth", "peer", "name", "slcut1", "netns", NAME)
        ip("addr", "add", f"{OURS}/30", "dev", "slcut0")
        ip("link", "set", "slcut0", "up")
        ip("-n", NAME, "addr", "add", f"{THEIRS}/30", "dev", "slcut1")
        ip("-n", NAME, "link", "set", "slcut1", "up")
        yield
    finally:
        ip("netns", "del", NAME)


def seconds_until_error(act: str) -> float:
    """The client says when it is ready, then what it took from its act, or the cut, to its error."""
    url = f"postgresql://postgres@{OURS}/sidelight"
    client = subprocess.Popen(
        ["ip", "netns", "exec", NAME, sys.executable, "-m", "tests.faults.cut_network", act],
        env={**os.environ, "DATABASE_URL": url},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert client.stdin
    assert client.stdout
    assert client.stdout.readline() == "ready\n"
    if act == "waiting":
        client.stdin.write("go\n")
        client.stdin.flush()
        time.sleep(1)
    ip("route", "add", "blackhole", f"{THEIRS}/32")
    began = time.monotonic()
    try:
        if act != "waiting":
            client.stdin.write("go\n")
            client.stdin.flush()
        if not select.select([client.stdout], [], [], 10 * WITHIN)[0]:
            return math.inf
        assert client.stdout.readline() == "error\n"
        return time.monotonic() - began
    finally:
        ip("route", "del", "blackhole", f"{THEIRS}/32")
        client.kill()
        client.wait()


def client(act: str) -> None:
    connection.ensure_connection()
    if act == "connecting":
        connection.close()
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(30)" if act == "waiting" else "SELECT 1")
    except DatabaseError:
        print("error", flush=True)
    else:
        print("no error", flush=True)


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


if __name__ == "__main__":
    client(sys.argv[1]) if len(sys.argv) > 1 else main()
