"""What somebody types, and what their browser says about itself."""

import base64
import binascii
import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User

# Our server sends to whatever address a browser names: so only to those who carry browsers' messages.
PUSH_SERVICES = (
    "fcm.googleapis.com",
    "push.services.mozilla.com",
    "notify.windows.com",
    "push.apple.com",
)
POINT, SECRET = 65, 16  # bytes of a browser's public key and of its secret (RFC 8291)


class PhoneField(forms.CharField):
    """A number as people write it: spaces, dashes, brackets, 00 for +."""

    widget = forms.TextInput({"type": "tel", "autocomplete": "tel"})

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return re.sub(r"^00", "+", re.sub(r"[\s().\-\u2010-\u2015]", "", text))


class PhoneForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["phone"]
        field_classes = {"phone": PhoneField}
        widgets = {"phone": PhoneField.widget}
        labels = {"phone": _("Mobile phone number")}
        help_texts = {
            "phone": _(
                "With + and the country code, such as +34 600 123 456. Empty: no text messages, no calls."
            )
        }


class DeviceForm(forms.Form):
    """A browser's subscription to push messages, as its own script tells it."""

    endpoint = forms.URLField(max_length=1000, assume_scheme="https")
    p256dh = forms.CharField(max_length=120)
    auth = forms.CharField(max_length=40)

    def clean_endpoint(self) -> str:
        endpoint: str = self.cleaned_data["endpoint"]
        parts = urlsplit(endpoint)
        is_known = any(f".{parts.netloc}".endswith(f".{known}") for known in PUSH_SERVICES)
        if parts.scheme != "https" or not is_known:
            raise forms.ValidationError(_("We do not know the push service of this browser."))
        return endpoint

    def clean_p256dh(self) -> str:
        return _checked(self.cleaned_data["p256dh"], POINT)

    def clean_auth(self) -> str:
        return _checked(self.cleaned_data["auth"], SECRET)


def _checked(value: str, length: int) -> str:
    """`value` if it is so many bytes as base64url."""
    try:
        found = base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        found = b""
    if len(found) != length:
        raise forms.ValidationError(_("This is no key of a browser."))
    return value
