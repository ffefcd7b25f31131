"""The table of symptoms: which exist, what is asked about each, and the words for the answers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Any

LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class SymptomKind:
    """A symptom, its questions (the first is asked first) and its place in standard vocabularies."""

    code: str
    label: str
    attributes: tuple[str, ...]
    red_flag: bool
    pro_ctcae_item: int | None = None
    ctcae: str = ""
    ctcae_6: str = ""
    meddra: int | None = None


def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("symptoms.toml").read_text("utf-8"))


_TABLE = _table()

RED_FLAGS: tuple[str, ...] = tuple(row["code"] for row in _TABLE["red_flag"])
"""The codes offered under "Any of these right now?", in the order they are offered."""

SYMPTOMS: Mapping[str, SymptomKind] = MappingProxyType(
    {
        row["code"]: SymptomKind(
            **row
            | {
                "label": row["label"][LANGUAGE],
                "attributes": tuple(row["attributes"]),
                "red_flag": row["code"] in RED_FLAGS,
            }
        )
        for row in _TABLE["symptom"]
    }
)

LABELS: Mapping[str, str] = MappingProxyType(
    {row["code"]: row["label"][LANGUAGE] for row in _TABLE["red_flag"]}
    | {code: kind.label for code, kind in SYMPTOMS.items()}
)
"""What the team calls each symptom and each red flag."""

SCALES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {attribute: tuple(words) for attribute, words in _TABLE["scales"][LANGUAGE].items()}
)
"""For each attribute the word for 0, 1, 2 …"""


def label(code: str, language: str = LANGUAGE) -> str:
    """What a patient calls a symptom in their language; English where it has no word for it."""
    return _LABELS_IN.get(language, {}).get(code) or LABELS[code]


def scales(language: str = LANGUAGE) -> Mapping[str, tuple[str, ...]]:
    """For each attribute the word for 0, 1, 2 … in a language, or in English."""
    return {attribute: tuple(words) for attribute, words in _scales_in(language).items()}


def _scales_in(language: str) -> dict[str, list[str]]:
    words: dict[str, dict[str, list[str]]] = _TABLE["scales"]
    return words.get(language) or words[LANGUAGE]


_LABELS_IN: Mapping[str, Mapping[str, str]] = {
    language: {
        row["code"]: row["label"][language]
        for row in (*_TABLE["red_flag"], *_TABLE["symptom"])
        if language in row["label"]
    }
    for language in {each for row in _TABLE["symptom"] for each in row["label"]}
}

HIGHEST: Mapping[str, int] = MappingProxyType(
    {attribute: len(words) - 1 for attribute, words in SCALES.items()}
)
"""For each attribute the worst value: 4, or 1 for presence."""
