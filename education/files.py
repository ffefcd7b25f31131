"""A page as a Markdown file, so that a clinic can keep its content in git. Knows files, asks no database.

`drugs/filgrastim.md` begins with what is no prose, in TOML between two lines of +++: the shipped pages are
TOML too, and Python reads it without another library. Then come the texts: one alone, or each below its
heading. Its Spanish lies beside it in `drugs/filgrastim.es.md`.
"""

import datetime as dt
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext as _

from education.documents import KINDS, TRANSLATIONS, Document, blank, columns_of, plain
from education.languages import Language
from education.prose import MARKDOWN
from education.translated import REVIEW, STAMP
from education.wording import tidy, unseen_in

FENCE = "+++"
SUFFIX = ".md"
BY_LINE = ("synonyms", "references")
"""Texts of which each line is a thing of its own: a list in the file, so that git shows which one changed."""
KIND_OF = {"articles": "article", "cytokines": "cytokine", "drugs": "drug", "symptoms": "symptom"}
FOLDER_OF = {kind: folder for folder, kind in KIND_OF.items()}
HEADINGS = {
    "how_given": "How it is given",
    "what_for": "What it is for",
    "common_effects": "Common side effects",
    "serious_effects": "Serious side effects",
    "when_to_call": "When to call the team",
    "call_emergency_when": "When to call the emergency number",
    "tell_emergency_room": "What to tell an emergency room",
    "what_it_is": "What it is",
    "why_it_happens": "Why it happens",
    "what_helps": "What helps",
}
"""In files, whatever the language: they are read by machines, and never translated."""
_FIELD_OF = {heading: name for name, heading in HEADINGS.items()}
# A line of a text that looks like one of these headings goes into the file with a backslash before it.
_HEADING = re.compile(rf"(\\*)## ({'|'.join(map(re.escape, _FIELD_OF))})")
_NAME = re.compile(rf"([a-z0-9]+(?:-[a-z0-9]+)*)(?:\.({'|'.join(Language.values)}))?\.md")

type Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a file cannot be read, in words for whoever wrote it."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        where = {"file": self.file, "line": self.line, "text": self.text}
        return _("%(file)s, line %(line)d: %(text)s") % where


class Unreadable(Exception):
    """Carries everything that is wrong, so that it can be put right in one go."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class PageFile:
    """What one file says. `language` is "" for the page itself; `lines`: where each field stands."""

    file: str
    folder: str
    slug: str
    language: str
    values: Document
    lines: Mapping[str, int] = field(default_factory=dict)

    def fault(self, name: str, text: str) -> Fault:
        return Fault(self.file, self.lines.get(name, 1), text)


# --- Writing ------------------------------------------------------------------------------------------------


def written(folder: str, content: Content) -> Iterator[tuple[str, str]]:
    """Name and text of each file of a page: its own, and one a translation."""
    own = {name: value for name, value in content.items() if name not in ("slug", TRANSLATIONS)}
    yield f"{folder}/{content['slug']}{SUFFIX}", _written(folder, own)
    for language, texts in sorted(content.get(TRANSLATIONS, {}).items()):
        yield f"{folder}/{content['slug']}.{language}{SUFFIX}", _written(folder, texts)


def _written(folder: str, values: Content) -> str:
    texts = {name: values[name] for name in MARKDOWN[folder] if values.get(name)}
    front = {name: _as_lines(name, value) for name, value in values.items() if name not in MARKDOWN[folder]}
    days = _days(folder)
    said = [
        f"{name} = {value if name in days else _toml(value)}"
        for name, value in front.items()
        if value not in (None, "", [])
    ]
    head = "\n".join([FENCE, f'kind = "{KIND_OF[folder]}"', *said, FENCE])
    return "\n\n".join([head, *_sections(folder, texts)]) + "\n"


def _sections(folder: str, texts: Content) -> Iterator[str]:
    if len(MARKDOWN[folder]) == 1:
        yield from texts.values()
        return
    for name, text in texts.items():
        yield f"## {HEADINGS[name]}"
        yield "\n".join(f"\\{line}" if _HEADING.fullmatch(line) else line for line in text.split("\n"))


def _days(folder: str) -> set[str]:
    """What is a day, which a document has as text and TOML has not."""
    columns = columns_of(KINDS[folder])
    return {name for name, each in columns.items() if isinstance(each, models.DateField)}


def _as_lines(name: str, value: Any) -> Any:
    return value.split("\n") if name in BY_LINE and value else value


def _toml(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case list() if len(value) > 1 and any(" " in each for each in value):
            return "[\n" + "".join(f"  {_toml(each)},\n" for each in value) + "]"
        case list():
            return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(str(value), ensure_ascii=False)


# --- Reading ------------------------------------------------------------------------------------------------


def read(files: Mapping[str, bytes]) -> list[PageFile]:
    """What the files say, pages before their translations. Raises Unreadable, with the faults of all."""
    pages: list[PageFile] = []
    faults: list[Fault] = []
    for file in sorted(files):
        try:
            pages.append(_read(file, files[file]))
        except Unreadable as bad:
            faults += bad.faults
    faults += _doubles(pages)
    if faults:
        raise Unreadable(faults)
    return sorted(pages, key=lambda page: (bool(page.language), [*KINDS].index(page.folder), page.slug))


def _doubles(pages: list[PageFile]) -> Iterator[Fault]:
    seen: dict[tuple[str, str, str], str] = {}
    for page in pages:
        key = (page.folder, page.slug, page.language)
        if key in seen:
            text = _("%(file)s is the same page.") % {"file": seen[key]}
            yield Fault(page.file, 1, text)
        seen.setdefault(key, page.file)


def _read(file: str, raw: bytes) -> PageFile:
    name = _NAME.fullmatch(PurePosixPath(file).name)
    if not name:
        text = _(
            "Name the file as the page’s address, in small letters: chills.md, or chills.es.md in Spanish."
        )
        raise Unreadable([Fault(file, 1, text)])
    slug, language = name[1], name[2] or ""
    front, lines, end = _front(file, text := _decoded(file, raw))
    folder = FOLDER_OF.get(str(front.pop("kind", "")), "")
    if not folder:
        kinds = ", ".join(FOLDER_OF)
        wrong = _("Say between the +++ lines which kind of page it is: kind = one of %(kinds)s.")
        raise Unreadable([Fault(file, lines.get("kind", 1), wrong % {"kinds": kinds})])
    texts, places = _texts(file, folder, text.split("\n"), end)
    page = PageFile(file, folder, slug, language, {}, lines | places)
    page.values.update(_typed(page, front) | texts)
    return page


def _decoded(file: str, raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Unreadable([Fault(file, line, _("This is not text in UTF-8."))]) from error
    lines = text.replace("\r\n", "\n").split("\n")
    wrong = _("There is a character here that nobody can see (%(code)s).")
    unseen = [(place, code) for place, line in enumerate(lines, start=1) if (code := unseen_in(line))]
    if unseen:
        raise Unreadable([Fault(file, place, wrong % {"code": code}) for place, code in unseen])
    return "\n".join(lines)


def _front(file: str, text: str) -> tuple[dict[str, Any], dict[str, int], int]:
    """What stands between the fences, the line of each name, and the line after the second fence."""
    lines = [line.rstrip() for line in text.split("\n")]
    if lines[0] != FENCE or FENCE not in lines[1:]:
        wrong = _("The file has to begin with a line +++, then facts about the page, then a line +++.")
        raise Unreadable([Fault(file, 1, wrong)])
    end = lines.index(FENCE, 1)
    try:
        front = tomllib.loads("\n".join(lines[1:end]))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"(.*) \(at line (\d+)", str(error))
        where = int(found[2]) + 1 if found else end + 1
        wrong = _("This cannot be read as TOML, a name = and a value: %(error)s.")
        said = found[1] if found else str(error).split(" (")[0]
        raise Unreadable([Fault(file, where, wrong % {"error": said})]) from error
    except (ValueError, RecursionError) as error:  # brackets in brackets, a number without end
        wrong = _("Something between the lines +++ is too long or too deep to be read.")
        raise Unreadable([Fault(file, 2, wrong)]) from error
    places: dict[str, int] = {}
    for place, line in enumerate(lines[1:end], start=2):
        if named := re.match(r"([a-z_]+)\s*=", line):
            places.setdefault(named[1], place)
    return front, places, end + 1


def _texts(file: str, folder: str, lines: list[str], start: int) -> tuple[dict[str, str], dict[str, int]]:
    """The Markdown texts, and the line at which each begins. Raises Unreadable."""
    names = MARKDOWN[folder]
    if len(names) == 1:
        return {names[0]: tidy("\n".join(lines[start:]))}, {names[0]: start + 1}
    texts: dict[str, list[str]] = {}
    places: dict[str, int] = {}
    faults: list[Fault] = []
    current: list[str] = []
    for place, line in enumerate(lines[start:], start=start + 1):
        heading = _HEADING.fullmatch(line.rstrip())
        if heading is None:
            if line.strip() and not texts:
                faults.append(Fault(file, place, _misplaced(names)))
                break
            current.append(line)
        elif heading[1]:
            current.append(line[1:])
        elif (name := _FIELD_OF[heading[2]]) not in names or name in texts:
            faults.append(Fault(file, place, _misplaced([each for each in names if each not in texts])))
            current = []
        else:
            current = texts[name] = []
            places[name] = place
    if faults:
        raise Unreadable(faults)
    return {name: tidy("\n".join(said)) for name, said in texts.items()}, places


def _misplaced(names: Any) -> str:
    headings = ", ".join(f"## {HEADINGS[name]}" for name in names)
    return _("Here one of these headings has to stand, each once: %(headings)s.") % {"headings": headings}


def _typed(page: PageFile, front: dict[str, Any]) -> dict[str, Any]:
    """The values as a row has them. Raises Unreadable for unknown names, and for values of another type."""
    allowed = _allowed(page)
    faults: list[Fault] = []
    values: dict[str, Any] = {}
    for name, value in front.items():
        if name not in allowed:
            text = _("A page has no “%(name)s”. It may have: %(names)s.")
            faults.append(page.fault(name, text % {"name": name, "names": ", ".join(allowed)}))
        elif wrong := _wrong(allowed[name], value):
            faults.append(page.fault(name, f"“{name}”: {wrong}"))
        else:
            values[name] = "\n".join(value) if name in BY_LINE else _tidied(value)
    if faults:
        raise Unreadable(faults)
    return {name: plain(tidy(value)) for name, value in values.items()}


def _tidied(value: Any) -> Any:
    return [tidy(each) for each in value] if isinstance(value, list) else value


def _allowed(page: PageFile) -> dict[str, type]:
    """What may stand between the fences, and of which type it is."""
    model = KINDS[page.folder]
    columns = columns_of(model)
    types = {
        name: _type_of(columns[name]) if name in columns else type(value)
        for name, value in blank(model).items()
    }
    types |= {name: list for name in BY_LINE if name in types}
    if page.language:
        names = (*(name for name in types if name in model.words), *REVIEW)
        types = {name: types[name] for name in names} | {"is_published": bool, STAMP: str}
    return {name: kind for name, kind in types.items() if name not in ("slug", *MARKDOWN[page.folder])}


def _type_of(column: models.Field) -> type:
    match column:
        case models.BooleanField():
            return bool
        case models.IntegerField():
            return int
        case models.DateTimeField():
            return dt.datetime
        case models.DateField():
            return dt.date
        case ArrayField():
            return list
    return str


def _wrong(kind: type, value: Any) -> str:
    """What a value should have been, or nothing."""
    right = {
        bool: type(value) is bool,
        int: type(value) is int,
        dt.datetime: type(value) is dt.datetime,
        dt.date: type(value) is dt.date,
        list: isinstance(value, list) and all(isinstance(each, str) for each in value),
        str: isinstance(value, str),
    }
    said = {
        bool: _("write true or false."),
        int: _("write a whole number."),
        dt.datetime: _("write a day and a time: 2026-11-20T09:30:00Z."),
        dt.date: _("write a day without quotes: 2026-11-20."),
        list: _('write a list: ["one", "two"].'),
        str: _("write text between quotes."),
    }
    return "" if right[kind] else said[kind]
