"""Fails, and names the text, when a text for patients is harder than grade 6 by either formula."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from education.grades import HARDEST, Grades, grades, long_words
from tests.reading.texts import Text, texts

EXCEPTIONS: Mapping[tuple[str, str], str] = {
    ("tracker/triage/symptoms.toml", "labels"): (
        "Names of symptoms stand alone on a tick list, so SMOG finds long words and no sentences to set them "
        "against. Nausea, dizziness and constipation have no shorter names that mean only that."
    ),
}
"""Texts, by file and part, for which only Flesch–Kincaid counts, and why."""


def main() -> int:
    judged = [(grades(text.sentences), text) for text in texts()]
    for line in summary(judged):
        print(line)
    wrong = [*faults(judged)]
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def summary(judged: Iterable[tuple[Grades, Text]]) -> Iterator[str]:
    """For each source how many texts it has, and the hardest of them by each formula."""
    hardest: dict[str, dict[str, float]] = defaultdict(dict)
    count: dict[str, int] = defaultdict(int)
    for grade, text in judged:
        count[text.source] += 1
        for formula, years in (("Flesch–Kincaid", grade.flesch_kincaid), (grade.by, grade.long_words)):
            hardest[text.source][formula] = max(years, hardest[text.source].get(formula, years))
    for source, by in hardest.items():
        formulas = ", ".join(f"{formula} {years:.1f}" for formula, years in sorted(by.items()))
        yield f"   {source}: {count[source]} texts, the hardest by {formulas}"


def faults(
    judged: Iterable[tuple[Grades, Text]], exceptions: Mapping[tuple[str, str], str] = EXCEPTIONS
) -> Iterator[str]:
    """Texts that are too hard, the hardest first, and exceptions that nothing needs any more."""
    unused = set(exceptions)
    for grade, text in sorted(judged, key=lambda pair: -pair[0].worst):
        if (text.file, text.part) in exceptions and grade.flesch_kincaid <= HARDEST < grade.long_words:
            unused.discard((text.file, text.part))
        elif grade.worst > HARDEST:
            yield fault(grade, text)
    for file, part in sorted(unused):
        yield f"   {file}: {part}: needs no exception any more"


def fault(grade: Grades, text: Text) -> str:
    longest = max(text.sentences, key=lambda sentence: len(sentence.split()))
    words = ", ".join(long_words(text.sentences)) or "none"
    return f"   {text.file}: {text.part}: {grade}. Longest sentence: “{longest}”. Long words: {words}"


if __name__ == "__main__":
    sys.exit(main())
