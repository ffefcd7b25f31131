"""An error without its words: they may quote what a patient wrote, and PostgreSQL's quote whole rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

BASE_DIR = Path(__file__).resolve().parents[2]
PLACES = 25  # of each error, the last ones: where it happened matters more than how the request came in
LONGEST_CHAIN = 5


@dataclass(frozen=True, slots=True)
class Failure:
    """Its type, the places ("tracker/checkins.py:88 submit") and what PostgreSQL calls it."""

    type: str
    at: tuple[str, ...]
    sqlstate: str = ""
    constraint: str = ""

    def told(self) -> dict[str, Any]:
        """Without what is not known."""
        told = {name: getattr(self, name) for name in ("type", "sqlstate", "constraint", "at")}
        return {name: value for name, value in told.items() if value}

    def __str__(self) -> str:
        known = " ".join(filter(None, (self.sqlstate, self.constraint)))
        return "\n    ".join([f"{self.type}{f' ({known})' if known else ''}", *self.at])


def failures(error: BaseException) -> list[Failure]:
    """The error, what it came of, and for a group those in it; the last to be raised first."""
    return [_failure(each) for each in _chain(error)][:LONGEST_CHAIN]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        if isinstance(error, BaseExceptionGroup):
            yield from error.exceptions
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _failure(error: BaseException) -> Failure:
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    told = getattr(error, "diag", None)  # psycopg's
    return Failure(
        name,
        tuple(_places(error.__traceback__))[-PLACES:],
        str(getattr(error, "sqlstate", None) or ""),
        str(getattr(told, "constraint_name", None) or ""),
    )


def _places(at: TracebackType | None) -> Iterator[str]:
    """Without the lines of code, and without what any variable held."""
    while at is not None:
        code = at.tb_frame.f_code
        yield f"{place(code.co_filename)}:{at.tb_lineno} {code.co_name}"
        at = at.tb_next


def place(file: str) -> str:
    """A file by its path in this project, or in the package that it comes with."""
    path = Path(file)
    if "site-packages" in path.parts:
        return "/".join(path.parts[path.parts.index("site-packages") + 1 :])
    return str(path.relative_to(BASE_DIR)) if path.is_relative_to(BASE_DIR) else "/".join(path.parts[-2:])
