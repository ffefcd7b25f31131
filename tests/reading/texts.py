"""Every English text that a patient reads, with the file that it stands in."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from config.messages.extract import Message
from config.messages.sources import BASE_DIR, find, needed
from education.grades import LONG, sentences
from education.prose import PROSE as READ
from education.prose import UNAVOIDABLE, names_of

CONTENT = BASE_DIR / "education" / "content"
TRIAGE = BASE_DIR / "tracker" / "triage"

NOT_READ = {"code", "section", "family", "cytokine", "brand_names", "synonyms"}
"""Fields of pages that are no prose: keys, names, and what the search goes by."""

FOR_STAFF = ("*/models/*",)
"""What models say is read in the admin, but for what may be chosen: weekdays, kinds of pages."""

SAMPLES = defaultdict(
    lambda: "Rosa",
    {
        **dict.fromkeys(("days", "hours", "minutes", "count", "many", "number", "cycle", "usual"), "3"),
        **dict.fromkeys(("lowest", "highest", "show_value", "first", "last", "typed", "previous"), "40"),
        **dict.fromkeys(("percent", "kg"), "2"),
        **dict.fromkeys(
            ("day", "when", "on", "latest", "next", "begin", "end", "worst", "heard", "back"), "2 May"
        ),
        **dict.fromkeys(("at", "time"), "9:30"),
        **dict.fromkeys(("symptom", "label"), "chills"),
        **dict.fromkeys(("word", "words", "level"), "mild"),
        **dict.fromkeys(("unit", "suggested", "example"), "kg"),
        **dict.fromkeys(("phone", "phone_href", "line", "line_href", "href", "ip", "drug", "email"), ""),
        **dict.fromkeys(("from_email", "to_email", "deleted_email", "user_agent"), ""),
        **dict.fromkeys(("emergency_number", "team_phone", "line_24h", "crisis_line"), ""),
    },
)
"""What a placeholder is filled with: with nothing where telephone numbers, addresses and drugs stand."""
_PLACEHOLDER = re.compile(r"%\((?P<named>\w+)\)[\d.]*[a-z]|\{(?P<braced>\w*)\}|%[sd]")
_TELEPHONE = re.compile(r"\+?\d[\d -]{5,}\d")


class Text(NamedTuple):
    """`part` is its name inside the file."""

    source: str
    file: str
    part: str
    sentences: list[str]

    @property
    def words(self) -> int:
        return sum(len(sentence.split()) for sentence in self.sentences)


def texts() -> Iterator[Text]:
    yield from pages()
    yield from rules()
    yield from questions()
    yield from interface()


def _text(source: str, file: str, part: str, words: str) -> Text:
    return Text(source, file, part, sentences(filled(words), names()))


def filled(words: str) -> str:
    """Each placeholder with a sample of what it will hold."""
    sample = _PLACEHOLDER.sub(lambda found: SAMPLES[found["named"] or found["braced"] or ""], words)
    return _TELEPHONE.sub("", sample).replace("%%", "%")


@cache
def names() -> frozenset[str]:
    """Of drugs, brands and proteins, as our own pages and rules spell them."""
    pages = {folder: [page for _path, page in _files(folder)] for folder in ("drugs", "cytokines")}
    said = toml(TRIAGE / "defaults.toml")["drug_names"]["en"].values()
    return UNAVOIDABLE | names_of(pages) | {*said}


def toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _files(folder: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted((CONTENT / folder).glob("*.toml")):
        yield path, toml(path)


def _name(path: Path) -> str:
    return path.relative_to(BASE_DIR).as_posix()


def pages() -> Iterator[Text]:
    """The library: each page, and each long paragraph or list of it."""
    for folder, fields in READ.items():
        for path, page in _files(folder):
            said = {field: page[field] for field in fields if page.get(field)}
            yield _text(folder, _name(path), "the page", "\n".join(said.values()))
            for field, words in said.items():
                for place, paragraph in enumerate(re.split(r"\n\s*\n", words.strip()), start=1):
                    part = f"{field}, paragraph {place}"
                    yield from _if_long(_text("paragraphs", _name(path), part, paragraph))


def rules() -> Iterator[Text]:
    """What a rule tells a patient, with the advice of its level as it is read; alone too where it is long."""
    file = _name(TRIAGE / "defaults.toml")
    book = toml(TRIAGE / "defaults.toml")
    advice = {level: _lines(each["en"]) for level, each in book["advice"].items()}
    for level, said in advice.items():
        yield _text("advice", file, f"advice, {level}", "\n".join(said))
    by_level: dict[str, list[str]] = defaultdict(list)
    for rule in book["rule"]:
        own = [line for key in ("patient", "do", "call_when", "helps") for line in _english(rule, key)]
        by_level[rule["level"]] += own
        yield from _if_long(_text("rules", file, rule["code"], "\n".join(own)))
        together = "\n".join([*advice[rule["level"]], *own])
        yield _text("rules", file, f"{rule['code']}, with its advice", together)
    for level, own in by_level.items():
        yield _text("rules", file, f"all that are {level}", "\n".join(own))


def _lines(section: Mapping[str, Any]) -> list[str]:
    return [line for value in section.values() for line in ([value] if isinstance(value, str) else value)]


def _english(part: Mapping[str, Any], key: str) -> list[str]:
    said = part.get(key, {}).get("en", [])
    return [said] if isinstance(said, str) else said


def _if_long(text: Text) -> Iterator[Text]:
    if text.words >= LONG:
        yield text


def questions() -> Iterator[Text]:
    """What triage asks again about readings, and the words for symptoms and how bad they are."""
    words, symptoms = TRIAGE / "words.toml", TRIAGE / "symptoms.toml"
    yield _text("questions", _name(words), "en", "\n".join(_said_again(toml(words))))
    known = toml(symptoms)
    labels = [
        line for kind in ("red_flag", "symptom") for each in known[kind] for line in _english(each, "label")
    ]
    yield _text("symptoms' names", _name(symptoms), "labels", "\n".join(labels))
    yield _text("symptoms' names", _name(symptoms), "scales", "\n".join(_lines(known["scales"]["en"])))


def _said_again(words: Mapping[str, Any]) -> Iterator[str]:
    """Of phrases, which are the team's, only those that are kept in Spanish too: the team reads English."""
    for part, said in words["en"].items():
        for key, text in said.items():
            if part in ("question", "example", "reading", "unit") or key in words["es"].get(part, {}):
                yield text


def interface() -> Iterator[Text]:
    """Pages and messages, file by file, long strings alone too; files of few words make one text together."""
    said: dict[str, list[str]] = defaultdict(list)
    for message, files in sorted(for_patients().items()):
        words = message.plural or message.singular
        for file in files:
            said[file].append(words)
        yield from _if_long(_text("long strings", files[0], f"“{words[:40]}…”", words))
    few: list[str] = []
    for file, strings in sorted(said.items()):
        text = _text("interface", file, "all its words", "\n".join(strings))
        if text.words < LONG:
            few += strings
        yield from _if_long(text)
    yield _text("interface", "the app", "files of few words", "\n".join(few))


def for_patients() -> dict[Message, list[str]]:
    """Messages with the files that say them to patients: those that have to be there in every language."""
    said = {
        message: [file for file in sorted(files) if not any(fnmatch(file, each) for each in FOR_STAFF)]
        for message, files in needed("ar", find()).items()
    }
    return {message: files for message, files in said.items() if files}
