"""The patient's pages: today, the check-in, what came of it, help, and how they have been."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from education.models import Article, Symptom
from tracker import charts, checkins
from tracker.alerts.reminders import devices_of
from tracker.models import CheckIn, Course, Finding, Flag, Patient
from tracker.patient.access import patient_required
from tracker.patient.calls import CallForm, is_only_a_call
from tracker.patient.charts import summary
from tracker.patient.cover import cover_of
from tracker.patient.doses import doses_in_words
from tracker.patient.forms import RED_FLAG_WORDS, CheckInForm
from tracker.patient.plan import Plan, labels, late_days, plan_for, said
from tracker.patient.questions import (
    QuestionForm,
    answered,
    are_answered,
    has_questions,
    missed_days,
    questions_about,
)
from tracker.patient.reminders.words import in_words
from tracker.patient.story import story_of
from tracker.triage.report import Level, Reading, Report
from tracker.triage.symptoms import RED_FLAGS
from tracker.triage.words import measure, number, say, together

DAYS_SHOWN = 28
DAYS_ON_A_PHONE = 7
EXPECTED_SHOWN = 4
ARTICLES_SHOWN = 3
SELF_HARM = frozenset({"suicidal_thoughts"})
"""The findings for which there is a crisis line."""


@require_safe
@patient_required
def today(request: HttpRequest, patient: Patient) -> HttpResponse:
    now = timezone.now()
    plan = plan_for(patient, patient.today(now))
    flag = patient.flags.unresolved().filter(level__gte=Level.URGENT).select_related("check_in").first()
    newest = plan.reports[0] if plan.reports else None
    not_weighed = flag is not None and flag.rests_on_what_nobody_weighed
    loud = _loud(flag) if flag else []
    # What waits for an answer before what does not.
    last = flag.check_in if flag and not not_weighed else newest
    drug = plan.running[0].drug if plan.running else None
    expected = Symptom.objects.published().for_drugs(each.drug.code for each in plan.running)
    expected = expected.exclude(code__in=RED_FLAGS)[:EXPECTED_SHOWN]
    return render(
        request,
        "tracker/patient/today.html",
        {
            **_frame(patient, plan.running, plan.today, now),
            "now": now,
            "sent_today": [each for each in plan.reports if each.day == plan.today and not each.is_call],
            "calls_today": [each for each in plan.reports if each.day == plan.today and each.is_call],
            "with_questions": [
                report
                for report in plan.reports
                if has_questions(report) and checkins.accepts(report.day, plan.today)
            ],
            "late_days": late_days(plan),
            "last": last,
            "story": story_of(last) if last else [],
            "flag": flag and not is_only_a_call(loud) and flag,
            "not_weighed": not_weighed,
            "flag_level": Level(flag.level).word if flag else "",
            "crisis": _crisis_line(patient, loud),
            "drug": drug,
            "expected": expected,
            "reminders": in_words(patient, devices_of(patient), plan.today),
            "has_phones": patient.offline_devices.filter(revoked_at=None).exists(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@patient_required
def check_in(request: HttpRequest, patient: Patient) -> HttpResponse:
    now = timezone.now()
    plan = plan_for(patient, patient.today(now))
    form = _form(request, plan, now)
    if form.is_valid():
        sent = _submit(form, patient, now)
        for words in form.cut:
            messages.warning(request, words)
        return redirect("patient:done", pk=sent.check_in.pk)
    context = {**_frame(patient, plan.running, plan.today, now), "form": form, "plan": plan}
    return render(request, "tracker/patient/check_in.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@patient_required
def call_me(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Asks to be called, about anything or nothing."""
    now = timezone.now()
    form = CallForm(request.POST if request.method == "POST" else None, patient=patient)
    if form.is_valid():
        sent = _keep(form.cleaned_data["id"], form.report, patient, patient.today(now), now, now)
        return redirect("patient:done", pk=sent.check_in.pk)
    context = {**_frame(patient, [], patient.today(now), now), "form": form}
    return render(request, "tracker/patient/call_me.html", context)


def _submit(form: CheckInForm, patient: Patient, now: dt.datetime) -> checkins.Submitted:
    return _keep(form.cleaned_data["id"], form.report, patient, form.chosen_day, form.sent_at, now)


def _keep(
    id: uuid.UUID, report: Report, patient: Patient, day: dt.date, sent_at: dt.datetime, now: dt.datetime
) -> checkins.Submitted:
    """Send it; an id that another patient's report has (a copied or forged page) gives way to a fresh one."""
    details: dict[str, Any] = {
        "patient_id": patient.pk,
        "report": report,
        "by": patient.user,
        "day": day,
        "reported_at": sent_at,
        "now": now,
    }
    try:
        return checkins.submit(id=id, **details)
    except checkins.IdTaken:
        return checkins.submit(id=uuid.uuid4(), **details)


def _form(request: HttpRequest, plan: Plan, now: dt.datetime) -> CheckInForm:
    """Bound, or empty with an id of its own, or filled in with the report that is to be corrected."""
    if request.method == "POST":
        return CheckInForm(request.POST, plan=plan, now=now)
    correct = next((each for each in plan.reports if str(each.pk) == request.GET.get("correct")), None)
    if correct and not correct.is_call and checkins.accepts(correct.day, plan.today):
        return CheckInForm.of(correct, plan=plan, now=now)
    day = request.GET.get("day", "")
    about = {"day": day} if day in [each.isoformat() for each in late_days(plan)] else {}
    return CheckInForm(initial={"id": uuid.uuid4(), **about}, plan=plan, now=now)


@require_http_methods(["GET", "HEAD", "POST"])
@patient_required
def done(request: HttpRequest, patient: Patient, pk: uuid.UUID) -> HttpResponse:
    """What to do now, and later what came of it. Questions about readings are answered here.

    While something worse that they told waits for its answer, what to do about that comes first.
    """
    now = timezone.now()
    report = _corrected(get_object_or_404(CheckIn.objects.visible_to(patient.user), pk=pk, patient=patient))
    if report.pk != pk:
        return redirect("patient:done", pk=report.pk)
    can_correct = checkins.accepts(report.day, patient.today(now)) and not report.is_call
    data = request.POST if request.method == "POST" else None
    asked = questions_about(report, patient, data) if can_correct else []
    if data is not None and are_answered(asked):
        sent = checkins.submit(
            patient_id=patient.pk,
            report=answered(report.told, asked),
            id=report.pk,
            by=patient.user,
            day=report.day,
            reported_at=now,
            now=now,
        )
        return _after_answer(sent.check_in, asked)
    waiting = patient.flags.open_above(report.level).select_related("check_in").first()
    if waiting and is_only_a_call(_loud(waiting)):
        waiting = None  # it is ours to call: nothing that they do comes before it
    not_weighed = waiting is not None and waiting.rests_on_what_nobody_weighed
    found = _loud(waiting) if waiting else [each for each in report.findings.all() if not each.muted]
    courses = list(patient.courses.running(report.day).select_related("drug"))
    context = {
        **_frame(patient, courses, report.day, now),
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
        "told": _told(report.told),
        "pages": _pages_about(report),
        "can_correct": can_correct,
        "waits_for_a_call": report.is_call and not waiting and is_only_a_call(found),
    }
    return render(request, "tracker/patient/done.html", context)


@login_not_required
@require_safe
def emergency(request: HttpRequest) -> HttpResponse:
    """Whom to call; with the care team's own numbers for somebody who has one."""
    user = request.user
    patient = user.is_authenticated and _own(user)
    if not patient:
        return render(request, "tracker/patient/emergency.html")
    now = timezone.now()
    today = patient.today(now)
    courses = list(patient.courses.running(today).select_related("drug"))
    return render(request, "tracker/patient/emergency.html", _frame(patient, courses, today, now))


@require_safe
@patient_required
def trends(request: HttpRequest, patient: Patient) -> HttpResponse:
    today = patient.today(timezone.now())
    calendar = charts.calendar(today, DAYS_SHOWN)
    reports = patient.check_ins.current().of_days().since(calendar[0]).order_by("received_at")
    days = charts.by_day(charts.logged_day(each.day, each.told, each.grades) for each in reports)
    given = patient.doses.filter(given_at__date__gte=calendar[0]).values_list("given_at", flat=True)
    dose_days = {timezone.localtime(each).date() for each in given}
    heat_map = charts.heat_map(days, calendar, dose_days, labels())
    context = {
        "patient": patient,
        "heat_map": heat_map,
        "older": len(calendar) - DAYS_ON_A_PHONE,
        "sentences": summary(heat_map),
        "readings": charts.reading_charts(days, calendar, patient.usual),
    }
    return render(request, "tracker/patient/trends.html", context)


# --- What the pages are made of -----------------------------------------------------------------------------


def _frame(patient: Patient, courses: list[Course], day: dt.date, now: dt.datetime) -> dict[str, Any]:
    """What every page with telephone numbers on it needs: whom to call, what to tell them, who reads this."""
    return {
        "patient": patient,
        "team": patient.team,
        "cover": cover_of(patient.team, patient.zone, now),
        "treatments": [{"course": each, "day": each.treatment_day(day)} for each in courses],
        "crisis": patient.team.crisis_line,
        "red_flag_words": [RED_FLAG_WORDS[code] for code in RED_FLAGS],
    }


def _own(user: User) -> Patient | None:
    return Patient.objects.visible_to(user).filter(user=user).select_related("team").first()


def _corrected(report: CheckIn) -> CheckIn:
    """The last correction of a report, or the report itself."""
    while later := report.amendments.first():
        report = later
    return report


def _after_answer(report: CheckIn, asked: Iterable[QuestionForm]) -> HttpResponse:
    """Back to the answer; or to the check-in, at the first symptom that is to be changed."""
    to_change = next(filter(None, (form.to_change for form in asked)), "")
    if not to_change:
        return redirect("patient:done", pk=report.pk)
    return redirect(f"{reverse('patient:check_in')}?correct={report.pk}#id_s_{to_change}")


def _loud(flag: Flag) -> list[Finding]:
    """What the reports that a flag holds came to, worst first, without what was muted or taken back."""
    found: Any = Finding.objects.of_flags([flag]).order_by("-level", "-check_in__received_at", "id")
    return [each for each in found if not each.muted and not each.was_corrected]


def _crisis_line(patient: Patient, findings: Iterable[Finding]) -> str:
    """The number to offer with these findings; "" for none."""
    return patient.team.crisis_line if any(each.code in SELF_HARM for each in findings) else ""


def _told(told: Report) -> list[tuple[str, str]]:
    """The report in the patient's words, line by line."""
    names = labels()
    lines = [(str(capfirst(RED_FLAG_WORDS[code])), "") for code in RED_FLAGS if code in told.red_flags]
    if told.red_flag_answer == "yes" and not told.red_flags:
        lines.append((gettext("One of the serious signs"), ""))
    lines += [(names[code], said(answer)) for code, answer in told.answers.items()]
    lines += _readings(told)
    lines += doses_in_words(told.doses)
    if told.hours_since_urine is not None:
        lines.append((gettext("Hours since you last passed urine"), number(told.hours_since_urine)))
    return lines


def _readings(told: Report) -> Iterator[tuple[str, str]]:
    """What was measured; as it was typed while it could not be read, or may mean another number."""
    pair = {kind: told.readings[kind] for kind in ("systolic", "diastolic") if kind in told.readings}
    if pair:
        best = f"{together(each.best for each in pair.values())} {say('unit', 'systolic')}"
        yield say("reading", "blood_pressure"), _as_told(next(iter(pair.values())), best)
    for kind, reading in told.readings.items():
        if kind not in pair:
            best = "" if reading.best is None else measure(kind, reading.best)
            yield say("reading", kind), _as_told(reading, best)


def _as_told(reading: Reading, best: str) -> str:
    if reading.best is None:
        return reading.typed
    if reading.is_doubtful:
        return gettext("You typed %(typed)s. Not clear yet.") % {
            "typed": reading.typed or number(reading.value or 0)
        }
    return best


def _pages_about(report: CheckIn) -> list[Symptom | Article]:
    """Pages on what was just reported, the worst first, then articles about it."""
    had = (code for code, grade in report.grades.items() if grade)
    codes = sorted(had, key=lambda code: -report.grades[code])
    codes += [code for code in report.told.answers if code not in report.grades]
    symptoms = {page.code: page for page in Symptom.objects.published().filter(code__in=codes)}
    articles = Article.objects.published().about(symptom_codes=codes)[:ARTICLES_SHOWN]
    return [*(symptoms[code] for code in codes if code in symptoms), *articles]
