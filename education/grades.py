"""In which school year a text can be read, by two formulas. Quick enough to be told while an editor types.

In English the first is Flesch–Kincaid (words in a sentence, syllables in a word): it stands still on short
texts, and nearly every study of what patients are given to read uses it. The second asks what an average
hides: how many words have three syllables or more. For that the health field goes by SMOG, the stricter of
the two, as it asks for all to be understood and not for most. But SMOG counts long words against sentences
and was made for thirty of them: in a text of three, the one word "emergency" adds three school years. So
under TEN sentences the second formula is Gunning's fog, which counts the same words against all words. No
formula can judge a button of three words: short strings are judged together, as the page that they make up.

In Spanish the first is Crawford's, which gives school years too. The second is Szigriszt's perspicuity, the
one that the INFLESZ scale goes by: there 65 and more is easy.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

HARDEST = 6.0  # school years
EASIEST_HARD = 65.0  # of perspicuity; what has less is hard
TEN = 10  # sentences; fewer say too little to SMOG
SHORTEST = 3  # words; a shorter sentence is put together with its neighbours
LONG = 30  # words; a paragraph from here on is judged alone too
MANY_SYLLABLES = 3
FAMILIAR = frozenset(
    {
        *("another", "anybody", "anything", "everybody", "everyone", "everything", "nobody", "however"),
        *("family", "grandmother", "grandfather", "hospital", "medicine", "telephone", "together"),
        *("tomorrow", "yesterday", "saturday", "november", "december", "september", "remember"),
    }
)
"""Long words that nobody finds hard. Gunning leaves such out of his count; SMOG leaves out none."""

# Markdown, HTML, and what is read out as one word though it has a full stop in it. Each begins where no other
# can, so that a text of nothing but brackets is read once and not once a bracket.
_MARKUP = [
    (re.compile(r"\[([^\[\]]*)\]\([^()]*\)"), r"\1"),
    (re.compile(r"<[^<>]+>"), " "),
    (re.compile(r"\*+|^#+ |^\s*- |^\s*\d+\. ", re.MULTILINE), ""),
    (re.compile(r"(?<=\d)[.,:/](?=\d)"), ""),
    (re.compile(r"\b([ap])\.m\."), r"\1m"),
    (re.compile(r"https?://\S+|(?<!\S)[^\s@]+@\S+"), " "),
    (re.compile(r"’"), "'"),
    (re.compile(r"[/…]"), " "),
]
# A list item, a heading and a table cell are read as sentences, whether or not they end in a full stop.
_END = re.compile(r"[.!?]+[”\"')\]]*(?:\s|$)|\n|\|")
_WORD = re.compile(r"\w")
_EDGE = "\"'“”‘’«»¿¡(),:;–—-.!?"


class Grades(NamedTuple):
    """Two school years and the formula that the second is by."""

    flesch_kincaid: float
    long_words: float
    by: str

    @property
    def worst(self) -> float:
        return max(self.flesch_kincaid, self.long_words)

    @property
    def is_hard(self) -> bool:
        return self.worst > HARDEST

    def __str__(self) -> str:
        return f"Flesch–Kincaid {self.flesch_kincaid:.1f}, {self.by} {self.long_words:.1f}"


class SpanishGrades(NamedTuple):
    """A school year, and how clear the text is out of a hundred."""

    crawford: float
    perspicuity: float

    @property
    def is_hard(self) -> bool:
        return self.crawford > HARDEST or self.perspicuity < EASIEST_HARD

    def __str__(self) -> str:
        return f"Crawford {self.crawford:.1f}, INFLESZ {self.perspicuity:.0f}"


def sentences(text: str, names: Iterable[str] = ()) -> list[str]:
    """The sentences of a Markdown text without its marks and without `names` (drugs, proteins)."""
    for pattern, plain in _MARKUP:
        text = pattern.sub(plain, text)
    if named := _any_of(frozenset(names)):
        text = named.sub(" ", text)
    return [" ".join(part.split()) for part in _END.split(text) if _WORD.search(part)]


@lru_cache(maxsize=8)
def _any_of(names: frozenset[str]) -> re.Pattern[str] | None:
    """Longest first: "interferon alfa" before "interferon". Of several, too: "interleukins"."""
    found = sorted(map(re.escape, names), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(found)})s?(?![\w-])", re.IGNORECASE) if found else None


def grades(said: Sequence[str]) -> Grades:
    """Of English sentences."""
    counted = [*long_enough(said)]
    words = [word for sentence in counted for word in words_of(sentence)]
    if not words:
        return Grades(0, 0, "fog")
    sizes = [syllables(word) for word in words]
    long = [word.lower() for word, size in zip(words, sizes, strict=True) if size >= MANY_SYLLABLES]
    a_sentence, a_word = len(words) / len(counted), sum(sizes) / len(words)
    first = 0.39 * a_sentence + 11.8 * a_word - 15.59
    if len(counted) >= TEN:
        return Grades(first, 1.043 * math.sqrt(30 * len(long) / len(counted)) + 3.1291, "SMOG")
    hard = sum(word not in FAMILIAR for word in long)
    return Grades(first, 0.4 * (a_sentence + 100 * hard / len(words)), "fog")


def spanish_grades(said: Sequence[str]) -> SpanishGrades:
    """Of Spanish sentences."""
    counted = [*long_enough(said)]
    words = [word for sentence in counted for word in words_of(sentence)]
    if not words:
        return SpanishGrades(0, 100)
    spoken = sum(map(spanish_syllables, words))
    crawford = 4.9 * spoken / len(words) - 20.5 * len(counted) / len(words) - 3.407
    return SpanishGrades(crawford, 206.835 - 62.3 * spoken / len(words) - len(words) / len(counted))


def long_enough(said: Sequence[str]) -> Iterator[str]:
    """Puts items of one and two words together: a list of them is a few sentences, and not none."""
    together: list[str] = []
    for sentence in said:
        if len(sentence.split()) >= SHORTEST:
            yield sentence
            continue
        together.append(sentence)
        if sum(len(each.split()) for each in together) >= SHORTEST:
            yield ", ".join(together)
            together = []
    if together:
        yield ", ".join(together)


def words_of(sentence: str) -> list[str]:
    return [bare for word in sentence.split() if _WORD.search(bare := word.strip(_EDGE))]


def long_words(said: Iterable[str]) -> list[str]:
    """Those of three syllables or more, as often as they stand there: what the second formula counts."""
    return [word for sentence in said for word in words_of(sentence) if syllables(word) >= MANY_SYLLABLES]


# --- Syllables ----------------------------------------------------------------------------------------------

_GROUP = re.compile(r"[aeiouy]+")
# What is written and not said, once each: the e of "take", "takes", "asked", "safely" and "someone".
_SILENT = [
    re.compile(r"(?<=[aeiouy]l)e$|(?<=..)(?<![aeiouyl])e$"),
    re.compile(r"(?<=[aeiouy]l)es$|(?<![aeiouylcgsxz])(?<!sh)(?<!ch)es$|(?<=ach)es$"),
    re.compile(r"(?<![aeioutdyl])ed$|(?<=[aeiouyl]l)ed$"),
    re.compile(
        r"(?<![aeiouy])e(?=(?:ly|less|lessness|ful|ness|ments?|where|thing|things|one|body|times|books?|bleeds?)$)"
    ),
]
# Vowels side by side that are said one by one, and what is said where no vowel stands.
_SPOKEN = [
    re.compile(r"(?<![tscgx])i(?=o|a|u)|i(?=u)"),
    re.compile(r"(?<![tc])i(?=e(?:t|ty|nt|nts|nce|r|st)$)"),
    re.compile(r"e(?=o(?!p|u))|u(?=ou)|(?<![gq])u(?=a)|y(?=i)|(?<=cr)e(?=at)|(?<=r)e(?=act)|[ouie](?=ing$)"),
    re.compile(r"(?<![aeiouy])i?(?=sm$)|(?<=th)(?=m$)"),
]
_KNOWN = {
    "tongue": 1,
    **dict.fromkeys(("aspirin", "beyond", "business", "every", "fluid", "fluids", "hour", "hours"), 2),
    **dict.fromkeys(("hundred", "layer", "layers", "our", "ours", "platelet", "platelets", "quiet"), 2),
    **dict.fromkeys(("sidelight", "somewhat", "tired"), 2),
    "diarrhea": 4,
    **dict.fromkeys(("everything", "nausea", "pancreas", "several", "temperature", "temperatures"), 3),
}


@cache
def syllables(word: str) -> int:
    """Of an English word, as it is said; one for a number. Right for all but a few of a hundred words."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    if letters in _KNOWN:
        return _KNOWN[letters]
    if len(letters) < SHORTEST:
        return 1
    silent = sum(bool(pattern.search(letters)) for pattern in _SILENT)
    spoken = sum(len(pattern.findall(letters)) for pattern in _SPOKEN)
    return max(1, len(_GROUP.findall(letters)) - silent + spoken)


_SPANISH_GROUP = re.compile(r"[aeiouáéíóúü]+|(?<![aeiouáéíóúü])y\b")
_HIATUS = re.compile(r"[aeoáéó](?=[aeoáéó])|[íú](?=[aeoáéó])|[aeoáéó](?=[íú])")


@cache
def spanish_syllables(word: str) -> int:
    """Of a Spanish word: two strong vowels are two, a weak one beside another is part of its syllable."""
    letters = re.sub(r"(?<=[qg])u(?=[eiéí])", "", word.lower())
    return max(1, len(_SPANISH_GROUP.findall(letters)) + len(_HIATUS.findall(letters)))
