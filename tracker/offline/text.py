"""Bytes that nobody could read, for a person to look at."""

import unicodedata

UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn"})
"""Characters that could hide others or turn them round: controls, marks of direction, private use."""
SPACES = "\n\r\t"


def readable(raw: bytes) -> str:
    """The bytes as text, with a mark for whatever cannot be seen or is no text."""
    return "".join(_seen(each) for each in raw.decode(errors="replace"))


def _seen(character: str) -> str:
    is_unseen = unicodedata.category(character) in UNSEEN and character not in SPACES
    return "\N{REPLACEMENT CHARACTER}" if is_unseen else character
