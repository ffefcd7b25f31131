"""A patient's one flag: raised, joined, opened again. Every act is part of its caller's transaction."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.db import models

from tracker.alerts import queue
from tracker.alerts.reach import users
from tracker.models import CheckIn, Flag, FlagEvent, Patient, Restriction
from tracker.models.flags import State
from tracker.statement import Given, Statement
from tracker.triage.report import Level

Kind = FlagEvent.Kind
SENT = frozenset({Kind.JOINED, Kind.UNREADABLE, Kind.TOO_LATE, Kind.TOO_LARGE, Kind.LEFT})
"""What the patient sent or told us, weighed or not: none of it may be closed unseen."""
SAID_APART = frozenset({Kind.NOTE_UNREAD, Kind.UNREADABLE, Kind.TOO_LATE, Kind.TOO_LARGE, Kind.LEFT})
"""Why a flag was raised or opened again, where neither a report nor words of a silence say it."""

OPENED_BY_A_FLAG = "Something came from the patient that somebody has to look at."


@dataclass(frozen=True, slots=True)
class News:
    """Why somebody has to look at a patient: a report, a silence, a note or bytes that nobody read.

    `kind` is what the flag's event says when it joins a flag that is there. `silence` are words for the team.
    `at_once`: it has waited its time already.
    """

    team_id: int
    patient_id: uuid.UUID
    level: int
    kind: str
    check_in: CheckIn | None = None
    silence: tuple[str, ...] = ()
    at_once: bool = False
    detail: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of_report(cls, check_in: CheckIn, **detail: Any) -> Self:
        return cls(
            team_id=check_in.team_id,
            patient_id=check_in.patient_id,
            level=check_in.level,
            kind=Kind.JOINED,
            check_in=check_in,
            detail=detail,
        )

    @property
    def is_report(self) -> bool:
        return self.kind == Kind.JOINED

    @property
    def was_sent(self) -> bool:
        return self.kind in SENT

    @property
    def told(self) -> dict[str, Any]:
        """What the flag's event keeps."""
        return {"level": self.level, **self.detail}


def unresolved(patient: Patient) -> Flag | None:
    """The patient's open concern, locked."""
    return next(iter(_UNRESOLVED.run(patient=patient.pk)), None)


def _of_a_patient() -> models.QuerySet[Flag]:
    patient = Given("patient", models.UUIDField())
    return Flag.objects.unresolved().filter(patient=patient).select_for_update()


_UNRESOLVED = Statement(_of_a_patient)


def tell(patient: Patient, news: News, now: dt.datetime) -> Flag:
    """Have somebody look at `patient`, whom the caller holds: by the flag that is there, or a new one.

    Nobody would find the flag of a record that is closed: it is open again from here on.
    """
    if patient.restricted_at:
        Restriction.lift(patient, reason=OPENED_BY_A_FLAG, by=patient.user, now=now)
    flag = unresolved(patient)
    if flag is None:
        return raise_flag(news, now)
    join(flag, news, now)
    return flag


def raise_flag(news: News, now: dt.datetime) -> Flag:
    """A new flag, with the first people told. A routine one waits its time on the board before anybody is."""
    flag = Flag(
        team_id=news.team_id,
        patient_id=news.patient_id,
        check_in=news.check_in,
        silence=list(news.silence),
        reports=1 if news.was_sent else 0,
        level=news.level,
        raised_at=now,
        waiting_since=now,
    )
    _begin(flag, Kind.RAISED, news, now)
    return flag


def join(flag: Flag, news: News, now: dt.datetime) -> None:
    """Add it to the patient's unresolved flag.

    A worse one, or an urgent one after somebody had claimed the flag, opens it again and people are told
    again: the nurse who called this morning cannot know of this evening's.
    """
    is_worse = news.level > flag.level
    is_news = flag.state == State.ACKNOWLEDGED and news.level >= Level.URGENT
    _add(flag, news)
    if not (is_worse or is_news):
        flag.save()
        flag.record(news.kind, now=now, check_in=news.check_in, **news.told)
        return
    kind = Kind.REOPENED if flag.state == State.ACKNOWLEDGED else news.kind
    flag.state = State.OPEN
    flag.owner = flag.call_back_at = None
    flag.waiting_since = now
    _begin(flag, kind, news, now)


def _add(flag: Flag, news: News) -> None:
    """A report ends what a silence said. The flag shows the worst report, the last of equals."""
    if news.is_report or news.silence:
        flag.silence = list(news.silence)
    if news.was_sent:
        flag.reports += 1
    if news.check_in and (flag.check_in is None or (news.is_report and _shows(flag, news.check_in))):
        flag.check_in = news.check_in
    flag.level = max(flag.level, news.level)


def _shows(flag: Flag, told: CheckIn) -> bool:
    """A request to be called takes the place of nothing as urgent: what to do about that would be hidden."""
    if told.level == flag.level and flag.check_in and flag.check_in.level == told.level:
        return flag.check_in.is_call or not told.is_call
    return told.level >= flag.level


def _begin(flag: Flag, kind: str, news: News, now: dt.datetime) -> None:
    """Start the flag's ladder: keep the flag, say what happened, queue the first alerts."""
    told = queue.first_step(flag, now, at_once=news.at_once)
    flag.save()
    flag.record(kind, now=now, check_in=news.check_in, told=users(told), **news.told)
    if kind != news.kind and news.kind in SAID_APART:
        flag.record(news.kind, now=now, check_in=news.check_in, **news.detail)
    queue.tell(flag, told, now)
