"""The board as it stands at a moment, for one person and what they want to see of it."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import AccessEvent, User
from tracker.models.flags import State
from tracker.team.access import CareTeamRequest, flags_of
from tracker.team.board import Row, in_order, rows
from tracker.team.live import filters
from tracker.team.live.entries import Entry, entries
from tracker.team.live.filters import Wanted
from tracker.team.pages import keep_looks

ROWS_AT_ONCE = 20
"""More than one person works off: the rest is counted below them, one link away."""
LOOK_KEPT_FOR = dt.timedelta(hours=1)
"""A board that lies open all day is one look an hour at each of its patients, not one each poll."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is on the board and not wanted. `worst` is the level of the worst that nobody has, if any."""

    many: int
    unclaimed: int
    worst: int | None


@dataclass(frozen=True, slots=True)
class Board:
    """`rows` are the first of the `many` that are wanted; of those below them `over_below` wait too long.

    `news` names all that asks for somebody, wanted or not: what was not among it before has just come.
    """

    rows: Sequence[Row]
    many: int
    over_below: int
    hidden: Hidden
    news: Sequence[str]
    drugs: filters.Choices
    owners: filters.Choices

    @property
    def below(self) -> int:
        """How many rows come after those that are shown."""
        return self.many - len(self.rows)

    @property
    def over(self) -> int:
        return self.over_below + sum(row.over_by is not None for row in self.rows)


def board(user: User, wanted: Wanted, now: dt.datetime) -> Board:
    """Six queries, however many there are; whole flags are fetched only for the rows that are shown."""
    standing = entries(user, now)
    ordered = in_order([entry for entry in standing if wanted.wants(entry, user)], now)
    seen = {entry.pk for entry in ordered}
    first = len(ordered) if wanted.all else ROWS_AT_ONCE
    return Board(
        rows=rows(flags_of(user).filter(pk__in=[entry.pk for entry in ordered[:first]]), user, now),
        many=len(ordered),
        over_below=sum(entry.is_over_target(now) for entry in ordered[first:]),
        hidden=_hidden([entry for entry in standing if entry.pk not in seen]),
        news=[name for entry in standing for name in _news(entry, user, now)],
        drugs=filters.drug_choices(standing, wanted.drug),
        owners=filters.owner_choices(standing, wanted.owner),
    )


def words() -> dict[str, str]:
    """What the browser says itself between two polls, with the names of what it fills in."""
    return {
        "arrived": _("New on the board: %(many)s"),
        "chosen": _("%(many)s chosen"),
    }


def keep_looks_of(request: CareTeamRequest, rows: Iterable[Row], now: dt.datetime) -> None:
    """Whom somebody saw here; not again within the hour."""
    patients = {row.flag.patient_id: row.flag.patient for row in rows}
    lately = _seen_lately(request.user, patients, now)
    keep_looks(request, [each for pk, each in patients.items() if pk not in lately], AccessEvent.What.BOARD)


def _seen_lately(user: User, patients: Collection[UUID], now: dt.datetime) -> set[UUID]:
    looks = AccessEvent.objects.filter(actor=user, what=AccessEvent.What.BOARD, patient_id__in=patients)
    lately = looks.filter(at__gt=now - LOOK_KEPT_FOR).values_list("patient_id", flat=True)
    return {each for each in lately if each}


def _hidden(entries: Collection[Entry]) -> Hidden:
    unclaimed = [entry.level for entry in entries if entry.state == State.OPEN]
    return Hidden(len(entries), len(unclaimed), max(unclaimed, default=None))


def _news(entry: Entry, user: User, now: dt.datetime) -> Iterable[str]:
    """A flag that gets worse, or comes back, begins to wait anew: by its moment it is known for new."""
    if entry.state == State.OPEN:
        yield f"{entry.pk.hex[:8]}{entry.waiting_since.timestamp():.6f}"
    if entry.owner_id == user.pk and entry.call_back_at and entry.is_to_be_called_back(now):
        yield f"{entry.pk.hex[:8]}c{entry.call_back_at.timestamp():.6f}"
