"""allauth's forms of the second step, with our words and our limits."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ReauthenticateForm
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCode
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import validate_totp_code
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import limits

CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "class": "code"}


class AppCode(AuthenticateForm):
    """A code of the app, or one of the recovery codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = _("Code from your app, or a recovery code")
        code.error_messages["required"] = _("Please enter a code.")
        code.widget.attrs = CODE

    def clean_code(self) -> str:
        if not limits.may_try(limits.SECOND_STEP, self.user.pk):
            raise get_adapter().validation_error("too_many_login_attempts")
        code: str = super().clean_code()
        # The app shows a code for 30 seconds and we take it for 90: once.
        is_of_app = self.authenticator.type == Authenticator.Type.TOTP
        if is_of_app and not limits.may_try(limits.ONCE, f"{self.user.pk} {normalize_user_code(code)}"):
            raise get_mfa_adapter().validation_error("incorrect_code")
        limits.proved(limits.SECOND_STEP, self.user.pk)
        return code


class AppCodeAgain(AppCode, ReauthenticateByCode):
    """The same, of somebody who is signed in."""


class NewApp(ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = _("Code that the app shows now")
        code.error_messages["required"] = _("Please enter the code that the app shows.")
        code.widget.attrs = CODE

    def clean_code(self) -> str:
        if not limits.may_try(limits.SECOND_STEP, self.user.pk):
            raise get_adapter().validation_error("too_many_login_attempts")
        code: str = self.cleaned_data["code"]
        if not validate_totp_code(self.secret, code):
            raise get_mfa_adapter().validation_error("incorrect_code")
        limits.proved(limits.SECOND_STEP, self.user.pk)
        return code


class NewPasskey(AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless", None)  # all of ours are
        name = self.fields["name"]
        name.label = _("Name of the passkey")
        name.help_text = _("So that you know it again, such as: my phone.")
        name.max_length = 60
        name.widget.attrs["maxlength"] = 60


class Passkey(AuthenticateWebAuthnForm):
    """Shown as the second step. It cannot be guessed: nobody's tries lock it."""

    def clean_credential(self) -> Authenticator:
        credential = self.cleaned_data["credential"]
        auth.parse_authentication_response(credential)
        user = self.user or auth.extract_user_from_response(credential)
        if not user.is_active:
            raise get_mfa_adapter().validation_error("incorrect_code")
        return auth.complete_authentication(user, credential)


class PasskeyAgain(Passkey):
    reauthenticated = True


class PasskeyAlone(Passkey):
    """Signs in without an address: the passkey says whose it is."""

    passwordless = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=None, **kwargs)


class PasswordAgain(ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].widget.attrs.pop("placeholder", None)

    def clean_password(self) -> str:
        """By the address that is theirs; allauth looks for one in a table that is not used here."""
        password: str = self.cleaned_data["password"]
        adapter = get_adapter()
        if not adapter.authenticate(context.request, email=self.user.email, password=password):
            raise adapter.validation_error("incorrect_password")
        return password


class MailedCode(forms.Form):
    """For who has no second factor: the code that was just sent to their address."""

    mailed = forms.CharField(
        label=_("Code from the e-mail"),
        widget=forms.TextInput(CODE),
        error_messages={"required": _("Please enter the code from the e-mail.")},
    )
