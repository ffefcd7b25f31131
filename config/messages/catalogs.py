"""Catalogs on the disk: locale/es/…/django.po for people, var/locale/es/…/django.mo made of it for Django."""

import os
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages import Message as Entry
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from config.messages.extract import Message
from config.messages.sources import BASE_DIR, NEEDED, Found, needed

LOCALE = BASE_DIR / "locale"
COMPILED = BASE_DIR / "var" / "locale"
# No dates and no names: only words change between two versions of a catalog.
HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""


def path_of(language: str, locale: Path = LOCALE) -> Path:
    return locale / language / "LC_MESSAGES" / "django.po"


def read(language: str, locale: Path = LOCALE) -> Catalog:
    """As it stands; empty where there is none. Raises PoFileError for what is no catalog."""
    path = path_of(language, locale)
    if not path.exists():
        return Catalog(language)
    return read_po(BytesIO(path.read_bytes()), locale=language, abort_invalid=True)


def template(found: Found) -> Catalog:
    catalog = Catalog()
    for message, names in sorted(found.items()):
        catalog.add(
            id_of(message),
            locations=[(name, 0) for name in sorted(names)],
            context=message.context or None,
        )
    return catalog


def id_of(message: Message) -> str | tuple[str, str]:
    """As catalogs write it."""
    return (message.singular, message.plural) if message.plural else message.singular


def said(entry: Entry) -> list[str]:
    """The translation, in each of its plural forms."""
    return [entry.string] if isinstance(entry.string, str) else [*(entry.string or ())]


def update(language: str, found: Found, locale: Path = LOCALE) -> None:
    """Adds what is new and takes out what nobody says any more.

    Words that are almost like old ones get the old translation, marked fuzzy: not used until a person has
    looked at it and has taken the mark off.
    """
    catalog = read(language, locale)
    catalog.update(template(needed(language, found)), update_creation_date=False)
    path = path_of(language, locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_written(language, catalog))


def _written(language: str, catalog: Catalog) -> bytes:
    written = BytesIO()
    write_po(
        written,
        catalog,
        width=0,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
        include_previous=True,
        include_lineno=False,
    )
    header = HEADER.format(language=language, plural_forms=catalog.plural_forms)
    return header.encode() + written.getvalue().strip() + b"\n"


def compile_all(locale: Path = LOCALE, compiled: Path = COMPILED) -> list[str]:
    """Makes what Django reads of each catalog that has changed since; returns the languages."""
    return [language for language in NEEDED if _compile(language, locale, compiled)]


def _compile(language: str, locale: Path, compiled: Path) -> bool:
    source = path_of(language, locale)
    made = path_of(language, compiled).with_suffix(".mo")
    if not source.exists() or (made.exists() and made.stat().st_mtime >= source.stat().st_mtime):
        return False
    with BytesIO() as written:
        write_mo(written, read(language, locale))
        made.parent.mkdir(parents=True, exist_ok=True)
        _replace(made, written.getvalue())
    return True


def _replace(path: Path, content: bytes) -> None:
    """At once: another process may be reading it, or writing the same."""
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)
