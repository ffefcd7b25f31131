"""Who helps a patient: asked, come, ended. And whose diary somebody has open."""

import datetime as dt
from smtplib import SMTPException
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.recent import proves
from tracker import carers
from tracker.models import Carer, Patient
from tracker.patient.access import CHOSEN, DiaryRequest, choose, chosen, diaries, patient_required
from tracker.patient.carers.forms import CarerForm

SIGNED_IN_BY = "django.contrib.auth.backends.ModelBackend"
EARLIER_SHOWN = 10


@require_safe
@patient_required
def index(request: DiaryRequest, patient: Patient) -> HttpResponse:
    now = timezone.now()
    known = list(Carer.objects.visible_to(request.diary.user).filter(patient=patient))
    context = {
        "helping": [each for each in known if each.accepted_at and not each.is_over(now)],
        "asked": [each for each in known if not each.accepted_at and not each.is_over(now)],
        "earlier": _earlier(known, now),
    }
    return render(request, "tracker/patient/carers.html", context)


def _earlier(known: list[Carer], now: dt.datetime) -> list[Carer]:
    """The last time of each address that is not asked or helping now, newest first."""
    by_address = {each.email: each for each in reversed(known)}
    over = [each for each in by_address.values() if each.is_over(now)]
    return sorted(over, key=lambda each: each.created_at, reverse=True)[:EARLIER_SHOWN]


@require_http_methods(["GET", "HEAD", "POST"])
@patient_required
def invite(request: DiaryRequest, patient: Patient) -> HttpResponse:
    now = timezone.now()
    form = _form(request, patient, now)
    if form.is_valid():
        try:
            carer, token = carers.invite(patient, now=now, **form.cleaned_data)
        except carers.HelpsAlready:
            form.add_error(
                "email", _("This person helps you already. To change what they may do, end it first.")
            )
        except carers.TooMany:
            form.add_error(None, _("You have asked many people. End one first, or try again tomorrow."))
        else:
            _send(request, carer, token)
            return redirect("carers:index")
    return render(request, "tracker/patient/carer_invite.html", {"form": form})


def _form(request: DiaryRequest, patient: Patient, now: dt.datetime) -> CarerForm:
    if request.method == "POST":
        return CarerForm(request.POST, patient=patient, now=now)
    known = Carer.objects.visible_to(request.diary.user).filter(patient=patient)
    before = next((each for each in known if str(each.pk) == request.GET.get("again")), None)
    return CarerForm.again(before, now=now) if before else CarerForm(patient=patient, now=now)


def _send(request: HttpRequest, carer: Carer, token: str) -> None:
    try:
        carers.send(carer, token)
    except (SMTPException, OSError):
        messages.warning(
            request,
            _("We could not send the e-mail to %(email)s. Please invite them again.")
            % {"email": carer.email},
        )
    else:
        messages.success(request, _("We sent an e-mail to %(email)s.") % {"email": carer.email})


@require_http_methods(["GET", "HEAD", "POST"])
@patient_required
def end(request: DiaryRequest, patient: Patient, pk: UUID) -> HttpResponse:
    """Asks once more. From the press of the button on, their next click finds nothing."""
    now = timezone.now()
    known = Carer.objects.visible_to(request.diary.user).filter(patient=patient)
    carer = get_object_or_404(known.filter(ended_at=None), pk=pk)
    if request.method != "POST":
        return render(request, "tracker/patient/carer_end.html", {"carer": carer})
    Carer.objects.filter(pk=carer.pk).end(by=request.diary.user, now=now)
    messages.success(request, _("%(name)s sees and sends nothing any more.") % {"name": carer.name})
    return redirect("carers:index")


@require_http_methods(["GET", "HEAD", "POST"])
def whose(request: HttpRequest) -> HttpResponse:
    """Which diary this person has open from now on; 404 for whoever has none to choose."""
    now = timezone.now()
    known = diaries(request, now)
    if not known:
        raise Http404
    if request.method == "POST":
        choose(request, request.POST.get(CHOSEN, ""), now)
        return redirect("patient:today")
    with transaction.atomic():
        for each in known:
            each.keep_look()
        context = {"diaries": known, "open": chosen(request, now)}
        return render(request, "tracker/patient/whose.html", context)


# --- Coming in ----------------------------------------------------------------------------------------------


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Shows who asks for what; the press of the button accepts, as mail programs open links by themselves."""
    now = timezone.now()
    visitor = request.user if request.user.is_authenticated else None
    try:
        if request.method != "POST":
            return _asked(request, carers.usable(token, now), visitor)
        carer = carers.accept(token, visitor, now)
    except carers.NotUsable:
        return render(request, "accounts/invitation_not_usable.html", status=404)
    except carers.SignInFirst:
        return _asked(request, carers.usable(token, now), visitor)
    if visitor != carer.user:
        logout(request)  # somebody else may have been signed in on this device
        login(request, carer.user, backend=SIGNED_IN_BY)
        if carer.user:
            proves(request, carer.user, "invitation")
    request.session[CHOSEN] = str(carer.patient_id)
    return redirect("patient:today")


def _asked(request: HttpRequest, carer: Carer, visitor: User | None) -> HttpResponse:
    known = carers.account_of(carer)
    context: dict[str, Any] = {
        "carer": carer,
        "patient": carer.patient,
        "must_sign_in": known is not None and known != visitor,
        "visitor": visitor,
    }
    return render(request, "tracker/patient/carer_invitation.html", context)
