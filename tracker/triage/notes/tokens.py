"""Typed text cut into words, numbers and marks, each knowing where it stood."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    WORD = "word"
    NUMBER = "number"
    PAUSE = "pause"  # comma, bracket, colon, three dots
    STOP = "stop"  # the end of a sentence


class Token(NamedTuple):
    """`word` is plain: lower case, no accents, no apostrophes. `start` and `end` are places in the text."""

    word: str
    start: int
    end: int
    kind: Kind
    value: float = 0.0


APOSTROPHES = "'’‘`´ʼ"
_TOKEN = re.compile(
    rf"(?P<number>(?:3[4-9]|4[0-2])\. \d(?![\d.,])|\d+(?:[.,·]\d+)*)"
    rf"|(?P<word>[^\W\d_]+(?:[{APOSTROPHES}][^\W\d_]+)*)"
    r"|(?P<sign>[%°º&+❌✖✗🚫👎])"
    r"|(?P<pause>\.{2,}|…|[,:()\[\]/¿¡]|(?<=\s)[-–—]+(?=\s)|—|[*=~\"“”])"
    r"|(?P<stop>[.!;\n\r]+|[?؟]+|[^\w\s'’\"“”-])"
)
_CLITICS = re.compile(rf"[{APOSTROPHES}](s|m|re|ve|ll|d)$")
_NUMBER_MAX = 12
_CROSSES = "❌✖✗🚫👎"
"""People tick lists with these: a cross is a no."""


def tokenize(text: str) -> list[Token]:
    """Every word, number and mark in order. Emoji and unknown signs count as the end of a sentence."""
    found: list[Token] = []
    for match in _TOKEN.finditer(plain(text)):
        found.extend(_token(match))
    return found


def plain(text: str) -> str:
    """Lower case, accents and wide forms folded; one character for one, so that places hold."""
    return text.lower() if text.isascii() else "".join(map(_plain, text))


def _plain(character: str) -> str:
    if character < "\x80":
        return character.lower()
    bare = unicodedata.normalize("NFKD", character.lower())[:1]
    return bare or character


def _token(match: re.Match[str]) -> list[Token]:
    start, end = match.span()
    text = match.group()
    match match.lastgroup:
        case "number":
            return [_number(text, start, end)]
        case "word":
            return _word(text, start, end)
        case "sign" if text in _CROSSES:
            return [Token("no", start, end, Kind.WORD), Token(".", end, end, Kind.STOP)]
        case "sign":
            return [Token("°" if text == "º" else text, start, end, Kind.WORD)]
        case "pause":
            return [Token("/" if text == "/" else ",", start, end, Kind.PAUSE)]
    return [Token(text[:1], start, end, Kind.STOP)]


def _word(text: str, start: int, end: int) -> list[Token]:
    """can't → cant; she's → she, 's."""
    clitic = _CLITICS.search(text)
    if clitic is None:
        return [Token(_joined(text), start, end, Kind.WORD)]
    cut = start + clitic.start()
    return [
        Token(_joined(text[: clitic.start()]), start, cut, Kind.WORD),
        Token("'" + clitic.group(1), cut, end, Kind.WORD),
    ]


def _joined(text: str) -> str:
    return "".join(each for each in text if each not in APOSTROPHES)


def _number(text: str, start: int, end: int) -> Token:
    """10,000 is ten thousand; 38,5 and 38.5 are the same, and so is "38. 5", as telephones hear it."""
    text = text.replace(" ", "")
    whole, *parts = re.split(r"[.,·]", text)
    decimal = len(parts) == 1 and len(parts[0]) != 3
    text = f"{whole}.{parts[0]}" if decimal else whole + "".join(parts)
    return Token(text, start, end, Kind.NUMBER, float(text) if len(text) <= _NUMBER_MAX else 0.0)
