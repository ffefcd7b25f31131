"""Tells people who work here of what is about no flag: by e-mail, and on their phones and browsers."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings

from accounts.models import User
from tracker.models import Channel, Notice


def tell(
    people: Iterable[User], kind: Notice.Kind, about: str, now: dt.datetime, *, until: dt.datetime
) -> None:
    """Queue it, in the transaction that makes it necessary. Telling `about` the same twice is harmless."""
    Notice.objects.bulk_create(
        (
            Notice(
                recipient=person,
                kind=kind,
                about=about,
                channel=channel,
                address=address,
                created_at=now,
                wanted_at=now,
                due_at=now,
                expires_at=until,
            )
            for person in people
            for channel, address in _places(person)
        ),
        ignore_conflicts=True,
    )


def _places(person: User) -> list[tuple[Channel, str]]:
    devices = person.push_devices.in_use() if settings.VAPID else []
    emails = [person.email] if person.email else []
    return [*((Channel.EMAIL, each) for each in emails), *((Channel.PUSH, str(each.pk)) for each in devices)]
