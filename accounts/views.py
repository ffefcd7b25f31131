"""The page behind an invitation's link, the one for a code on paper, and the choice of a language."""

import datetime as dt

from allauth.core import ratelimit
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language

from accounts import invitations
from accounts.forms import CodeForm
from accounts.models import Invitation, Language, User
from accounts.recent import proves

SIGNED_IN_BY = "django.contrib.auth.backends.ModelBackend"
WITHOUT_ADDRESS = dt.timedelta(days=180)
"""How long a device stays signed in for somebody who can ask for no code by e-mail: else they need new paper
every month, and stand before a closed door on the day on which they are unwell."""


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Shows who asks whom; the press of the button accepts, as mail programs open links by themselves."""
    now = timezone.now()
    try:
        if request.method != "POST":
            invitation = invitations.usable(token, now)
            return render(request, "accounts/invitation.html", {"invitation": invitation})
        invitation = invitations.accept(token, now)
    except invitations.NotUsable:
        return render(request, "accounts/invitation_not_usable.html", status=404)
    return _come_in(request, invitation)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def enter_code(request: HttpRequest) -> HttpResponse:
    """For whoever holds paper with a code. Every code that does not work is answered with the same words."""
    if request.method != "POST":
        return render(request, "accounts/code.html", {"form": CodeForm()})
    too_often: HttpResponse | None = ratelimit.consume_or_429(request, action="enter_code", key="everybody")
    if too_often:
        return too_often
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            return _come_in(request, invitations.accept_code(form.cleaned_data["code"], timezone.now()))
        except invitations.NotUsable:
            form.refuse()
    return render(request, "accounts/code.html", {"form": form})


def _come_in(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    logout(request)  # somebody else may have been signed in on this device
    login(request, invitation.user, backend=SIGNED_IN_BY)
    proves(request, invitation.user, "invitation")
    if not invitation.user.email:
        request.session.set_expiry(WITHOUT_ADDRESS)
    return redirect("home")


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Back to the page that asked. The browser keeps the choice; so do we, of somebody who is signed in."""
    language = request.POST.get("language", "")
    if language not in Language:
        raise Http404
    user = request.user
    if isinstance(user, User) and user.language != language:
        user.language = language
        user.save(update_fields=["language"])
    return set_language(request)
