"""Finding a patient in one box: by name, hospital number or birth date, as people type them."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator

from django.db import models

from tracker.models.patients import PatientQuerySet

TYPED_MAX = 100
"""Characters of a search; what is longer is cut, not refused."""
OLDEST = dt.timedelta(days=366 * 130)

MARKS = "\u0300-\u036f\u064b-\u0655"
"""Accents, and the vowel signs and hamzas of Arabic, once they are apart from their letters."""
LETTERS = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "Ł": "l", "Ø": "o", "Đ": "d"}
"""Letters that Unicode does not take apart."""
_LETTERS = {ord(letter): plain for letter, plain in LETTERS.items()}

_DATE = re.compile(r"(\d{1,4})[\s./\-]+(\d{1,2})[\s./\-]+(\d{1,4})")


def plain(words: str) -> str:
    """Small letters without accents: "MARTÍN" and "martin" are the same. PostgreSQL does it in `Plain`."""
    apart = unicodedata.normalize("NFD", words).lower()
    return re.sub(f"[{MARKS}]", "", apart).translate(_LETTERS)


class Plain(models.Func):
    """A column as `plain` makes a text."""

    template = (
        f"translate(regexp_replace(lower(normalize(%(expressions)s, NFD)), '[{MARKS}]', '', 'g'), "
        f"'{''.join(LETTERS)}', '{''.join(LETTERS.values())}')"
    )
    output_field = models.TextField()


class Squeezed(models.Func):
    """A hospital number without spaces and strokes, in small letters."""

    template = "regexp_replace(lower(%(expressions)s), '[^[:alnum:]]', '', 'g')"
    output_field = models.TextField()


def found(patients: PatientQuerySet, typed: str, today: dt.date) -> PatientQuerySet:
    """Those whose name holds every word, whose hospital number holds it all, or who were born on that day."""
    if not _words(typed):
        return patients
    wanted = _by_name(typed) | models.Q(born_on__in=birth_dates(typed, today))
    if _is_a_number(typed):
        wanted |= models.Q(squeezed_number__contains=squeezed(typed))
    return _searched(patients).filter(wanted)


def found_exactly(patients: PatientQuerySet, typed: str) -> PatientQuerySet:
    """Those whose name holds every word, or whose hospital number it is as a whole.

    For who is shown names alone: parts of a number, or days of a birth, would be found out one by one.
    """
    if not _words(typed):
        return patients
    wanted = _by_name(typed)
    if _is_a_number(typed):
        wanted |= models.Q(squeezed_number=squeezed(typed))
    return _searched(patients).filter(wanted)


def squeezed(typed: str) -> str:
    """As `Squeezed` makes a column."""
    return "".join(each for each in typed.lower() if each.isalnum())


def _searched(patients: PatientQuerySet) -> PatientQuerySet:
    return patients.alias(plain_name=Plain("name"), squeezed_number=Squeezed("record_number"))


def _words(typed: str) -> list[str]:
    return plain(typed).replace(",", " ").split()


def _by_name(typed: str) -> models.Q:
    wanted = models.Q()
    for word in _words(typed):
        wanted &= models.Q(plain_name__contains=word)
    return wanted


def _is_a_number(typed: str) -> bool:
    return any(each.isdigit() for each in squeezed(typed))


def birth_dates(typed: str, today: dt.date) -> list[dt.date]:
    """What was typed, as dates that somebody can be born on: 12.4.1968, 12/04/68, 1968-04-12, 12041968.

    Where it can be day and month or month and day it is both.
    """
    digits = "".join(str(unicodedata.decimal(each, each)) for each in unicodedata.normalize("NFKC", typed))
    dates = (_date(*each) for each in _readings(digits.strip(), today))
    likely = (each for each in dates if each and today - OLDEST <= each <= today)
    return list(dict.fromkeys(likely))


def _readings(typed: str, today: dt.date) -> Iterator[tuple[int, int, int]]:
    """Year, month and day, in every way in which they can be meant."""
    if re.fullmatch(r"\d{8}", typed):
        yield int(typed[:4]), int(typed[4:6]), int(typed[6:])
        yield from _either_way(typed[:2], typed[2:4], int(typed[4:]))
    elif match := _DATE.fullmatch(typed):
        first, second, third = match.groups()
        if len(first) == 4:
            yield int(first), int(second), int(third)
        elif len(first) <= 2:
            for year in _years(third):
                yield from _either_way(first, second, year)


def _either_way(first: str, second: str, year: int) -> Iterator[tuple[int, int, int]]:
    yield year, int(second), int(first)
    yield year, int(first), int(second)


def _years(typed: str) -> list[int]:
    """“68” may be 1968 or 2068."""
    if len(typed) == 4:
        return [int(typed)]
    return [1900 + int(typed), 2000 + int(typed)] if len(typed) == 2 else []


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
