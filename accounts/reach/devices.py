"""Browsers that take push messages: what the pages of staff and of patients have in common."""

import datetime as dt
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import PushDevice, User
from accounts.reach.browsers import name_of
from accounts.reach.forms import DeviceForm


def keep(user: User, request: HttpRequest, now: dt.datetime) -> str:
    """Keep the browser that `request` tells of; returns in words why not, or "" when it is kept."""
    form = DeviceForm(request.POST)
    if settings.VAPID and form.is_valid():
        name = name_of(request.headers.get("User-Agent", "")) or _("A browser")
        PushDevice.objects.keep(user, name=name, now=now, **form.cleaned_data)
        return ""
    words = [str(error) for errors in form.errors.values() for error in errors]
    return " ".join([_("Not switched on."), *dict.fromkeys(words)])


def retire(user: User, pk: UUID, now: dt.datetime) -> str:
    """Its name; 404 for another's."""
    device = get_object_or_404(PushDevice.objects.in_use().filter(user=user), pk=pk)
    device.retire(now)
    return device.name
