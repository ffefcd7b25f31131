"""The terms that clinicians grade by: CTCAE, of the US National Cancer Institute, for symptoms of the diary.

A clinician's grade (1–5) is another scale than what the person chose (0–4): neither is worked out from the
other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from .symptoms import SYMPTOMS

type Version = Literal["5.0", "6.0"]

VERSION_5: Version = "5.0"
VERSION_6: Version = "6.0"
VERSIONS: tuple[Version, ...] = (VERSION_5, VERSION_6)

DROPPED_IN_6 = frozenset({"wheezing"})
"""Symptoms whose term version 6 no longer has."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term of one version. `meddra` is known for version 5 alone."""

    name: str
    version: Version
    meddra: int | None = None


def term_of(code: str, version: str) -> Term | None:
    """What a symptom of the diary is called in a version; None where that has no term for it."""
    return _TERMS.get(version, {}).get(code)


def known(name: str, version: str) -> Term | None:
    """A term by its name, however it is written."""
    wanted = " ".join(name.split()).casefold()
    return next((each for each in _TERMS.get(version, {}).values() if each.name.casefold() == wanted), None)


def _terms(version: Version) -> dict[str, Term]:
    if version == VERSION_5:
        return {code: Term(kind.ctcae, version, kind.meddra) for code, kind in SYMPTOMS.items() if kind.ctcae}
    return {
        code: Term(kind.ctcae_6 or kind.ctcae, version)
        for code, kind in SYMPTOMS.items()
        if kind.ctcae and code not in DROPPED_IN_6
    }


_TERMS: Mapping[str, Mapping[str, Term]] = MappingProxyType({each: _terms(each) for each in VERSIONS})
