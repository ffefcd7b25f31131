"""Learns the weights of the second reader of notes from the corpora in tests/triage/notes.

    .venv/bin/python -m bench.likeness              writes tracker/triage/notes/CODE.likeness
    .venv/bin/python -m bench.likeness --check      how well each file is read by weights learned without it

Needs scikit-learn (`make likeness`); reading with the weights needs nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, diags, hstack
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from bench.note_corpus import Tried, attempt, corpora, digest, read, report, table
from tracker.triage.notes import likeness
from tracker.triage.notes.language import language
from tracker.triage.notes.reading import languages

NOTES = Path(likeness.__file__).parent
STRENGTH = 8.0
"""How far weights may go to fit the notes (scikit-learn's C): 4 to 12 do equally well on files left out."""
SEEN = 2
"""What stands in fewer notes is left out."""
KEPT = 20_000
"""Weights of a language, so that its file can be read: those that say most."""


@dataclass(frozen=True, slots=True)
class Example:
    """A note as it is weighed, and whether it is serious."""

    file: Path
    note: Mapping[str, Any]
    features: likeness.Features

    @property
    def serious(self) -> bool:
        return bool(self.note["level"] != "none")


def examples(code: str) -> list[Example]:
    spoken = language(code)
    assert spoken is not None
    return [
        Example(path, note, likeness.features(note["note"], spoken.words(note["note"])))
        for path in corpora(code)
        for note in read(path)
    ]


class Column:
    """One kind of feature: which there are, and how much more often serious notes have each."""

    def __init__(self, found: Sequence[frozenset[str]], serious: np.ndarray) -> None:
        vectors = DictVectorizer(dtype=np.float64)
        seen = vectors.fit_transform([dict.fromkeys(sorted(each), 1) for each in found])
        often = np.asarray(seen.sum(axis=0)).ravel() >= SEEN
        self.names = vectors.get_feature_names_out()[often]
        self.seen = csr_matrix(seen[:, often])
        self.sizes = diags(1 / np.sqrt(np.maximum([len(each) for each in found], 1)))
        self.ratio = self._ratio(serious)

    def _ratio(self, serious: np.ndarray) -> np.ndarray:
        """Naive Bayes: it makes rare features count that only ever stood in notes of one kind."""
        in_serious, in_harmless = (
            1 + np.asarray(self.seen[rows].sum(axis=0)).ravel() for rows in (serious, ~serious)
        )
        return np.log((in_serious / in_serious.sum()) / (in_harmless / in_harmless.sum()))

    def keep(self, kept: np.ndarray) -> None:
        self.names, self.seen, self.ratio = self.names[kept], self.seen[:, kept], self.ratio[kept]

    @property
    def scaled(self) -> csr_matrix:
        return csr_matrix(self.sizes @ self.seen @ diags(self.ratio))


def learn(code: str, learned_from: Sequence[Example]) -> likeness.Weights:
    """Twice: once with everything, and again with the weights that say most."""
    serious = np.array([each.serious for each in learned_from])
    columns = [
        Column([each.features.words for each in learned_from], serious),
        Column([each.features.parts for each in learned_from], serious),
    ]
    _, weights = _fit(columns, serious)
    least = np.sort(np.abs(np.concatenate(weights)))[::-1][:KEPT][-1]
    for column, weight in zip(columns, weights, strict=True):
        column.keep(np.abs(weight) > least)
    start, weights = _fit(columns, serious)
    words, parts = (
        {str(name): int(each) for name, each in zip(column.names, np.rint(100 * weight), strict=True) if each}
        for column, weight in zip(columns, weights, strict=True)
    )
    return likeness.Weights(digest(code), round(100 * start), words, parts)


def _fit(columns: Sequence[Column], serious: np.ndarray) -> tuple[float, list[np.ndarray]]:
    """Logistic regression: where the score starts, and the weights of each column."""
    model = LogisticRegression(
        C=STRENGTH, class_weight="balanced", solver="liblinear", dual=True, max_iter=2000, random_state=0
    )
    model.fit(hstack([each.scaled for each in columns]).tocsr(), serious)
    cut = len(columns[0].names)
    parts = np.split(model.coef_[0], [cut])
    return float(model.intercept_[0]), [
        part * column.ratio for part, column in zip(parts, columns, strict=True)
    ]


def written(weights: likeness.Weights) -> str:
    lines = [
        "# How much each word weighs for a note being serious, in hundredths; see docs/note-languages.md.",
        "# Made by `python -m bench.likeness`: change the notes that it was learned from, not this file.",
        f"corpora {weights.corpora}",
        f"start {weights.start}",
        "[words]",
        *_lines(weights.words),
        "[parts]",
        *_lines(weights.parts),
    ]
    return "\n".join(lines) + "\n"


def _lines(weights: Mapping[str, int]) -> Iterator[str]:
    """The heaviest first."""
    for name, weight in sorted(weights.items(), key=lambda each: (-each[1], each[0])):
        yield f"{weight} {name}"


def check(code: str, files: Sequence[Path]) -> Iterator[tuple[Path, list[Tried]]]:
    """Each file as it is read by weights that were learned without it."""
    known = examples(code)
    for file in files:
        weights = learn(code, [each for each in known if each.file.name != file.name])
        likeness.weights_of = {code: weights}.get
        yield file, [attempt(note) for note in read(file)]


def learned() -> list[str]:
    """The languages that notes are read in and that have corpora."""
    return [code for code in languages() if corpora(code)]


def main(arguments: list[str]) -> None:
    if "--check" not in arguments:
        for code in learned():
            (NOTES / f"{code}.likeness").write_text(written(learn(code, examples(code))), "utf-8")
        return
    files = [Path(each) for each in arguments if each != "--check"]
    tried: list[Tried] = []
    for code in learned():
        own = [each for each in files if next(read(each))["lang"] == code] if files else corpora(code)
        for file, each in check(code, own):
            print(table(each, lambda _: ["all"], file.stem), end="\n\n", flush=True)
            tried += each
    print(report(tried))


if __name__ == "__main__":
    main(sys.argv[1:])
