"""The tick list of a drug as a form field: which symptoms, in which order. It works without JavaScript."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from education.documents import PLACE_STEP

MORE = 3  # rows for symptoms that are not in the list yet


class TickListWidget(forms.Widget):
    """Each symptom with its place in the list, and a few empty rows."""

    template_name = "admin/education/tick_list.html"
    choices: list[tuple[str, str]] = []

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        chosen, labels = list(value or ()), dict(self.choices)
        context["rows"] = [
            {"code": code, "label": labels.get(code, code), "place": place * PLACE_STEP}
            for place, code in enumerate(chosen, start=1)
        ]
        context["more"] = range(MORE)
        context["others"] = [each for each in self.choices if each[0] not in chosen]
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        kept = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        places = {code: _place(data.get(f"{name}-place-{code}")) for code in kept}
        more = [(each, _place(data.get(f"{name}-new-place-{row}"))) for row, each in _more(data, name)]
        by_place = sorted([*places.items(), *more], key=lambda pair: pair[1])
        return list(dict.fromkeys(code for code, _place_ in by_place if code))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False  # nothing ticked is an empty list

    def id_for_label(self, id_: str) -> str:
        return id_


class TickListField(forms.Field):
    """Codes of symptoms, in the order in which people are asked."""

    widget = TickListWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def set_choices(self, choices: Mapping[str, str]) -> None:
        self.known = {*choices}
        self.widget.choices = [*choices.items()]

    def clean(self, value: Any) -> list[str]:
        codes = list(value or ())
        if strangers := [code for code in codes if code not in self.known]:
            raise forms.ValidationError(
                _("There is no symptom %(code)s."), params={"code": ", ".join(strangers)}
            )
        return codes

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or ()) != list(data or ())


def _more(data: Any, name: str) -> list[tuple[int, str]]:
    return [(row, data.get(f"{name}-new-{row}", "")) for row in range(MORE)]


def _place(text: Any) -> int:
    """Where no place is given, at the end."""
    try:
        return int(text)
    except (TypeError, ValueError):
        return 1_000_000
