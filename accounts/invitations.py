"""Asking a person in, and what happens when they come."""

import datetime as dt

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import CareTeam, Invitation, Membership, User


class NotUsable(Exception):
    """The link was used before, has run out, was replaced by a newer one, or never was one."""


@transaction.atomic
def invite(
    *, email: str, name: str, team: CareTeam, role: str, by: User, now: dt.datetime
) -> tuple[Invitation, str]:
    """Keep an invitation; returns it with the token for its link, which is kept nowhere.

    Makes the person unless somebody has this address already: then that person, by their own name, is asked.
    """
    known = User.objects.filter(email=email.strip().lower()).first()
    user = known or User.objects.create_user(email, name=name)
    invitation = Invitation(user=user, team=team, role=role, invited_by=by)
    token = invitation.renew_token(now)
    invitation.save()
    return invitation, token


def renew(invitation: Invitation, now: dt.datetime) -> str:
    """A fresh link, good for a week; the one before stops working. Raises NotUsable once it was accepted."""
    token = invitation.renew_token(now)
    fresh = {name: getattr(invitation, name) for name in ("token_digest", "created_at", "expires_at")}
    if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(**fresh):
        raise NotUsable
    return token


def send(invitation: Invitation, token: str) -> None:
    """Mail the link, in the language of whoever gets it.

    Raises what the mail server's connection raises: SMTPException, OSError.
    """
    context = {
        "invitation": invitation,
        "link": settings.SITE_URL + reverse("invitations:accept", args=[token]),
    }
    with translation.override(invitation.user.mail_language):
        send_mail(
            subject=_("Your invitation to Sidelight"),
            message=render_to_string("accounts/email/invitation.txt", context),
            from_email=None,
            recipient_list=[invitation.user.email],
        )


def usable(token: str, now: dt.datetime) -> Invitation:
    """The invitation behind a link. Raises NotUsable."""
    asked = Invitation.objects.usable(now).for_token(token).filter(user__is_active=True)
    invitation = asked.select_related("user", "team", "invited_by").first()
    if invitation is None:
        raise NotUsable
    return invitation


@transaction.atomic
def accept(token: str, now: dt.datetime) -> Invitation:
    """Use the link, once; staff become members of the team in their role. Raises NotUsable."""
    invitation = usable(token, now)
    won = Invitation.objects.usable(now).for_token(token).update(accepted_at=now)
    if not won:  # pressed twice: the other press let the person in
        raise NotUsable
    if invitation.role:
        Membership.objects.update_or_create(
            team=invitation.team, user=invitation.user, defaults={"role": invitation.role}
        )
    return invitation
