"""Was this page helpful? Answered once in a session, kept without anybody's name."""

import re
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from education.languages import page_language
from education.models import Kind, PageAnswer, SearchEntry
from education.models.published import SLUG

ANSWERED = "pages_answered"
"""In the session: which pages, so that each is answered once. Not what was answered."""
MOST_ANSWERED = 300
YES, NO = "yes", "no"


class AnswerForm(forms.ModelForm):
    """A browser's button says `helped`."""

    helped = forms.ChoiceField(
        choices=[(YES, _("Yes")), (NO, _("No"))],
        error_messages={"required": _("Press Yes or No."), "invalid_choice": _("Press Yes or No.")},
    )

    class Meta:
        model = PageAnswer
        fields = ["kind", "slug", "missing"]
        error_messages = {"missing": {"max_length": _("Please use at most %(limit_value)d characters.")}}

    def clean_helped(self) -> bool:
        return bool(self.cleaned_data["helped"] == YES)

    def clean_missing(self) -> str:
        return " ".join(self.cleaned_data["missing"].split())

    @property
    def page(self) -> SearchEntry | None:
        """The published page that it is about."""
        kind, slug = self.data.get("kind", ""), self.data.get("slug", "")
        if kind not in Kind.values or not re.fullmatch(SLUG, slug):
            return None
        return SearchEntry.objects.filter(kind=kind, slug=slug, readers__contains=[page_language()]).first()

    def keep(self, **details: Any) -> None:
        answer: PageAnswer = self.instance
        answer.helped = self.cleaned_data["helped"]
        for name, value in details.items():
            setattr(answer, name, value)
        answer.save()


def is_answered(request: HttpRequest, kind: str, slug: str) -> bool:
    """Asks nothing of anybody who has no session."""
    return f"{kind}/{slug}" in request.session.get(ANSWERED, [])


def remember(request: HttpRequest, kind: str, slug: str) -> None:
    answered = [*request.session.get(ANSWERED, []), f"{kind}/{slug}"]
    request.session[ANSWERED] = answered[-MOST_ANSWERED:]
    if not request.user.is_authenticated:
        request.session.set_expiry(0)  # goes with the browser
