"""python -m tests.faults [--long] [SCENARIO …]: each in a process and on a PostgreSQL server of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from config.postgres import THROWAWAY_PREFIX, Server, running

HERE = Path(__file__).resolve().parent
SCENARIOS = (
    "cut_network",
    "one_winner",
    "offline_replay",
    "channels_down",
    "kill_nine",
    "kill_postgres",
    "load",
)


def main(arguments: list[str]) -> int:
    is_long = "--long" in arguments
    chosen = [each for each in arguments if not each.startswith("--")] or list(SCENARIOS)
    if unknown := set(chosen) - set(SCENARIOS):
        sys.exit(f"No scenario {', '.join(sorted(unknown))}; there are: {', '.join(SCENARIOS)}.")
    ended = [run(each, is_long) for each in chosen]
    print(*("", *(line for _status, line in ended)), sep="\n")
    return max(status for status, _line in ended)


def run(scenario: str, is_long: bool) -> tuple[int, str]:
    """Its exit status and its verdict. The server keeps what it says it has kept: some kill it."""
    print(f"── {scenario}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix=THROWAWAY_PREFIX, dir="/tmp"))
    folder.chmod(0o711)  # the server's user may pass through
    server = Server(folder / "postgres", {"max_connections": "200"})
    verdict = folder / "verdict"
    try:
        with running(server) as address:
            environment = {
                "DATABASE_URL": address,
                "FAULTS_SERVER": str(server.data),
                "FAULTS_VERDICT": str(verdict),
                "FAULTS_LONG": "1" if is_long else "",
                "LOG_LEVEL": "ERROR",
            }
            done = subprocess.run(
                [sys.executable, "-m", f"tests.faults.{scenario}"],
                env={**os.environ, **environment},
                cwd=HERE.parent.parent,
                check=False,
            )
        line = verdict.read_text() if verdict.exists() else f"{scenario:15s} broke off"
        return (done.returncode or not verdict.exists()), line
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
