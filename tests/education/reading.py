"""How hard a text is to read: the Flesch–Kincaid grade (Kincaid and others, 1975), in school years."""

import re

# A list item, a heading or a table cell is read as a sentence, whether or not it ends in a full stop.
SENTENCE_END = re.compile(r"[.!?](?:\s|$)|\n|\|")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
VOWELS = re.compile(r"[aeiouy]+")


def grade(markdown: str, names: frozenset[str] = frozenset()) -> float:
    """The grade of a Markdown text, with `names` (lower case: drugs, proteins) left out of the count."""
    text = LINK.sub(r"\1", markdown)
    sentences = [words for part in SENTENCE_END.split(text) if (words := _words(part, names))]
    words = [word for sentence in sentences for word in sentence]
    syllables = sum(_syllables(word) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def _words(text: str, names: frozenset[str]) -> list[str]:
    return [word for word in WORD.findall(text) if word.lower() not in names]


def _syllables(word: str) -> int:
    """Groups of vowels, less a silent ending: `plate` one, `blood` one, `treated` two, `table` two."""
    word = word.lower()
    count = len(VOWELS.findall(word))
    silent = re.search(r"[^aeiouy]e$|[^aeioutd]ed$|[^aeiouscgxz]es$", word) and not re.search(
        r"[^aeiouy]le$", word
    )
    return max(1, count - bool(silent))
