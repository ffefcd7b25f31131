"""Handing flags to a colleague, who is told once however many they are."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings

from accounts.models import User
from tracker.models import Channel, Flag, FlagEvent, Notice
from tracker.models.flags import UNDO_WITHIN, State

OF_USE_FOR = dt.timedelta(hours=2)


def hand_over(flag: Flag, *, by: User, to: User, now: dt.datetime) -> list[FlagEvent]:
    """What happened, in its order: what nobody has is claimed first, so that somebody stands behind it.

    Raises NotYours, AlreadyClaimed and AlreadyResolved.
    """
    claimed = [flag.claim(by=by, now=now)] if flag.state == State.OPEN else []
    return [*claimed, flag.hand_over(by=by, to=to, now=now)]


def tell(to: User, handed: Iterable[FlagEvent], now: dt.datetime) -> None:
    """One message, by e-mail and to their phones and browsers, once it can be taken back no more."""
    about = next((event.pk for event in handed if event.kind == FlagEvent.Kind.HANDED_OVER), None)
    if about is None:
        return
    devices = [str(device.pk) for device in to.push_devices.in_use()] if settings.VAPID else []
    emails = [to.email] if to.email else []
    places = [*((Channel.EMAIL, email) for email in emails), *((Channel.PUSH, device) for device in devices)]
    at = now + UNDO_WITHIN
    Notice.objects.bulk_create(
        Notice(
            recipient=to,
            kind=Notice.Kind.HANDED_OVER,
            about=str(about),
            channel=channel,
            address=address,
            created_at=now,
            wanted_at=at,
            due_at=at,
            expires_at=at + OF_USE_FOR,
        )
        for channel, address in places
    )
