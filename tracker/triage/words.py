"""The words of triage, read from words.toml once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources

from .symptoms import LANGUAGE


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text("utf-8"))


def say(section: str, key: str, *, language: str = LANGUAGE, **values: object) -> str:
    """The words at `section.key`, names in braces filled in; English where the language lacks them."""
    said = _said(section, key, language)
    return said.format(**values) if values else said


@cache
def _said(section: str, key: str, language: str) -> str:
    words = _words()
    return words.get(language, {}).get(section, {}).get(key) or words[LANGUAGE][section][key]


def number(value: float) -> str:
    """As people write it: 84, 36.9, never 84.0 or 36.900001."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def plain(code: str) -> str:
    """A code as words: "chest_pain" is "chest pain"."""
    return code.replace("_", " ")


def listed(words: Iterable[str], last: str = "or") -> str:
    """ "a, b or c"."""
    *most, end = words
    return f"{', '.join(most)} {last} {end}" if most else end


def together(values: Iterable[float | None]) -> str:
    """One number, or several with a stroke between and a dash for what is missing: "84/50", "84/–"."""
    return "/".join("–" if value is None else number(value) for value in values)


def measure(kind: str, value: float) -> str:
    """A reading with its unit: "37.0 °C", "84 mmHg"."""
    shown = f"{value:.1f}" if kind == "temperature" else number(value)
    return f"{shown}{'' if kind == 'spo2' else ' '}{say('unit', kind)}"
