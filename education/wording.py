"""Texts as they are compared: two that only a machine can tell apart are the same."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_FOLDED_FROM = "áàâãäéèêëíìîïóòôõöúùûüñçأإآٱىةؤئ"
_FOLDED_TO = "aaaaaeeeeiiiiooooouuuuncاااايهوي"
_FOLDED = str.maketrans(_FOLDED_FROM, _FOLDED_TO)
SQL_FOLD = (_FOLDED_FROM, _FOLDED_TO)
"""For PostgreSQL's translate()."""


def tidy(value: Any) -> Any:
    """Text without what browsers and editors of text add: other line ends, spaces where no eye sees them."""
    if not isinstance(value, str):
        return value
    return "\n".join(line.rstrip() for line in value.strip().splitlines())


def digest(content: Mapping[str, Any]) -> str:
    """Stands for one wording. Empty fields are left out: a field added later must not look like an edit."""
    filled = {name: value for name, value in content.items() if value not in ("", None, [], False)}
    return hashlib.sha256(json.dumps(filled, sort_keys=True, default=str).encode()).hexdigest()


def folded(text: str) -> str:
    """As people type on a phone, without accents: "náuseas" is "nauseas"."""
    return text.lower().translate(_FOLDED)
