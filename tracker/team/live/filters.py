"""What somebody wants to see of the board: said in its address, so that it can be kept; a name under seal."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Self
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import CareTeam, User
from config import searches
from config.templatetags.ui import MARK_BY_NAME
from tracker.team.live.entries import Entry
from tracker.triage.report import Level

LEVELS = {level.word: level for level in sorted(Level, reverse=True) if level > Level.NONE}
MINE, NOBODY = "mine", "nobody"
NAMES = ("q",)
"""Fields that name somebody."""
LONGEST = 100  # characters of a word in the address; what is longer is cut, not refused

type Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """All of these together; "" asks for everything. `whose` is MINE or a team's key, `owner` a person's."""

    whose: str = ""
    level: str = ""
    drug: str = ""
    owner: str = ""
    q: str = ""
    sealed: str = ""
    """`q` as it stands in an address."""
    all: str = ""
    """Anything: also those rows that would come after the first ROWS_AT_ONCE."""

    @classmethod
    def of(cls, query: QueryDict, user: User, teams: Iterable[CareTeam]) -> Self:
        """A level, a team or a person that we do not know asks for all: better too many than too few."""
        query = searches.asked(query, NAMES, user.pk)
        said = {name: query.get(name, "").strip()[:LONGEST] for name in cls.__slots__}
        said["sealed"] = query.get(searches.NAME, "")
        if said["whose"] not in {MINE, *(str(team.pk) for team in teams)}:
            said["whose"] = ""
        if said["level"] not in LEVELS:
            said["level"] = ""
        if said["owner"] != NOBODY and not (said["owner"].isascii() and said["owner"].isdecimal()):
            said["owner"] = ""
        return cls(**said)

    @property
    def address(self) -> str:
        """Of the board that shows it."""
        said = {name: value for name, value in asdict(self).items() if value and name not in NAMES}
        return reverse("team:board") + (f"?{urlencode(said)}" if said else "")

    @property
    def is_everything(self) -> bool:
        return replace(self, all="") == Wanted()

    @property
    def with_all(self) -> str:
        """The address that shows every row of it."""
        return replace(self, all="yes").address

    @property
    def folded(self) -> int:
        """How many of those that are folded away are chosen."""
        return sum(map(bool, (self.level, self.drug, self.owner)))

    def whose_choices(self, teams: Sequence[CareTeam]) -> list[tuple[str, str, bool]]:
        """Address, words, and whether it is chosen: all, each of several teams, the user's own."""
        several = [(str(team.pk), str(team)) for team in teams] if len(teams) > 1 else []
        everybody = _("All my teams") if several else _("The team")
        choices = [("", everybody), *several, (MINE, _("Mine"))]
        return [(replace(self, whose=key).address, words, key == self.whose) for key, words in choices]

    def wants(self, entry: Entry, user: User) -> bool:
        return (
            self.whose in ("", str(entry.team_id), MINE if entry.owner_id == user.pk else "")
            and self.level in ("", Level(entry.level).word)
            and self.owner in ("", str(entry.owner_id) if entry.owner_id else NOBODY)
            and (not self.drug or self.drug in entry.drugs)
            and (
                not self.q
                or any(_plain(self.q) in _plain(each) for each in (entry.name, entry.record_number))
            )
        )


def level_choices() -> Choices:
    return [("", _("Every level")), *((word, str(MARK_BY_NAME[word].label)) for word in LEVELS)]


def drug_choices(entries: Iterable[Entry], chosen: str) -> Choices:
    """Those that patients on the board are on."""
    known = {code: name for entry in entries for code, name in entry.drugs.items()}
    return [("", _("Every drug")), *_with_chosen(known, chosen)]


def owner_choices(entries: Iterable[Entry], chosen: str) -> Choices:
    """Those who have something on the board."""
    known = {str(entry.owner_id): entry.owner for entry in entries if entry.owner}
    chosen = "" if chosen == NOBODY else chosen
    return [("", _("Everybody")), (NOBODY, _("Unclaimed")), *_with_chosen(known, chosen)]


def _with_chosen(known: dict[str, str], chosen: str) -> Choices:
    """What is chosen stays to be seen, though nothing on the board is of it any more."""
    if chosen:
        known.setdefault(chosen, _("Nothing here"))
    return sorted(known.items(), key=lambda each: each[1])


def _plain(words: str) -> str:
    """Without capitals and accents: "martin" finds Martín."""
    letters = unicodedata.normalize("NFD", words.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
