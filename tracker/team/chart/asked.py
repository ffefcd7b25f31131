"""What the address of a chart asks for: which days, which lines, what of what happened."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.http import urlencode

from tracker.team.chart.timeline import Kind
from tracker.triage.symptoms import SYMPTOMS

SPANS = (28, 56, 84)
USUAL_SPAN = 28  # days
LINES_MAX = 12
A_DAY = dt.timedelta(days=1)


def span(asked_for: str) -> int:
    """The number of days to show; anything but what we offer is the usual four weeks."""
    return next((days for days in SPANS if str(days) == asked_for), USUAL_SPAN)


@dataclass(frozen=True, slots=True)
class Asked:
    """`until` is the last day, None for today; no `lines` are those of the worst symptoms.

    `kind` is what to show of what happened, "" for all of it.
    """

    days: int = USUAL_SPAN
    until: dt.date | None = None
    lines: tuple[str, ...] = ()
    kind: str = ""
    page: str = ""

    @classmethod
    def of(cls, query: QueryDict, today: dt.date) -> Self:
        """What we do not offer is left out."""
        until = _day(query.get("until", ""))
        chosen = [code for code in dict.fromkeys(query.getlist("line")) if code in SYMPTOMS]
        return cls(
            days=span(query.get("days", "")),
            until=until if until and until < today else None,
            lines=tuple(chosen[:LINES_MAX]),
            kind=kind if (kind := query.get("kind", "")) in Kind.values else "",
            page=query.get("page", "")[:9],
        )

    def calendar(self, today: dt.date) -> tuple[dt.date, ...]:
        """Oldest first."""
        last = self.until or today
        return tuple(last - ago * A_DAY for ago in reversed(range(self.days)))

    def earlier(self, calendar: tuple[dt.date, ...]) -> "Asked":
        return replace(self, until=calendar[0] - A_DAY, page="")

    def later(self, today: dt.date) -> "Asked":
        last = (self.until or today) + self.days * A_DAY
        return replace(self, until=last if last < today else None, page="")

    def with_(self, **changes: Any) -> "Asked":
        """The same but for this; on another list the first page comes first."""
        return replace(self, **{"page": "", **changes})

    @property
    def address(self) -> str:
        """The part of the address behind its path; only what is not as usual stands in it."""
        said = urlencode(self._said, doseq=True)
        return f"?{said}" if said else "?"

    @property
    def _said(self) -> Mapping[str, Any]:
        usual = Asked()
        said: dict[str, Any] = {
            "days": self.days,
            "until": self.until.isoformat() if self.until else None,
            "line": self.lines,
            "kind": self.kind,
            "page": self.page,
        }
        before: dict[str, Any] = {"days": usual.days, "until": None, "line": (), "kind": "", "page": ""}
        return {name: value for name, value in said.items() if value != before[name]}


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:  # the 31st of a month that has 30
        return None
