"""The world's time zones, as people look for them: by their part of the world and a city."""

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


def zones_by_part() -> list[tuple[str, list[tuple[str, str]]]]:
    """For a list to choose from: each part of the world with its zones and their places, by place."""
    known = available_timezones()
    return [
        (part, sorted(((name, _label(name)) for name in known if name.startswith(f"{part}/")), key=_by_place))
        for part in PARTS
    ]


def _by_place(choice: tuple[str, str]) -> str:
    return choice[1]


def _label(name: str) -> str:
    """“Madrid”; “Louisville (Kentucky)” for America/Kentucky/Louisville."""
    _part, _slash, rest = name.partition("/")
    within, _slash, place = rest.rpartition("/")
    return (f"{place} ({within})" if within else place).replace("_", " ")
