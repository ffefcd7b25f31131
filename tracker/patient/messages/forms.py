"""One box. What is too long comes back whole: nothing is cut, and nothing typed is lost."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from tracker.models.messages import LONGEST
from tracker.patient.fields import PhoneMadeId, PlainText


class TooLong(MaxLengthValidator):
    message = ngettext_lazy(
        "Please make it shorter: it has %(show_value)d characters, and %(limit_value)d is the most we take.",
        "Please make it shorter: it has %(show_value)d characters, and %(limit_value)d is the most we take.",
        "limit_value",
    )


class MessageForm(forms.Form):
    """`id` is made with the page, so that pressing twice sends once."""

    id = PhoneMadeId(required=False)
    body = PlainText(
        label=_("Your message"),
        help_text=_("Up to 1,000 characters."),
        widget=forms.Textarea(attrs={"rows": 5}),
        validators=[TooLong(LONGEST)],
        error_messages={"required": _("Write your message first.")},
    )

    @property
    def typed(self) -> str:
        """What is in the box, sound or not."""
        typed: Any = self.data.get("body", "")
        return str(typed)
