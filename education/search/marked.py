"""Words of a page with those marked that were looked for. Whatever an editor wrote is escaped."""

import re
from itertools import islice, pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from education.search.asking import Question
from education.wording import SQL_FOLD

LENGTH = 180  # characters of an excerpt, about
BEFORE = 60  # of them before what was looked for
MOST_MARKED = 20
MORE = "…"
_SENTENCE = re.compile(r"[.!?:] (?:· )?| · ")
_NOTHING = re.compile(r"(?!)")


def _alike() -> dict[str, str]:
    written: dict[str, str] = {}
    for letter, plain in zip(*SQL_FOLD, strict=True):
        written[plain] = written.get(plain, plain) + letter
    return {plain: f"[{letters}]" for plain, letters in written.items()}


_ALIKE = _alike()

type Span = tuple[int, int]


class Marker:
    """Marks what one question asked for."""

    def __init__(self, question: Question) -> None:
        found_by = question.lexicon.found_by
        words = {word for stem in question.stems for word in (stem, *found_by.get(stem, ()))}
        wanted = [*map(_pattern, sorted(words)), *(rf"{_pattern(each)}\w*" for each in question.beginnings)]
        self._wanted = re.compile(rf"\b(?:{'|'.join(wanted)})\b", re.IGNORECASE) if wanted else _NOTHING

    def name(self, text: str) -> SafeString:
        return _with_marks(text, self._places(text))

    def excerpt(self, summary: str, body: str) -> SafeString:
        """The summary; or, where that does not speak of it, the place in the text that does.

        Without `body` the summary in any case.
        """
        if places := self._places(summary):
            return _with_marks(*_cut(summary, places))
        if places := self._places(body):
            return _with_marks(*_cut(body, places))
        return _with_marks(*_cut(summary, []))

    def _places(self, text: str) -> list[Span]:
        return [each.span() for each in islice(self._wanted.finditer(text), MOST_MARKED)]


def _pattern(word: str) -> str:
    """Finds it with and without accents: folding whole pages would take longer than finding them."""
    return "".join(_ALIKE.get(letter, letter) for letter in word)


def _cut(text: str, places: list[Span]) -> tuple[str, list[Span]]:
    """A piece of the text with the first of the places in it, between words."""
    start = _start(text, places[0][0] - BEFORE, places[0][0]) if places else 0
    end = len(text) if len(text) - start <= LENGTH else text.rfind(" ", start, start + LENGTH)
    end = end if end > start else start + LENGTH
    before, after = (f"{MORE} " if start else ""), (f" {MORE}" if end < len(text) else "")
    moved = len(before) - start
    inside = [(a + moved, b + moved) for a, b in places if a >= start and b <= end]
    return f"{before}{text[start:end]}{after}", inside


def _start(text: str, near: int, until: int) -> int:
    """Where a sentence begins, if one does between the two, else a word."""
    if near <= 0:
        return 0
    begins = [each.end() for each in _SENTENCE.finditer(text, near, until)]
    return begins[0] if begins else text.find(" ", near) + 1


def _with_marks(text: str, places: list[Span]) -> SafeString:
    edges = [0, *(edge for place in places for edge in place), len(text)]
    pieces = [text[a:b] for a, b in pairwise(edges)]  # what is not marked, what is, …
    pairs = zip(pieces[::2], [*map(_mark, pieces[1::2]), ""], strict=True)
    return format_html_join("", "{}{}", pairs)


def _mark(text: str) -> SafeString:
    return format_html("<mark>{}</mark>", text)
