"""Who may send without a session: a device that shows its token."""

import datetime as dt

from django.http import HttpRequest

from tracker.models import OfflineDevice

SCHEME = "bearer"


def device_of(request: HttpRequest, now: dt.datetime) -> OfflineDevice | None:
    """The device whose token the request shows, with what `inbox.keep` asks of it; None for anybody else."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != SCHEME or not token.strip():
        return None
    devices = OfflineDevice.objects.trusted().with_token(token.strip()).with_new_items(now)
    return devices.select_related("user", "patient__team").first()
