"""How a person comes in: by a link that works once and runs out."""

import datetime as dt
import hashlib
import secrets

import pghistory
from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models.teams import CareTeam, Role

VALID_FOR = dt.timedelta(days=7)
CODE_DIGITS = 12
"""Digits alone: every keyboard has them, and they can be read aloud in any language."""


def digest(token: str) -> str:
    """What is kept of a token: enough to know it again, useless to whoever reads the database."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_code() -> str:
    """Twelve digits for paper, such as "402873310956"."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def code_digest(code: str) -> str:
    """A code is short enough to be tried out by whoever reads the database, so our secret key goes in too."""
    return salted_hmac("accounts.invitations.code", code, algorithm="sha256").hexdigest()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def usable(self, now: dt.datetime) -> "InvitationQuerySet":
        return self.filter(accepted_at=None, ended_at=None, expires_at__gt=now)

    def of_patients(self) -> "InvitationQuerySet":
        return self.filter(role="")

    def for_token(self, token: str) -> "InvitationQuerySet":
        return self.filter(token_digest=digest(token))

    def for_code(self, code: str) -> "InvitationQuerySet":
        return self.filter(code_digest=code_digest(code))

    def end(self, now: dt.datetime) -> int:
        """What nobody has used yet opens nothing any more."""
        return self.filter(accepted_at=None, ended_at=None).update(ended_at=now)


@pghistory.track(exclude=["token_digest", "code_digest"])
class Invitation(models.Model):
    """Asks one person into one team: as a nurse, doctor or lead, or, with no role, as its patient."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="invitations", verbose_name=_("person")
    )
    team = models.ForeignKey(
        CareTeam, models.PROTECT, related_name="invitations", verbose_name=_("care team")
    )
    role = models.CharField(
        _("role"), max_length=10, choices=Role, blank=True, help_text=_("Leave this empty for a patient.")
    )
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    # Of the code on paper; None where the link went by e-mail.
    code_digest = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="invitations_sent",
        verbose_name=_("invited by"),
        editable=False,
    )
    created_at = models.DateTimeField(_("invited at"), editable=False)
    expires_at = models.DateTimeField(_("runs out at"), editable=False)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, editable=False)
    ended_at = models.DateTimeField(_("taken back at"), null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role="") | models.Q(role__in=Role.values), name="invitation_role_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")),
                name="invitation_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(code_digest=None) | models.Q(role=""),
                name="invitation_on_paper_is_for_a_patient",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(ended_at=None),
                name="invitation_is_used_or_taken_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.team}"

    def renew_token(self, now: dt.datetime) -> str:
        """A fresh token for the link, valid for a week from `now`; it is kept nowhere but in the mail."""
        token = secrets.token_urlsafe(32)
        self.token_digest = digest(token)
        self.created_at = now
        self.expires_at = now + VALID_FOR
        return token
