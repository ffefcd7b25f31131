"""The door of the demonstration: one click, and one is somebody else."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import second_factor
from accounts.models import User
from tracker.demo.people import PERSONAS

SIGNED_IN_BY = "django.contrib.auth.backends.ModelBackend"


def demo_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The second wall: outside the demonstration these addresses are not even there."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO or settings.PRODUCTION:
            raise Http404
        return view(request, **kwargs)

    return guarded


@login_not_required
@require_safe
@never_cache
@demo_only
def index(request: HttpRequest) -> HttpResponse:
    """Those who are there: a demonstration that was made by an older version has fewer."""
    there = set(User.objects.filter(is_active=True).values_list("email", flat=True))
    personas = [persona for persona in PERSONAS if persona.email in there]
    return render(request, "tracker/demo/index.html", {"personas": personas})


@login_not_required
@require_POST
@demo_only
def be(request: HttpRequest, key: str) -> HttpResponse:
    """Sign in as one of the personas, and as nobody else."""
    persona = next((persona for persona in PERSONAS if persona.key == key), None)
    if persona is None:
        raise Http404
    user = get_object_or_404(User, email=persona.email, is_active=True)
    logout(request)  # nothing of whoever was here before stays in the session
    login(request, user, backend=SIGNED_IN_BY)
    second_factor.count_as_shown(request, user, second_factor.DOOR)
    return redirect("home")
