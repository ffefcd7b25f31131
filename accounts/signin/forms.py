"""allauth's forms of the second step, with our words and our limits."""

import logging
import struct
from collections.abc import Iterator
from contextlib import contextmanager
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
from fido2.webauthn import AuthenticationResponse

from accounts import limits, recovery
from config.sealing import NotOurs

logger = logging.getLogger(__name__)

CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "class": "code"}
OF_A_PASSKEY = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")
LONGEST_PART = 32 * 1024  # characters; what makers of keys add about a new one takes a few thousand
ODD = (AttributeError, LookupError, RecursionError, TypeError, ValueError, struct.error)
"""What reading a passkey's answer ends in when somebody made it up."""


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
        code: str = self.cleaned_data["code"]
        try:
            self._look_for(code)
        except NotOurs:
            logger.exception("no key of ENCRYPTION_KEYS opens the second step of person %s", self.user.pk)
            words = _("We cannot read what your codes are checked with. Call whoever looks after this site.")
            raise forms.ValidationError(words, code="no_key_opens") from None
        # The app shows a code for 30 seconds and we take it for 90: once.
        is_of_app = self.authenticator.type == Authenticator.Type.TOTP
        if is_of_app and not limits.may_try(limits.ONCE, f"{self.user.pk} {normalize_user_code(code)}"):
            raise get_mfa_adapter().validation_error("incorrect_code")
        limits.proved(limits.SECOND_STEP, self.user.pk)
        return code

    def _look_for(self, code: str) -> None:
        """Raises NotOurs, and ValidationError for a code of nobody's."""
        if by_recovery := recovery.use(self.user, code):
            self.authenticator = by_recovery
        else:
            super().clean_code()


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


def _is_as_browsers_write_it(credential: Any) -> bool:
    """Text, and of a length that is read in no time: anybody may send anything, before they are signed in."""
    if not isinstance(credential, dict) or not isinstance(credential.get("response"), dict):
        return False
    given = [credential["response"].get(part) for part in OF_A_PASSKEY]
    parts = [credential.get("id"), credential.get("rawId"), *(part for part in given if part is not None)]
    return all(isinstance(part, str) and len(part) <= LONGEST_PART for part in parts)


@contextmanager
def _read_with_care(credential: Any) -> Iterator[None]:
    """A made-up answer of a passkey is a wrong one, and no fault of ours."""
    if not _is_as_browsers_write_it(credential):
        raise get_mfa_adapter().validation_error("incorrect_code")
    try:
        yield
    except ODD as odd:
        raise get_mfa_adapter().validation_error("incorrect_code") from odd


class NewPasskey(AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless", None)  # all of ours are
        name = self.fields["name"]
        name.label = _("Name of the passkey")
        name.help_text = _("So that you know it again, such as: my phone.")
        name.max_length = 60
        name.widget.attrs["maxlength"] = 60

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = self.cleaned_data
        if credential := told.get("credential"):  # of none the field says so
            with _read_with_care(credential):
                told = super().clean()
        return told


class Passkey(AuthenticateWebAuthnForm):
    """Shown as the second step. It cannot be guessed: nobody's tries lock it."""

    def clean_credential(self) -> Authenticator:
        credential = self.cleaned_data["credential"]
        with _read_with_care(credential):
            answer = auth.parse_authentication_response(credential)
            user = self.user or auth.extract_user_from_response(credential)
            if not user.is_active or not self.is_enough(answer):
                raise get_mfa_adapter().validation_error("incorrect_code")
            return auth.complete_authentication(user, credential)

    def is_enough(self, answer: AuthenticationResponse) -> bool:
        """Beside a code by e-mail, or a session, having it is."""
        return True


class PasskeyAgain(Passkey):
    reauthenticated = True


class PasskeyAlone(Passkey):
    """Signs in without an address: the passkey says whose it is."""

    passwordless = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=None, **kwargs)

    def is_enough(self, answer: AuthenticationResponse) -> bool:
        """By itself it is both factors. What was asked is no proof: the question may be the second step's."""
        return bool(answer.response.authenticator_data.is_user_verified())


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
