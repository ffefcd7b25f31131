"""What somebody meant to type: known slips, run-together words, sound-alikes, and near misses."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 5
"""Shorter words are never guessed, not even by their sound."""
NEAR = 6
"""Nor by a wrong letter below this: too many words are one letter from another."""
LONG = 9
"""From this length two slips are forgiven; below it one is."""
HALF = 4
_MEMORY = 20_000
_REPEATED = re.compile(r"(.)\1{2,}")


class Speller:
    """`words` are those of the language file, `slips` known misspellings, `lookalikes` words to leave alone.

    `sounds` are pairs of spellings that are said alike, `core` short words that matter enough to be guessed
    all the same. `guessed` are the only words that a near miss may
    stand for: a language whose words have many endings names them, since most of its words are one letter
    from another word.
    """

    def __init__(
        self,
        words: Collection[str],
        slips: Mapping[str, str],
        lookalikes: Collection[str],
        sounds: Iterable[tuple[str, str]],
        core: Collection[str] = (),
        guessed: Collection[str] | None = None,
    ) -> None:
        self._words = frozenset(words)
        self._slips = {slip: tuple(meant.split()) for slip, meant in slips.items()}
        self._lookalikes = frozenset(lookalikes)
        self._sounds = tuple(sounds)
        self._core = frozenset(core)
        self._guessed = self._words if guessed is None else frozenset(guessed)
        self._near: dict[tuple[str, int], list[str]] = defaultdict(list)
        self._alike: dict[str, str] = {}
        for word in sorted(self._words - slips.keys()):
            if len(word) >= SHORTEST and word.isalpha():
                self._alike.setdefault(self._sound(word), word)
                if word in self._guessed:
                    self._near[word[0], len(word)].append(word)
        self._swapped = {"".join(sorted(word)): word for word in self._alike.values()}
        self._known: dict[str, tuple[str, ...]] = {}

    def meant(self, word: str) -> tuple[str, ...]:
        """The word or words it stands for; itself when we cannot tell."""
        known = self._known.get(word)
        if known is None:
            if len(self._known) > _MEMORY:
                self._known.clear()
            known = self._known[word] = self._look(word)
        return known

    def sounds_like(self, word: str) -> tuple[str, ...]:
        """Only what is certain: a known slip, or the word that is said the same."""
        if word in self._words or word in self._lookalikes:
            return (word,)
        if word in self._slips:
            return self._slips[word]
        near = self._alike.get(self._sound(word)) if len(word) >= SHORTEST else None
        return (near,) if near else (word,)

    def _look(self, word: str) -> tuple[str, ...]:
        for form in (word, _REPEATED.sub(r"\1\1", word), _REPEATED.sub(r"\1", word)):
            if form in self._slips:
                return self._slips[form]
            if form in self._words or form in self._lookalikes:
                return (form,)
        if len(form) < SHORTEST or not form.isalpha():
            return (form,)
        near = self._alike.get(self._sound(form)) or self._nearest(form)
        return (near,) if near else self._parts(form)

    def _nearest(self, word: str) -> str | None:
        if len(word) < NEAR:
            swapped = self._swapped.get("".join(sorted(word)), "")
            if OSA.distance(word, swapped) == 1:
                return swapped
            found = process.extractOne(word, self._short(word), scorer=OSA.distance, score_cutoff=1)
            return found[0] if found else None
        slips = 2 if len(word) >= LONG else 1
        near = [
            each
            for length in range(len(word) - slips, len(word) + slips + 1)
            for each in self._near.get((word[0], length), ())
        ]
        found = process.extractOne(word, near, scorer=OSA.distance, score_cutoff=slips)
        return found[0] if found else None

    def _short(self, word: str) -> list[str]:
        return [each for each in self._core if each[0] == word[0]]

    def _parts(self, word: str) -> tuple[str, ...]:
        """chestpain → chest, pain."""
        for cut in range(HALF, len(word) - HALF + 1):
            if word[:cut] in self._guessed and word[cut:] in self._guessed:
                return word[:cut], word[cut:]
        return (word,)

    def _sound(self, word: str) -> str:
        for written, said in self._sounds:
            word = word.replace(written, said)
        return re.sub(r"(.)\1", r"\1", word)
