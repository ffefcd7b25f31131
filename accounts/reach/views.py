"""A page for members of care teams: how flags reach them."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import PushDevice, User
from accounts.reach import devices
from accounts.reach.forms import PhoneForm


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The number is saved here; devices come and go by addresses of their own."""
    user = _member(request)
    form = PhoneForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if form.is_valid():
        form.instance.save(update_fields=["phone"])
        messages.success(request, _("Saved."))
        return redirect("reach:index")
    team = user.teams.order_by("memberships__pk").first()
    with timezone.override(team.zone if team else None):
        return render(
            request,
            "accounts/reach.html",
            {
                "form": form,
                "devices": PushDevice.objects.in_use().filter(user=user),
                "vapid": settings.VAPID,
                "phone_provider": settings.PHONE_PROVIDER,
            },
        )


@require_POST
def add_device(request: HttpRequest) -> HttpResponse:
    if words := devices.keep(_member(request), request, timezone.now()):
        messages.warning(request, words)
    else:
        messages.success(request, _("This browser gets messages now. Send a test to see one."))
    return redirect("reach:index")


@require_POST
def remove_device(request: HttpRequest, pk: UUID) -> HttpResponse:
    name = devices.retire(_member(request), pk, timezone.now())
    messages.success(request, _("%(device)s gets no more messages.") % {"device": name})
    return redirect("reach:index")


def _member(request: HttpRequest) -> User:
    """404 for everybody who works in no team: the page is not theirs to know of."""
    user = request.user
    if not isinstance(user, User) or not user.is_care_team:
        raise Http404
    return user
