"""The worked cases that come with Sidelight: stories, and the level that each must come to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources

from .assess import assess
from .casefile import entries, read
from .report import Level
from .rules import RuleSet
from .story import Story


@dataclass(frozen=True, slots=True)
class TooLow:
    """A case that a set of rules makes less of than it must."""

    story: Story
    level: Level
    least: Level


@cache
def worked_cases() -> tuple[Story, ...]:
    """All that can be judged, by file and in the order of the file."""
    return tuple(story for _about, story in _stories() if story.expected)


def _stories() -> Iterator[tuple[str, Story]]:
    folder = resources.files(__package__).joinpath("cases")
    for file in sorted((each for each in folder.iterdir() if each.name.endswith(".json")), key=str):
        for place, entry in entries(json.loads(file.read_text("utf-8")), file.name):
            yield file.name.removesuffix(".json"), read(entry, file.name, place)


def too_low(rules: RuleSet, now: datetime) -> dict[str, TooLow]:
    """By id, the cases that come to less than every level their author would sign."""
    found = {}
    for story in worked_cases():
        assert story.expected is not None  # noqa: S101 -- worked_cases leaves the others out
        level, least = assess(*story.replay(rules, now), rules, now).level, min(story.expected.acceptable)
        if level < least:
            found[story.id] = TooLow(story, level, least)
    return found
