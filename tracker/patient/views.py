"""The patient's pages: today, the check-in, what came of it, help, and how they have been."""

import datetime as dt
import uuid
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from education.languages import ENGLISH, page_language
from education.models import Symptom
from tracker import charts, checkins
from tracker.alerts.reminders import devices_of
from tracker.exchange.diary import call_limits, diary_of
from tracker.models import CheckIn, Finding, Flag, Patient, SealingKey, ShownPage
from tracker.patient import shown
from tracker.patient.access import (
    ANY_CARER,
    WHOLE_DIARY,
    Diary,
    DiaryRequest,
    chosen,
    patient_or_carer_required,
)
from tracker.patient.calls import CallForm, is_only_a_call
from tracker.patient.charts import reading_summary, style_for, summary
from tracker.patient.expected import around, days_expected, published_drugs
from tracker.patient.forms import CheckInForm
from tracker.patient.frame import frame, treatments
from tracker.patient.keeping import kept_pages
from tracker.patient.pages_shown import pages_for
from tracker.patient.plan import Plan, labels, late_days, plan_for
from tracker.patient.questions import (
    QuestionForm,
    answered,
    are_answered,
    has_questions,
    missed_days,
    questions_about,
)
from tracker.patient.reminders.words import if_silent, in_words
from tracker.patient.story import story_of
from tracker.patient.told import told_by
from tracker.triage.report import Level, Report
from tracker.triage.symptoms import RED_FLAGS

SPANS = (7, 28, 84)
DAYS_SHOWN = 28
DAYS_ON_A_PHONE = 7
EXPECTED_SHOWN = 4
SELF_HARM = frozenset({"suicidal_thoughts"})
"""The findings for which there is a crisis line."""


@require_safe
@patient_or_carer_required(ANY_CARER)
def today(request: DiaryRequest, patient: Patient) -> HttpResponse:
    """A carer who only reports finds there what they sent themselves."""
    now = timezone.now()
    diary = request.diary
    plan = plan_for(patient, patient.today(now), page_language(), reports=diary.check_ins)
    flag = (
        diary.flags.unresolved()
        .filter(level__gte=Level.URGENT)
        .select_related("check_in__reported_by")
        .first()
    )
    newest = plan.reports[0] if plan.reports else None
    not_weighed = flag is not None and flag.rests_on_what_nobody_weighed
    loud = _loud(flag, diary) if flag else []
    is_ours_to_call = flag is not None and _is_only_a_call(flag, loud)
    # What waits for an answer before what does not.
    last = flag.check_in if flag and not not_weighed else newest
    framed = frame(patient, plan.running, plan.today, now)
    told_of = framed["treatments"] or treatments(around(plan), plan.today, page_language())
    expected = Symptom.objects.published().for_drugs(each["drug"].code for each in told_of)
    expected = expected.exclude(code__in=RED_FLAGS)[:EXPECTED_SHOWN]
    return render(
        request,
        "tracker/patient/today.html",
        {
            **framed,
            "now": now,
            "sent_today": [each for each in plan.reports if each.day == plan.today and each.is_of_a_day],
            "calls_today": [each for each in plan.reports if each.day == plan.today and each.is_call],
            "with_questions": [
                report
                for report in plan.reports
                if has_questions(report)
                and _takes(patient, report.day, plan.today)
                and diary.may_correct(report)
            ],
            "late_days": late_days(plan),
            "last": last,
            "story": story_of(last) if last else [],
            "flag": None if is_ours_to_call else flag,
            "not_weighed": not_weighed,
            "flag_level": Level(flag.level).word if flag else "",
            "crisis": _crisis_line(patient, loud),
            "drugs": published_drugs(told_of),
            "kept_pages": None if patient.has_left(plan.today) else kept_pages(plan, diary),
            "expected": expected.in_language(page_language()),
            "days_expected": days_expected(told_of, plan.today),
            "reminders": in_words(patient, devices_of(patient), plan.today),
            "silence": if_silent(patient, plan.today),
            "has_left": patient.has_left(plan.today),
            "has_phones": diary.devices.exists(),
            "new_messages": diary.messages.to_patient().unread().count(),
            "correctable": [report.pk for report in plan.reports if diary.may_correct(report)],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@patient_or_carer_required(ANY_CARER)
def check_in(request: DiaryRequest, patient: Patient) -> HttpResponse:
    now = timezone.now()
    diary, today = request.diary, patient.today(now)
    if patient.has_left(today):
        return _nobody_reads(request, patient, now)
    plan = plan_for(patient, today, page_language(), reports=diary.check_ins, by_another=not diary.is_own)
    form = _form(request, plan, now)
    if form.is_valid():
        sent = _submit(form, diary, now)
        for words in form.cut:
            messages.warning(request, words)
        return _to_answer(request, sent.check_in)
    context = {
        **frame(patient, plan.running, plan.today, now),
        "form": form,
        "plan": plan,
        "sealing_key": SealingKey.current(now),
        "kept_pages": kept_pages(plan, diary),
    }
    return render(request, "tracker/patient/check_in.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@patient_or_carer_required(ANY_CARER)
def call_me(request: DiaryRequest, patient: Patient) -> HttpResponse:
    """Asks to be called, about anything or nothing."""
    now = timezone.now()
    if patient.has_left(patient.today(now)):
        return _nobody_reads(request, patient, now)
    form = CallForm(request.POST if request.method == "POST" else None, patient=patient)
    if form.is_valid():
        sent = _keep(form.cleaned_data["id"], form.report, request.diary, patient.today(now), now, now)
        return redirect("patient:done", pk=sent.check_in.pk)
    context = {**frame(patient, [], patient.today(now), now), "form": form}
    return render(request, "tracker/patient/call_me.html", context)


def _to_answer(request: HttpRequest, report: CheckIn) -> HttpResponse:
    """A script is told where the answer stands; a browser goes there."""
    if request.get_preferred_type(["text/html", "application/json"]) != "application/json":
        return redirect("patient:done", pk=report.pk)
    return JsonResponse({"page": reverse("patient:done", args=[report.pk])}, status=201)


def _nobody_reads(request: HttpRequest, patient: Patient, now: dt.datetime) -> HttpResponse:
    """Whom to call, for somebody who has left the programme. A draft stays where it is, in the browser."""
    today = patient.today(now)
    courses = list(patient.courses.running(today).select_related("drug"))
    is_sending = request.method == "POST"
    context = {**frame(patient, courses, today, now), "is_sending": is_sending}
    return render(request, "tracker/patient/left.html", context, status=409 if is_sending else 200)


def _takes(patient: Patient, day: dt.date, today: dt.date) -> bool:
    """Whether they may still correct a report of `day`."""
    return checkins.accepts(day, today) and not patient.has_left(today)


def _is_correctable(report: CheckIn, diary: Diary, today: dt.date) -> bool:
    is_in_time = _takes(diary.patient, report.day, today)
    return is_in_time and report.is_of_a_day and diary.may_correct(report)


def _submit(form: CheckInForm, diary: Diary, now: dt.datetime) -> checkins.Submitted:
    return _keep(form.cleaned_data["id"], form.report, diary, form.chosen_day, form.sent_at, now)


def _keep(
    id: uuid.UUID, report: Report, diary: Diary, day: dt.date, sent_at: dt.datetime, now: dt.datetime
) -> checkins.Submitted:
    """Send it; an id that somebody else's report has (a copied or forged page) gives way to another.

    Always the same one, as in the inbox: sent again, or by both ways, it is kept once.
    """
    details: dict[str, Any] = {
        "patient_id": diary.patient.pk,
        "report": report,
        "by": diary.user,
        "day": day,
        "reported_at": sent_at,
        "now": now,
        "language": _asked_for(),
    }
    for each in (id, uuid.uuid5(id, str(diary.patient.pk))):
        with suppress(checkins.IdTaken):
            return checkins.submit(id=each, **details)
    return checkins.submit(id=uuid.uuid4(), **details)


def _asked_for() -> str:
    """The language of the page; "" where it is English, which is also for who asked for what we have not."""
    language = page_language()
    return "" if language == ENGLISH else language


def _form(request: DiaryRequest, plan: Plan, now: dt.datetime) -> CheckInForm:
    """Bound, or empty with an id of its own, or filled in with the report that is to be corrected."""
    if request.method == "POST":
        return CheckInForm(request.POST, plan=plan, now=now)
    correct = next((each for each in plan.reports if str(each.pk) == request.GET.get("correct")), None)
    if correct and _is_correctable(correct, request.diary, plan.today):
        return CheckInForm.of(correct, plan=plan, now=now)
    day = request.GET.get("day", "")
    about = {"day": day} if day in [each.isoformat() for each in late_days(plan)] else {}
    return CheckInForm(initial={"id": uuid.uuid4(), **about}, plan=plan, now=now)


@require_http_methods(["GET", "HEAD", "POST"])
@patient_or_carer_required(ANY_CARER)
def done(request: DiaryRequest, patient: Patient, pk: uuid.UUID) -> HttpResponse:
    """What to do now, and later what came of it. Questions about readings are answered here.

    While something worse that they told waits for its answer, what to do about that comes first.
    """
    now = timezone.now()
    diary = request.diary
    report = _corrected(get_object_or_404(diary.check_ins, pk=pk), diary)
    if report.pk != pk:
        return redirect("patient:done", pk=report.pk)
    can_correct = _is_correctable(report, diary, patient.today(now))
    data = request.POST if request.method == "POST" else None
    asked = questions_about(report, patient, data) if can_correct else []
    if data is not None and are_answered(asked):
        sent = checkins.submit(
            patient_id=patient.pk,
            report=answered(report.told, asked),
            id=report.pk,
            by=diary.user,
            day=report.day,
            reported_at=now,
            now=now,
            language=_asked_for(),
        )
        return _after_answer(sent.check_in, asked)
    waiting = _waiting(report, diary)
    not_weighed = waiting is not None and waiting.rests_on_what_nobody_weighed
    found = _loud(waiting, diary) if waiting else [each for each in report.findings.all() if not each.muted]
    courses = list(patient.courses.running(report.day).select_related("drug"))
    pages = pages_for(report, page_language())
    shown.keep(report, pages, page_language(), now)
    context = {
        **frame(patient, courses, report.day, now),
        "check_in": report,
        "waiting": waiting,
        "not_weighed": not_weighed,
        "answer": (waiting and waiting.check_in) or report,
        "level": Level(waiting.level if waiting else report.level).word,
        "crisis": _crisis_line(patient, found),
        "reasons": list(dict.fromkeys(each.patient_words for each in found if each.level >= Level.URGENT)),
        "questions": asked,
        "missed": missed_days(report) if can_correct else "",
        "story": story_of(report),
        "told": told_by(report.told, patient.user, page_language()),
        "pages": pages,
        "read_then": shown.of_the_past(report),
        "can_correct": can_correct,
        "waits_for_a_call": report.is_call and not waiting and is_only_a_call(found),
    }
    return render(request, "tracker/patient/done.html", context)


@require_safe
@patient_or_carer_required(ANY_CARER)
def page_then(request: DiaryRequest, patient: Patient, pk: uuid.UUID, shown_pk: int) -> HttpResponse:
    """A page of the library as it was shown with a report, whatever has become of it."""
    theirs = ShownPage.objects.filter(check_in__in=request.diary.check_ins.filter(pk=pk))
    return shown.as_it_was(request, get_object_or_404(theirs.select_related("edition"), pk=shown_pk))


@login_not_required
@require_safe
def emergency(request: HttpRequest) -> HttpResponse:
    """Whom to call; with the care team's own numbers for somebody who has one."""
    now = timezone.now()
    diary = chosen(request, now) if request.user.is_authenticated else None
    if diary is None:
        return render(request, "tracker/patient/emergency.html")
    diary.keep_look()
    patient = diary.patient
    today = patient.today(now)
    courses = list(patient.courses.running(today).select_related("drug"))
    return render(request, "tracker/patient/emergency.html", frame(patient, courses, today, now))


@require_safe
@patient_or_carer_required(WHOLE_DIARY)
def trends(request: DiaryRequest, patient: Patient) -> HttpResponse:
    """Four weeks, of which a phone shows the last; or as many days as were asked for, on any screen."""
    now = timezone.now()
    asked_for = next((days for days in SPANS if str(days) == request.GET.get("days")), None)
    days = asked_for or DAYS_SHOWN
    diary = diary_of(patient, charts.calendar(patient.today(now), days))
    heat_map = charts.heat_map(diary.days, diary.calendar, diary.dose_days, labels(page_language()))
    limits = call_limits(patient, now) if diary.has_readings else {}
    drawn = charts.reading_charts(diary.days, diary.calendar, patient.usual, limits, style_for(patient))
    context = {
        "patient": patient,
        "heat_map": heat_map,
        "older": 0 if asked_for else days - DAYS_ON_A_PHONE,
        "spans": SPANS,
        "asked_for": asked_for,
        "sentences": summary(heat_map),
        "readings": [(chart, reading_summary(chart)) for chart in drawn],
    }
    return render(request, "tracker/patient/trends.html", context)


# --- What the pages are made of -----------------------------------------------------------------------------


def _corrected(report: CheckIn, diary: Diary) -> CheckIn:
    """The last correction of a report that may be seen, or the report itself."""
    while later := diary.check_ins.filter(amends=report).first():
        report = later
    return report


def _after_answer(report: CheckIn, asked: Iterable[QuestionForm]) -> HttpResponse:
    """Back to the answer; or to the check-in, at the first symptom that is to be changed."""
    to_change = next(filter(None, (form.to_change for form in asked)), "")
    if not to_change:
        return redirect("patient:done", pk=report.pk)
    return redirect(f"{reverse('patient:check_in')}?correct={report.pk}#id_s_{to_change}")


def _loud(flag: Flag, diary: Diary) -> list[Finding]:
    """What the reports that a flag holds came to, worst first, without what was muted or taken back.

    Of those that may be seen: what the patient told is not for a carer who only reports.
    """
    found: Any = Finding.objects.of_flags([flag]).order_by("-level", "-check_in__received_at", "id")
    if not diary.sees_all:
        found = found.filter(check_in__in=diary.check_ins)
    return [each for each in found if not each.muted and not each.was_corrected]


def _is_only_a_call(flag: Flag, loud: Iterable[Finding]) -> bool:
    """It is ours to call: nothing that they do comes before it. Not where bytes wait that may be anything."""
    return is_only_a_call(loud) and not flag.inbox_items.exists()


def _waiting(report: CheckIn, diary: Diary) -> Flag | None:
    """What waits for an answer and comes before this report: worse, or as bad as a request for a call."""
    only_a_call = report.asks_only_for_a_call
    flags = diary.flags.open_from(report.level) if only_a_call else diary.flags.open_above(report.level)
    flag = flags.select_related("check_in__reported_by").first()
    return flag if flag and not _is_only_a_call(flag, _loud(flag, diary)) else None


def _crisis_line(patient: Patient, findings: Iterable[Finding]) -> str:
    """The number to offer with these findings; "" for none."""
    return patient.team.crisis_line if any(each.code in SELF_HARM for each in findings) else ""
