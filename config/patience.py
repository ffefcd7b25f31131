"""How long a process waits for PostgreSQL before it gives up: little, where a person waits.

A statement that hangs would hold one of four threads, and the locks that it has. In milliseconds, as
PostgreSQL counts. What runs out is an error (503 on a page, nothing saved), and tried again by whoever asked.
"""

import os
from enum import StrEnum

SECOND, MINUTE = 1_000, 60_000
VARIABLE = "SIDELIGHT_PROCESS"


class Process(StrEnum):
    WEB = "web"
    WORKER = "worker"
    COMMAND = "command"  # migrations, imports, whatever an operator types


LIMITS = {
    Process.WEB: {
        "statement_timeout": 20 * SECOND,
        "lock_timeout": 10 * SECOND,
        "idle_in_transaction_session_timeout": 60 * SECOND,  # a PDF is drawn meanwhile
    },
    Process.WORKER: {
        "statement_timeout": 5 * MINUTE,
        "lock_timeout": MINUTE,
        "idle_in_transaction_session_timeout": 5 * MINUTE,
    },
    # A migration that waits for a lock has everybody else wait behind it; an index may take its hour.
    Process.COMMAND: {
        "statement_timeout": 0,
        "lock_timeout": MINUTE,
        "idle_in_transaction_session_timeout": 60 * MINUTE,
    },
}


def i_am(process: Process) -> None:
    """To be said before the settings are read."""
    os.environ[VARIABLE] = process


def options(given: str = "") -> str:
    """For libpq's `options`; what DATABASE_URL says comes last, and counts."""
    process = Process(os.environ.get(VARIABLE, Process.COMMAND))
    return " ".join([*(f"-c {name}={value}" for name, value in LIMITS[process].items()), given]).strip()
