"""How well notes are read: the share of serious notes that is raised, and of harmless ones raised.

    .venv/bin/python -m bench.note_corpus [--wrong] [FILE …]

Without files, every corpus in tests/triage/notes. A note is tried as a report with nothing else in it.
With --wrong, only the notes that were missed, raised for nothing or came to another level.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from tracker.triage.assess import assess
from tracker.triage.report import History, Level, Report
from tracker.triage.rules import default_rules

CORPORA = Path(__file__).parent.parent / "tests/triage/notes"
COLUMNS = ("serious", "raised", "recall", "level", "harmless", "false", "rate")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Tried:
    """One note of a corpus, the level it should come to and the level that it came to."""

    note: dict[str, Any]
    wanted: Level
    given: Level

    @property
    def serious(self) -> bool:
        return self.wanted >= Level.URGENT

    @property
    def raised(self) -> bool:
        return self.given >= Level.URGENT

    @property
    def exact(self) -> bool:
        """Nobody is called for a routine flag, so beside a harmless note it is as good as none."""
        return self.wanted == (self.given if self.raised else Level.NONE)


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The notes of a corpus: one JSON object a line."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def corpora(code: str) -> list[Path]:
    """The files of a language, in the same order on every machine."""
    return sorted(CORPORA.glob(f"corpus_{code}*.jsonl"))


def digest(code: str) -> str:
    """Of every note of a language."""
    return sha256(b"".join(path.read_bytes() for path in corpora(code))).hexdigest()


def attempt(note: dict[str, Any]) -> Tried:
    history = History(language=note["lang"])
    given = assess(Report(note=note["note"]), history, default_rules(), NOON).level
    return Tried(note, Level.from_word(note["level"]), given)


def table(tried: Iterable[Tried], named: Callable[[Tried], Iterable[str]], title: str) -> str:
    """One line a category: serious notes and how many were raised, harmless ones and how many were."""
    counts: dict[str, Counter[str]] = {}
    for each in tried:
        for name in named(each):
            counts.setdefault(name, Counter()).update(_counted(each))
    head = f"{title:24}" + "".join(f"{name:>9}" for name in COLUMNS)
    return "\n".join([head, *(_line(name, counts[name]) for name in sorted(counts))])


def _counted(each: Tried) -> Iterator[str]:
    kind = "serious" if each.serious else "harmless"
    yield kind
    if each.raised:
        yield f"{kind} raised"
    if each.exact:
        yield f"{kind} exact"


def _line(name: str, count: Counter[str]) -> str:
    serious, harmless = count["serious"], count["harmless"]
    raised, false = count["serious raised"], count["harmless raised"]
    return (
        f"{name[:23]:24}{serious:9}{raised:9}{_share(raised, serious):>9}"
        f"{_share(count['serious exact'], serious):>9}{harmless:9}{false:9}{_share(false, harmless):>9}"
    )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "-"


def report(tried: list[Tried]) -> str:
    """The whole, then by trick, and by what the serious ones are about. No text of any note."""
    return "\n\n".join(
        [
            table(tried, lambda each: ["all"], "all notes"),
            table(tried, lambda each: [each.note["trick"]], "by trick"),
            table([each for each in tried if each.serious], lambda each: each.note["codes"], "by code"),
        ]
    )


def wrongs(tried: Iterable[Tried]) -> Iterator[str]:
    """The notes to look at: what each should have come to, what it did, and its text."""
    for each in tried:
        if not each.exact:
            yield f"{each.note['id']} {each.wanted.word} -> {each.given.word}: {each.note['note']!r}"


def main(arguments: list[str]) -> None:
    names = [each for each in arguments if each != "--wrong"]
    paths = [Path(name) for name in names] or sorted(CORPORA.glob("corpus_*.jsonl"))
    tried = {path: [attempt(note) for note in read(path)] for path in paths}
    if len(names) < len(arguments):
        print("\n".join(wrongs(each for path in paths for each in tried[path])))
        return
    for path, each in tried.items():
        print(table(each, lambda _: ["all"], path.stem), end="\n\n")
    print(report([each for path in paths for each in tried[path]]))


if __name__ == "__main__":
    main(sys.argv[1:])
