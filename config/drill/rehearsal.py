"""A site of invented people is backed up, loses its disk, and is restored in each way of the guide."""

import datetime as dt
import os
import secrets
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from config.drill.restoring import call, counted, in_all, make_dump, restore_and_ask, size_of
from config.drill.steps import Failed, Steps, ask, child, start_child
from config.postgres import FORGETFUL, Server, hand_to_server, running, start_program
from config.sealing import make_key

REPORTS = 60
ARCHIVE_EVERY = 3  # seconds; docs/operations.md advises 60, for which a rehearsal would take too long
RECEIVER = "pg_receivewal"

type Acknowledged = list[tuple[str, dt.datetime]]
"""The id of each report, and when whoever sent it was told that it is kept."""


@dataclass(frozen=True)
class Rehearsal:
    folder: Path
    steps: Steps
    environment: dict[str, str]
    source: Server

    @property
    def base(self) -> Path:
        return self.folder / "base"

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    @property
    def received(self) -> Path:
        return self.folder / "received"

    def child(self, module: str, *arguments: str, database: str = "") -> str:
        address = database or self.source.url
        return child(module, *arguments, database=address, environment=self.environment)


def rehearse(folder: Path, steps: Steps) -> None:
    keys = {"SECRET_KEY": secrets.token_urlsafe(64), "ENCRYPTION_KEYS": make_key()}
    environment = {"SIDELIGHT_MODE": "demo", **keys}
    options = {
        "archive_mode": "on",
        "archive_command": f"cp %p {folder / 'archive'}/%f",
        "archive_timeout": str(ARCHIVE_EVERY),
    }
    drill = Rehearsal(folder, steps, environment, Server(folder / "source", options))
    for made in (drill.archive, drill.received):
        hand_to_server(made)
    with running(drill.source):
        steps.do("make a site of invented people", lambda: prepare(drill))
        by_dump(drill)
        acknowledged = until_the_disk_is_lost(drill)
    to_a_moment(drill, acknowledged)
    with_the_archive_alone(drill, acknowledged)
    with_the_receiver(drill, acknowledged)


def prepare(drill: Rehearsal) -> str:
    drill.child("manage.py", "prepare")
    drill.child("-m config.drill.reports", "prepare")
    return in_all(counted(drill.source.url))


# --- A dump -------------------------------------------------------------------------------------------------


def by_dump(drill: Rehearsal) -> None:
    dump = drill.folder / "sidelight.dump"
    there = counted(drill.source.url)
    drill.steps.do("pg_dump", lambda: make_dump(drill.source.url, dump))
    with running(Server(drill.folder / "from-dump", FORGETFUL)) as address:
        restored = restore_and_ask(dump, address, drill.steps, drill.environment)
    drill.steps.tell("rows as in the source", in_all(restored), is_well=restored == there)


# --- A base backup and the write-ahead log ------------------------------------------------------------------


def until_the_disk_is_lost(drill: Rehearsal) -> Acknowledged:
    """Reports are sent while a receiver writes the log down; then the server is killed, its data gone."""
    with receiving(drill):
        drill.steps.do("pg_basebackup", lambda: back_up(drill))
        wait_for_the_receiver(drill.source)
        acknowledged = drill.steps.do(
            "send reports until kill -9",
            lambda: send_until_it_dies(drill),
            lambda sent: f"{len(sent)} acknowledged in {seconds_of(sent):.1f} s",
        )
    shutil.rmtree(drill.source.data)
    drill.steps.tell("the disk is lost", "the server's data is gone")
    return acknowledged


def seconds_of(sent: Acknowledged) -> float:
    return (sent[-1][1] - sent[0][1]).total_seconds()


def back_up(drill: Rehearsal) -> str:
    source = f"--dbname={drill.source.url}"
    call("pg_basebackup", source, f"--pgdata={drill.base}", "--wal-method=stream", "--checkpoint=fast")
    return size_of(drill.base)


@contextmanager
def receiving(drill: Rehearsal) -> Iterator[None]:
    """What a second machine does: the log arrives there as it is written, and is on its disk at once."""
    source = f"--dbname={drill.source.url}&application_name={RECEIVER}"
    receiver = start_program("pg_receivewal", source, f"--directory={drill.received}", "--synchronous")
    try:
        yield
    finally:
        receiver.send_signal(signal.SIGINT)
        receiver.communicate(timeout=60)


def wait_for_the_receiver(source: Server) -> None:
    """From now on a commit is acknowledged when the receiver has it too."""
    with psycopg.connect(source.url, autocommit=True) as connection:
        connection.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{RECEIVER}'")
        connection.execute("SELECT pg_reload_conf()")


def send_until_it_dies(drill: Rehearsal) -> Acknowledged:
    """In the middle of a report the server is killed; what was told until then has been acknowledged."""
    sender = start_child(
        "-m config.drill.reports", "send", database=drill.source.url, environment=drill.environment
    )
    told = []
    for line in sender.stdout or []:
        told.append(line.split())
        if len(told) == REPORTS:
            kill(drill.source)
    _rest, complaint = sender.communicate()
    if len(told) < REPORTS:
        last = complaint.strip().splitlines()[-1:]
        raise Failed(f"{len(told)} of {REPORTS} reports were sent before it ended: {' '.join(last)}")
    return [(id, dt.datetime.fromisoformat(at)) for id, at in told]


def kill(source: Server) -> None:
    """With no time to write anything down. Its children end by themselves."""
    os.kill(int((source.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    while source.is_listening():
        time.sleep(0.1)


# --- Restored -----------------------------------------------------------------------------------------------


def to_a_moment(drill: Rehearsal, acknowledged: Acknowledged) -> None:
    """Between two reports: those before it are there, those after it are not."""
    middle = len(acknowledged) // 2
    moment = acknowledged[middle - 1][1] + dt.timedelta(seconds=0.05)
    recovery = {"recovery_target_time": moment.isoformat(), "recovery_target_action": "promote"}
    before = {id for id, _at in acknowledged[:middle]}

    def is_well(there: set[str]) -> bool:
        return there == before

    recover(drill, "to a moment: ", [drill.archive, drill.received], recovery, acknowledged, is_well)


def with_the_archive_alone(drill: Rehearsal, acknowledged: Acknowledged) -> None:
    """What was not archived yet is lost: as much as was acknowledged since the last switch of the log."""

    def is_well(there: set[str]) -> bool:
        last = max((at for id, at in acknowledged if id in there), default=acknowledged[0][1])
        return acknowledged[-1][1] - last < dt.timedelta(seconds=2 * ARCHIVE_EVERY)

    recover(drill, "archive alone: ", [drill.archive], {}, acknowledged, is_well)


def with_the_receiver(drill: Rehearsal, acknowledged: Acknowledged) -> None:
    """Nothing is lost that was acknowledged."""
    everything = {id for id, _at in acknowledged}

    def is_well(there: set[str]) -> bool:
        return there == everything

    recover(drill, "with the receiver: ", [drill.archive, drill.received], {}, acknowledged, is_well)


def recover(
    drill: Rehearsal,
    title: str,
    logs: list[Path],
    recovery: dict[str, str],
    acknowledged: Acknowledged,
    is_well: Callable[[set[str]], bool],
) -> None:
    server = Server(drill.folder / title.split(":")[0].replace(" ", "-"), {**in_recovery(logs), **recovery})
    shutil.copytree(drill.base, server.data)
    (server.data / "recovery.signal").touch()
    hand_to_server(server.data)
    hand_to_server(drill.received)
    drill.steps.do(f"{title}recover", server.start, lambda _: size_of(server.data))
    try:
        ids = {id for id, _at in acknowledged}
        there = ids & set(drill.child("-m config.drill.reports", "there", database=server.url).split())
        found = f"{len(there)} of {len(ids)} reports, {lost(acknowledged, there)}"
        drill.steps.tell(f"{title}reports", found, is_well=is_well(there))
        ask(server.url, drill.steps, drill.environment, title)
    finally:
        server.stop()
        shutil.rmtree(server.data)


def in_recovery(logs: list[Path]) -> dict[str, str]:
    """A receiver's last file is not full, and named so. What is restored archives and waits for nobody."""
    places = [f"cp {log}/{name} %p" for log in logs for name in ("%f", "%f.partial")]
    return {
        "restore_command": f"( {' || '.join(places)} ) 2>/dev/null",
        "synchronous_standby_names": "",
        "archive_mode": "off",
    }


def lost(acknowledged: Acknowledged, there: set[str]) -> str:
    missing = [at for id, at in acknowledged if id not in there]
    if not missing:
        return "none missing"
    last = max((at for id, at in acknowledged if id in there), default=missing[0])
    return f"missing are the last {(missing[-1] - last).total_seconds():.1f} s"
