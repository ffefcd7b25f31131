"""Measurements inside a text: which kind a number is, and what it is in the unit that triage keeps.

The patterns in the [numbers] part of a language file say where a number of each kind may stand ("#"); the
limits here say which numbers it may be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from tracker.triage.units import LIMITS

from . import NotedValue
from .patterns import Match
from .people import People
from .scopes import Scopes
from .text import Text
from .tokens import Kind, Token

CELSIUS = (34.0, 43.0)
FAHRENHEIT = (93.5, 109.5)
BARE_CELSIUS = (37.5, 42.0)
BARE_FAHRENHEIT = (99.5, 107.0)
"""A decimal that nothing explains is taken for a temperature when it would be a fever."""
KG_PER = {"kilos": 1.0, "pounds": 0.45359237, "stones": 6.35029318, "ounces": 0.0283495}
POUND_RATIO = 1.8
"""A weight this many times the usual one is in pounds: 2.2 less what anybody could lose."""
POUNDS_PER_STONE = 14
FAST_GAIN_KG = 2.0
"""More than 2 kg within days: heart failure zone plans and the capillary-leak rules of interleukin-2."""
DAY_GAIN_KG = 0.9
"""2 lb in a day: the same zone plans."""
UNSURE_GAIN = 5.0
"""A rise of at least this is fast in pounds as well as in kilograms."""
MANY_STOOLS = 6
"""Six in a day and more: between CTCAE grade 2 (4–6 over usual) and 3 (7)."""
MANY_VOMITS = 5
"""One fewer than the six a day of cancer-line triage, as people count roughly: our own choice."""
LONG_WITHOUT_URINE_H = 10.0
"""Near the 12 hours of the NICE sepsis guidance; people round down."""
FEW_DRY_HOURS = 7.0
"""Shorter is about a night's sleep, which is ordinary: our own choice."""
ONE_DIGIT = 10.0
MOST_GAINED_KG = 25.0
"""More is the weight itself, not what was put on."""
OWN_UNITS = frozenset({"weight", "breaths", "pressure"})
"""Kinds whose unit (kg, times a minute) is written behind them."""
WORDS: Mapping[str, str] = {
    "temperature": "temp",
    "systolic": "pressure_word",
    "pulse": "pulse_word",
    "spo2": "spo2_word",
    "breaths": "breaths_word",
}


@dataclass(frozen=True, slots=True)
class Amount:
    """A finding that a number made: a concept and its words as typed."""

    concept: str
    words: str


class Numbers:
    def __init__(self, text: Text, scopes: Scopes, people: People, usual: Mapping[str, float]) -> None:
        self.text, self.scopes, self.people, self.usual = text, scopes, people, usual
        self._taken: set[int] = set()

    def values(self) -> Iterator[NotedValue]:
        """What was measured, once for each place in the text."""
        if not self.text.spots.get("#"):
            return
        yield from self._pressures()
        for kind in ("spo2", "pulse", "breaths", "systolic"):
            for match in self._sound(kind):
                yield from self._chain(kind, match)
        for match in self._sound("temperature"):
            yield from self._chain("temperature", match)
        yield from self._weights()
        yield from self._bare_temperatures()

    # Which number

    def _sound(self, kind: str) -> Iterator[Match]:
        for match in self.text.matches(kind):
            if not self._is_only_told(match.start, match.end) and not self._is_cut_off(match):
                yield match

    def _is_cut_off(self, match: Match) -> bool:
        """A comma between the number and the word behind it: P 70, sats 98."""
        if len(match.spans) != 2 or self.text.tokens[match.start].kind is not Kind.NUMBER:
            return False
        between = self.text.tokens[match.spans[0][1] : match.spans[1][0]]
        return any(each.kind is Kind.PAUSE for each in between)

    def _is_only_told(self, start: int, end: int) -> bool:
        """About somebody else, some other time, or a limit to look out for."""
        match = Match(((start, end),), False)
        return (
            start in self.scopes.imagined
            or end - 1 in self.scopes.imagined
            or self.scopes.long_ago(match)
            or self.scopes.earlier(match)
            or self.people.other(start, end)
        )

    def _places(self, match: Match) -> list[int]:
        return [
            start
            for start, end in match.spans
            if end == start + 1 and self.text.tokens[start].kind is Kind.NUMBER
        ]

    def _is_free(self, place: int, kind: str = "") -> bool:
        """Not yet read as something else, not a limit, not the usual value, not of another unit."""
        if kind in OWN_UNITS:
            return place not in self._taken | self._limits | self._usuals | self.scopes.masked
        return not (
            place in self._taken
            or place in self._limits
            or place in self._usuals
            or place in self.scopes.masked
            or place + 1 in self._other_units
        )

    def _is_of(self, kind: str, place: int) -> bool:
        """No word for another kind stands just before it: pulse 62 oxygen 96."""
        weight = self.text.ground.weight
        return not any(
            end <= place and weight[place] - weight[end] == 0
            for other, name in WORDS.items()
            if other != kind
            for _, end in self.text.spans(name)
        )

    @cached_property
    def _limits(self) -> frozenset[int]:
        return self._numbers_by("limit", before=True, after=False)

    @cached_property
    def _usuals(self) -> frozenset[int]:
        return self._numbers_by("usual", before=True, after=True)

    def _numbers_by(self, name: str, *, before: bool, after: bool) -> frozenset[int]:
        """Numbers right beside a word of this class; the word may come up to two words before."""
        weight = self.text.ground.weight
        beside = set()
        for start, end in self.text.spans(name):
            for place, _ in self.text.spots.get("#"):
                if before and place >= end and weight[place] - weight[end] <= 2:
                    beside.add(place)
                    break
            if after and start and self.text.tokens[start - 1].kind is Kind.NUMBER:
                beside.add(start - 1)
        return frozenset(beside)

    @cached_property
    def _other_units(self) -> frozenset[int]:
        return frozenset(start for start, _ in self.text.spans("other_unit"))

    def _take(self, kind: str, place: int, value: float, end: int | None = None) -> Iterator[NotedValue]:
        if LIMITS[kind].possible(value):
            self._taken.add(place)
            yield NotedValue(kind, round(value, 2), self.text.words(place, end or place + 1))

    def _chain(self, kind: str, match: Match) -> Iterator[NotedValue]:
        """The number, and those that follow it in a row: 90 then 89 then 91."""
        for place in self._places(match)[:1]:
            value = self._value(kind, place) if self._is_of(kind, place) else None
            while value is not None:
                yield from self._take(kind, place, value)
                place = self._next_in_row(place)
                value = self._value(kind, place) if place else None

    def _next_in_row(self, place: int) -> int:
        links = self.text.places("row")
        following = place + 1
        while following < len(self.text) and (
            following in links or self.text.tokens[following].kind is Kind.PAUSE
        ):
            following += 1
        if following < len(self.text) and self.text.tokens[following].kind is Kind.NUMBER:
            return following
        return 0

    def _value(self, kind: str, place: int) -> float | None:
        if not self._is_free(place, kind):
            return None
        value = self.text.tokens[place].value
        if kind == "temperature":
            return self._temperature(place, value)
        return value if LIMITS[kind].possible(value) else None

    # Temperature

    def _temperature(self, place: int, value: float) -> float | None:
        """In °C. "38 4" is what a telephone hears for 38.4."""
        if CELSIUS[0] <= value <= CELSIUS[1]:
            return value + self._tenths(place, value)
        if FAHRENHEIT[0] <= value <= FAHRENHEIT[1]:
            return round((value - 32) * 5 / 9, 1)
        return None

    def _tenths(self, place: int, value: float) -> float:
        following = self.text.tokens[place + 1] if place + 1 < len(self.text) else None
        if following is None or not value.is_integer() or place + 2 in self._other_units:
            return 0.0
        spoken = self.text.language.number_words.get(following.word)
        digit = following.value if following.kind is Kind.NUMBER else spoken
        beside = following.start - self.text.tokens[place].end <= 1
        if digit is None or not beside or not 0 < digit < ONE_DIGIT or not float(digit).is_integer():
            return 0.0
        return digit / 10

    def _bare_temperatures(self) -> Iterator[NotedValue]:
        """38.1 38.3 38.6: a decimal of its own, in a sentence that measures nothing else."""
        for place, _ in self.text.spots.get("#"):
            token = self.text.tokens[place]
            if not self._looks_like_fever(token) or not self._is_free(place):
                continue
            if self._is_only_told(place, place + 1) or self._measures_else(place):
                continue
            value = self._temperature(place, token.value)
            if value is not None:
                yield from self._take("temperature", place, value)

    def _looks_like_fever(self, token: Token) -> bool:
        whole, _, decimals = token.word.partition(".")
        if len(decimals) != 1 or not whole:
            return False
        return any(low <= token.value <= high for low, high in (BARE_CELSIUS, BARE_FAHRENHEIT))

    def _measures_else(self, place: int) -> bool:
        number = self.text.sentence[place]
        return any(
            self.text.sentence[start] == number
            for name in ("kilos", "pounds", "stones", "weight_word", "weather", "not_temperature")
            for start, _ in self.text.spans(name)
        )

    # Blood pressure

    def _pressures(self) -> Iterator[NotedValue]:
        for match in self._sound("pressure"):
            places = self._places(match)
            if len(places) < 2 or not all(self._is_free(place, "pressure") for place in places[:2]):
                continue
            high, low = (self.text.tokens[place].value for place in places[:2])
            tenfold = high < 30 and low < 20 and self._names_pressure(match)
            if tenfold:  # 12/8, as Spanish and Portuguese speakers say it
                high, low = high * 10, low * 10
            if self._could_be_pressure(high, low):
                yield from self._take("systolic", places[0], high, places[1] + 1)
                yield from self._take("diastolic", places[1], low)

    def _names_pressure(self, match: Match) -> bool:
        number = self.text.sentence[match.start]
        return any(self.text.sentence[start] == number for start, _ in self.text.spans("pressure_word"))

    @staticmethod
    def _could_be_pressure(high: float, low: float) -> bool:
        return LIMITS["systolic"].possible(high) and LIMITS["diastolic"].possible(low) and high >= low + 8

    # Weight

    def _weights(self) -> Iterator[NotedValue]:
        for match in self._sound("weight"):
            for place in self._places(match)[:1]:
                if self._is_free(place, "weight"):
                    value = self.text.tokens[place].value * self._kg_per(match, place)
                    yield from self._take("weight", place, value)

    def _kg_per(self, match: Match, place: int) -> float:
        unit = self._unit(match)
        value, usual = self.text.tokens[place].value, self.usual.get("weight")
        if unit is None and usual and value >= usual * POUND_RATIO:
            unit = "pounds"
        return KG_PER[unit or "kilos"]

    def _unit(self, match: Match) -> str | None:
        for name in KG_PER:
            for start, _ in self.text.spans(name):
                if match.start <= start <= match.end:
                    return name
        return None

    # What numbers say in words

    def amounts(self) -> Iterator[Amount]:
        """Weight put on, stools, vomits and hours without urine that are too many."""
        if not self.text.spots.get("#") and not self.text.spans("number_word"):
            return
        yield from self._gains()
        for kind, concept, least in (
            ("stools", "diarrhea", MANY_STOOLS),
            ("vomits", "vomiting", MANY_VOMITS),
            ("dry_hours", "less_urine", LONG_WITHOUT_URINE_H),
        ):
            for match in self._sound(kind):
                if any(self._counted(place) >= least for place in self._counts(match)):
                    yield Amount(concept, self.text.words(match.start, match.end))

    def passed_water_lately(self) -> bool:
        """The hours without urine are given, and few."""
        counted = [
            self._counted(place) for match in self._sound("dry_hours") for place in self._counts(match)
        ]
        return bool(counted) and max(counted) < FEW_DRY_HOURS

    def _counts(self, match: Match) -> list[int]:
        return [start for start, end in match.spans if end == start + 1 and self._counted(start)]

    def _counted(self, place: int) -> float:
        token = self.text.tokens[place]
        return token.value or float(self.text.language.number_words.get(token.word, 0))

    def _gains(self) -> Iterator[Amount]:
        for match in self._sound("gain"):
            kg = sum(self._counted(place) for place in self._counts(match)[:1]) * self._kg_of_gain(match)
            if kg > MOST_GAINED_KG or self.scopes.denies(match) or self.scopes.over(match):
                continue
            if self._enough(match, kg):
                yield Amount("weight_gain", self.text.words(match.start, match.end))
        for match in self._sound("weight_change"):
            first, last = self._two(match)
            if first and self._is_weight(match, first) and self._is_fast(match, first, last):
                yield Amount("weight_gain", self.text.words(match.start, match.end))
        for match in self._sound("stone_change"):
            before, after = self._stones(match)
            if self._enough(match, (after - before) * KG_PER["pounds"]):
                yield Amount("weight_gain", self.text.words(match.start, match.end))

    def _enough(self, match: Match, kg: float) -> bool:
        return kg >= (DAY_GAIN_KG if self._in_a_day(match) else FAST_GAIN_KG)

    def _stones(self, match: Match) -> tuple[float, float]:
        """Two weights such as 11 stone 2, in pounds."""
        first, over, last, more = (self.text.tokens[place].value for place in self._places(match)[:4])
        return first * POUNDS_PER_STONE + over, last * POUNDS_PER_STONE + more

    def _is_weight(self, match: Match, value: float) -> bool:
        """A unit or the scales are named, or it is a decimal and no temperature."""
        number = self.text.sentence[match.start]
        named = any(self.text.sentence[start] == number for start, _ in self.text.spans("weight_word"))
        return named or self._unit(match) is not None or (value > CELSIUS[1] and not value.is_integer())

    def _kg_of_gain(self, match: Match) -> float:
        return KG_PER[self._unit(match) or "kilos"]

    def _in_a_day(self, match: Match) -> bool:
        number = self.text.sentence[match.start]
        return any(self.text.sentence[start] == number for start, _ in self.text.spans("in_a_day"))

    def _two(self, match: Match) -> tuple[float, float]:
        places = self._places(match)
        if len(places) < 2:
            return 0.0, 0.0
        return self.text.tokens[places[0]].value, self.text.tokens[places[1]].value

    def _is_fast(self, match: Match, first: float, last: float) -> bool:
        rise, unit = last - first, self._unit(match)
        if not LIMITS["weight"].possible(first) or rise > first / 4:
            return False
        usual = self.usual.get("weight")
        if unit is None and usual and first >= usual * POUND_RATIO:
            unit = "pounds"
        if unit is None and first > 130:
            return rise >= UNSURE_GAIN
        return self._enough(match, rise * KG_PER[unit or "kilos"])
