"""Asking a person in, and what happens when they come."""

import datetime as dt
import unicodedata

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import CareTeam, Invitation, Membership, User
from accounts.models.invitations import CODE_DIGITS, InvitationQuerySet, code_digest, new_code


class NotUsable(Exception):
    """The link was used before, has run out, was replaced by a newer one, or never was one."""


class NoAddress(Exception):
    """The person has no e-mail address."""


class NotOnPaper(Exception):
    """Paper is for people who open no more with it than their own diary: whoever prints it could use it."""


@transaction.atomic
def invite(
    *, email: str, name: str, team: CareTeam, role: str, by: User, now: dt.datetime
) -> tuple[Invitation, str]:
    """Keep an invitation; returns it with the token for its link, which is kept nowhere.

    Makes the person unless somebody has this address already: then that person, by their own name, is asked.
    """
    known = User.objects.filter(email=email.strip().lower()).first()
    user = known or User.objects.create_user(email, name=name)
    if not role:
        return _ask_patient(user, team, by, now)
    invitation = Invitation(user=user, team=team, role=role, invited_by=by)
    token = invitation.renew_token(now)
    invitation.save()
    return invitation, token


@transaction.atomic
def invite_patient(user: User, team: CareTeam, *, by: User, now: dt.datetime) -> tuple[Invitation, str]:
    """By e-mail, with the token for the link. What they were asked with before opens nothing any more.

    Raises NoAddress.
    """
    if not user.email:
        raise NoAddress
    return _ask_patient(user, team, by, now)


@transaction.atomic
def print_code(user: User, team: CareTeam, *, by: User, now: dt.datetime) -> tuple[Invitation, str, str]:
    """For paper: the invitation with the token for its link and the code to type, both kept nowhere.

    What they were asked with before opens nothing any more. Raises NotOnPaper.
    """
    if not user.is_only_a_patient or not user.is_active:
        raise NotOnPaper
    code = new_code()
    invitation, token = _ask_patient(user, team, by, now, code_digest=code_digest(code))
    return invitation, token, code


def _ask_patient(
    user: User, team: CareTeam, by: User, now: dt.datetime, **fields: str
) -> tuple[Invitation, str]:
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # of two at once, the second one counts
    Invitation.objects.of_patients().filter(user=user).end(now)
    invitation = Invitation(user=user, team=team, role="", invited_by=by, **fields)
    token = invitation.renew_token(now)
    invitation.save()
    return invitation, token


def renew(invitation: Invitation, now: dt.datetime) -> str:
    """A fresh link, good for a week; the one before stops working.

    Raises NotUsable once it was accepted or taken back, and NoAddress, which leaves a code on paper as it is.
    """
    if not invitation.user.email:
        raise NoAddress
    token = invitation.renew_token(now)
    fresh = {name: getattr(invitation, name) for name in ("token_digest", "created_at", "expires_at")}
    waiting = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, ended_at=None)
    if not waiting.update(**fresh, code_digest=None):
        raise NotUsable
    return token


def send(invitation: Invitation, token: str) -> None:
    """Mail the link, in the language of whoever gets it.

    Raises NoAddress, and what the mail server's connection raises: SMTPException, OSError.
    """
    if not invitation.user.email:
        raise NoAddress
    context = {"invitation": invitation, "link": link(token)}
    with translation.override(invitation.user.mail_language):
        send_mail(
            subject=_("Your invitation to Sidelight"),
            message=render_to_string("accounts/email/invitation.txt", context),
            from_email=None,
            recipient_list=[invitation.user.email],
        )


def link(token: str) -> str:
    address: str = settings.SITE_URL + reverse("invitations:accept", args=[token])
    return address


def usable(token: str, now: dt.datetime) -> Invitation:
    """The invitation behind a link. Raises NotUsable."""
    return _usable(Invitation.objects.for_token(token), now)


def _usable(found: InvitationQuerySet, now: dt.datetime) -> Invitation:
    asked = found.usable(now).filter(user__is_active=True)
    invitation = asked.select_related("user", "team", "invited_by").first()
    if invitation is None:
        raise NotUsable
    return invitation


@transaction.atomic
def accept(token: str, now: dt.datetime) -> Invitation:
    """Use the link, once; staff become members of the team in their role. Raises NotUsable."""
    return _accept(Invitation.objects.for_token(token), now)


@transaction.atomic
def accept_code(typed: str, now: dt.datetime) -> Invitation:
    """Use the code that stood on paper, once; spaces and dashes do not count. Raises NotUsable.

    Who has got another role since it was printed signs in by e-mail: paper opens a diary and nothing else.
    """
    code = digits(typed)
    if len(code) != CODE_DIGITS:
        raise NotUsable
    return _accept(Invitation.objects.for_code(code), now)


def digits(typed: str) -> str:
    """Those of a text, in any script."""
    known = (unicodedata.decimal(each, None) for each in unicodedata.normalize("NFKC", typed[:100]))
    return "".join(str(each) for each in known if each is not None)


def _accept(found: InvitationQuerySet, now: dt.datetime) -> Invitation:
    invitation = _usable(found, now)
    if invitation.code_digest and not invitation.user.is_only_a_patient:
        raise NotUsable
    won = found.usable(now).update(accepted_at=now)
    if not won:  # pressed twice: the other press let the person in
        raise NotUsable
    if invitation.role:
        Membership.objects.update_or_create(
            team=invitation.team, user=invitation.user, defaults={"role": invitation.role}
        )
    return invitation
