"""The board as it stands at a moment, for one person and what they want to see of it."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import AccessEvent, User
from tracker.models import Flag
from tracker.models.flags import State
from tracker.team.access import CareTeamRequest, flags_of
from tracker.team.board import Row, drawn, fetched, in_order
from tracker.team.live import filters
from tracker.team.live.filters import Wanted
from tracker.team.pages import keep_looks

ROWS_AT_ONCE = 25
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
    """Four queries, however many there are."""
    flags = fetched(flags_of(user), now)
    shown = [flag for flag in flags if wanted.wants(flag, user, now)]
    seen = {flag.pk for flag in shown}
    ordered = in_order(shown, now)
    first = len(ordered) if wanted.all else ROWS_AT_ONCE
    return Board(
        rows=drawn(ordered[:first], user, now),
        many=len(ordered),
        over_below=sum(flag.is_over_target(now) for flag in ordered[first:]),
        hidden=_hidden([flag for flag in flags if flag.pk not in seen]),
        news=[name for flag in flags for name in _news(flag, user, now)],
        drugs=filters.drug_choices(flags, wanted.drug, now),
        owners=filters.owner_choices(flags, wanted.owner),
    )


def words() -> dict[str, str]:
    """What the browser says itself between two polls, with the names of what it fills in."""
    return {
        "days": _("%(days)d d %(hours)d h"),
        "hours": _("%(hours)d h %(minutes)02d"),
        "minutes": _("%(minutes)d min"),
        "soon": _("under 1 min"),
        "late": _("%(late)s over target"),
        "over": _("%(over)s over target"),
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


def _hidden(flags: Collection[Flag]) -> Hidden:
    unclaimed = [flag.level for flag in flags if flag.state == State.OPEN]
    return Hidden(len(flags), len(unclaimed), max(unclaimed, default=None))


def _news(flag: Flag, user: User, now: dt.datetime) -> Iterable[str]:
    """A flag that gets worse, or comes back, begins to wait anew: by its moment it is known for new."""
    if flag.state == State.OPEN:
        yield f"{flag.pk.hex[:8]}{flag.waiting_since.timestamp():.6f}"
    if flag.owner_id == user.pk and flag.call_back_at and flag.is_to_be_called_back(now):
        yield f"{flag.pk.hex[:8]}c{flag.call_back_at.timestamp():.6f}"
