"""Taking back what somebody has just done to a flag: an event more, never one less."""

import datetime as dt
from typing import Any

from django.db import transaction

from accounts.models import User
from tracker.again import again_if_it_clashed
from tracker.models import Flag, FlagEvent, Notice, Patient
from tracker.models.alerts import SENT, State
from tracker.models.flags import UNDO_WITHIN, UNDOABLE, without_undone
from tracker.models.flags import State as FlagState


class TooLateToUndo(Exception):
    """Time is up, something has happened since, or somebody else did it; `flag` says how it stands."""

    def __init__(self, flag: Flag) -> None:
        self.flag = flag
        super().__init__("it can be taken back no more")


@again_if_it_clashed
def undo(event_id: int, *, by: User, now: dt.datetime) -> Flag:
    """Put a flag back as it was before `by`'s last act. How long it has waited goes on from where it began.

    The patient is locked first, as whatever raises flags does: none can begin beside the one that is opened
    again. Raises TooLateToUndo and FlagEvent.DoesNotExist.
    """
    with transaction.atomic():
        event = FlagEvent.objects.get(pk=event_id)
        patient = Patient.objects.select_for_update(no_key=True).get(pk=event.patient_id)
        flag = Flag.objects.select_for_update(no_key=True).get(pk=event.flag_id)
        has_moved = patient.team_id != flag.team_id  # those who would be told of it see the patient no more
        if has_moved or not _can_be_undone(event, flag, by, now):
            raise TooLateToUndo(flag)
        _put_back(flag, event.detail["was"])
        if flag.state == FlagState.OPEN:
            _tell_again_whom_the_act_kept_from_hearing(flag, now)
        flag.save()
        flag.record(
            FlagEvent.Kind.UNDONE, by=by, now=now, event=event.pk, undoes=event.kind, state=flag.state
        )
        Notice.objects.filter(kind=Notice.Kind.HANDED_OVER, about=event.pk, state=Notice.State.QUEUED).update(
            state=Notice.State.CANCELLED
        )
    return flag


def _can_be_undone(event: FlagEvent, flag: Flag, by: User, now: dt.datetime) -> bool:
    is_theirs = event.by_id == by.pk and event.kind in UNDOABLE and "was" in event.detail
    if not is_theirs or now - event.at > UNDO_WITHIN:
        return False
    happened = flag.events.exclude(kind=FlagEvent.Kind.SLOWER).order_by("id")
    is_last = without_undone(happened)[-1].pk == event.pk
    since = Flag.objects.filter(patient=flag.patient_id, raised_at__gte=event.at).exclude(pk=flag.pk)
    return is_last and not since.exists()


def _put_back(flag: Flag, was: dict[str, Any]) -> None:
    flag.state, flag.owner_id = was["state"], was["owner"]
    flag.next_due_at, flag.call_back_at = _moment(was["next_due_at"]), _moment(was["call_back_at"])
    flag.outcome, flag.resolved_at = "", None


def _tell_again_whom_the_act_kept_from_hearing(flag: Flag, now: dt.datetime) -> None:
    """Messages that had not gone out were taken back with the claim, or soon are: their step comes again.

    Looks at what has surely been sent, so that it does not matter what a worker is doing to the rest.
    """
    unsent = flag.alerts.filter(round=flag.rounds).exclude(state__in=(*SENT, State.FAILED))
    if unsent.exists():
        flag.step, flag.next_due_at = max(flag.step - 1, 0), now


def _moment(written: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(written) if written else None
