"""The forms around conditions: a rule's level, words and source, limits, reasons, dry runs and publishing."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tracker.models import Rule
from tracker.models.base import LEVEL_CHOICES
from tracker.models.patients import Language
from tracker.rulebook.dry_run import DAYS
from tracker.rulebook.vocabulary import Number, label, sentence_of, unit
from tracker.triage.limits import Limit
from tracker.triage.report import Level
from tracker.triage.sense import strange_words
from tracker.triage.slips import nearest
from tracker.triage.symptoms import LANGUAGE
from tracker.triage.words import plain

WORDS: Mapping[str, Any] = {
    "patient": (_("What the patient reads"), ""),
    "team": (_("What the team reads"), _("{seen} is filled with what made the rule hold.")),
}
LINES: Mapping[str, Any] = {
    "do": (_("What to do now"), _("One step a line.")),
    "helps": (_("What helps"), _("One line each.")),
    "call_when": (_("When to call"), _("One line each.")),
}
_CODE = RegexValidator(r"^[a-z][a-z0-9_]*$", _("Write small letters, digits and _, such as low_oxygen."))
TEXT_MAX = 2_000


def _text(label: Any, help_text: Any = "", rows: int = 2, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=TEXT_MAX,
        widget=forms.Textarea({"rows": rows}),
        **options,
    )


class RuleForm(forms.Form):
    """Everything of a rule but its condition."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("Findings name the rule by it for ever. It is never changed or used again."),
        max_length=80,
        validators=[_CODE],
        error_messages={"required": _("Give the rule a code.")},
    )
    level = forms.TypedChoiceField(label=_("Level"), choices=LEVEL_CHOICES[1:], coerce=int)
    finding = forms.CharField(
        label=_("Finding"),
        help_text=_("What is found, such as low_oxygen. Several rules may find the same."),
        max_length=60,
        validators=[_CODE],
        error_messages={"required": _("Say what is found.")},
    )
    source = _text(
        _("Source"),
        _("Where the rule comes from. Say “general knowledge, to be reviewed” when no document has it."),
        error_messages={"required": _("Say where the rule comes from.")},
    )
    reason = _text(
        _("Reason"),
        _("Needed when an emergency rule is made milder, or harder to hold. The publisher reads it."),
        required=False,
    )
    new_finding = forms.BooleanField(
        label=_("This finding is meant to be new"),
        help_text=_("Tick it only when no rule has had this code before."),
        required=False,
    )

    use_required_attribute = False

    def __init__(self, rule: Rule | None, *, findings: Collection[str] = (), **options: Any) -> None:
        """`findings` are the codes that are known."""
        super().__init__(**options)
        self.rule, self._findings = rule, findings
        if rule is not None:
            del self.fields["code"]
        self.languages = list(dict.fromkeys([LANGUAGE, *Language.values, *self._spoken()]))
        for language in self.languages:
            self._add_words(language)
        words = [name for name in self.fields if name.rpartition("_")[0] in (*WORDS, *LINES)]
        self.order_fields(["code", "level", "finding", "new_finding", *words, "source", "reason"])
        if not self["new_finding"].value():
            self.fields["new_finding"].widget = forms.HiddenInput()  # until it is needed, see clean

    @property
    def heading(self) -> list[forms.BoundField]:
        """What stands before the condition, as a rule is read: its name, how serious it is, what it finds."""
        return [self[name] for name in ("code", "level", "finding", "new_finding") if name in self.fields]

    @property
    def rest(self) -> list[forms.BoundField]:
        """What stands after it: what is said then, where it comes from, and why it was changed."""
        return [self[name] for name in self.fields if self[name] not in self.heading]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for name in [each for each in values if each.rpartition("_")[0] in (*WORDS, *LINES)]:
            if wrong := strange_words(name.rpartition("_")[0], values[name]):
                self.add_error(name, sentence_of(wrong))
        finding = values.get("finding")
        if finding and self._findings and finding not in self._findings and not values.get("new_finding"):
            self.fields["new_finding"].widget = forms.CheckboxInput()
            self.add_error(
                "finding",
                sentence_of(f"there is no finding {finding}{nearest(finding, self._findings)}")
                + " "
                + _("If it is meant to be new, say so below."),
            )
        return values

    def _spoken(self) -> list[str]:
        """The languages that the rule has words in already."""
        return [language for words in (self.rule.words if self.rule else {}).values() for language in words]

    def _add_words(self, language: str) -> None:
        shown = f" ({language})" if len(self.languages) > 1 else ""
        for name, (title, hint) in WORDS.items():
            self.fields[f"{name}_{language}"] = _text(
                f"{title}{shown}",
                hint,
                required=language == LANGUAGE,
                error_messages={"required": _("Write what they read.")},
            )
        for name, (title, hint) in LINES.items():
            self.fields[f"{name}_{language}"] = _text(f"{title}{shown}", hint, rows=3, required=False)

    @staticmethod
    def initial_of(rule: Rule, reason: str = "") -> dict[str, Any]:
        """What the fields show for a rule as it is kept."""
        words = {
            f"{part}_{language}": said
            for part in WORDS
            for language, said in rule.words.get(part, {}).items()
        }
        lines = {
            f"{part}_{language}": "\n".join(said)
            for part in LINES
            for language, said in rule.words.get(part, {}).items()
        }
        own = {"level": rule.level, "finding": rule.finding, "source": rule.source}
        return {**own, "reason": reason, **words, **lines}

    def typed(self) -> dict[str, Any]:
        """Every field as it was sent, right or wrong."""
        return {name: self[name].value() for name in self.fields}

    def table(self, when: Mapping[str, Any]) -> dict[str, Any]:
        """The rule's table in a rule file; what the form does not know of stays as it was."""
        values = self.cleaned_data
        kept = self.rule.words if self.rule else {}
        words = {part: self._said(part) for part in WORDS}
        lines = {part: said for part in LINES if (said := self._lines(part))}
        return {
            **{part: said for part, said in kept.items() if part not in WORDS and part not in LINES},
            "code": self.rule.code if self.rule else values["code"],
            "level": Level(values["level"]).word,
            "finding": values["finding"],
            "when": dict(when),
            **words,
            **lines,
            "source": values["source"],
        }

    def _said(self, part: str) -> dict[str, str]:
        said = {language: self.cleaned_data[f"{part}_{language}"] for language in self.languages}
        return {language: words for language, words in said.items() if words}

    def _lines(self, part: str) -> dict[str, list[str]]:
        said = {language: words.splitlines() for language, words in self._said(part).items()}
        lines = {
            language: [each.strip() for each in words if each.strip()] for language, words in said.items()
        }
        return {language: each for language, each in lines.items() if each}


class LimitForm(forms.Form):
    """One named limit: what it is for everybody, and how far one person's own may go."""

    value = Number(label=_("For everybody"))
    lowest = Number(label=_("A person’s own, at the lowest"))
    highest = Number(label=_("A person’s own, at the highest"))

    use_required_attribute = False

    def __init__(self, data: QueryDict | None, limit: Limit) -> None:
        shown = {each: getattr(limit, each) for each in self.base_fields}
        super().__init__(data, prefix=limit.name, initial=shown)
        self.limit = limit
        self.title = label(limit)
        for each in self.fields.values():
            each.widget.attrs["data-unit"] = limit.unit
            each.label = _("%(label)s (%(unit)s)") % {"label": each.label, "unit": unit(limit.reading)}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        numbers = [values.get(each) for each in ("lowest", "value", "highest")]
        if not self.errors and numbers != sorted(numbers):  # type: ignore[type-var]
            self.add_error("value", _("It has to lie between the lowest and the highest."))
        return values


class WeakerForm(forms.Form):
    """Why emergency rules hold less often by a limit, or a condition, that they share."""

    reason = _text(
        _("Reason"),
        _("Needed when emergency rules become harder to hold. The publisher reads it."),
        required=False,
    )


class ReasonForm(forms.Form):
    """Why an emergency rule goes."""

    reason = _text(
        _("Reason"),
        _("Whoever publishes the set reads it."),
        error_messages={"required": _("Say why this emergency rule goes.")},
    )


class DryRunForm(forms.Form):
    days = forms.TypedChoiceField(
        label=_("Check-ins of the last"),
        choices=[(each, _("%(days)d days") % {"days": each}) for each in DAYS],
        coerce=int,
        initial=DAYS[0],
    )


class PublishForm(forms.Form):
    """`seen` is the draft's revision that the page shows, `missed` how many worked cases it would miss."""

    why_missed = _text(
        _("Why these cases may come to less"),
        _("It is kept with the set, under your name."),
        error_messages={"required": _("Say why it is right that these cases come to less.")},
    )

    sure = forms.BooleanField(
        label=_("I have read every change and the dry run, and I answer for them."),
        error_messages={"required": _("Tick this when you have read them.")},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    use_required_attribute = False

    def __init__(self, data: QueryDict | None, *, missed: int, **options: Any) -> None:
        super().__init__(data, **options)
        if not missed:
            del self.fields["why_missed"]

    def answers(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "sure"}


def title_of(code: str) -> str:
    """A rule's code as a heading."""
    words = plain(code)
    return words[:1].upper() + words[1:]
