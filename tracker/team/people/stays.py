"""A patient's time with the team: paused, discharged, come back, handed over to another team."""

from smtplib import SMTPException
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Role, User
from tracker import leaving, moving
from tracker.models import AlreadyAnswered, CareEvent, Flag, NoteToRead, Patient, Transfer
from tracker.team import pages
from tracker.team.access import CareTeamRequest, answers_a_form, care_team_required, of_teams_of
from tracker.team.messages import thread
from tracker.team.people.access import LOOK, asked_of, keep_looks_at_asked, kept_record, sent
from tracker.team.people.stay_forms import AcceptForm, DischargeForm, PauseForm, RefuseForm, TransferForm


def _its_record(request: CareTeamRequest, pk: UUID) -> str:
    return reverse("team:record", args=[kept_record(request, pk).pk])


def _its_request(request: CareTeamRequest, pk: UUID) -> str:
    return reverse("team:transfer_asked", args=[asked_of(request, pk).pk])


# --- Pause --------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
@transaction.atomic
def pause(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    """Of a pause that runs, the end moves."""
    now = timezone.now()
    patient = kept_record(request, pk)
    today = patient.today(now)
    if patient.has_left(today):
        return redirect("team:record", pk=pk)
    form = PauseForm(sent(request), today=today, initial={"until": patient.paused_until})
    if form.is_valid():
        until = form.cleaned_data["until"]
        moving.locked(pk).pause(until, today)
        CareEvent.keep(
            patient,
            CareEvent.Kind.PAUSED,
            by=request.user,
            now=now,
            note=form.cleaned_data["note"],
            until=until.isoformat(),
        )
        messages.success(request, _("Paused until %(day)s.") % {"day": date_format(until, "j F Y")})
        return redirect("team:record", pk=pk)
    pages.keep_look(request, patient, LOOK)
    return pages.page(
        request,
        "people/pause",
        now,
        form=form,
        forms=[form],
        patient=patient,
        open_flag=_flag_of(request, pk),
    )


@answers_a_form(_its_record)
@transaction.atomic
def end_pause(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    now = timezone.now()
    kept_record(request, pk)
    patient = moving.locked(pk)
    today = patient.today(now)
    if patient.is_paused(today):
        patient.end_pause(today)
        CareEvent.keep(patient, CareEvent.Kind.PAUSE_ENDED, by=request.user, now=now)
        messages.success(request, _("The pause ends today. Reports are waited for from tomorrow on."))
    return redirect("team:record", pk=pk)


# --- Discharge ----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
@transaction.atomic
def discharge(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    """Not while a flag waits for an answer: that is given first, on its own page, in its own words."""
    now = timezone.now()
    patient = kept_record(request, pk)
    form = DischargeForm(sent(request))
    if form.is_valid():
        try:
            was_in_care = leaving.discharge(pk, by=request.user, now=now, **form.cleaned_data)
        except moving.HasOpenFlag:
            messages.warning(request, _("A flag of this patient waits for an answer. Answer it first."))
        else:
            if was_in_care:
                messages.success(request, _("%(name)s is discharged.") % {"name": patient})
            return redirect("team:record", pk=pk)
    pages.keep_look(request, patient, LOOK)
    return pages.page(
        request,
        "people/discharge",
        now,
        form=form,
        forms=[form],
        patient=patient,
        open_flag=_flag_of(request, pk),
        unread=of_teams_of(NoteToRead.objects.filter(read_at=None, patient=pk), request.user).count(),
        messages_unread=thread.unread(request.user).filter(patient=pk).count(),
        has_left=patient.has_left(patient.today(now)),
    )


def _flag_of(request: CareTeamRequest, pk: UUID) -> Flag | None:
    return of_teams_of(Flag.objects.unresolved().filter(patient=pk), request.user).first()


@answers_a_form(_its_record)
def come_back(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    patient = kept_record(request, pk)
    if leaving.come_back(pk, by=request.user, now=timezone.now()):
        messages.success(
            request,
            _(
                "%(name)s is in care again. Bring the drugs up to date, and invite them if they cannot sign "
                "in. Reports are waited for from tomorrow on."
            )
            % {"name": patient},
        )
    return redirect("team:record", pk=pk)


# --- To another team ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@care_team_required
@transaction.atomic
def transfer(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    """Asks the other team; nothing moves before its lead has said yes."""
    now = timezone.now()
    patient = kept_record(request, pk)
    form = TransferForm(sent(request), patient=patient)
    if form.is_valid():
        try:
            asked = moving.ask(pk, by=request.user, now=now, **form.cleaned_data)
        except moving.AlreadyAsked:
            messages.warning(request, _("A team has been asked already. Take that back first."))
        else:
            messages.success(request, _("Asked: %(team)s.") % {"team": asked.to_team})
            transaction.on_commit(lambda: _tell_leads(request, asked))
        return redirect("team:record", pk=pk)
    pages.keep_look(request, patient, LOOK)
    return pages.page(
        request,
        "people/transfer",
        now,
        form=form,
        forms=[form],
        patient=patient,
        open_flag=_flag_of(request, pk),
        waiting=patient.transfers.waiting().select_related("to_team").first(),
    )


def _tell_leads(request: CareTeamRequest, asked: Transfer) -> None:
    """By e-mail, with no word about the patient. The request stands above the list of patients too."""
    leads = User.objects.filter(
        memberships__team=asked.to_team_id, memberships__role=Role.LEAD, is_active=True, email__isnull=False
    )
    address = settings.SITE_URL + reverse("team:transfer_asked", args=[asked.pk])
    try:
        for lead in leads:
            with translation.override(lead.mail_language):
                send_mail(
                    subject=_("A team asks yours to take over a patient"),
                    message=render_to_string("email/transfer_asked.txt", {"asked": asked, "link": address}),
                    from_email=None,
                    recipient_list=[str(lead.email)],
                )
    except (SMTPException, OSError):
        messages.warning(
            request, _("The e-mail to %(team)s could not be sent. Call them.") % {"team": asked.to_team}
        )


@answers_a_form(_its_record)
def withdraw(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    patient = kept_record(request, pk)
    waiting = patient.transfers.waiting().select_related("to_team").first()
    if waiting is not None:
        try:
            moving.withdraw(waiting, by=request.user, now=timezone.now())
        except AlreadyAnswered:
            messages.warning(request, _("The other team was quicker. Look again."))
        else:
            messages.success(request, _("Taken back."))
    return redirect("team:record", pk=pk)


@require_http_methods(["GET", "HEAD"])
@care_team_required
@transaction.atomic
def transfer_asked(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    """What a lead has to know to say yes or no: who it is, who asks and why. Nothing of the diary."""
    asked = asked_of(request, pk)
    form = AcceptForm(team=asked.to_team, initial={"record_number": ""})
    return _asked_page(request, asked, form, RefuseForm())


def _asked_page(
    request: CareTeamRequest, asked: Transfer, accepting: AcceptForm, refusing: RefuseForm
) -> HttpResponse:
    now = timezone.now()
    keep_looks_at_asked(request, [asked])
    return pages.page(
        request,
        "people/transfer_asked",
        now,
        asked=asked,
        patient=asked.patient,
        accepting=accepting,
        refusing=refusing,
        forms=[each for each in (accepting, refusing) if each.is_bound],
        has_open_flag=moving.open_flag_of(asked.patient_id) is not None,
    )


@answers_a_form(_its_request)
@transaction.atomic
def accept(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    asked = asked_of(request, pk)
    form = AcceptForm(request.POST, team=asked.to_team)
    if not form.is_valid():
        return _asked_page(request, asked, form, RefuseForm())
    try:
        with transaction.atomic():
            patient = moving.accept(asked, by=request.user, now=timezone.now(), **form.cleaned_data)
    except moving.HasOpenFlag:
        messages.warning(request, _("%(team)s has to answer a flag first.") % {"team": asked.team})
        return redirect("team:transfer_asked", pk=pk)
    except AlreadyAnswered:
        messages.warning(request, _("This request has been answered or taken back."))
        return redirect("team:patients")
    except IntegrityError:
        form.refuse_number()
        return _asked_page(request, asked, form, RefuseForm())
    messages.success(request, _("%(name)s is in the care of %(team)s now.") % _said(patient))
    return redirect("team:record", pk=patient.pk)


def _said(patient: Patient) -> dict[str, Any]:
    return {"name": patient, "team": patient.team}


@answers_a_form(_its_request)
@transaction.atomic
def refuse(request: CareTeamRequest, pk: UUID) -> HttpResponse:
    asked = asked_of(request, pk)
    form = RefuseForm(request.POST)
    if not form.is_valid():
        return _asked_page(request, asked, AcceptForm(team=asked.to_team), form)
    try:
        moving.refuse(asked, by=request.user, now=timezone.now(), **form.cleaned_data)
    except AlreadyAnswered:
        messages.warning(request, _("This request has been answered or taken back."))
    else:
        messages.success(request, _("Refused. %(team)s sees why.") % {"team": asked.team})
    return redirect("team:patients")
