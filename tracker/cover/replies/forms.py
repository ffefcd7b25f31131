"""One reply: for the list its language, name and place, and the words that go into the box."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam
from tracker.models import CannedReply
from tracker.models.messages import LONGEST, MOST_REPLIES
from tracker.patient.fields import PlainText


class CannedReplyForm(forms.ModelForm):
    body = PlainText(
        label=_("Reply"),
        help_text=_("Up to 1,000 characters, in words that patients know. Nothing is filled in by itself."),
        widget=forms.Textarea({"rows": 4}),
        validators=[MaxLengthValidator(LONGEST)],
        error_messages={"required": _("Write the reply.")},
    )

    class Meta:
        model = CannedReply
        fields = ["language", "title", "body", "place"]
        error_messages = {
            "language": {"required": _("Choose a language.")},
            "title": {"required": _("Give it a name.")},
            "place": dict.fromkeys(
                ("required", "invalid", "min_value", "max_value"), _("Write a number from 1 to 99.")
            ),
        }
        widgets = {"place": forms.NumberInput({"inputmode": "numeric", "min": 1, "max": 99})}

    def __init__(self, *args: Any, team: CareTeam, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.team = team
        self.team = team

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        others = CannedReply.objects.filter(team=self.team, language=told.get("language"))
        others = others.exclude(pk=self.instance.pk)
        if others.filter(title=told.get("title", "")).exists():
            self.add_error("title", _("There is a reply of this name already."))
        if others.count() >= MOST_REPLIES:
            words = gettext("%(number)s replies in one language are enough. Remove one first.")
            self.add_error(None, words % {"number": MOST_REPLIES})
        return told
