"""How Sidelight differs from allauth's defaults."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class ByInvitation(DefaultAccountAdapter):
    """Nobody signs up by themselves: a care team or an admin invites them."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This address and this password do not go together."),
        "incorrect_code": _("This is not the code that we sent last. Please check it."),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def render_mail(self, template_prefix: str, email: str, *args: Any, **kwargs: Any) -> EmailMessage:
        """In the language that the person has chosen, else in that of the page on which they ask."""
        chosen = User.objects.filter(email=email.lower()).values_list("language", flat=True).first()
        with translation.override(chosen or translation.get_language()):
            mail: EmailMessage = super().render_mail(template_prefix, email, *args, **kwargs)
        return mail
