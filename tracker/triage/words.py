"""The words of triage, read from words.toml once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources

from .symptoms import LANGUAGE

WITH_A_COMMA = frozenset({"es"})
"""The languages that write 36,9."""
RIGHT_TO_LEFT = frozenset({"ar"})
_ISOLATED = "\u2068{}\u2069"
"""First strong isolate: without it the groups of "020 7946 0000" stand in reverse in a line of Arabic."""


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text("utf-8"))


def say(section: str, key: str, *, language: str = LANGUAGE, **values: object) -> str:
    """The words at `section.key`, names in braces filled in; English where the language lacks them."""
    said = _said(section, key, language)
    if not values:
        return said
    return said.format(**{name: isolated(str(value), language) for name, value in values.items()})


def isolated(value: str, language: str) -> str:
    """A number or a name as it is put into a line, so that it reads the same from either side."""
    return _ISOLATED.format(value) if value and language in RIGHT_TO_LEFT else value


@cache
def _said(section: str, key: str, language: str) -> str:
    words = _words()
    return words.get(language, {}).get(section, {}).get(key) or words[LANGUAGE][section][key]


def number(value: float, language: str = LANGUAGE) -> str:
    """As people write it: 84, 36.9, never 84.0 or 36.900001; 36,9 in Spanish."""
    return with_point(f"{value:.2f}".rstrip("0").rstrip("."), language)


def with_point(digits: str, language: str) -> str:
    return digits.replace(".", ",") if language in WITH_A_COMMA else digits


def plain(code: str) -> str:
    """A code as words: "chest_pain" is "chest pain"."""
    return code.replace("_", " ")


def listed(words: Iterable[str], last: str = "or") -> str:
    """ "a, b or c"."""
    *most, end = words
    return f"{', '.join(most)} {last} {end}" if most else end


def together(values: Iterable[float | None], language: str = LANGUAGE) -> str:
    """One number, or several with a stroke between and a dash for what is missing: "84/50", "84/–"."""
    return "/".join("–" if value is None else number(value, language) for value in values)


def measure(kind: str, value: float, language: str = LANGUAGE) -> str:
    """A reading with its unit: "37.0 °C", "84 mmHg"."""
    shown = with_point(f"{value:.1f}", language) if kind == "temperature" else number(value, language)
    return f"{shown}{'' if kind == 'spo2' else ' '}{say('unit', kind, language=language)}"
