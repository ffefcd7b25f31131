"""What can stand in a condition of one set: its choices, as the fields of a form."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from functools import cache, cached_property
from typing import Any, ClassVar, get_args, get_type_hints

from django import forms
from django.utils.translation import gettext_lazy as _

from education.models import Drug
from tracker.models import RuleSet
from tracker.rulebook.wording import BOUNDS, CHOICES, GRADES, SIDES
from tracker.triage.conditions import EVERY, KINDS, UNSPECIFIED, FromUsual, Range
from tracker.triage.limits import READINGS, Limit
from tracker.triage.notes import CONCEPTS
from tracker.triage.report import ATTRIBUTES
from tracker.triage.rules import parse
from tracker.triage.symptoms import LABELS, LANGUAGE, RED_FLAGS, SYMPTOMS
from tracker.triage.units import UNITS
from tracker.triage.words import plain, say

type Choices = list[tuple[str, Any]]

RANGE = frozenset(each.name for each in fields(Range))
NUMBER_MAX = 1_000_000
SHARED = "is"
SIDE = "side"
"""Above or below the usual, where a rule file has a sign."""


class Number(forms.CharField):
    """A number as it was typed: 90 stays whole, 38.0 keeps its place, 38,5 is read as 38.5."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages: ClassVar = {
        "required": _("Write a number."),
        "number": _("Write a number, such as 90 or 38.5."),
    }

    def clean(self, value: Any) -> int | float | None:
        text = super().clean(value).replace(",", ".").replace("−", "-").strip()
        if not text:
            return None
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not abs(number) <= NUMBER_MAX:
            raise forms.ValidationError(self.error_messages["number"], code="number")
        return int(number) if text.lstrip("+-").isdecimal() else number


@dataclass(frozen=True)
class Vocabulary:
    """The groups, limits, shared conditions and drugs that a set's conditions may name."""

    groups: Mapping[str, list[str]]
    limits: Mapping[str, Limit]
    shared: tuple[str, ...]
    drug_names: Mapping[str, str]

    @classmethod
    def of(cls, rule_set: RuleSet, leave_out: str = "") -> "Vocabulary":
        """`leave_out`: a shared condition that is being edited and may not name itself."""
        data = rule_set.as_data()
        return cls(
            groups=data.get("groups", {}),
            limits=parse(data).limits,
            shared=tuple(name for name in sorted(data["conditions"]) if name != leave_out),
            drug_names=data.get("drug_names", {}).get(LANGUAGE, {}),
        )

    def fields(self, kind: str) -> Iterator[tuple[str, forms.Field]]:
        """A field for each part of a condition, in no order: the sentence has its own."""
        if kind == SHARED:
            yield "name", forms.ChoiceField(choices=[(each, plain(each)) for each in self.shared])
            return
        if issubclass(KINDS[kind], Range):
            yield from self._bounds(kind)
        if kind == FromUsual.key:
            yield SIDE, forms.ChoiceField(choices=list(SIDES.items()))
        for part in parts_of(kind):
            yield part.name, self._field(kind, part)

    def _bounds(self, kind: str) -> Iterator[tuple[str, forms.Field]]:
        limits = self._limits_for(kind)
        for number, required in (("1", True), ("2", False)):
            nothing = [] if required else [("", "–")]
            yield f"bound{number}", forms.ChoiceField(choices=[*nothing, *BOUNDS.items()], required=required)
            yield (
                f"limit{number}",
                forms.ChoiceField(choices=[("", _("this number")), *limits], required=False),
            )
            yield f"number{number}", Number(required=False)

    def _limits_for(self, kind: str) -> Choices:
        """The limits that a number of this kind may be held against, by what they are of."""
        of = {reading: self._limits_of(reading) for reading in LIMITED.get(kind, ())}
        names: dict[str, Any] = {
            "urine": _("Time without urine"),
            **{each: say("reading", each) for each in UNITS},
        }
        return [(names[reading], limits) for reading, limits in of.items() if limits]

    def _limits_of(self, reading: str) -> Choices:
        return [
            (f"${name}", f"{label(each).partition(':')[0]} ({each.value:g} {unit(reading)})")
            for name, each in self.limits.items()
            if each.reading == reading
        ]

    def _field(self, kind: str, part: "Field[Any]") -> forms.Field:
        hint, needed = _hints(kind)[part.name], part.default is MISSING
        if hint == tuple[str, ...]:
            return forms.MultipleChoiceField(
                choices=self.choices(part.name),
                required=needed,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": _("Choose at least one.")},
            )
        if part.name == "at_least" and kind in GRADES:
            return forms.TypedChoiceField(choices=[*GRADES[kind].items()], coerce=int)
        if hint is int:
            return Number()
        if hint is bool:
            return forms.ChoiceField(choices=[("no", _("no")), ("yes", _("yes"))])
        if words := get_args(getattr(hint, "__value__", hint)):
            return forms.ChoiceField(choices=[(each, CHOICES.get(each, each)) for each in words])
        return forms.ChoiceField(choices=self.choices(part.name))

    def choices(self, part: str) -> Choices:
        """For a part that names things; groups come first."""
        own = dict(self._own(part))
        return [*self._groups(own), *own.items()]

    def _own(self, part: str) -> Iterable[tuple[str, Any]]:
        if part == "symptoms":
            return [(EVERY, CHOICES[EVERY]), *((code, LABELS[code]) for code in SYMPTOMS)]
        if part == "exclude":
            return [(code, LABELS[code]) for code in SYMPTOMS]
        if part == "red_flags":
            return [*((code, LABELS[code]) for code in RED_FLAGS), (UNSPECIFIED, CHOICES[UNSPECIFIED])]
        if part == "concepts":
            return [(code, plain(code)) for code in CONCEPTS]
        if part == "kind":
            return [(code, f"{say('reading', code)} ({unit(code)})") for code in UNITS]
        if part in ("drugs", "dose_cycle"):
            return self._drugs.items()
        return [(code, CHOICES[code]) for code in _WORDS[part]]

    def _groups(self, own: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """The groups whose members could stand here themselves."""
        for name, members in self.groups.items():
            if members and all(each in own for each in members):
                shown = ", ".join(str(own.get(each, each)) for each in members)
                yield f"@{name}", _("group “%(name)s”: %(members)s") % {"name": plain(name), "members": shown}

    @cached_property
    def _drugs(self) -> dict[str, str]:
        """The library's, and those that only the set knows."""
        known = dict(Drug.objects.order_by("name").values_list("code", "name"))
        return known | {code: name for code, name in self.drug_names.items() if code not in known}


LIMITED: Mapping[str, tuple[str, ...]] = {
    "reading": tuple(UNITS),
    "below_usual": tuple(UNITS),
    "weight_gain_days": ("weight",),
    "since_urine": ("urine",),
}
"""What the limits are of that a kind of condition may name."""

_WORDS: Mapping[str, tuple[str, ...]] = {
    "than": ("baseline", "last_day", "week_low"),
    "attribute": ("worst", *ATTRIBUTES),
}


def sentence_of(problem: str) -> str:
    """What triage says is wrong, as a sentence of its own."""
    return f"{problem[:1].upper()}{problem[1:]}."


def unit(reading: str) -> str:
    """Of a reading, as people write it: "°C"."""
    return say("unit", reading) if reading in UNITS else READINGS[reading]


def label(limit: Limit) -> str:
    return limit.label.get(LANGUAGE) or plain(limit.name)


def parts_of(kind: str) -> "list[Field[Any]]":
    """The parts of a kind of condition that are not limits of a number; the first stands under its key."""
    return [
        each for each in fields(KINDS[kind]) if each.name not in RANGE or not issubclass(KINDS[kind], Range)
    ]


@cache
def _hints(kind: str) -> dict[str, Any]:
    return get_type_hints(KINDS[kind])
