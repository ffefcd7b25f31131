"""Fields and wordings as editors read them: names of fields, and what changed between two, by words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from education.documents import KINDS, TRANSLATIONS, columns_of, translation_of
from education.languages import ENGLISH, Language
from education.merging import BETWEEN, differences
from education.translated import STAMP

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Part:
    """Some words: `said` is "same", "gone" or "new"."""

    text: str
    said: str


@dataclass(frozen=True, slots=True)
class Change:
    """A field in which two documents differ: what stood there and what stands there, in parts."""

    path: str
    label: str
    language: str
    old: list[Part]
    new: list[Part]


def label_of(kind: str, path: str) -> str:
    """A field by the name that the form gives it; with the language, where it is a translation's."""
    model = KINDS[kind]
    if not path:
        return _("The whole page")
    if path.startswith(TRANSLATIONS):
        _translations, language, *rest = path.split(BETWEEN)
        told = str(Language(language).label) if language in Language.values else language
        if not rest:
            return told
        return f"{told}: {_column(translation_of(model), rest[0])}"
    links = {
        "symptoms": _("symptoms"),
        "drugs": _("drugs"),
        "cytokine": _("cytokine"),
    }
    return str(links.get(path) or _column(model, path))


def _column(model: Any, name: str) -> str:
    if name == STAMP:
        return _("compared with the English")
    columns = columns_of(model) | {field.name: field for field in model._meta.concrete_fields}
    return str(columns[name].verbose_name) if name in columns else name


def language_of(path: str) -> str:
    return path.split(BETWEEN)[1] if path.startswith(TRANSLATIONS + BETWEEN) else ENGLISH


def changes(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Field by field, what readers read first. A stamp changes with every comparison and is left out."""
    found = [each for each in differences(old, new) if not each[0].endswith(BETWEEN + STAMP)]
    return [
        Change(path, label_of(kind, path), language_of(path), *_parts(*_said(kind, path, before, after)))
        for path, before, after in sorted(found, key=lambda each: _place(kind, each[0]))
    ]


def _place(kind: str, path: str) -> tuple[str, int, str]:
    """English first; of each language what the page is called, then its texts, then what is said of them."""
    model, name = KINDS[kind], path.split(BETWEEN)[-1]
    names = [model.named_by, *model.words, *columns_of(model)]
    at = names.index(name) if name in names else len(names)
    return path.split(BETWEEN)[1] if path.startswith(TRANSLATIONS) else "", at, path


def _said(kind: str, path: str, *values: Any) -> tuple[str, str]:
    """Values as they are chosen in the form."""
    choices = dict(columns_of(KINDS[kind])[path].flatchoices) if path in columns_of(KINDS[kind]) else {}
    old, new = (plain_words(choices.get(value, value) if choices else value) for value in values)
    return old, new


def marked(old: Any, new: Any) -> SafeString:
    """A wording with what is not in another struck out of it and put into it, as safe HTML."""
    before, after = _WORDS.findall(plain_words(old)), _WORDS.findall(plain_words(new))
    parts: list[SafeString] = []
    for tag, a, b, c, d in _steps(before, after):
        if tag == "equal":
            parts.append(conditional_escape("".join(before[a:b])))
            continue
        parts += [format_html("<del>{}</del>", "".join(before[a:b]))] if b > a else []
        parts += [format_html("<ins>{}</ins>", "".join(after[c:d]))] if d > c else []
    return SafeString("".join(parts))


def _steps(before: list[str], after: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """By words: a space is like any other, and with them 2,000 words that are all new take minutes."""
    return SequenceMatcher(str.isspace, before, after, autojunk=False).get_opcodes()


def plain_words(value: Any) -> str:
    """A value as lines of text."""
    match value:
        case None | "" | [] | False:
            return ""
        case True:
            return _("yes")
        case list():
            return "\n".join(map(str, value))
    return str(value)


def _parts(old: str, new: str) -> tuple[list[Part], list[Part]]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    steps = _steps(before, after)
    left = [
        Part("".join(before[a:b]), "same" if tag == "equal" else "gone")
        for tag, a, b, _c, _d in steps
        if b > a
    ]
    right = [
        Part("".join(after[c:d]), "same" if tag == "equal" else "new") for tag, _a, _b, c, d in steps if d > c
    ]
    return [*_joined(left)], [*_joined(right)]


def _joined(parts: list[Part]) -> Iterator[Part]:
    """Changes with nothing but a space between them are one change: it reads as one."""
    waiting: list[Part] = []
    for part in parts:
        if waiting and part.said != waiting[0].said and not (waiting[0].said != "same" and _is_gap(part)):
            yield _together(waiting)
            waiting = []
        waiting.append(part)
    if waiting:
        yield _together(waiting)


def _is_gap(part: Part) -> bool:
    return part.said == "same" and part.text.isspace() and "\n" not in part.text


def _together(parts: list[Part]) -> Part:
    return Part("".join(part.text for part in parts), parts[0].said)
