"""Where phones send what they kept, and where people see which phones may.

Every answer to a phone is JSON. 5xx says: try again later; everything else: this body is settled, or never
will be.
"""

import datetime as dt
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.middleware import looks_nobody_up
from accounts.reach.browsers import name_of
from config.database.asking import asking_for
from tracker.models import CheckIn, Flag, OfflineDevice, Patient
from tracker.models.flags import State
from tracker.offline import body, inbox
from tracker.offline.access import device_of
from tracker.patient.access import ANY_CARER, Diary, DiaryRequest, diaries, patient_or_carer_required
from tracker.triage.report import Level

RETRY_AFTER = 600  # seconds, for who has sent too many
NAME_MAX = 80

OK, CREATED, ACCEPTED = 200, 201, 202
CUT_SHORT, NOT_KNOWN, NOT_ALLOWED, LEFT, TOO_LARGE, NOT_JSON, TOO_MANY = 400, 401, 405, 409, 413, 415, 429


@looks_nobody_up
@csrf_exempt  # no cookie says who it is: the token does
@login_not_required
def reports(request: HttpRequest) -> HttpResponse:
    """Keep what came, then make a report of it, or a flag. A session, if there is one, is not looked at."""
    now = timezone.now()
    if request.method != "POST":
        return _refused(NOT_ALLOWED, _("Reports are sent here by POST."), Allow="POST")
    device = device_of(request, now)
    if device is None:
        words = _("This phone may not send, or not any more. Sign in on it.")
        return _refused(NOT_KNOWN, words, **{"WWW-Authenticate": "Bearer"})
    if not _is_plain_json(request):
        return _refused(NOT_JSON, _("A report is sent as application/json, in UTF-8, not compressed."))
    with asking_for(device.user_id):
        return _take(request, device, now)


def _take(request: HttpRequest, device: OfflineDevice, now: dt.datetime) -> HttpResponse:
    try:
        raw = body.read(request)
        item, is_new = inbox.keep(device, raw, now)
    except body.CutShort:
        return _refused(CUT_SHORT, _("The report did not arrive whole. Send it again."))
    except body.TooLarge as error:
        inbox.too_large(device, error.beginning, now)
        return _refused(TOO_LARGE, _("This is too large for a report. A person will look at it."))
    except inbox.TooMany:
        words = _("Too many reports in one hour. This one is not kept: send it later.")
        return _refused(TOO_MANY, words, **{"Retry-After": str(RETRY_AFTER)})
    device.used(now)
    kept = inbox.settle(item, now)
    if item.is_for_a_person:
        return _json(ACCEPTED, state="kept for a person", received_at=item.received_at)
    check_in = cast(CheckIn, item.check_in)
    flag = _told_to(device, check_in, kept.flag if kept else _open_flag(check_in), now)
    return _received(check_in, flag, CREATED if is_new else OK)


def _told_to(device: OfflineDevice, check_in: CheckIn, flag: Flag | None, now: dt.datetime) -> Flag | None:
    """A carer who only reports hears nothing of what others told."""
    if flag is None or device.user_id == check_in.patient.user_id:
        return flag
    seen = CheckIn.objects.visible_to(device.user, now).filter(flags=flag)
    return flag if seen.exists() else None


def _received(check_in: CheckIn, flag: Flag | None, status: int) -> HttpResponse:
    """The level is never milder than what was told before and nobody has answered yet, as on their page."""
    waiting = flag.level if flag and flag.state == State.OPEN else Level.NONE
    return _json(
        status,
        state="received",
        id=check_in.pk,
        level=Level(max(check_in.level, waiting)).word,
        page=reverse("patient:done", args=[check_in.pk]),
        received_at=check_in.received_at,
    )


def _open_flag(check_in: CheckIn) -> Flag | None:
    return Flag.objects.open_above(check_in.level).filter(patient=check_in.patient_id).first()


def _is_plain_json(request: HttpRequest) -> bool:
    encoding = request.headers.get("Content-Encoding", "identity")
    return request.content_type == "application/json" and encoding.lower() == "identity"


def _refused(status: int, words: str, **headers: str) -> HttpResponse:
    return _json(status, headers, state="refused", error=words)


def _json(status: int, headers: dict[str, str] | None = None, **told: Any) -> HttpResponse:
    return JsonResponse(told, status=status, headers={"Cache-Control": "no-store", **(headers or {})})


# --- Which phones may ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@patient_or_carer_required(ANY_CARER)
def devices(request: DiaryRequest, patient: Patient) -> HttpResponse:
    """The list; a POST makes this phone one of them, and its answer has the token, once."""
    if request.method == "POST":
        return _issue(request)
    phones = request.diary.devices.select_related("user")
    return render(request, "tracker/patient/devices.html", {"patient": patient, "devices": phones})


def _issue(request: DiaryRequest) -> HttpResponse:
    now = timezone.now()
    diary = _meant(request, now)
    patient = diary.patient
    if patient.has_left(patient.today(now)):
        return _refused(LEFT, _("You have left the programme: nobody reads what this phone would send."))
    named = " ".join(request.POST.get("name", "").replace("\0", " ").split())[:NAME_MAX]
    name = named or name_of(request.headers.get("User-Agent", "")) or _("A phone or browser")
    device, token = OfflineDevice.issue(patient, to=diary.user, name=name, now=now)
    return _json(
        CREATED,
        id=device.pk,
        name=device.name,
        owner=diary.draft,
        token=token,
        send_to=reverse("offline:reports"),
    )


def _meant(request: DiaryRequest, now: dt.datetime) -> Diary:
    """A script asks for the diary of its own page; another may have been opened since, and stays open."""
    wanted = request.POST.get("for")
    if not wanted:
        return request.diary
    found = next((each for each in diaries(request, now) if each.draft == wanted), None)
    if found is None:
        raise Http404
    return found


@require_POST
@patient_or_carer_required(ANY_CARER)
def revoke(request: DiaryRequest, patient: Patient, pk: UUID) -> HttpResponse:
    device = get_object_or_404(request.diary.devices, pk=pk)
    device.revoke(timezone.now())
    messages.success(request, _("%(device)s sends nothing any more.") % {"device": device.name})
    return redirect("offline:devices")
