"""Who may send without a session: a device that shows its token."""

import datetime as dt

from django.http import HttpRequest

from tracker.models import OfflineDevice

SCHEME = "bearer"
NEEDED = ("team_id", "last_used_at", "user__id", "patient__time_zone", "patient__team__time_zone")
"""Of the device and who is behind it: whoever weighs the report reads the patient anew, and locked."""


def device_of(request: HttpRequest, now: dt.datetime) -> OfflineDevice | None:
    """The device whose token the request shows, with what `inbox.keep` asks of it; None for anybody else."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != SCHEME or not token.strip():
        return None
    devices = OfflineDevice.objects.trusted().with_token(token.strip()).with_new_items(now)
    return devices.select_related("user", "patient__team").only(*NEEDED).first()
