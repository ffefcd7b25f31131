"""Between signing in and the page: is the session still good, and was a second factor shown?"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts import kept_form, second_factor, sessions
from accounts.models import User

View = Callable[..., HttpResponse]

# Where whoever works here and has shown no second factor may go: to show one, to set one up, or away.
WITHOUT_SECOND_FACTOR = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "choose_language",
        "healthz",
        "manifest",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "readyz",
        "send_proof_code",
        "service_worker",
        "set_up_second_factor",
    }
)


def polled(view: View) -> View:
    """Marks a view that open pages ask by themselves, with htmx: being asked is no sign of a person."""
    view.is_polled = True  # type: ignore[attr-defined]
    return view


def beside_a_form(view: View) -> View:
    """Marks a view that a form asks by script as somebody writes in it, and whose answer is no page."""
    view.is_beside_a_form = True  # type: ignore[attr-defined]
    return view


def looks_nobody_up(view: View) -> View:
    """Marks a view for which a session means nothing: whoever asks shows a token."""
    view.looks_nobody_up = True  # type: ignore[attr-defined]
    return view


class SignedInLongEnough:
    """Signs people out when their time is up, and leads everybody who works here past their second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES  # a monitor has none
        if not has_session or getattr(view, "looks_nobody_up", False):
            return None
        user = request.user
        if not isinstance(user, User):
            return None
        now, session = timezone.now(), request.session
        is_of_staff = sessions.is_of_staff(session, user)
        if sessions.is_over(session, now):
            return _time_is_up(request, view, user, works_here=is_of_staff)
        if not _asks_by_itself(request, view):
            sessions.mark(request, user, now)
        if is_of_staff and not _may_go_on(request):
            return _first_show_it(request, user)
        kept_form.is_sent(request, user, now)
        return None


def _asks_by_itself(request: HttpRequest, view: View) -> bool:
    return getattr(view, "is_polled", False) and "HX-Request" in request.headers


def _is_public(view: View) -> bool:
    """As Django's `login_not_required` marks it."""
    return not getattr(view, "login_required", True)


def _may_go_on(request: HttpRequest) -> bool:
    match = request.resolver_match
    return second_factor.is_shown(request) or (match is not None and match.view_name in WITHOUT_SECOND_FACTOR)


def _first_show_it(request: HttpRequest, user: User) -> HttpResponse:
    has_one = second_factor.has_one(user)
    page = reverse("account_reauthenticate" if has_one else "set_up_second_factor")
    if request.method not in ("GET", "HEAD"):
        return _lead_to(request, page)
    return _lead_to(request, f"{page}?{urlencode({'next': request.get_full_path()})}")


def _time_is_up(request: HttpRequest, view: View, user: User, *, works_here: bool) -> HttpResponse | None:
    """A page that asks by itself, or by script, ends no session: what is typed is kept when it is sent."""
    if _asks_by_itself(request, view):
        return _to_sign_in(request)
    if getattr(view, "is_beside_a_form", False):
        return HttpResponse(status=401)
    if not _is_public(view):
        return _sign_out(request, user, works_here=works_here)
    logout(request)  # and the page goes on, as for anybody
    match = request.resolver_match
    if match and match.view_name == settings.LOGIN_URL:
        _say_why(request, works_here=works_here)
    return None


def _sign_out(request: HttpRequest, user: User, *, works_here: bool) -> HttpResponse:
    """What was typed is kept, sealed, for the same person."""
    typed = kept_form.keep(request, user, timezone.now())
    is_page = request.method in ("GET", "HEAD") and "HX-Request" not in request.headers
    logout(request)
    if typed:
        request.session[kept_form.KEY] = typed
        messages.info(request, _("You were signed out. Sign in again: what you typed is kept."))
    else:
        _say_why(request, works_here=works_here)
    if "HX-Request" in request.headers:
        return _to_sign_in(request)
    after = reverse("kept_form") if typed else request.get_full_path() if is_page else reverse("home")
    return redirect_to_login(after, resolve_url(settings.LOGIN_URL))


def _say_why(request: HttpRequest, *, works_here: bool) -> None:
    if works_here:
        messages.info(request, _("Your time was up, so you were signed out."))
    else:
        messages.info(request, _("You signed in a year ago. Please sign in once more."))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """With htmx, and back to the page that asked."""
    login_url = resolve_url(settings.LOGIN_URL)
    return _lead_to(request, f"{login_url}?{urlencode({'next': _page_behind(request)})}")


def _lead_to(request: HttpRequest, address: str) -> HttpResponse:
    """A page that asks by htmx leaves as a whole: nobody's data stays on a screen that nobody watches."""
    if "HX-Request" in request.headers:
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return redirect(address)


def _page_behind(request: HttpRequest) -> str:
    """The page that asked, by its path; home where it did not say."""
    behind = request.headers.get("HX-Current-URL", "")
    here = request.build_absolute_uri("/")
    return "/" + behind.removeprefix(here) if behind.startswith(here) else reverse("home")
