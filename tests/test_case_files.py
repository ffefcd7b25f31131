"""The worked cases that we ship come out as their authors say, and the stories are what they should be."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker.triage.casefile import entries, read
from tracker.triage.expectations import judge, outcome
from tracker.triage.report import Level
from tracker.triage.rules import default_rules
from tracker.triage.story import Story
from tracker.triage.units import UNITS

CASES = Path(__file__).parent.parent / "tracker" / "triage" / "cases"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
CHECKS = {
    "temperature_unit", "temperature_range", "blood_pressure_scale", "blood_pressure_range", "pulse_range",
    "spo2_range", "weight_unit", "weight_range", "rating_conflicts_with_note", "missed_reports",
}  # fmt: skip


def _stories() -> list[tuple[str, Story]]:
    return [
        (path.stem, read(entry, path.name, place))
        for path in sorted(CASES.glob("*.json"))
        for place, entry in entries(json.loads(path.read_text("utf-8")), path.name)
    ]


STORIES = _stories()


@pytest.mark.parametrize("story", [story for _, story in STORIES], ids=lambda story: story.id)
def test_a_case_comes_out_as_it_must(story: Story) -> None:
    assert story.expected is not None
    verdict = judge(outcome(story, default_rules(), NOON), story.expected)
    assert not verdict.missed, (verdict.side, verdict.missed, story.reason)


def test_no_case_is_too_low_and_none_too_high(capsys: pytest.CaptureFixture[str]) -> None:
    """Counted apart, and shown by what the cases are about (pytest -rP)."""
    sides: Counter[tuple[str, str]] = Counter()
    for about, story in STORIES:
        assert story.expected is not None
        sides[about, judge(outcome(story, default_rules(), NOON), story.expected).side] += 1
    print("cases, too low, too high")
    for about in dict.fromkeys(about for about, _ in STORIES):
        cases = sum(count for (what, _), count in sides.items() if what == about)
        print(f"{about:<16}{cases:4}{sides[about, 'under']:4}{sides[about, 'over']:4}")
    assert {side for _, side in sides} == {""}


def test_there_are_enough_of_them_and_half_must_not_be_raised() -> None:
    levels = [max(story.expected.acceptable) for _, story in STORIES if story.expected]
    assert len(levels) >= 150
    assert sum(level <= Level.ROUTINE for level in levels) >= 0.45 * len(levels)


def test_every_case_has_an_id_of_its_own_a_reason_and_a_source() -> None:
    raw = [each for path in CASES.glob("*.json") for each in json.loads(path.read_text("utf-8"))]
    assert len({each["id"] for each in raw}) == len(raw)
    for each in raw:
        assert each["reason"].strip(), each["id"]
        assert each["source"].strip(), each["id"]


def test_no_case_holds_a_part_that_means_nothing() -> None:
    assert [story.remarks for _, story in STORIES if story.remarks] == []


def test_the_cases_know_every_drug_every_reading_and_every_question() -> None:
    drugs = {each.drug for _, story in STORIES for each in story.known.treatments}
    assert drugs == set(default_rules().drug_names["en"])
    days = [day.report for _, story in STORIES for day in story.days if day.report]
    assert {kind for report in days for kind in report.readings} == set(UNITS)
    asked = {code for _, story in STORIES if story.expected for code in story.expected.checks}
    assert asked == CHECKS


def test_what_the_cases_look_for_can_be_found() -> None:
    findable = {rule.finding for rule in default_rules().rules}
    assert {code for _, story in STORIES if story.expected for code in story.expected.findings} <= findable
