"""Texts as they are compared: two that only a machine can tell apart are the same."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

_FOLDED_FROM = "áàâãäéèêëíìîïóòôõöúùûüñçأإآٱىةؤئ"
_FOLDED_TO = "aaaaaeeeeiiiiooooouuuuncاااايهوي"
_FOLDED = str.maketrans(_FOLDED_FROM, _FOLDED_TO)
SQL_FOLD = (_FOLDED_FROM, _FOLDED_TO)
"""For PostgreSQL's translate()."""


# Controls (but for tabs and line ends), halves of characters, and what turns the direction of a line around.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\ufeff\ufffe\uffff]")


def unseen_in(text: str) -> str:
    """The first character that no eye sees and that no text needs, as U+202E; nothing where there is none."""
    found = _UNSEEN.search(text)
    return f"U+{ord(found.group()):04X}" if found else ""


def stored(text: str) -> str:
    """As it is kept: one way to write each letter, one kind of line end, nothing unseen."""
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def tidy(value: Any) -> Any:
    """Text without what browsers and editors of text add: other line ends, spaces where no eye sees them."""
    if not isinstance(value, str):
        return value
    return "\n".join(line.rstrip() for line in stored(value).strip().splitlines())


def digest(content: Mapping[str, Any]) -> str:
    """Stands for one wording. Empty fields are left out: a field added later must not look like an edit."""
    filled = {name: value for name, value in content.items() if value not in ("", None, [], False)}
    return hashlib.sha256(json.dumps(filled, sort_keys=True, default=str).encode()).hexdigest()


def folded(text: str) -> str:
    """As people type on a phone, without accents: "náuseas" is "nauseas"."""
    return text.lower().translate(_FOLDED)
