"""The files of translations: `content/<language>/<folder>/<slug>.toml`, the words of a page and nothing else.

`translates` in a file is the fingerprint of the English that it translates. A file whose English has changed
since is stale: somebody has to read both, and then stamps it anew.
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from education.languages import Language
from education.wording import digest, tidy

STAMP = "translates"
REVIEW = ("reviewed_by", "reviewed_on", "next_review_on")
_STAMPED = re.compile(rf'^{STAMP} = ".*"\n', re.MULTILINE)
NAMES_ONLY: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    Language.ARABIC: {"symptoms": ("plain_name", "synonyms", "question")}
}
"""The languages that have the words of the tick list and no pages, and what they have."""
SEVERAL_WORDS = 3
"""A text of more words than these that is the same as the English was not translated."""

type Texts = Mapping[str, Any]


class BadPage(Exception):
    """A shipped file says something that cannot be loaded."""


@dataclass(frozen=True, slots=True)
class Files:
    """The translations of one kind of page into one language."""

    root: Path
    language: str
    kind: str

    @property
    def folder(self) -> Path:
        return self.root / self.language / self.kind

    def name_of(self, slug: str) -> str:
        return f"{self.language}/{self.kind}/{slug}.toml"

    def read(self, words: Collection[str]) -> Iterator[tuple[str, dict[str, str]]]:
        """Each page's slug and texts. Raises BadPage, naming the file."""
        for path in sorted(self.folder.glob("*.toml")):
            try:
                texts = tomllib.loads(path.read_text("utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise BadPage(f"{self.name_of(path.stem)} cannot be read: {error}") from error
            if strangers := texts.keys() - {*words, STAMP, *REVIEW}:
                raise BadPage(f"{self.name_of(path.stem)}: there is no text {', '.join(sorted(strangers))}.")
            yield path.stem, {name: tidy(text) for name, text in texts.items()}

    def stamp(self, english: Mapping[str, Texts], words: Collection[str], slugs: Collection[str]) -> int:
        """Write into files which English they translate; returns how many changed. No `slugs`: into all."""
        changed = 0
        for slug, texts in self.read(words):
            if slug in english and (not slugs or slug in slugs):
                changed += self._stamp(slug, fingerprint(english[slug], texts, words))
        return changed

    def _stamp(self, slug: str, stamp: str) -> bool:
        path = self.folder / f"{slug}.toml"
        old = path.read_text("utf-8")
        new = f'{STAMP} = "{stamp}"\n{_STAMPED.sub("", old)}'
        if new != old:
            path.write_text(new, "utf-8")
        return new != old

    def objections(self, english: Mapping[str, Texts], words: Collection[str]) -> Iterator[str]:
        """What is missing, stale, incomplete or left in English, one sentence a file."""
        wanted = self._wanted(words)
        if not wanted:
            return
        found = dict(self.read(words))
        for slug, texts in english.items():
            if wrong := _objection(texts, found.get(slug), wanted, words):
                yield f"{self.name_of(slug)} {wrong}"
        for slug in found.keys() - english.keys():
            yield f"{self.name_of(slug)} translates a page that is not there."

    def _wanted(self, words: Collection[str]) -> Collection[str]:
        return NAMES_ONLY[self.language].get(self.kind, ()) if self.language in NAMES_ONLY else words


def fingerprint(english: Texts, translated: Texts, words: Collection[str]) -> str:
    """Of the English of the texts that were translated."""
    return digest({name: tidy(english[name]) for name in words if translated.get(name)})


def _objection(english: Texts, texts: Texts | None, wanted: Collection[str], words: Collection[str]) -> str:
    if texts is None:
        return "is missing."
    if missing := [name for name in wanted if english[name] and not texts.get(name)]:
        return f"lacks {', '.join(missing)}."
    same = [name for name in wanted if tidy(english[name]) == texts.get(name)]
    if left := [name for name in same if len(english[name].split()) > SEVERAL_WORDS]:
        return f"has {', '.join(left)} in English."
    if texts.get(STAMP) != fingerprint(english, texts, words):
        return "is stale: the English has changed. Compare them, then run manage.py stamp_translations."
    return ""
