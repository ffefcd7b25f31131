"""How somebody signs in, what they have for it, and where they are signed in now."""

import datetime as dt
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal import auth, flows
from allauth.mfa.webauthn.views import AddWebAuthnView, LoginWebAuthnView
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import kept_form, limits, recovery, second_factor, sessions
from accounts.models import SignedIn, User
from accounts.recent import proves
from accounts.signin.forms import AppCodeAgain, MailedCode, PasskeyAgain, PasswordAgain

PROOF = "proof_code"
PROOF_LASTS = dt.timedelta(minutes=10)


@require_safe
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    user, now = _user(request), timezone.now()
    own = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    context = {
        "passkeys": [each.wrap() for each in own if each.type == Authenticator.Type.WEBAUTHN],
        "app": next((each for each in own if each.type == Authenticator.Type.TOTP), None),
        "codes_left": recovery.left(user),
        "works_here": second_factor.works_here(user),
        "devices": SignedIn.objects.still_open(now).filter(user=user),
        "this_one": request.session.session_key,
    }
    return render(request, "accounts/signin/index.html", context)


@require_safe
@never_cache
def set_up(request: HttpRequest) -> HttpResponse:
    """For who works here and has no second step yet: the one page that they may open."""
    if second_factor.is_shown(request):
        return redirect(get_next_redirect_url(request) or "home")
    return render(request, "accounts/signin/set_up.html")


# --- Passkeys and the app -----------------------------------------------------------------------------------


class SettingUp:
    """Setting one up is showing it: the code was typed, the passkey has answered.

    With the first one come recovery codes. Patients need none: their e-mail lets them in.
    """

    kind: Authenticator.Type

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        request: HttpRequest = self.request  # type: ignore[attr-defined]
        user = _user(request)
        second_factor.count_as_shown(request, user, self.kind)
        sessions.renew_key(request)
        if recovery.has_some(user) or not second_factor.works_here(user):
            return answer
        recovery.carry(request, recovery.make(user))
        return redirect("mfa_view_recovery_codes")


class AddPasskey(SettingUp, AddWebAuthnView):
    kind = Authenticator.Type.WEBAUTHN
    template_name = "accounts/signin/add_passkey.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One that can sign in by itself: it knows whose it is, and asks for a finger, a face or a PIN."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["options"] = auth.begin_registration(self.request.user, passwordless=True)
        return context


class AddApp(SettingUp, ActivateTOTPView):
    kind = Authenticator.Type.TOTP
    template_name = "accounts/signin/add_app.html"


class SignInByPasskey(LoginWebAuthnView):
    def form_invalid(self, form: Any) -> HttpResponse:
        messages.error(self.request, _("This passkey did not work. Try again, or ask for a code by e-mail."))
        return redirect("account_request_login_code")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def remove_passkey(request: HttpRequest, pk: int) -> HttpResponse:
    user = _user(request)
    passkey = get_object_or_404(Authenticator, pk=pk, user=user, type=Authenticator.Type.WEBAUTHN)
    is_needed = second_factor.is_last(passkey) and second_factor.works_here(user)
    if request.method == "POST" and not is_needed:
        flows.remove_authenticator(request, passkey)
        return redirect("mfa_index")
    context = {"passkey": passkey.wrap(), "is_needed": is_needed}
    return render(request, "accounts/signin/remove_passkey.html", context)


@require_safe
@never_cache
def show_recovery_codes(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    if not recovery.has_some(user):
        raise Http404
    context = {"codes": recovery.shown_once(request), "codes_left": recovery.left(user)}
    return render(request, "mfa/recovery_codes/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def make_recovery_codes(request: HttpRequest) -> HttpResponse:
    user, is_wanted = _user(request), request.method == "POST"
    if is_wanted and second_factor.has_one(user):
        recovery.carry(request, recovery.make(user))
        get_adapter().send_notification_mail("account/email/sign_in_changed", user)
        return redirect("mfa_view_recovery_codes")
    return render(request, "mfa/recovery_codes/generate.html", {"needs_one_first": is_wanted})


# --- Devices ------------------------------------------------------------------------------------------------


@require_POST
def sign_out_device(request: HttpRequest, pk: UUID) -> HttpResponse:
    device = get_object_or_404(SignedIn, pk=pk, user=_user(request))
    if device.session_key == request.session.session_key:
        logout(request)
        return redirect("account_request_login_code")
    SignedIn.objects.filter(pk=device.pk).end()
    messages.success(request, _("Signed out there."))
    return redirect("mfa_index")


@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    sessions.end_elsewhere(request, _user(request))
    messages.success(request, _("You are signed out everywhere but here."))
    return redirect("mfa_index")


# --- Proving who one is -------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def prove(request: HttpRequest) -> HttpResponse:
    """Once more, before something that matters. Who works here shows the second step that they have."""
    user = _user(request)
    needs_factor = second_factor.works_here(user) and second_factor.has_one(user)
    posted = request.POST if request.method == "POST" else {}
    app = AppCodeAgain(posted if "code" in posted else None, user=user)
    passkey = PasskeyAgain(posted if "credential" in posted else None, user=user)
    password = PasswordAgain(posted if "password" in posted else None, user=user)
    mailed = MailedCode(posted if "mailed" in posted else None)
    for form in (app, passkey):
        if form.is_valid():
            form.save()
            return _go_on(request)
    if not needs_factor and password.is_valid():
        proves(request, user, "password")
        return _go_on(request)
    if not needs_factor and mailed.is_valid() and _is_mailed(request, user, mailed):
        proves(request, user, "code")
        return _go_on(request)
    if "credential" in posted:
        messages.error(request, _("This passkey did not work. Please try again."))
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    has_passkey = Authenticator.Type.WEBAUTHN in kinds
    context = {
        "needs_factor": needs_factor,
        "next": get_next_redirect_url(request) or "",
        "options": auth.begin_authentication(user) if has_passkey else None,
        "app": app if kinds - {Authenticator.Type.WEBAUTHN} else None,
        "password": password if not needs_factor and user.has_usable_password() else None,
        "mailed": mailed if PROOF in request.session and not needs_factor else None,
        "can_mail": bool(user.email) and not needs_factor,
    }
    return render(request, "accounts/signin/prove.html", context)


@require_POST
def send_proof_code(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    if second_factor.works_here(user) and second_factor.has_one(user):
        return redirect("account_reauthenticate")
    if not user.email:
        messages.error(request, _("We do not have an e-mail address of yours. Ask your care team."))
    elif limits.may_try(limits.MAIL, user.pk):
        code = get_adapter().generate_login_code()
        until = timezone.now() + PROOF_LASTS
        request.session[PROOF] = {"digest": _digest(code, user), "until": until.timestamp()}
        get_adapter().send_mail("account/email/login_code", user.email, {"code": code})
        messages.success(request, _("A code is on its way to your e-mail address."))
    else:
        messages.error(request, get_adapter().error_messages["too_many_login_attempts"])
    address = reverse("account_reauthenticate")
    after = get_next_redirect_url(request)
    return redirect(f"{address}?{urlencode({'next': after})}" if after else address)


def _is_mailed(request: HttpRequest, user: User, form: MailedCode) -> bool:
    """Says in the form why not."""
    if not limits.may_try(limits.SECOND_STEP, user.pk):
        form.add_error("mailed", get_adapter().error_messages["too_many_login_attempts"])
        return False
    kept = request.session.get(PROOF, {})
    typed = _digest(form.cleaned_data["mailed"], user)
    is_right = constant_time_compare(kept.get("digest", ""), typed)
    if not is_right or kept["until"] < timezone.now().timestamp():
        form.add_error("mailed", get_adapter().error_messages["incorrect_code"])
        return False
    del request.session[PROOF]
    limits.proved(limits.SECOND_STEP, user.pk)
    return True


def _digest(code: str, user: User) -> str:
    digits = "".join(each for each in code if each.isalnum())
    return salted_hmac("accounts.signin.proof", f"{user.pk} {digits}", algorithm="sha256").hexdigest()


def _go_on(request: HttpRequest) -> HttpResponse:
    sessions.renew_key(request)
    return redirect(get_next_redirect_url(request) or "home")


# --- What was typed -----------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def show_kept_form(request: HttpRequest) -> HttpResponse:
    """What somebody was about to send when their time was up. POST throws it away."""
    if request.method == "POST":
        kept_form.throw_away(request)
        messages.success(request, _("Thrown away."))
        return redirect("home")
    kept = kept_form.found(request, _user(request), timezone.now())
    if kept is None:
        return redirect("home")
    return render(request, "accounts/signin/kept_form.html", {"kept": kept})


def _user(request: HttpRequest) -> User:
    """404 for nobody: every page here is behind the sign-in."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user
