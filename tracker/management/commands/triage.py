"""Case files through triage: what would come of them, and whether that is what must."""

import json
import os
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from tracker.management.rule_sets import CANNOT, chosen
from tracker.triage import casefile
from tracker.triage.casefile import CaseError
from tracker.triage.expectations import Outcome, Verdict, judge, outcome
from tracker.triage.report import Level
from tracker.triage.rules import RuleSet
from tracker.triage.story import Story

MISSED = 1
HUNG_UP = 141
"""Exit status of a program whose reader went away, as shells count it (128 + SIGPIPE)."""


class Command(BaseCommand):
    help = "Judge case files: level, findings, questions, what the patient reads, and why."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files",
            nargs="+",
            metavar="FILE",
            help="Cases or notes (docs/case-files.md); - reads them from the input.",
        )
        parser.add_argument(
            "--format", choices=("text", "json"), default="text", help="json: one line a case"
        )
        parser.add_argument(
            "--rules",
            default="",
            metavar="FILE|VERSION",
            help="The rules of a file, or of a version in the database, in place of those we ship.",
        )
        parser.add_argument(
            "--expect",
            action="store_true",
            help="Compare with what each case expects: exit status 1 when one misses.",
        )

    def handle(
        self, *args: Any, files: list[str], format: str, rules: str, expect: bool, **options: Any
    ) -> None:
        self._as_json, self._expect = format == "json", expect
        self._report = self.stderr if self._as_json else self.stdout
        by, tally = chosen(rules), Tally()
        try:
            cannot = self._all(files, by, tally)
        except BrokenPipeError:
            # Whoever read has seen enough. Python would complain once more when it flushes at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(HUNG_UP)
        if cannot:
            sys.exit(CANNOT)
        if tally.missed:
            sys.exit(MISSED)

    def _all(self, files: list[str], rules: RuleSet, tally: "Tally") -> bool:
        """Whether there was something that cannot be read, or names what does not exist."""
        cannot = False
        for file, story in _stories(files):
            strange = [] if isinstance(story, CaseError) else list(casefile.strangers(story, rules, file))
            wrong = (
                [story] if isinstance(story, CaseError) else [e for e in strange if isinstance(e, CaseError)]
            )
            for each in wrong:
                self.stderr.write(str(each))
            cannot = cannot or bool(wrong)
            if isinstance(story, Story) and not wrong:
                remarks = [*story.remarks, *(each for each in strange if isinstance(each, str))]
                self._one(story, rules, tally, remarks)
        if self._expect:
            self._report.write("\n".join(tally.lines()))
        self.stdout.flush()
        return cannot

    def _one(self, story: Story, rules: RuleSet, tally: "Tally", remarks: list[str]) -> None:
        found = outcome(story, rules, timezone.now())
        verdict = judge(found, story.expected) if self._expect and story.expected else None
        tally.add(found, verdict, len(remarks))
        for remark in remarks:
            self.stderr.write(f"{story.id}: {remark}")
        if self._as_json:
            self.stdout.write(json.dumps(as_json(found), ensure_ascii=False))
        elif verdict is None or not verdict.passed:
            self.stdout.write("\n".join(_as_text(found)))
        if verdict is not None:
            self._report.write("\n".join(_said_of(found, verdict)))


class Tally:
    """How many cases and notes came out as they must; too low and too high are counted apart."""

    def __init__(self) -> None:
        self._cases: Counter[str] = Counter()
        self._notes: Counter[str] = Counter()
        self.missed = 0

    def add(self, found: Outcome, verdict: Verdict | None, remarks: int) -> None:
        counted = self._notes if found.story.is_note else self._cases
        counted["all"] += 1
        counted["remarks"] += remarks
        if verdict is None or found.story.expected is None:
            counted["open"] += 1
            return
        self.missed += not verdict.passed
        counted["passed"] += verdict.passed
        counted[verdict.side] += 1
        counted["to check"] += len(verdict.to_check)
        wanted, level = found.story.expected.level, found.assessment.level
        counted["serious"] += wanted >= Level.URGENT
        counted["emergencies"] += wanted == Level.EMERGENCY
        counted["as emergencies"] += wanted == level == Level.EMERGENCY

    def lines(self) -> Iterator[str]:
        if self._cases:
            yield self._of(self._cases, "cases")
        if notes := self._notes:
            harmless = notes["all"] - notes["open"] - notes["serious"]
            yield self._of(notes, "notes")
            yield (
                f"Serious notes raised: {notes['serious'] - notes['under']} of {notes['serious']}."
                f" Emergencies read as such: {notes['as emergencies']} of {notes['emergencies']}."
                f" Harmless notes raised: {notes['over']} of {harmless}."
            )

    def _of(self, counted: Counter[str], what: str) -> str:
        said = (
            f"{counted['all']} {what}: {counted['passed']} as expected,"
            f" {counted['all'] - counted['open'] - counted['passed']} missed."
            f" Under-triage: {counted['under']}. Over-triage: {counted['over']}."
        )
        if counted["open"]:
            said += f" Without an expectation: {counted['open']}."
        if counted["remarks"]:
            said += f" Passed over, see above: {counted['remarks']}."
        if counted["to check"]:
            said += f" For a person to check: {counted['to check']}."
        return said


def as_json(found: Outcome) -> dict[str, Any]:
    return {
        "id": found.story.id,
        "level": found.assessment.level.word,
        "findings": list(found.findings),
        "checks": list(found.checks),
        "screen": list(found.screen),
        "reasons": list(found.reasons),
        "rules": found.rules.version,
    }


def _stories(files: list[str]) -> Iterator[tuple[str, Story | CaseError]]:
    """Each with the file that it stands in."""
    for file in files:
        try:
            found = casefile.entries(_data(file), file)
        except CaseError as error:
            yield file, error
            continue
        for place, entry in found:
            try:
                yield file, casefile.read(entry, file, place)
            except CaseError as error:
                yield file, error


def _data(file: str) -> Any:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8-sig")
        if file.endswith(".jsonl"):
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        return json.loads(text)
    except OSError as error:
        raise CaseError(file, "", f"cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:  # broken JSON, or bytes that are no UTF-8
        raise CaseError(file, "", f"is not JSON: {error}") from error


def _as_text(found: Outcome) -> Iterator[str]:
    yield ""
    yield f"{found.story.id}: {found.assessment.level.word.upper()}  {found.story.title}".rstrip()
    yield from _listed("findings", [", ".join(found.findings)] if found.findings else [])
    yield from _listed("because", found.reasons)
    yield from _listed("checks", [", ".join(found.checks)] if found.checks else [])
    yield from _listed("screen", found.screen)


def _listed(name: str, lines: tuple[str, ...] | list[str]) -> Iterator[str]:
    for position, line in enumerate(lines):
        yield f"  {'' if position else name:<10}{line}"


def _said_of(found: Outcome, verdict: Verdict) -> Iterator[str]:
    sides = {"under": " (under-triage)", "over": " (over-triage)"}
    if verdict.passed:
        yield f"{found.story.id}: {found.assessment.level.word}, as expected"
    for position, line in enumerate(verdict.missed):
        yield f"{found.story.id}: MISSED, {line}{'' if position else sides.get(verdict.side, '')}"
    for line in verdict.to_check:
        yield f"{found.story.id}: a person must check that it does not {line}"
