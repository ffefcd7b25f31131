"""How a patient comes in: a link by e-mail, or a page to print with a code and a square to scan."""

import io
from smtplib import SMTPException
from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import invitations
from accounts.models import AccessEvent, Invitation
from tracker.models import CareEvent, Patient
from tracker.team import pages
from tracker.team.access import CareTeamRequest, care_team_required
from tracker.team.people.access import LOOK, kept_record
from tracker.team.people.record import sign_in_in_words

QR_SCALE = 6  # pixels a square; 4 squares of white around it are part of the symbol


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
def invite(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    """Asks how. A press of the button sends the e-mail, and ends what was sent or printed before."""
    now = timezone.now()
    patient = kept_record(request, pk)
    if request.method == "POST" and patient.user.email and not patient.has_left(patient.today(now)):
        with transaction.atomic():
            asked, token = invitations.invite_patient(patient.user, patient.team, by=request.user, now=now)
            CareEvent.keep(patient, CareEvent.Kind.INVITED, by=request.user, now=now)
        _send(request, asked, token)
        return redirect("team:record", pk=pk)
    with transaction.atomic():
        pages.keep_look(request, patient, LOOK)
    return pages.page(
        request,
        "people/invite",
        now,
        patient=patient,
        sign_in=sign_in_in_words(patient, now),
        may_print=patient.user.is_only_a_patient and patient.user.is_active,
        has_left=patient.has_left(patient.today(now)),
    )


def _send(request: CareTeamRequest, asked: Invitation, token: str) -> None:
    address = {"address": asked.user.email}
    try:
        invitations.send(asked, token)
    except (SMTPException, OSError):
        words = _("The e-mail to %(address)s could not be sent. Check the address, then invite them again.")
        messages.warning(request, words % address)
    else:
        messages.success(request, _("An e-mail is on its way to %(address)s.") % address)


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
@never_cache
def print_code(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    """Shown once: the code is kept nowhere. In the patient's language, since they are who reads it."""
    now = timezone.now()
    patient = kept_record(request, pk)
    if request.method != "POST" or patient.has_left(patient.today(now)):
        return redirect("team:invite", pk=pk)
    try:
        with transaction.atomic():
            asked, token, code = invitations.print_code(patient.user, patient.team, by=request.user, now=now)
            CareEvent.keep(patient, CareEvent.Kind.PRINTED, by=request.user, now=now)
            pages.keep_look(request, patient, AccessEvent.What.PRINT)
    except invitations.NotOnPaper:
        messages.warning(request, _("Nobody comes in as this person with paper: they work or help here too."))
        return redirect("team:invite", pk=pk)
    return pages.page(request, "people/code", now, **_sheet(patient, asked, token, code))


def _sheet(patient: Patient, asked: Invitation, token: str, code: str) -> dict[str, Any]:
    return {
        "patient": patient,
        "team": patient.team,
        "language": patient.user.mail_language,
        "code": " ".join(code[start : start + 4] for start in range(0, len(code), 4)),
        "address": (settings.SITE_URL + reverse("enter_code")).split("://", 1)[1],
        "square": qr(invitations.link(token)),
        "until": asked.expires_at,
    }


def qr(text: str) -> SafeString:
    """A QR code as SVG for inside a page, black on white, with an edge that is wide enough to be read."""
    drawn = io.BytesIO()
    square = segno.make(text, error="m", micro=False)
    square.save(drawn, kind="svg", scale=QR_SCALE, light="#fff", xmldecl=False, svgns=False, svgclass="qr")
    return mark_safe(drawn.getvalue().decode())  # noqa: S308 -- numbers and colours, made here
