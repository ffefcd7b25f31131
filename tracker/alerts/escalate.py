"""A flag that nobody answers gets louder: the next step of the team's policy is told.

Looks at the state of flags alone, whatever became of earlier messages, so that running it twice, or on many
machines, does no harm.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Sequence

from django.db import transaction

from tracker.alerts import queue
from tracker.alerts.reach import Address, Reach, Step, users
from tracker.apart import apart
from tracker.models import Flag, FlagEvent
from tracker.models.flags import TARGETS, State
from tracker.triage.report import Level

logger = logging.getLogger(__name__)


def due(now: dt.datetime) -> int:
    """Tell the next people of each flag that nobody took in time; returns of how many flags.

    Those that somebody took, and that have no outcome in time, are opened again.
    """
    unanswered = Flag.objects.unanswered(now).order_by("next_due_at").values_list("pk", flat=True)
    forgotten = Flag.objects.forgotten(now).order_by("next_due_at").values_list("pk", flat=True)
    told = sum(_escalate(pk, now) for pk in list(unanswered))
    return told + sum(_bring_back(pk, now) for pk in list(forgotten))


@apart("flag %s cannot be escalated")
@transaction.atomic
def _escalate(pk: uuid.UUID, now: dt.datetime) -> bool:
    """False when somebody has claimed it, or another worker has it in hand."""
    flag = Flag.objects.unanswered(now).filter(pk=pk).select_for_update(skip_locked=True, no_key=True).first()
    if flag is None:
        return False
    reach = Reach.of(flag.team_id, now)
    ladder = reach.ladder(Level(flag.level))
    for step in _steps_left(flag, ladder):
        if told := reach.told(step, now):
            _tell(flag, told, step=step.position, who=_named(step), pause=step.pause, now=now)
            return True
        flag.record(FlagEvent.Kind.NOBODY_REACHED, now=now, step=step.position, who=_named(step))
    _tell_everybody(flag, reach, now)
    return True


@apart("flag %s cannot be brought back")
@transaction.atomic
def _bring_back(pk: uuid.UUID, now: dt.datetime) -> bool:
    """Claimed, and without an outcome for too long: it is nobody's again, and the ladder begins again."""
    flag = Flag.objects.forgotten(now).filter(pk=pk).select_for_update(skip_locked=True, no_key=True).first()
    if flag is None:
        return False
    owner = flag.owner_id
    flag.state, flag.owner, flag.waiting_since = State.OPEN, None, now
    flag.call_back_at = None
    told = queue.first_step(flag, now, at_once=True)
    flag.save(
        update_fields=["state", "owner", "waiting_since", "call_back_at", "step", "rounds", "next_due_at"],
    )
    flag.record(FlagEvent.Kind.CAME_BACK, now=now, owner=owner, round=flag.rounds, told=users(told))
    queue.tell(flag, told, now)
    logger.info("flag %s came back without an outcome, told: %d", flag.pk, len(told))
    return True


def _steps_left(flag: Flag, ladder: Sequence[Step]) -> Sequence[Step]:
    """The steps that are still to come, or the last one again."""
    return [step for step in ladder if step.position >= flag.step] or ladder[-1:]


def _tell_everybody(flag: Flag, reach: Reach, now: dt.datetime) -> None:
    """The ladder is empty, or leads to nobody: the whole team hears of it, since somebody has to."""
    logger.error("flag %s: the policy of team %s reaches nobody", flag.pk, flag.team_id)
    ladder = reach.ladder(Level(flag.level))
    last = ladder[-1] if ladder else None
    if last is None:
        flag.record(FlagEvent.Kind.NOBODY_REACHED, now=now, step=None, who=[])
    _tell(
        flag,
        reach.everybody(),
        step=last.position if last else flag.step,
        who=[],
        pause=last.pause if last else TARGETS[Level(flag.level)],
        now=now,
    )


def _tell(
    flag: Flag,
    told: Sequence[Address],
    *,
    step: int,
    who: Sequence[str],
    pause: dt.timedelta,
    now: dt.datetime,
) -> None:
    """Queue the alerts of this round and set when the next one is due. `who` is empty for the whole team."""
    flag.rounds += 1
    flag.step = step + 1
    flag.next_due_at = now + pause
    flag.save(update_fields=["rounds", "step", "next_due_at"])
    queue.tell(flag, told, now)
    if told:
        flag.record(
            FlagEvent.Kind.ESCALATED, now=now, step=step, who=list(who), round=flag.rounds, told=users(told)
        )
    logger.info("flag %s escalated, round %d, told: %d", flag.pk, flag.rounds, len(told))


def _named(step: Step) -> list[str]:
    """What the step is to reach, for the flag's history: "on_call", roles, "people"."""
    return [*(["on_call"] if step.on_call else []), *step.roles, *(["people"] if step.people else [])]
