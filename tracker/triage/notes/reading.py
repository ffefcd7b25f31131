"""From a text to what it says about the patient now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, cached_property
from importlib import resources

from . import CONCEPTS, Mention, Note, NotedValue
from .language import Language, language
from .likeness import heaviest, likeness
from .numbers import Numbers
from .patterns import Match
from .people import People
from .scopes import Scopes
from .text import Text
from .tokens import Kind

FEVER_C = 38.0
EVENTS: frozenset[str] = frozenset(
    {
        "chest_pain",
        "faint",
        "confusion",
        "stroke_signs",
        "seizure",
        "severe_allergy",
        "heavy_bleeding",
        "suicide_plan",
        "suicidal_thoughts",
        "sudden_headache",
        "harm_to_others",
        "blood_in_stool_or_vomit",
        "missed_or_wrong_dose",
        "asks_for_call",
    }
)
"""What matters although it is over."""
WISHES: frozenset[str] = frozenset({"suicide_plan", "suicidal_thoughts", "harm_to_others", "low_mood"})
GRADED: frozenset[str] = frozenset(
    {
        "palpitations",
        "severe_dizziness",
        "fever",
        "rigors",
        "vomiting",
        "cannot_eat_or_drink",
        "diarrhea",
        "bleeding_or_bruising",
        "severe_pain",
        "hives",
        "severe_headache",
        "low_mood",
        "unwell",
    }
)
"""What is expected of the treatment as long as it is mild."""
TURNS_WITHIN = 4
"""Words before what a rule read within which a "not" belongs to it: "not been able to keep food down"."""
SLIGHT: frozenset[str] = frozenset({"unwell", "asks_for_call"})
"""What comes to nothing by itself, so that a second reader may still add to it."""


def read(
    text: str, code: str, usual: Mapping[str, float], also: str = "", *, by_another: bool = False
) -> Note:
    """By the language of who wrote it, by the one that they may `also` write in, and by any other that the
    text looks more like.
    """
    texts = _texts(text, code, also)
    alike = likeness(texts[-1]) if texts else None
    doubted = alike is not None and alike.is_harmless
    notes = [_Reader(each, usual, by_another).note(doubted=doubted) for each in texts]
    note = notes[0] if len(notes) == 1 else _together(notes)
    return _raised(note, texts[-1]) if alike is not None and alike.is_serious else note


def _raised(note: Note, text: Text) -> Note:
    """What only the second reader finds serious."""
    if {each.concept for each in note.mentions} - SLIGHT:
        return note
    return replace(note, mentions=(Mention("reads_serious", heaviest(text)), *note.mentions), says_well=False)


@cache
def languages() -> tuple[str, ...]:
    """The codes of the language files there are."""
    files = resources.files(__package__).iterdir()
    return tuple(sorted(each.name.removesuffix(".toml") for each in files if each.name.endswith(".toml")))


def _texts(text: str, code: str, also: str) -> list[Text]:
    """The note in each language to read it in. The last is the one that it looks most like."""
    own = language(code) or language("en")
    if own is None:
        return []
    first = Text(text, own)
    others = [found for each in languages() if each != own.code and (found := language(each))]
    more = [each for each in others if _looks_more(first, each)]
    less = [each for each in others if each.code == also and each not in more]
    return [*(Text(text, each) for each in less), first, *(Text(text, each) for each in more)]


def _looks_more(text: Text, other: Language) -> bool:
    words = [each.word for each in text.tokens]
    return sum(map(other.function_words.__contains__, words)) > sum(
        map(text.language.function_words.__contains__, words)
    )


class _Reader:
    def __init__(self, text: Text, usual: Mapping[str, float], by_another: bool) -> None:
        self.text = text
        self.scopes = Scopes(text)
        self.people = People(text, by_another=by_another)
        self.numbers = Numbers(text, self.scopes, self.people, usual)
        self.denied: set[str] = set()

    def note(self, *, doubted: bool = False) -> Note:
        """When it is doubted, words count as doubtful; numbers do not."""
        values = tuple(self.numbers.values())
        mentions = _doubtful(dict(self._mentions())) if doubted else dict(self._mentions())
        for amount in self.numbers.amounts():
            mentions.setdefault(amount.concept, amount.words)
        if self.numbers.passed_water_lately():
            mentions.pop("less_urine", None)
        if _is_no_fever(values):
            mentions.pop("fever", None)
        said = tuple(Mention(each, mentions[each]) for each in CONCEPTS if each in mentions)
        well = not said and any(True for _ in self.text.matches("well"))
        return Note(said, values, frozenset(self.denied - mentions.keys()), well)

    def _mentions(self) -> Iterator[tuple[str, str]]:
        for concept in CONCEPTS:
            for match in self.text.matches(concept):
                if self._counts(concept, match):
                    yield concept, self._quoted(match)
                    break

    def _quoted(self, match: Match) -> str:
        """As typed, with a word shortly before it that turns it round: "cannot keep water down"."""
        turning = self.text.places("deny", "unable")
        for place in reversed(range(max(match.start - TURNS_WITHIN, 0), match.start)):
            if self.text.tokens[place].kind in (Kind.PAUSE, Kind.STOP) or place in self.text.places(
                "contrast"
            ):
                break
            if place in turning:
                return self.text.words(place, match.end)
        return self.text.words(match.start, match.end)

    def _counts(self, concept: str, match: Match) -> bool:
        """It is the patient's, it is so, and it is now."""
        if self._is_idiom(match):
            return False
        if self.people.other(match.start, match.end, grave=concept in WISHES):
            return False
        if self.scopes.denies(match):
            self.denied.add(concept)
            return False
        if self._has_not_happened(concept, match) or self.scopes.long_ago(match):
            return False
        return not self._is_over(concept, match) and not (concept in GRADED and self.scopes.mildly(match))

    def _has_not_happened(self, concept: str, match: Match) -> bool:
        """People speak of death and harm in wishes and fears, and those count."""
        if concept in WISHES:
            return self.scopes.only_imagined(match)
        return match.start in self.scopes.imagined or self._is_wished(match)

    def _is_wished(self, match: Match) -> bool:
        """Not to wake up is a wish here, and no confusion."""
        return any(self._wished.issuperset(range(*span)) for span in match.spans)

    @cached_property
    def _wished(self) -> frozenset[int]:
        """The words of wishes to die that count."""
        return frozenset(
            place
            for match in self.text.matches("suicidal_thoughts")
            if self._counts("suicidal_thoughts", match)
            for span in match.spans
            for place in range(*span)
        )

    def _is_idiom(self, match: Match) -> bool:
        """More than half of it belongs to a saying."""
        masked = sum(self.scopes.masked.issuperset(range(*span)) for span in match.spans)
        return 2 * masked > len(match.spans)

    def _is_over(self, concept: str, match: Match) -> bool:
        if concept in EVENTS and not self.scopes.earlier(match):
            return False
        return self.scopes.over(match)


def _doubtful(mentions: Mapping[str, str]) -> dict[str, str]:
    slight = {each: words for each, words in mentions.items() if each in SLIGHT}
    doubted = [words for each, words in mentions.items() if each not in SLIGHT]
    return slight | ({"doubtful": doubted[0]} if doubted else {})


def _is_no_fever(values: tuple[NotedValue, ...]) -> bool:
    measured = [each.value for each in values if each.kind == "temperature"]
    return bool(measured) and max(measured) < FEVER_C


def _together(notes: list[Note]) -> Note:
    mentions: dict[str, Mention] = {}
    for note in notes:
        for mention in note.mentions:
            mentions.setdefault(mention.concept, mention)
    return Note(
        mentions=tuple(mentions.values()),
        values=tuple(dict.fromkeys(value for note in notes for value in note.values)),
        denied=frozenset().union(*(note.denied for note in notes)) - mentions.keys(),
        says_well=not mentions and any(note.says_well for note in notes),
    )
