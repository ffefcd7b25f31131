"""Signing in, in our words: allauth's forms with plain labels, no placeholders and the right keyboard."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmLoginCodeForm, LoginForm, RequestLoginCodeForm, ResetPasswordForm
from allauth.core import context
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.adapter import nobody
from accounts.models import User


class AskForCode(RequestLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email = self.fields["email"]
        email.label = _("Your e-mail address")
        email.help_text = _("The one that your invitation was sent to.")
        del email.widget.attrs["placeholder"]


class EnterCode(ConfirmLoginCodeForm):
    """The code may be typed with or without spaces and dashes, or pasted whole."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = _("Code from the e-mail")
        code.error_messages["required"] = _("Please enter the code from the e-mail.")
        code.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}

    def clean_code(self) -> str:
        """Three tries a code are counted in a browser's session; these, across all of them."""
        stage = context.request._login_stage
        address = stage.state.get("email")
        if not limits.may_try(limits.MAILED, address):
            raise get_adapter().validation_error("too_many_login_attempts")
        if stage.login.user is None:
            User.objects.filter(email=address).first()  # as long as looking up somebody takes
        code: str = super().clean_code()
        limits.proved(limits.MAILED, address)
        return code


class SignInWithPassword(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Your e-mail address")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class AskForLink(ResetPasswordForm):
    """For an address that is nobody's a link is made as well: as much work, and it goes nowhere."""

    users: list[User]

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if not self.users:
            self.users = [nobody(email)]
        return email


class CodeForm(forms.Form):
    """The code that a patient was given on paper."""

    code = forms.CharField(
        label=_("Code from the paper"),
        help_text=_("12 numbers. You can leave out the spaces."),
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric", "class": "code"}),
        error_messages={"required": _("Type the code from the paper.")},
    )

    def refuse(self) -> None:
        """In words that fit every reason, so that they tell nobody which one it was."""
        self.add_error(
            "code",
            _(
                "This code does not work. Check each number. A code works once, and for seven days. "
                "If it is old, ask your care team for a new one."
            ),
        )
