"""Runs a drill and prints what each step took; ends with 1 when anything was not as it should be."""

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import config.drill
from config.drill.rehearsal import rehearse
from config.drill.restoring import restore_and_ask
from config.drill.steps import Failed, Steps
from config.postgres import BASE_DIR, FORGETFUL, THROWAWAY_PREFIX, PostgresError, Server, running


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="bin/restore-drill",
        description=config.drill.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--dump", type=Path, help="a dump of yours, made by pg_dump --format=custom")
    dump: Path | None = parser.parse_args(arguments).dump
    steps = Steps()
    try:
        with scratch() as folder:
            if dump:
                try_dump(dump.resolve(), folder, steps)
            else:
                rehearse(folder, steps)
    except (Failed, PostgresError) as error:
        print(f"\nThe drill broke off: {error}", file=sys.stderr)
        return 1
    return steps.end()


def try_dump(dump: Path, folder: Path, steps: Steps) -> None:
    """With the environment of the site: its keys have to open what is in the dump."""
    with running(Server(folder / "restored", FORGETFUL)) as address:
        restore_and_ask(dump, address, steps)


@contextmanager
def scratch() -> Iterator[Path]:
    """Closed to others by the folders in it; under /tmp, as config.postgres explains."""
    with tempfile.TemporaryDirectory(prefix=THROWAWAY_PREFIX, dir="/tmp") as made:
        folder = Path(made)
        folder.chmod(0o711)  # the server's user may pass through
        yield folder


if __name__ == "__main__":
    os.chdir(BASE_DIR)
    signal.signal(signal.SIGTERM, lambda *_told: sys.exit(128 + signal.SIGTERM))  # servers are stopped then
    sys.exit(main(sys.argv[1:]))
