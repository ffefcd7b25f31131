"""A message that members of a team send themselves, the way that alerts go, to see that it arrives."""

import datetime as dt

from django.conf import settings

from accounts.models import User
from tracker.models import Channel, Notice

OF_USE_FOR = dt.timedelta(minutes=15)
PAUSE = dt.timedelta(minutes=1)


def send_to(user: User, now: dt.datetime) -> int:
    """Queue one for each of the user's addresses; returns how many, 0 when the last was a moment ago.

    Nobody is called: a call in which a machine reads out that it is a test helps nobody.
    """
    if Notice.objects.filter(recipient=user, kind=Notice.Kind.TEST, created_at__gt=now - PAUSE).exists():
        return 0
    notices = [_notice(user, channel, address, now) for channel, address in _addresses(user)]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    return len(notices)


def _addresses(user: User) -> list[tuple[Channel, str]]:
    devices = user.push_devices.in_use() if settings.VAPID else []
    phones = [user.phone] if user.phone and settings.PHONE_PROVIDER else []
    return [
        *([(Channel.EMAIL, user.email)] if user.email else []),
        *((Channel.PUSH, str(device.pk)) for device in devices),
        *((Channel.SMS, phone) for phone in phones),
    ]


def _notice(user: User, channel: Channel, address: str, now: dt.datetime) -> Notice:
    return Notice(
        recipient=user,
        kind=Notice.Kind.TEST,
        about=now.isoformat(timespec="minutes"),
        channel=channel,
        address=address,
        created_at=now,
        wanted_at=now,
        due_at=now,
        expires_at=now + OF_USE_FOR,
    )
