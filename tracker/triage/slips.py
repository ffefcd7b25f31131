"""Slips of the pen: a code that nobody knows and that looks like one we know."""

from __future__ import annotations

from collections.abc import Collection

from rapidfuzz import fuzz, process

ALIKE = 75.0
"""What looks this much (0–100) like a code that we know is meant to be that one."""


def nearest(code: str, known: Collection[str]) -> str:
    """ "; did you mean dizziness?", or nothing."""
    best = process.extractOne(code, sorted(known), scorer=fuzz.ratio, score_cutoff=ALIKE)
    return f"; did you mean {best[0]}?" if best else ""
