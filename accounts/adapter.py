"""How Sidelight differs from allauth's defaults."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.models import User
from accounts.post import send_later
from accounts.recent import has_proved

TO_NOBODY = "account/email/unknown_account"
CODE = "account/email/login_code"
LINK = "account/email/password_reset_key"
NOBODY = 0
"""A key that no row has."""
SECOND_STEP = {"allauth.mfa.stages.AuthenticateStage": "accounts.mfa.SecondStep"}


def nobody(email: str) -> User:
    """To make a link of that opens nothing."""
    return User(pk=NOBODY, email=email, password=UNUSABLE_PASSWORD_PREFIX)


class ByInvitation(DefaultAccountAdapter):
    """Nobody signs up by themselves: a care team or an admin invites them."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This address and this password do not go together."),
        "incorrect_code": _("This is not the code that we sent last. Please check it."),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _(
            "Too many tries. Wait a few minutes, then try again. If that does not help, call your care team."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    # --- Tries ----------------------------------------------------------------------------------------------

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Before any password is hashed."""
        if not limits.may_try(limits.PASSWORD, credentials.get("email", "")):
            raise self.validation_error("too_many_login_attempts")
        super().pre_authenticate(request, **credentials)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        if user:
            limits.proved(limits.PASSWORD, credentials.get("email", ""))
        return user

    # --- Steps ----------------------------------------------------------------------------------------------

    def get_login_stages(self) -> list[str]:
        return [SECOND_STEP.get(stage, stage) for stage in super().get_login_stages()]

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """One page, which asks each person for what they have."""
        address = reverse("account_reauthenticate")
        return [{"id": "reauthenticate", "description": _("Prove that it is you"), "url": address}]

    def is_reauthentication_required(self, *, app: str, **rest: Any) -> bool:
        return not has_proved(self.request)

    # --- Mail -----------------------------------------------------------------------------------------------

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """An address that we do not know costs the same work, and gets nothing."""
        is_known = template_prefix != TO_NOBODY
        if not is_known:
            template_prefix, context = CODE, {**context, "code": self.generate_login_code()}
        message = self.render_mail(template_prefix, email, {"email": email, **context})
        if is_known:
            send_later(message)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        message = self.render_mail(LINK, email, {"email": email, **context})
        if user.pk != NOBODY:
            send_later(message)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """In few words, the same for every change: what was changed is nobody's business but theirs."""
        if user.email:
            self.send_mail("account/email/sign_in_changed", user.email, {})

    def render_mail(self, template_prefix: str, email: str, *args: Any, **kwargs: Any) -> EmailMessage:
        """In the language that the person has chosen, else in that of the page on which they ask."""
        chosen = User.objects.filter(email=email.lower()).values_list("language", flat=True).first()
        with translation.override(chosen or translation.get_language()):
            mail: EmailMessage = super().render_mail(template_prefix, email, *args, **kwargs)
        return mail
