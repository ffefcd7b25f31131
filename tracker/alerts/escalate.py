"""A flag that nobody answers gets louder: the next step of the team's ladder is told.

Looks at the state of flags alone, whatever became of earlier mail, so that running it twice, or on many
machines, does no harm.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Sequence

from django.db import InterfaceError, OperationalError, transaction

from accounts.models import Membership
from tracker.alerts import queue
from tracker.models import Alert, EscalationStep, Flag, FlagEvent
from tracker.models.flags import TARGETS
from tracker.triage.report import Level

logger = logging.getLogger(__name__)


def due(now: dt.datetime) -> int:
    """Tell the next people of each flag that nobody took in time; returns of how many flags."""
    waiting = Flag.objects.unanswered(now).order_by("next_due_at").values_list("pk", flat=True)
    return sum(_escalate_apart(pk, now) for pk in waiting)


def _escalate_apart(pk: uuid.UUID, now: dt.datetime) -> bool:
    """In a transaction of its own: a flag that cannot be escalated must not silence the others."""
    try:
        with transaction.atomic():
            return _escalate(pk, now)
    except (InterfaceError, OperationalError):
        raise
    except Exception:
        logger.exception("flag %s cannot be escalated", pk)
        return False


def _escalate(pk: uuid.UUID, now: dt.datetime) -> bool:
    """False when somebody has claimed it, or another worker has it in hand."""
    flag = Flag.objects.unanswered(now).filter(pk=pk).select_for_update(skip_locked=True, no_key=True).first()
    if flag is None:
        return False
    ladder = list(EscalationStep.objects.filter(team=flag.team_id, level=flag.level).order_by("position"))
    for step in _steps_left(flag, ladder):
        if people := _people(flag, role=step.role):
            pause = dt.timedelta(minutes=step.minutes)
            _tell(flag, people, step=step.position, role=step.role, pause=pause, now=now)
            return True
        flag.record(FlagEvent.Kind.NOBODY_REACHED, now=now, step=step.position, role=step.role)
    _tell_everybody(flag, ladder, now)
    return True


def _steps_left(flag: Flag, ladder: Sequence[EscalationStep]) -> Sequence[EscalationStep]:
    """The steps that are still to come, or the last one again."""
    return [step for step in ladder if step.position >= flag.step] or ladder[-1:]


def _tell_everybody(flag: Flag, ladder: Sequence[EscalationStep], now: dt.datetime) -> None:
    """The ladder is empty, or leads to nobody: the whole team hears of it, since somebody has to."""
    logger.error("flag %s: the ladder of team %s reaches nobody", flag.pk, flag.team_id)
    last = ladder[-1] if ladder else None
    if last is None:
        flag.record(FlagEvent.Kind.NOBODY_REACHED, now=now, step=None, role="")
    _tell(
        flag,
        _people(flag),
        step=last.position if last else flag.step,
        role="",
        pause=dt.timedelta(minutes=last.minutes) if last else TARGETS[Level(flag.level)],
        now=now,
    )


def _tell(
    flag: Flag,
    people: Sequence[queue.Recipient],
    *,
    step: int,
    role: str,
    pause: dt.timedelta,
    now: dt.datetime,
) -> None:
    """Queue the alerts of this round and set when the next one is due. `role` is empty for the whole team."""
    flag.rounds += 1
    flag.step = step + 1
    flag.next_due_at = now + pause
    flag.save(update_fields=["rounds", "step", "next_due_at"])
    told = [each.user for each in people]
    # Who could not be reached in an earlier round gets this round's message, not all of them at once.
    flag.alerts.filter(state=Alert.State.QUEUED, recipient__in=told).update(state=Alert.State.CANCELLED)
    queue.tell(flag, people, now)
    if told:
        flag.record(FlagEvent.Kind.ESCALATED, now=now, step=step, role=role, round=flag.rounds, told=told)
    logger.info("flag %s escalated, round %d, told: %d", flag.pk, flag.rounds, len(told))


def _people(flag: Flag, **who: str) -> list[queue.Recipient]:
    """The active members of the flag's team, all or those of a role."""
    members = Membership.objects.filter(team=flag.team_id, user__is_active=True, **who).order_by("pk")
    return [
        queue.Recipient(level=Level(flag.level), minutes=0, user=user, email=address)
        for user, address in members.values_list("user", "user__email")
    ]
