"""In which school year an English text can be read, by two formulas of textstat.

The first is Flesch–Kincaid (words in a sentence, syllables in a word): it stands still on short texts, and
nearly every study of what patients are given to read uses it. The second asks what an average hides: how
many words have three syllables or more. For that the health field goes by SMOG, the stricter of the two, as
it asks for all to be understood and not for most. But SMOG counts long words against sentences and was made
for thirty of them: in a text of three, the one word "emergency" adds three school years. So under TEN
sentences the second formula is Gunning's fog, which counts the same words against all words. No formula can
judge a button of three words: short strings are judged together, as the page that they make up.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import textstat

TEN = 10  # sentences; fewer say too little to SMOG
SHORTEST = 3  # words; textstat adds the words of a shorter sentence but does not count it as one

# Markdown, HTML, and what is read out as one word though it has a full stop in it.
_MARKUP = [
    (re.compile(r"\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"<[^>]+>"), " "),
    (re.compile(r"\*+|^#+ |^\s*- |^\s*\d+\. ", re.MULTILINE), ""),
    (re.compile(r"(?<=\d)[.,:/](?=\d)"), ""),
    (re.compile(r"\b([ap])\.m\."), r"\1m"),
    (re.compile(r"https?://\S+|\S+@\S+"), " "),
    (re.compile(r"’"), "'"),
    (re.compile(r"[/…]"), " "),
]
# A list item, a heading and a table cell are read as sentences, whether or not they end in a full stop.
_END = re.compile(r"[.!?]+[”\"')\]]*(?:\s|$)|\n|\|")
_WORD = re.compile(r"\w")


class Grades(NamedTuple):
    """Two school years and the formula that the second is by."""

    flesch_kincaid: float
    long_words: float
    by: str

    @property
    def worst(self) -> float:
        return max(self.flesch_kincaid, self.long_words)

    def __str__(self) -> str:
        return f"Flesch–Kincaid {self.flesch_kincaid:.1f}, {self.by} {self.long_words:.1f}"


def sentences(text: str, names: Iterable[str] = ()) -> list[str]:
    """The sentences of a Markdown text without its marks and without `names` (drugs, proteins)."""
    for pattern, plain in _MARKUP:
        text = pattern.sub(plain, text)
    if named := _any_of(names):
        text = named.sub(" ", text)
    return [" ".join(part.split()) for part in _END.split(text) if _WORD.search(part)]


def _any_of(names: Iterable[str]) -> re.Pattern[str] | None:
    """Longest first: "interferon alfa" before "interferon". Of several, too: "interleukins"."""
    found = sorted(map(re.escape, {*names}), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(found)})s?(?![\w-])", re.IGNORECASE) if found else None


def grades(said: Sequence[str]) -> Grades:
    """Of sentences, each without a full stop inside."""
    counted = [*_long_enough(said)]
    text = "".join(f"{re.sub('[.!?]', '', sentence)}. " for sentence in counted).strip()
    by, formula = ("SMOG", textstat.smog_index) if len(counted) >= TEN else ("fog", textstat.gunning_fog)
    return Grades(textstat.flesch_kincaid_grade(text), formula(text), by)


def _long_enough(said: Sequence[str]) -> Iterator[str]:
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


def long_words(said: Iterable[str]) -> list[str]:
    """Those of three syllables or more, as often as they stand there: what the second formula counts."""
    words = [word.strip("\"'“”(),:;–-") for sentence in said for word in sentence.split()]
    return [word for word in words if textstat.syllable_count(word) >= 3]
