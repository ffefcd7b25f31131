"""Numbers said in words: thirty eight point four, one oh two, a hundred and one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .tokens import Kind, Token

HUNDRED = 100
TEN = 10
LARGEST = 1_000_000
"""Nobody says more of a body; a hundred hundred hundreds are several numbers."""


class SpokenNumbers:
    """`values` gives each number word; `joiners` may stand inside a number, `point` begins its decimals.

    Small numbers (one leg, two tablets) stay words.
    """

    def __init__(self, values: Mapping[str, int], joiners: frozenset[str], point: frozenset[str]) -> None:
        self._values = values
        self._joiners = joiners
        self._point = point

    def joined(self, tokens: Sequence[Token]) -> Iterator[Token]:
        place = 0
        while place < len(tokens):
            end, text = self._read(tokens, place) if tokens[place].word in self._values else (place, "")
            if text:
                yield Token(text, tokens[place].start, tokens[end - 1].end, Kind.NUMBER, float(text))
                place = end
            else:
                yield tokens[place]
                place += 1

    def _read(self, tokens: Sequence[Token], start: int) -> tuple[int, str]:
        """Where the number ends and its digits; "" when it is a small word that stands alone."""
        total, last, place = 0, 0, start
        for end, value in self._values_from(tokens, start):
            if total > LARGEST:
                break
            if value == HUNDRED:
                total = max(total, 1) * HUNDRED
            elif not self._fits(total, last, value):
                break
            elif last and last < TEN <= value:
                total = total * HUNDRED + value  # one twenty
            elif total and (value == 0 or not last):
                total = total * TEN + value  # one oh two
            else:
                total += value
            last, place = value, end
        decimals, end = self._decimals(tokens, place)
        if decimals:
            return end, f"{total}.{decimals}"
        return (place, str(total)) if total >= TEN else (start, "")

    def _fits(self, total: int, last: int, value: int) -> bool:
        """May this word follow: thirty → eight, hundred → two, one → oh → two, one → twenty."""
        if total == 0 and last == 0:
            return True
        if last == HUNDRED:
            return value < HUNDRED
        if last >= 2 * TEN:
            return 0 < value < TEN
        return (total in (1, 2) and (value == 0 or value >= TEN)) or (total in (TEN, 2 * TEN) and last == 0)

    def _values_from(self, tokens: Sequence[Token], start: int) -> Iterator[tuple[int, int]]:
        """(where the word ends, its value), over joiners between two number words."""
        place = start
        while place < len(tokens):
            value = self._values.get(tokens[place].word)
            if value is None:
                inside = place > start and tokens[place].word in self._joiners and place + 1 < len(tokens)
                if not (inside and self._values.get(tokens[place + 1].word) is not None):
                    return
                if self._values[tokens[place - 1].word] < TEN:
                    return
                place += 1
                continue
            place += 1
            yield place, value

    def _decimals(self, tokens: Sequence[Token], place: int) -> tuple[str, int]:
        if place >= len(tokens) or tokens[place].word not in self._point:
            return "", place
        digits, end = "", place + 1
        while end < len(tokens) and len(digits) < 2:
            value = self._values.get(tokens[end].word)
            if tokens[end].kind is Kind.NUMBER and not digits and tokens[end].word.isdigit():
                return tokens[end].word[:2], end + 1
            if value is None or value >= TEN:
                break
            digits, end = digits + str(value), end + 1
        return digits, end
