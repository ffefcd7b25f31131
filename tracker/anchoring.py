"""The newest seal of the record of looks, told each day to where the owner of the database has no hand.

Who can change every row can make the whole chain anew, and nothing in the database would tell. A hash that
lies in a mailbox, in a file on another machine or with another firm does.
"""

import datetime as dt
import logging
from pathlib import Path
from threading import Thread

from django.conf import settings
from django.db import connection, transaction

from accounts.audit import sealing
from accounts.groups import privacy_officers
from accounts.models import AuditAnchor, AuditSeal, Tries
from accounts.models.tries import Limit
from tracker.alerts import staff
from tracker.alerts.channels import NotSent
from tracker.alerts.channels.http import post
from tracker.models import Notice

OF_USE_FOR = dt.timedelta(days=7)
AGAIN = Limit("anchor", 1, dt.timedelta(minutes=10))

logger = logging.getLogger(__name__)


def due(now: dt.datetime) -> bool:
    """Once a day (of UTC), as soon as there is something to tell; whether it was now.

    What could not be told outside then is tried again every ten minutes, until the next one.
    """
    is_known = AuditAnchor.objects.filter(day=now.astimezone(dt.UTC).date()).exists()
    made = None if is_known else _make(now)
    newest = AuditAnchor.objects.first()
    if newest and _waits_to_be_told(newest, now):
        # Not in the worker's own thread: an address that is slow to answer holds up no alert.
        Thread(target=_in_a_thread, args=[newest, now], name="anchor").start()
    return made is not None


def _waits_to_be_told(anchor: AuditAnchor, now: dt.datetime) -> bool:
    has_an_outside = settings.AUDIT_ANCHOR_FILE or settings.AUDIT_ANCHOR_URL
    if not has_an_outside or anchor.told_outside_at:
        return False
    return Tries.objects.allow(AGAIN, str(anchor.day), now)


def _in_a_thread(anchor: AuditAnchor, now: dt.datetime) -> None:
    try:
        tell(anchor, now)
    finally:
        connection.close()


def tell(anchor: AuditAnchor, now: dt.datetime) -> None:
    """Outside, and write down that it is told; else it is tried again."""
    if not tell_outside(str(anchor), now):
        AuditAnchor.objects.filter(pk=anchor.pk, told_outside_at=None).update(told_outside_at=now)


def anchor(now: dt.datetime) -> str | None:
    """The newest seal, with all that waits under it, told whatever was told today; None: no look yet."""
    sealing.due(now)
    made = _make(now)
    told = str(made or AuditSeal.objects.order_by("-number").first() or "")
    if not told:
        return None
    if made:
        tell(made, now)
    else:
        _mail(told, now)
        tell_outside(told, now)
    return told


def _mail(told: str, now: dt.datetime) -> None:
    """With the day: a mail that does not come means something, whether anybody looked or not."""
    about = f"{now.astimezone(dt.UTC).date()} {told}"
    staff.tell(privacy_officers(), Notice.Kind.ANCHOR, about, now, until=now + OF_USE_FOR)


@transaction.atomic
def _make(now: dt.datetime) -> AuditAnchor | None:
    """Today's, with the mails that tell of it; None where there is one, or nothing to tell."""
    seal = AuditSeal.objects.order_by("-number").only("number", "hash").first()
    if seal is None:
        return None
    day = now.astimezone(dt.UTC).date()
    made, is_new = AuditAnchor.objects.get_or_create(
        day=day, defaults={"seal": seal.number, "hash": seal.hash, "made_at": now}
    )
    if not is_new:
        return None
    _mail(str(made), now)
    return made


def tell_outside(told: str, now: dt.datetime) -> list[str]:
    """To the file and the address that are set; what went wrong, in words, which are logged too."""
    problems = [each for each in (_write(told, now), _post(told, now)) if each]
    for problem in problems:
        logger.error("anchor: %s", problem)
    return problems


def _write(told: str, now: dt.datetime) -> str:
    if not settings.AUDIT_ANCHOR_FILE:
        return ""
    try:
        with Path(settings.AUDIT_ANCHOR_FILE).open("a") as file:
            file.write(f"{now.astimezone(dt.UTC).isoformat(timespec='seconds')} {told}\n")
    except OSError as error:
        return f"the file could not be written ({type(error).__name__})"
    return ""


def _post(told: str, now: dt.datetime) -> str:
    if not settings.AUDIT_ANCHOR_URL:
        return ""
    number, _colon, hash = told.partition(":")
    said = {"site": settings.SITE_URL, "at": now.isoformat(), "seal": int(number), "hash": hash}
    try:
        answer = post(settings.AUDIT_ANCHOR_URL, json=said)
    except NotSent as error:
        return f"the address did not answer ({error})"
    return "" if answer.is_success else f"the address answered {answer}"
