"""What stands between a page and its readers, in an editor's words. Pure: values in, objections out.

Takes a page as a dictionary with its `translations`, dates as dates or as JSON has them; asks no database and
never the network.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from education.grades import LONG, grades, long_words, sentences, spanish_grades
from education.languages import Language
from education.prose import MARKDOWN, PROSE, REQUIRED, SPANISH_UNAVOIDABLE, UNAVOIDABLE, WORDS
from education.translated import SEVERAL_WORDS, STAMP, fingerprint
from education.wording import tidy

LIBRARY = "/learn/"
A_YEAR = dt.timedelta(days=366)
MANY = 5  # long words that an objection names
HIGHEST_HEADING = 2  # the page's own title is the h1

type Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Objection:
    """What is wrong, with which field (`body`, `translations.es.body`), and whether that stops publishing."""

    field: str
    text: str
    blocks: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What there is for a page to point to; `names` of drugs and proteins, which no reading grade counts."""

    addresses: frozenset[str] = frozenset()
    images: frozenset[str] = frozenset()
    drawings: frozenset[str] = frozenset()
    names: frozenset[str] = field(default=UNAVOIDABLE)


def objections(kind: str, content: Content, *, today: dt.date, known: Known) -> list[Objection]:
    """Everything that an editor ought to see before the page is published; `kind` is the folder: "drugs"."""
    return [
        *_missing(kind, content),
        *_address(kind, content),
        *_governance(content),
        *_review(content, today),
        *_references(content),
        *_markdown(kind, content, known),
        *_grade(kind, content, known),
        *_translations(kind, content, known),
    ]


# --- What has to be there -----------------------------------------------------------------------------------


def _missing(kind: str, content: Content) -> Iterator[Objection]:
    for name in REQUIRED[kind]:
        if not tidy(content.get(name, "")):
            yield Objection(name, _("This is empty, and readers need it."), True)


def _address(kind: str, content: Content) -> Iterator[Objection]:
    """An article stands among the library's own pages: one that is called "search" could never be opened."""
    slug = content.get("slug")
    if kind == "articles" and slug and resolve(f"{LIBRARY}{slug}/").url_name != "article":
        text = _("The library has a page of its own at this address: begin a new page with another one.")
        yield Objection("slug", text, True)


def _governance(content: Content) -> Iterator[Objection]:
    if not content.get("written_by"):
        yield Objection("written_by", _("Say who wrote the page."), True)
    if not content.get("funding"):
        yield Objection("funding", _("Say who paid for the page, or that nobody did."), True)


def _review(content: Content, today: dt.date) -> Iterator[Objection]:
    by = content.get("reviewed_by") or ""
    on, following = _day(content.get("reviewed_on")), _day(content.get("next_review_on"))
    if not by:
        yield Objection("reviewed_by", _("Nobody has reviewed the page: give a name and a role."), True)
    elif not _has_a_role(by):
        text = _("Give the reviewer’s role after the name, with a comma between: Dr Ana Ruiz, oncologist.")
        yield Objection("reviewed_by", text, True)
    if on is None:
        yield Objection("reviewed_on", _("Say when it was reviewed."), True)
    elif on > today:
        yield Objection("reviewed_on", _("The day of the review is still to come."), True)
    yield from _next_review(following, on or today, today)


def _day(value: dt.date | str | None) -> dt.date | None:
    """A date, or one as JSON has it."""
    return dt.date.fromisoformat(value) if isinstance(value, str) and value else value or None


def _has_a_role(by: str) -> bool:
    name, comma, role = by.partition(",")
    return bool(comma and name.strip() and role.strip())


def _next_review(following: dt.date | None, reviewed: dt.date, today: dt.date) -> Iterator[Objection]:
    if following is None:
        yield Objection("next_review_on", _("Say when it is to be reviewed next."), True)
    elif following < today:
        yield Objection(
            "next_review_on", _("The next review is overdue: the page has to be read again."), True
        )
    elif following - reviewed > A_YEAR:
        yield Objection("next_review_on", _("The next review is more than a year after the last."), True)


def _references(content: Content) -> Iterator[Objection]:
    lines = [line for line in content.get("references", "").splitlines() if line.strip()]
    if not lines:
        yield Objection("references", _("There is no reference: cite what the page rests on."), True)
    for line in lines:
        for address in re.findall(r"\S+://\S*|\b(?:javascript|data):\S*", line, re.IGNORECASE):
            if wrong := _wrong_elsewhere(address):
                yield Objection("references", wrong, True)


# --- Markdown -----------------------------------------------------------------------------------------------


def _markdown(kind: str, content: Content, known: Known, prefix: str = "") -> Iterator[Objection]:
    for name in MARKDOWN[kind]:
        for text, blocks in _faults(content.get(name) or "", known):
            yield Objection(prefix + name, text, blocks)


def _faults(text: str, known: Known) -> Iterator[tuple[str, bool]]:
    """Of one Markdown text: what is wrong, and whether that blocks."""
    if not text:
        return
    tokens = _reader().parse(text)
    spans = [child for token in tokens for child in token.children or ()]
    yield from _html(tokens, spans)
    yield from _headings(tokens)
    for address in dict.fromkeys(str(span.attrs["href"]) for span in spans if span.type == "link_open"):
        if wrong := wrong_address(address, known):
            yield wrong, True
        elif address.startswith("http:"):
            yield _("The address %(address)s is not safe to follow: use https.") % {"address": address}, False
    for span in spans:
        if span.type == "image":
            yield from ((wrong, True) for wrong in _image(str(span.attrs["src"]), span.content, known))


@cache
def _reader() -> MarkdownIt:
    """Sees what a writer meant, however little of it would be shown: HTML, pictures, links to anywhere."""
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    reader.validateLink = _any_link  # type: ignore[method-assign,assignment]
    return reader


def _any_link(_url: str) -> bool:
    return True


def _html(tokens: Iterable[Token], spans: Iterable[Token]) -> Iterator[tuple[str, bool]]:
    typed = [token.content.strip() for token in tokens if token.type == "html_block"]
    typed += [span.content.strip() for span in spans if span.type == "html_inline"]
    if typed:
        text = _("HTML is shown to readers as it is typed: %(html)s. Write Markdown in its place.")
        yield text % {"html": _short(typed[0])}, True


def _headings(tokens: list[Token]) -> Iterator[tuple[str, bool]]:
    last = HIGHEST_HEADING - 1
    for token, inside in pairwise(tokens):
        if token.type != "heading_open":
            continue
        level = int(token.tag[1])
        named = {"heading": _short(inside.content)}
        if not inside.content.strip():
            yield _("There is a heading without words."), True
        elif level < HIGHEST_HEADING:
            yield _("Start the heading “%(heading)s” with ##: the page’s title is above it.") % named, True
        elif level > last + 1:
            yield _("The heading “%(heading)s” leaves out a level: use one # less.") % named, True
        last = max(level, HIGHEST_HEADING)


def _image(source: str, alt: str, known: Known) -> Iterator[str]:
    kind, _colon, name = source.partition(":")
    if kind not in ("drawing", "image"):
        yield _("%(source)s is not shown: only drawings and pictures of the library are.") % {
            "source": _short(source)
        }
    elif name not in (known.drawings if kind == "drawing" else known.images):
        yield _("There is no picture called %(source)s.") % {"source": _short(source)}
    if not alt.strip():
        text = _("The picture %(source)s has no words for people who cannot see it.")
        yield text % {"source": _short(source)}


# --- Links --------------------------------------------------------------------------------------------------

_TELEPHONE = re.compile(r"tel:\+?\d[\d-]*$")
_MAIL = re.compile(r"mailto:[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+$")
_HOST = re.compile(r"(?!-)[a-z0-9-]+(?:\.[a-z0-9-]+)+$", re.IGNORECASE)


def wrong_address(address: str, known: Known) -> str:
    """What is wrong with where a link leads, or nothing."""
    if address.startswith("/") and not address.startswith("//"):
        path = re.split(r"[?#]", address)[0]
        if path not in known.addresses and (path.startswith(LIBRARY) or not _is_ours(path)):
            return _("The link to %(address)s leads to no published page.") % {"address": _short(address)}
        return ""
    if _TELEPHONE.match(address) or _MAIL.match(address):
        return ""
    if "://" in address:
        return _wrong_elsewhere(address)
    return _("“%(address)s” is no address that a page can link to.") % {"address": _short(address)}


def _is_ours(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def _wrong_elsewhere(address: str) -> str:
    """Of an address on the web: only how it is written. Nothing is fetched."""
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    good = parts.scheme in ("https", "http") and _HOST.match(host) and "@" not in parts.netloc
    if good and not re.search(r"[\s<>\\\"]", address):
        return ""
    return _("The address %(address)s is not written as addresses are.") % {"address": _short(address)}


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


# --- Plain words --------------------------------------------------------------------------------------------


def _grade(kind: str, content: Content, known: Known) -> Iterator[Objection]:
    """The whole page, and each long paragraph: a hard one must not hide among easy ones."""
    said = {name: content[name] for name in PROSE[kind] if content.get(name)}
    page = sentences("\n".join(said.values()), known.names)
    if (grade := grades(page)).is_hard:
        text = _("The page is harder to read than grade 6 (%(grade)s). Long words: %(words)s.")
        yield Objection("", text % {"grade": grade, "words": _named(page)}, True)
    for name, words in said.items():
        for paragraph in re.split(r"\n\s*\n", words.strip()):
            yield from _hard_paragraph(name, sentences(paragraph, known.names))


def _hard_paragraph(name: str, said: list[str]) -> Iterator[Objection]:
    if sum(len(sentence.split()) for sentence in said) < LONG:
        return
    if (grade := grades(said)).is_hard:
        text = _("The paragraph “%(start)s” is harder than grade 6 (%(grade)s). Long words: %(words)s.")
        values = {"start": _short(said[0]), "grade": grade, "words": _named(said)}
        yield Objection(name, text % values, True)


def _named(said: list[str]) -> str:
    words = [*dict.fromkeys(word.lower() for word in long_words(said))]
    return ", ".join(words[:MANY]) or _("none; make the sentences shorter")


# --- Translations -------------------------------------------------------------------------------------------


def _translations(kind: str, content: Content, known: Known) -> Iterator[Objection]:
    """A page may go out before its translations, which say so themselves; what is in them must be sound.

    Spanish is wanted of every page, and has a formula of how hard it is to read; Arabic neither.
    """
    for language in Language:
        texts, place = content.get("translations", {}).get(language), f"translations.{language}"
        if texts and any(texts.get(name) for name in WORDS[kind]):
            yield from _markdown(kind, texts, known, f"{place}.")
            yield from _stale(kind, content, texts, place)
            if language == Language.SPANISH:
                yield from _untranslated(kind, content, texts, place)
                yield from _hard_spanish(kind, texts, known, place)
        elif language == Language.SPANISH:
            yield Objection(place, _("There is no Spanish yet: readers see it in English."), False)


def _hard_spanish(kind: str, texts: Content, known: Known, place: str) -> Iterator[Objection]:
    said = "\n".join(texts[name] for name in PROSE[kind] if texts.get(name))
    page = sentences(said, known.names | SPANISH_UNAVOIDABLE)
    if (grade := spanish_grades(page)).is_hard:
        yield Objection(place, _("The Spanish is hard to read (%(grade)s).") % {"grade": grade}, False)


def _untranslated(kind: str, content: Content, texts: Content, place: str) -> Iterator[Objection]:
    for name in WORDS[kind]:
        english, own = tidy(content.get(name) or ""), tidy(texts.get(name) or "")
        if english and not own:
            yield Objection(f"{place}.{name}", _("This is not in Spanish yet."), False)
        elif english == own and len(english.split()) > SEVERAL_WORDS:
            yield Objection(f"{place}.{name}", _("This is still in English."), False)


def _stale(kind: str, content: Content, texts: Content, place: str) -> Iterator[Objection]:
    if texts.get(STAMP, "") != fingerprint(_whole(kind, content), texts, WORDS[kind]):
        text = _("The English has changed since it was translated: compare the two.")
        yield Objection(place, text, False)


def _whole(kind: str, content: Content) -> dict[str, Any]:
    return dict.fromkeys(WORDS[kind], "") | dict(content)
