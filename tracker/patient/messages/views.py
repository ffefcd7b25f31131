"""Messages: what was written, by whom it was read, and a box to write in."""

import datetime as dt
import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker import checkins, messaging
from tracker.alerts import written
from tracker.models import Message, Patient
from tracker.patient.access import ANY_CARER, Diary, DiaryRequest, patient_or_carer_required, patient_required
from tracker.patient.cover import MESSAGES
from tracker.patient.frame import frame
from tracker.patient.messages.forms import MessageForm, ToldByForm
from tracker.patient.messages.words import how_answers_come, too_many
from tracker.triage.document import NOTE_MAX
from tracker.triage.report import Level, Report

A_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@patient_or_carer_required(ANY_CARER)
def index(request: DiaryRequest, patient: Patient) -> HttpResponse:
    """Whoever has left the programme reads, and is told that nobody does."""
    now = timezone.now()
    if request.method != "POST":
        return _page(request, MessageForm(initial={"id": uuid.uuid4()}), now)
    form = MessageForm(request.POST)
    if patient.has_left(patient.today(now)):
        return _page(request, form, now, status=409)
    if form.is_valid():
        try:
            return _to_answer(_send(form, request.diary, now))
        except messaging.TooMany:
            form.add_error("body", too_many())
        except messaging.NobodyReads:
            patient.refresh_from_db(fields=["left_on"])
            return _page(request, form, now, status=409)
        except checkins.NotAllowed as ended:
            raise Http404 from ended
    return _page(request, form, now)


@require_http_methods(["GET", "HEAD", "POST"])
@patient_required
def told_by(request: DiaryRequest, patient: Patient) -> HttpResponse:
    """How they hear of an answer; who reloads the address is led back."""
    now = timezone.now()
    if request.method != "POST" or patient.has_left(patient.today(now)):
        return redirect("patient:messages")
    choice = ToldByForm(request.POST, patient=patient)
    if choice.is_valid():
        choice.save()
        messages.success(request, _("Saved."))
        return redirect("patient:messages")
    return _page(request, MessageForm(initial={"id": uuid.uuid4()}), now, choice=choice)


def _send(form: MessageForm, diary: Diary, now: dt.datetime) -> Message:
    sent = messaging.send(
        patient_id=diary.patient.pk,
        id=form.cleaned_data["id"],
        by=diary.user,
        body=form.cleaned_data["body"],
        now=now,
    )
    return sent.message


def _to_answer(message: Message) -> HttpResponse:
    """Where a rule found something, what to do comes at once."""
    if message.check_in_id:
        return redirect("patient:done", pk=message.check_in_id)
    return redirect(f"{reverse('patient:messages')}?sent={message.pk}")


def _page(
    request: DiaryRequest,
    form: MessageForm,
    now: dt.datetime,
    *,
    choice: ToldByForm | None = None,
    status: int = 200,
) -> HttpResponse:
    diary = request.diary
    patient = diary.patient
    today = patient.today(now)
    found = diary.messages.newest_first().select_related("author", "read_by", "answers")
    shown = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    thread = list(shown)
    if diary.is_own and request.method == "GET":
        _read(thread, diary, now)
    has_left = patient.has_left(today)
    context = {
        **frame(patient, list(patient.courses.running(today).select_related("drug")), today, now, MESSAGES),
        "form": form,
        "page": shown,
        "thread": thread,
        "sent": _just_sent(request.GET.get("sent", ""), thread, diary),
        "answers": "" if has_left else how_answers_come(diary),
        "is_serious": form.is_bound and _is_serious(form.typed, diary, now),
        "has_left": has_left,
        "choice": choice or (ToldByForm(None, patient=patient) if diary.is_own else None),
        "draft": f"message-{diary.draft}",
    }
    return render(request, "tracker/patient/messages/index.html", context, status=status)


def _read(thread: list[Message], diary: Diary, now: dt.datetime) -> None:
    """The patient has those of the team before them; `thread` still says which are new."""
    new = [each.pk for each in thread if each.is_from_team and each.read_at is None]
    if new:
        diary.messages.filter(pk__in=new).mark_read(by=diary.user, now=now)
        written.take_back(diary.patient)


def _just_sent(pk: str, thread: list[Message], diary: Diary) -> Message | None:
    return next((each for each in thread if str(each.pk) == pk and each.author_id == diary.user.pk), None)


def _is_serious(words: str, diary: Diary, now: dt.datetime) -> bool:
    """Whether what could not be sent as it stands must not wait for it to be made shorter."""
    patient = diary.patient
    report = Report(note=words[:NOTE_MAX], by_another=not diary.is_own)
    weighed = checkins.weigh(patient, report, day=patient.today(now), now=now, language=diary.user.language)
    return messaging.says_something(weighed) and weighed.level >= Level.URGENT
