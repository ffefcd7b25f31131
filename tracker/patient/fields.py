"""The fields of the check-in that a form of single boxes cannot hold."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms

from tracker.patient.plan import Line, Plan, Question
from tracker.triage.report import Answer
from tracker.triage.symptoms import HIGHEST, SYMPTOMS


class PlainText(forms.CharField):
    """Text without what PostgreSQL cannot store; lines end as in Python, so that a line break counts once."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        storable = "".join(each for each in text or "" if each != "\0" and not "\ud800" <= each <= "\udfff")
        return storable.replace("\r\n", "\n")


class PhoneMadeId(forms.UUIDField):
    """The check-in's id, made on the phone. What is no id gets one: no report is refused for that."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> uuid.UUID:
        try:
            made: uuid.UUID | None = super().clean(value)
        except forms.ValidationError:
            made = None
        return made or uuid.uuid4()


class PhoneClock(forms.DateTimeField):
    """The phone's clock, in ISO form; None when it says nothing that can be read."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> dt.datetime | None:
        try:
            said: dt.datetime | None = super().clean(value)
        except forms.ValidationError:
            return None
        return said


@dataclass(frozen=True, slots=True)
class Ticked:
    """The tick list as sent back: which symptoms it had, and the answers of those that were ticked.

    `has_strangers`: something was sent that the list does not have. The rest is kept all the same.
    """

    asked: frozenset[str] = frozenset()
    answers: Mapping[str, Answer] = field(default_factory=dict)
    has_strangers: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """The same before it is checked: any code and any text may be in it."""

    asked: tuple[str, ...] = ()
    ticked: tuple[str, ...] = ()
    chosen: Mapping[tuple[str, str], str] = field(default_factory=dict)


class TickList(forms.Widget):
    """Every symptom as a row to tick, with its questions under it."""

    template_name = "tracker/patient/parts/tick_list.html"
    use_fieldset = True
    plan: Plan

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Sent:
        chosen = {
            (code, attribute): value
            for code in SYMPTOMS
            for attribute in SYMPTOMS[code].attributes
            if (value := data.get(f"{code}-{attribute}"))
        }
        return Sent(tuple(data.get("asked", "").split()), tuple(data.getlist(name)), chosen)

    def format_value(self, value: Any) -> Sent:
        if isinstance(value, Ticked):
            return Sent(
                ticked=tuple(value.answers),
                chosen={
                    (code, attribute): str(number)
                    for code, answer in value.answers.items()
                    for attribute, number in answer.given()
                },
            )
        return value if isinstance(value, Sent) else Sent()

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        sent = self.format_value(value)
        others = [_row(line, sent) for line in self.plan.others]
        return {
            "name": name,
            "asked": " ".join(line.code for line in self.plan.lines),
            "rows": [_row(line, sent) for line in self.plan.lines],
            "others": others,
            "is_open": any(row["is_ticked"] for row in others),
        }


def _row(line: Line, sent: Sent) -> dict[str, Any]:
    asked = [_asked(line, question, sent) for question in line.asked_at_once]
    more = [_asked(line, question, sent) for question in line.more]
    is_ticked = line.code in sent.ticked or any(question["is_answered"] for question in asked + more)
    return {"line": line, "is_ticked": is_ticked, "questions": asked, "more": more}


def _asked(line: Line, question: Question, sent: Sent) -> dict[str, Any]:
    chosen = sent.chosen.get((line.code, question.attribute), "")
    options = [(str(value), word, str(value) == chosen) for value, word in question.options]
    return {
        "name": f"{line.code}-{question.attribute}",
        "words": question.words,
        "is_severity": question.attribute == "severity",
        "options": options,
        "is_answered": any(is_chosen for _value, _word, is_chosen in options),
    }


class TickListField(forms.Field):
    """A symptom that was ticked and not described stays undescribed: skipped is not zero."""

    widget = TickList

    def clean(self, value: Sent) -> Ticked:
        """An answer without a tick is a tick: where every question shows, people may give only that."""
        codes = dict.fromkeys([*value.ticked, *(code for code, _attribute in value.chosen)])
        return Ticked(
            asked=frozenset(value.asked) & SYMPTOMS.keys(),
            answers={code: _answer(code, value.chosen) for code in codes if code in SYMPTOMS},
            has_strangers=any(code not in SYMPTOMS for code in codes)
            or any(not _is_offered(attribute, text) for (_code, attribute), text in value.chosen.items()),
        )


def _answer(code: str, chosen: Mapping[tuple[str, str], str]) -> Answer:
    values = {"presence": 1} if "presence" in SYMPTOMS[code].attributes else {}
    for attribute in SYMPTOMS[code].attributes:
        text = chosen.get((code, attribute), "")
        if _is_offered(attribute, text):
            values[attribute] = int(text)
    return Answer(**values)


def _is_offered(attribute: str, text: str) -> bool:
    return text in [str(value) for value in range(HIGHEST[attribute] + 1)]
