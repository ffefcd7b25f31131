"""Asking a relative to help with a diary, and what happens when they come."""

import datetime as dt

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from config.database.asking import Opening, opened
from tracker.models import Carer, Patient

MOST_AT_ONCE = 8
MOST_A_DAY = 10
"""Of one patient; so that nobody can make this site write to strangers."""
A_DAY = dt.timedelta(days=1)


class NotUsable(Exception):
    """The link was used before, has run out, was taken back, or never was one."""


class HelpsAlready(Exception):
    """Somebody with this address helps this patient now."""


class TooMany(Exception):
    """So many people help already, or were asked today."""


class SignInFirst(Exception):
    """The address is that of an account: a link that may have been passed on does not open it."""


@transaction.atomic
def invite(
    patient: Patient, *, name: str, relation: str, email: str, scope: str, until: dt.date, now: dt.datetime
) -> tuple[Carer, str]:
    """Keep an invitation; returns it with the token for its link. An earlier link to this address ends.

    Raises HelpsAlready and TooMany.
    """
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)  # two at once would pass the limits
    of_patient = Carer.objects.filter(patient=patient)
    email = email.strip().lower()
    before = of_patient.filter(email=email)
    if before.in_force(now).exists():
        raise HelpsAlready
    before.end(by=patient.user, now=now)
    at_once = of_patient.filter(ended_at=None, until__gte=patient.today(now))
    if at_once.count() >= MOST_AT_ONCE or asked_lately(patient, now) >= MOST_A_DAY:
        raise TooMany
    return Carer.asked(patient, name=name, relation=relation, email=email, scope=scope, until=until, now=now)


def asked_lately(patient: Patient, now: dt.datetime) -> int:
    return Carer.objects.filter(patient=patient, created_at__gt=now - A_DAY).count()


def send(carer: Carer, token: str) -> None:
    """Mail the link. Raises what the mail server's connection raises: SMTPException, OSError."""
    context = {"carer": carer, "link": settings.SITE_URL + reverse("carers:accept", args=[token])}
    send_mail(
        subject=_("%(name)s asks you for help with a diary") % {"name": carer.patient.user.get_short_name()},
        message=render_to_string("tracker/email/carer_invitation.txt", context),
        from_email=None,
        recipient_list=[carer.email],
    )


@opened(Opening.CARER_LINK)
def usable(token: str, now: dt.datetime) -> Carer:
    """The invitation behind a link. Raises NotUsable."""
    asked = (
        Carer.objects.usable(now).for_token(token).select_related("patient__user", "patient__team").first()
    )
    if asked is None:
        raise NotUsable
    return asked


def account_of(carer: Carer) -> User | None:
    """Whose address it is by now, if anybody's."""
    return User.objects.filter(email=carer.email).first()


@opened(Opening.CARER_LINK)
@transaction.atomic
def accept(token: str, visitor: User | None, now: dt.datetime) -> Carer:
    """Use the link, once. A new address gets an account; that of an account needs its person signed in.

    Raises NotUsable and SignInFirst.
    """
    # Pressed twice: the second press waits here, and finds nothing that it could use.
    asked = Carer.objects.usable(now).for_token(token).select_for_update(of=("self",)).first()
    if asked is None:
        raise NotUsable
    known = account_of(asked)
    if known and (not known.is_active or known.pk == asked.patient.user_id):
        raise NotUsable
    if known and known != visitor:
        raise SignInFirst
    user = known or User.objects.create_user(asked.email, name=asked.name)
    # What was agreed last counts; so it does for somebody who was asked at two addresses.
    Carer.objects.filter(patient=asked.patient_id, user=user).end(by=user, now=now)
    Carer.objects.filter(pk=asked.pk).update(user=user, accepted_at=now)
    asked.refresh_from_db()
    return asked
