"""A language file: its words, patterns and numbers, made ready to search with. See docs/note-languages.md."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial, reduce
from importlib import resources
from operator import or_
from typing import Any, NamedTuple

from . import CONCEPTS
from .patterns import InvalidPattern, Pattern, compile_line
from .spelling import Speller
from .spoken import SpokenNumbers
from .tokens import Kind, Token, tokenize

LONG_STEM = 7
"""A word of a known stem that is at least this long may still be misspelled: pressuer."""
NUMBER = "#"
"""In a pattern: any number."""


class InvalidLanguage(ValueError):
    """A language file that names something we do not know."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A word or phrase (after its first word, `rest`) and the parts of patterns that it can be.

    Twice, for speed: as bits, to see at once which patterns can hold, and by name.
    """

    rest: tuple[str, ...]
    parts: int
    names: frozenset[str]


class Found(NamedTuple):
    """Where a word, phrase or number stands, and the parts of patterns that it can be."""

    start: int
    end: int
    parts: int
    names: frozenset[str]


class Lexicon:
    """Every word and phrase of a language, with the classes and pattern parts it belongs to."""

    def __init__(self, parts: Mapping[str, frozenset[tuple[str, ...]]]) -> None:
        self.bits: Mapping[str, int] = {part: 1 << place for place, part in enumerate(parts)}
        whole: dict[tuple[str, ...], set[str]] = defaultdict(set)
        stems: dict[str, set[str]] = defaultdict(set)
        for part, phrases in parts.items():
            for phrase in phrases:
                if len(phrase) == 1 and phrase[0].endswith("*"):
                    stems[phrase[0][:-1]].add(part)
                else:
                    whole[phrase].add(part)
        self._entries: dict[str, list[Entry]] = defaultdict(list)
        for phrase, named in whole.items():
            self._entries[phrase[0]].append(self._entry(phrase[1:], named))
        self._stems = {stem: self._entry((), named) for stem, named in stems.items()}
        self._shortest_stem = min(map(len, stems), default=99)
        self._seen: dict[str, tuple[Entry, ...]] = {}

    @property
    def words(self) -> frozenset[str]:
        """Single words as spelled, for the speller; phrases are taken apart."""
        words = {
            word for first, entries in self._entries.items() for e in entries for word in (first, *e.rest)
        }
        return frozenset(words)

    def spells(self, word: str) -> bool:
        """Some word or phrase of the file begins with exactly this word."""
        return word in self._entries

    def _entry(self, rest: tuple[str, ...], names: Iterable[str]) -> Entry:
        return Entry(rest, self.bits_of(names), frozenset(names))

    def bits_of(self, parts: Iterable[str]) -> int:
        return reduce(or_, (self.bits[part] for part in parts), 0)

    def knows_stem(self, word: str) -> bool:
        return any(word[:end] in self._stems for end in range(self._shortest_stem, len(word) + 1))

    def entries(self, word: str) -> tuple[Entry, ...]:
        found = self._seen.get(word)
        if found is None:
            stems = (self._stems.get(word[:end]) for end in range(self._shortest_stem, len(word) + 1))
            found = (*self._entries.get(word, ()), *(each for each in stems if each))
            if len(self._seen) < 20_000:
                self._seen[word] = found
        return found


@dataclass(frozen=True, slots=True)
class Language:
    """`patterns` by what they tell: concepts, and the engine's own names (see SCOPES)."""

    code: str
    lexicon: Lexicon
    number_parts: int
    number_names: frozenset[str]
    speller: Speller
    patterns: Mapping[str, tuple[tuple[int, Pattern], ...]]
    marks: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    number_words: Mapping[str, int]
    spoken: SpokenNumbers
    function_words: frozenset[str]

    def words(self, text: str) -> list[Token]:
        """The tokens of a text, spelled as the file spells them."""
        spelled: list[Token] = []
        for token in map(partial(self._accented, text), tokenize(text)):
            if token.kind is not Kind.WORD:
                spelled.append(token)
            else:
                spelled.extend(token._replace(word=each) for each in self._spelled(token.word))
        return list(self.spoken.joined(list(self._with_marks(spelled))))

    def _accented(self, text: str, token: Token) -> Token:
        """A word that the file also knows by its accent keeps it: "sí" (yes) is not "si" (if)."""
        typed = text[token.start : token.end].lower()
        known = typed != token.word and token.kind is Kind.WORD and self.lexicon.spells(typed)
        return token._replace(word=typed) if known else token

    def _spelled(self, word: str) -> tuple[str, ...]:
        """A word with a known stem is not guessed at, but its slips are put right."""
        if self.lexicon.knows_stem(word) and len(word) < LONG_STEM:
            return self.speller.sounds_like(word)
        return self.speller.meant(word)

    def _with_marks(self, tokens: list[Token]) -> Iterator[Token]:
        """A dictated "full stop" is one."""
        place = 0
        while place < len(tokens):
            for words, mark in self.marks.get(tokens[place].word, ()):
                if tuple(each.word for each in tokens[place : place + len(words)]) == words:
                    kind = Kind.PAUSE if mark == "," else Kind.STOP
                    yield Token(mark, tokens[place].start, tokens[place + len(words) - 1].end, kind)
                    place += len(words)
                    break
            else:
                yield tokens[place]
                place += 1

    def found(self, tokens: Sequence[Token]) -> Iterator[Found]:
        """Every word, phrase and number that a pattern may have as a part, in order."""
        words = [each.word for each in tokens]
        for place, word in enumerate(words):
            if tokens[place].kind is Kind.NUMBER:
                yield Found(place, place + 1, self.number_parts, self.number_names)
            for entry in self.lexicon.entries(word):
                end = place + 1 + len(entry.rest)
                if not entry.rest or tuple(words[place + 1 : end]) == entry.rest:
                    yield Found(place, end, entry.parts, entry.names)


SCOPES: tuple[str, ...] = (
    "idiom",  # means something else: nothing inside is read
    "hypothetical",  # from here to the end of the sentence nothing has happened
    "actual",  # looks like the beginning of a hypothetical and is not
    "past",  # the sentence tells of long ago
    "carer",  # somebody types for the patient
    "own_well",  # the writer says how they are themselves
    "elsewhere",  # the person spoken of is looked after by others
    "well",  # an ordinary or active day
)
"""Patterns of a language file that tell how to take the rest."""

CLASSES: tuple[str, ...] = (
    "filler",
    "deny",  # begins a denial
    "unable",  # what stands behind it cannot be done
    "not_denial",  # holds a word of denial and denies nothing
    "deny_noun",  # of these, the words that stand before a noun
    "event_verb",  # what begins a statement of its own after a denied noun
    "deny_after",  # denies what stands before it
    "deny_alone",  # of these, words that never begin the next denial
    "deny_list",  # denies a whole list before it
    "normal",  # is as it should be
    "resolved",  # is over
    "resolved_end",  # of these, the words that say so only at the end
    "after_end",  # what may follow them there
    "is_back",  # what was long ago has come again
    "contrast",  # but
    "because",
    "and",
    "or",
    "finite",  # a verb that begins a statement
    "now",
    "again",  # as before, and now
    "earlier",  # some days or weeks ago
    "mild",
    "first_person",
    "third_person",
    "kin",  # people whom a carer may be typing for
    "stranger",  # people and animals who are not the patient
    "possessive",  # my, his
    "of",  # a friend of mine
    "says",  # somebody else tells it
    "kin_young",  # of these, people for whom hardly anybody types
    "acute",  # told because it is happening
    "question",  # begins a question
    "question_always",  # of these, those that ask about what has not happened
    "question_actual",  # in a question, tells that it is about the writer now
    "usual",  # before or after a number: what is normal for the person
    "limit",  # a number to look out for
)
"""Classes that the engine knows; a language does without those that its file leaves out."""


@cache
def language(code: str) -> Language | None:
    """The file of a language, or None when there is none. Raises InvalidLanguage for one that is wrong."""
    file = resources.files(__package__).joinpath(f"{code}.toml")
    return read(code, tomllib.loads(file.read_text("utf-8"))) if file.is_file() else None


def read(code: str, data: Mapping[str, Any]) -> Language:
    """Raises InvalidLanguage, or InvalidPattern for a line that cannot be read."""
    classes = _classes(data["classes"])
    patterns = {
        name: tuple(_lines(lines))
        for section, known in (("concepts", CONCEPTS), ("scopes", SCOPES), ("numbers", None))
        for name, lines in data[section].items()
        if _known(name, known)
    }
    parts = {name: classes[name[1:]] for name in (f"@{each}" for each in classes)}
    for each in patterns.values():
        for pattern in each:
            for part in (*(step.part for step in pattern.steps), *pattern.vetoes):
                parts.setdefault(part, _members(part, classes))
    lexicon = Lexicon(parts)
    numbers = frozenset(part for part in parts if NUMBER in part.split("|"))
    spelling = data["spelling"]
    return Language(
        code=code,
        lexicon=lexicon,
        number_parts=lexicon.bits_of(numbers),
        number_names=numbers,
        speller=Speller(
            lexicon.words | frozenset(_split(spelling["also"])) | frozenset(data["number_words"]),
            spelling["slips"],
            frozenset(_split(spelling["lookalikes"])),
            [(written, said) for written, said in spelling["sounds"]],
            _split(spelling.get("core", "")),
            frozenset(_split(spelling["guessed"])) if "guessed" in spelling else None,
        ),
        patterns={
            name: tuple((lexicon.bits_of(step.part for step in each.steps), each) for each in lines)
            for name, lines in patterns.items()
        },
        marks=_marks(data["marks"]),
        number_words=data["number_words"],
        spoken=SpokenNumbers(
            data["number_words"], frozenset(_split(data["number_joiners"])), frozenset(_split(data["point"]))
        ),
        function_words=frozenset(_split(data["function_words"])),
    )


def _marks(data: Mapping[str, str]) -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """By their first word."""
    marks: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for words, mark in data.items():
        marks[words.split()[0]].append((tuple(words.split()), mark))
    return {first: tuple(each) for first, each in marks.items()}


def _known(name: str, known: Sequence[str] | None) -> bool:
    if known is not None and name not in known:
        raise InvalidLanguage(f"there is no {name!r}")
    return True


def _classes(data: Mapping[str, str]) -> dict[str, frozenset[tuple[str, ...]]]:
    written = {key: list[str]() for key in CLASSES} | {name: _split(words) for name, words in data.items()}
    return {name: frozenset(_phrases(name, written, ())) for name in written}


def _phrases(
    name: str, written: Mapping[str, list[str]], inside: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    """The phrases of a class, with those of the classes it names."""
    if name not in written or name in inside:
        raise InvalidLanguage(f"there is no class {name!r}")
    for words in written[name]:
        if words.startswith("@"):
            yield from _phrases(words[1:], written, (*inside, name))
        else:
            yield tuple(words.split())


def _members(part: str, classes: Mapping[str, frozenset[tuple[str, ...]]]) -> frozenset[tuple[str, ...]]:
    members: set[tuple[str, ...]] = set()
    for each in filter(None, part.split("|")):
        if each == NUMBER:
            continue
        if each.startswith("@") and each[1:] not in classes:
            raise InvalidPattern(f"there is no class {each}")
        members |= classes[each[1:]] if each.startswith("@") else {(each.replace("'", ""),)}
    return frozenset(members)


def _lines(text: str) -> Iterator[Pattern]:
    for line in text.splitlines():
        line = line.split("//")[0].strip()
        if line:
            yield from compile_line(line)


def _split(text: str) -> list[str]:
    """ "a, b c" → ["a", "b c"]; the file may break lines after a comma."""
    return [" ".join(each.split()) for each in text.replace("\n", " ").split(",") if each.strip()]
