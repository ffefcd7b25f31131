"""The world's time zones, as people look for them: by their part of the world and a city."""

from collections.abc import Collection
from functools import cache
from zoneinfo import available_timezones

PARTS = (
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


def place_of(name: str) -> str:
    """“Madrid” for Europe/Madrid, “Buenos Aires” for America/Argentina/Buenos_Aires, “UTC” for UTC."""
    return name.rpartition("/")[2].replace("_", " ")


@cache
def zones_by_part() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """For a list to choose from: each part of the world with its zones and their places, by place."""
    known = available_timezones()
    return tuple((part, _places(part, known)) for part in PARTS)


def _places(part: str, known: Collection[str]) -> tuple[tuple[str, str], ...]:
    here = ((name, _label(name)) for name in known if name.startswith(f"{part}/"))
    return tuple(sorted(here, key=_by_place))


def _by_place(choice: tuple[str, str]) -> str:
    return choice[1]


def _label(name: str) -> str:
    """“Madrid”; “Louisville (Kentucky)” for America/Kentucky/Louisville."""
    _part, _slash, rest = name.partition("/")
    within, _slash, place = rest.rpartition("/")
    return (f"{place} ({within})" if within else place).replace("_", " ")
