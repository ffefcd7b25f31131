"""One patient's messages: all of them, and the form that every reply is sent by."""

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import AccessEvent
from tracker import checkins, messaging
from tracker.models import AlreadySeen, Flag, Message, Patient
from tracker.team import pages
from tracker.team.access import CareTeamRequest, answers_a_form, care_team_required, flags_of
from tracker.team.messages import thread
from tracker.team.messages.forms import ReplyForm


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
def index(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    """Replies from the chart and from a flag come here too, and lead back."""
    now = timezone.now()
    patient = pages.patient_of(request, pk)
    if request.method != "POST":
        return _page(request, patient, now)
    canned = thread.canned_for(patient)
    last = thread.last_of(patient, request.user)
    form = ReplyForm(request.POST, canned=canned, has_asked=last is not None)
    if form.wants_filling:
        form = ReplyForm(initial=form.filled(), canned=canned, has_asked=last is not None)
    elif form.is_valid():
        try:
            return _sent(request, patient, form, now)
        except messaging.NewerMessage:
            messages.warning(request, _newer())
            form = ReplyForm({**request.POST.dict(), "seen": last}, canned=canned, has_asked=True)
        except messaging.TooMany:
            form.add_error("body", _too_many(patient))
        except messaging.NobodyReads:
            messages.warning(request, _left(patient))
        except checkins.NotAllowed as moved:
            raise Http404 from moved
    return _page(request, patient, now, form)


def _its_messages(request: CareTeamRequest, pk: UUID) -> str:
    return reverse("team:messages", args=[_message_of(request, pk).patient_id])


@answers_a_form(_its_messages)
def read(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    message = _message_of(request, pk)
    try:
        message.read(by=request.user, now=timezone.now())
    except AlreadySeen:
        if message.read_by != request.user:  # nothing to say to somebody who pressed twice
            messages.warning(request, thread.who_was_quicker(message))
    else:
        messages.success(request, _("Read: the message of %(patient)s.") % {"patient": message.patient})
    return redirect(pages.way_back(request) or "team:notes")


def _sent(request: CareTeamRequest, patient: Patient, form: ReplyForm, now: dt.datetime) -> HttpResponse:
    flag = _flag(request, patient, form.cleaned_data["flag"])
    sent = messaging.reply(
        patient_id=patient.pk,
        id=form.cleaned_data["id"],
        by=request.user,
        body=form.cleaned_data["body"],
        now=now,
        seen=form.cleaned_data["seen"],
        flag=flag,
        answers=form.cleaned_data.get("answers", False),
    )
    if sent.is_new:
        messages.success(request, _("Sent to %(patient)s.") % {"patient": patient})
    return redirect(pages.way_back(request) or reverse("team:messages", args=[patient.pk]))


def _page(
    request: CareTeamRequest, patient: Patient, now: dt.datetime, form: ReplyForm | None = None
) -> HttpResponse:
    """What was typed stays on the page whatever goes wrong."""
    with transaction.atomic():
        pages.keep_look(request, patient, AccessEvent.What.MESSAGE)
    flag = _flag(request, patient, _flag_named(form)) if form else None
    talk = thread.talk(patient, request.user, now, flag=flag, form=form, shown=thread.ALL)
    typed = str(form["body"].value() or "") if form and talk.form is None else ""
    return pages.page(
        request, "messages/index", now, patient=patient, talk=talk, back=pages.way_back(request), unsent=typed
    )


def _flag(request: CareTeamRequest, patient: Patient, pk: UUID | None) -> Flag | None:
    """A flag of this patient's; one of anybody else's is none."""
    return flags_of(request.user).filter(patient=patient, pk=pk).first() if pk else None


def _flag_named(form: ReplyForm) -> UUID | None:
    try:
        return UUID(str(form["flag"].value()))
    except ValueError:
        return None


def _message_of(request: CareTeamRequest, pk: UUID) -> Message:
    """One of a patient's to the team; 404 for another team's."""
    found = thread.of_teams(request.user).to_team().select_related("patient", "read_by")
    return get_object_or_404(found, pk=pk)


def _newer() -> str:
    return _("Another message came in while you were writing. Please read it, then send again.")


def _too_many(patient: Patient) -> str:
    words = _("Not sent: you have sent %(number)s messages to %(patient)s in an hour. Please call.")
    return words % {"number": messaging.MOST_AN_HOUR, "patient": patient}


def _left(patient: Patient) -> str:
    words = _("Not sent: %(patient)s has left the programme. Call them at %(phone)s.")
    return words % {"patient": patient, "phone": patient.phone}
