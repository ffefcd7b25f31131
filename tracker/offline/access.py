"""Who may send without a session: a device that shows its token."""

import datetime as dt

from django.db import models
from django.http import HttpRequest

from config.database.asking import Opening, opened
from tracker.models import OfflineDevice
from tracker.models.inbox import digest
from tracker.statement import Given, Statement

SCHEME = "bearer"


def _with_token() -> models.QuerySet[OfflineDevice]:
    token = Given("digest", models.CharField())
    now = Given("now", models.DateTimeField())
    return OfflineDevice.objects.trusted(now).filter(token_digest=token).with_new_items(now)


_WITH_TOKEN = Statement(_with_token)


@opened(Opening.PHONE_TOKEN)
def device_of(request: HttpRequest, now: dt.datetime) -> OfflineDevice | None:
    """The device whose token the request shows, with what `inbox.keep` asks of it; None for anybody else."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != SCHEME or not token.strip():
        return None
    return next(iter(_WITH_TOKEN.run(digest=digest(token.strip()), now=now)), None)
