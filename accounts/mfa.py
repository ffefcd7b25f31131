"""How passkeys, apps and recovery codes differ from allauth's defaults: sealed, and in our words."""

import io
from typing import ClassVar

import segno
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import second_factor
from accounts.models import User
from accounts.reach.browsers import name_of
from config.sealing import seal, unseal

SITE = "Sidelight"


class Sealed(DefaultMFAAdapter):
    """Secrets lie in the database under ENCRYPTION_KEYS; `manage.py seal_anew` changes the key."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": gettext_lazy(
            "This is your only second step. Add another one first, then take this one away."
        ),
        "incorrect_code": gettext_lazy("This is not the right code. Wait for the next one, and try it."),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        drawn = io.BytesIO()
        segno.make(url, error="m").save(drawn, kind="svg", scale=5, border=4, dark="#000", light="#fff")
        return drawn.getvalue().decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Who works here always keeps one: else the next page would send them away to set one up."""
        return not (second_factor.is_last(authenticator) and second_factor.works_here(authenticator.user))

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:
        return name_of(context.request.headers.get("User-Agent", "")) or _("A passkey")

    def _get_site_name(self) -> str:
        return SITE


class SecondStep(AuthenticateStage):
    """Between the code by e-mail and the page: asked of those who work here, and of nobody else."""

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        asked = isinstance(user, User) and second_factor.works_here(user)
        return asked and bool(super()._should_handle(request))
