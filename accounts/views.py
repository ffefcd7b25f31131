"""The page behind an invitation's link, and the choice of a language."""

from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language

from accounts import invitations
from accounts.models import Language, User

SIGNED_IN_BY = "django.contrib.auth.backends.ModelBackend"


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
    logout(request)  # somebody else may have been signed in on this device
    login(request, invitation.user, backend=SIGNED_IN_BY)
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
