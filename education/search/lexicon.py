"""The words of the published pages, as readers of a language find them: for spelling, other words and marks.

Kept by each process, and read again when a page has changed.
"""

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from django.db import connection

from education.languages import ENGLISH
from education.models.search import CONFIGURATIONS, Kind
from education.wording import folded

WORDS = Path(__file__).parent / "words"
LONGEST_PHRASE = 5  # words

_NOT = re.compile(
    r"\b(?:can\s?no|(?:ca|wo|do|does|did|is|are|was|were|has|have|had|could|would|should)n['’`´]?)t\b"
    r"|\b(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would)\s+not\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:[\u064b-\u0652\u0640]+[^\W_]+)*")
_MARKS = dict.fromkeys([*range(0x64B, 0x653), 0x640])  # of Arabic; few people type them

type Stems = frozenset[str]
type Phrase = tuple[str, ...]


def words_in(text: str) -> list[str]:
    """As PostgreSQL separates and folds them: "Il-2, náuseas" is il, 2, nauseas."""
    return [plain(match.group()) for match in _WORD.finditer(unicodedata.normalize("NFC", text))]


def said_in(text: str) -> list[str]:
    """As people type: "can't sleep", "cant sleep" and "cannot sleep" are one. Pages keep their own words."""
    return words_in(_NOT.sub("not", text))


def respelled(text: str, put: Callable[[str], str]) -> str:
    """The text with each word as `put` has it, given how it is looked for."""
    return _WORD.sub(lambda match: put(plain(match.group())), unicodedata.normalize("NFC", text))


def plain(word: str) -> str:
    """As education_folded has it in PostgreSQL."""
    return folded(word).translate(_MARKS)


@dataclass(frozen=True)
class Lexicon:
    """`spelled` has each word as most pages write it; `used` in how many; `stems` what it is found by.

    `symptoms`: the slugs of those that are called by a phrase.
    """

    spelled: Mapping[str, str]
    used: Mapping[str, int]
    stems: Mapping[str, Stems]
    other_words: Mapping[Phrase, frozenset[Phrase]]
    symptoms: Mapping[Phrase, frozenset[str]]

    @cached_property
    def found_by(self) -> Mapping[str, Sequence[str]]:
        """Stems, and the words of pages that are found by them."""
        words = defaultdict(list)
        for word in self.used:
            for stem in self.stems[word]:
                words[stem].append(word)
        return words


@dataclass(frozen=True, slots=True)
class Asked:
    """What PostgreSQL says of the words of a question, and the lexicon that goes with the pages of now."""

    stems: Mapping[str, Stems]
    lexicon: Lexicon


_kept: dict[str, tuple[str, Lexicon]] = {}


def ask(words: Iterable[str], language: str) -> Asked:
    """In one query, and some more when a page has changed since this process last looked.

    A word that says nothing ("the") has no stems.
    """
    stamp, stems = _stamp_and_stems([*dict.fromkeys(words)], language)
    known = _kept.get(language)
    if known is None or known[0] != stamp:
        known = _kept[language] = (stamp, _read(language))
    return Asked(stems, known[1])


def dictionaries(language: str) -> list[str]:
    """PostgreSQL's stemmers for readers of a language; everybody may type English."""
    used = dict.fromkeys((language, ENGLISH))
    return [f"{CONFIGURATIONS[each]}_stem" if each in CONFIGURATIONS else "simple" for each in used]


def _stamp_and_stems(words: list[str], language: str) -> tuple[str, dict[str, Stems]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) || ' ' || coalesce(sum(id), 0), NULL FROM education_searchentry"  # noqa: S608
            f" UNION ALL SELECT word, {_stemmed(language)} FROM unnest(%s::text[]) word",
            [words],
        )
        (stamp, _none), *rows = cursor.fetchall()
    return stamp, {word: frozenset(stems or ()) for word, stems in rows}


def _stemmed(language: str) -> str:
    """SQL for the stems of `word`; none where one of the languages says that it says nothing."""
    lists = [f"ts_lexize('{each}', word)" for each in dictionaries(language)]
    is_empty = " OR ".join(f"{each} = '{{}}'" for each in lists)
    return f"CASE WHEN {is_empty} THEN NULL ELSE {' || '.join(lists)} END"


def _read(language: str) -> Lexicon:
    # Both are ours, and none of them comes from a request.
    found = f"SELECT words FROM education_searchentry WHERE readers @> ARRAY['{language}']::varchar[]"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute("SELECT word, ndoc FROM ts_stat(%s)", [found])
        written: list[tuple[str, int]] = cursor.fetchall()
        cursor.execute(
            "SELECT slug, names FROM education_searchentry"
            " WHERE kind = %s AND readers @> ARRAY[%s]::varchar[]",
            [Kind.SYMPTOM, language],
        )
        symptoms = {slug: _phrases(names) for slug, names in cursor.fetchall()}
    spelled: dict[str, str] = {}
    used: dict[str, int] = {}
    for word, pages in sorted(written, key=lambda each: each[1]):
        spelled[plain(word)] = word  # the one on most pages comes last
        used[plain(word)] = used.get(plain(word), 0) + pages
    pairs = [*_of_files(language), *_of_symptoms(symptoms.values())]
    phrases = {each for pair in pairs for each in pair}
    _stamp, stems = _stamp_and_stems([*{*used, *(word for each in phrases for word in each)}], language)
    return Lexicon(spelled, used, stems, _other_words(pairs, stems), _by_name(symptoms, stems))


def _other_words(
    pairs: Iterable[tuple[Phrase, Phrase]], stems: Mapping[str, Stems]
) -> dict[Phrase, frozenset[Phrase]]:
    """What is typed, as `key` has it, and the words of pages that it stands for; none: it says nothing."""
    found: dict[Phrase, set[Phrase]] = {}
    for typed, said in pairs:
        if 0 < len(typed) <= LONGEST_PHRASE and typed != said:
            found.setdefault(key(typed, stems), set()).add(said)
    return {each: frozenset(said) for each, said in found.items()}


def _by_name(
    symptoms: Mapping[str, Iterable[Phrase]], stems: Mapping[str, Stems]
) -> dict[Phrase, frozenset[str]]:
    """A single word that stands in the names of several ("blood") names none of them."""
    found: dict[Phrase, set[str]] = defaultdict(set)
    has: dict[str, set[str]] = defaultdict(set)
    for slug, phrases in symptoms.items():
        for phrase in (key(each, stems) for each in phrases):
            found[phrase].add(slug)
            for stem in phrase:
                has[stem].add(slug)
    return {each: frozenset(slugs) for each, slugs in found.items() if len(each) > 1 or has[each[0]] == slugs}


def key(words: Iterable[str], stems: Mapping[str, Stems]) -> Phrase:
    """Words by which forms of the same phrase are one: "throwing up", "throws up"."""
    return tuple(min(stems.get(word) or (word,)) for word in words)


@cache
def _of_files(language: str) -> tuple[tuple[Phrase, Phrase], ...]:
    """What people type, and what pages say for it."""
    return tuple(
        (tuple(said_in(typed)), tuple(said_in(said)))
        for each in dict.fromkeys((language, ENGLISH))
        for said, many in _file(each).items()
        for typed in many
    )


def _file(language: str) -> Mapping[str, list[str]]:
    path = WORDS / f"{language}.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def _phrases(names: str) -> list[Phrase]:
    return [tuple(words) for words in map(said_in, names.splitlines()) if words]


def _of_symptoms(symptoms: Iterable[list[Phrase]]) -> Iterator[tuple[Phrase, Phrase]]:
    """Each other word for a symptom leads to what says its name, or the first of its other words."""
    for phrases in symptoms:
        for typed in phrases:
            for said in phrases[:2]:
                yield typed, said
