"""A reply to a patient, typed or begun with words that the team has at hand."""

import uuid
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from tracker.models import CannedReply
from tracker.models.messages import LONGEST, ReplyLanguage
from tracker.patient.fields import PhoneMadeId, PlainText

FILL = "fill"
"""The button that puts a canned reply into the box, where no script does it."""


class CannedChoice(forms.Select):
    """Each choice carries its words, for the script that puts them into the box."""

    bodies: dict[str, str]

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if words := self.bodies.get(str(value)):
            option["attrs"]["data-words"] = words
        return option


class ReplyForm(forms.Form):
    """`seen` is the patient's last message on the screen; `flag` the flag that the page was about."""

    id = PhoneMadeId(required=False)
    seen = forms.UUIDField(required=False, widget=forms.HiddenInput)
    flag = forms.UUIDField(required=False, widget=forms.HiddenInput)
    canned = forms.ChoiceField(label=_("Words at hand"), required=False, widget=CannedChoice)
    body = PlainText(
        label=_("Reply"),
        help_text=_("Up to 1,000 characters. The patient reads it as you write it."),
        widget=forms.Textarea({"rows": 4}),
        validators=[MaxLengthValidator(LONGEST)],
        error_messages={"required": _("Write the reply first.")},
    )
    answers = forms.BooleanField(label=_("This answers what the patient asked"), required=False)

    def __init__(self, *args: Any, canned: Iterable[CannedReply], has_asked: bool, **kwargs: Any) -> None:
        """`canned` in the order in which they are offered; without any there is nothing to choose from."""
        super().__init__(*args, **{"auto_id": "reply_%s", **kwargs})
        self.at_hand = {str(each.pk): each for each in canned}
        self.initial.setdefault("id", uuid.uuid4())
        if not has_asked:
            del self.fields["answers"]
        if not self.at_hand:
            del self.fields["canned"]
            return
        choice = cast(forms.ChoiceField, self.fields["canned"])
        choice.choices = [("", _("Choose…")), *_by_language(self.at_hand)]
        cast(CannedChoice, choice.widget).bodies = {key: each.body for key, each in self.at_hand.items()}

    @property
    def wants_filling(self) -> bool:
        return FILL in self.data

    def filled(self) -> dict[str, Any]:
        """What was sent, with the words of the chosen reply after what was typed."""
        chosen = self.at_hand.get(str(self.data.get("canned", "")))
        typed = str(self.data.get("body", "")).strip()
        parts = [typed, chosen.body if chosen else ""]
        return {
            **{name: self.data.get(name) for name in self.data},
            "body": "\n".join(filter(None, parts)),
            "canned": "",
        }


def _by_language(canned: dict[str, CannedReply]) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for key, each in canned.items():
        groups.setdefault(str(ReplyLanguage(each.language).label), []).append((key, each.title))
    return list(groups.items())
