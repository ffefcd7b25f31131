"""The words of a rule in every language outlive its editing."""

import datetime as dt

import pytest

from tracker.models import Rule
from tracker.rulebook.forms import LINES, WORDS, RuleForm
from tracker.rulebook.shipped import install

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)


@pytest.fixture
def stroke() -> Rule:
    """A shipped rule, as a clinic keeps it."""
    install(NOON)
    return Rule.objects.get(code="stroke_signs")


def form_of(rule: Rule, **changes: str) -> RuleForm:
    return RuleForm(rule, data={**RuleForm.initial_of(rule), **changes})


def test_saving_a_rule_as_it_is_keeps_every_language(stroke: Rule) -> None:
    form = form_of(stroke)
    assert form.is_valid(), form.errors
    table = form.table({})
    assert {"en", "es", "ar"} <= set(table["patient"])
    assert {part: table[part] for part in (*WORDS, *LINES) if part in table} == {
        part: said for part, said in stroke.words.items() if part in (*WORDS, *LINES)
    }


def test_arabic_can_be_edited_and_is_written_from_the_right(stroke: Rule) -> None:
    form = form_of(stroke, patient_ar="كل دقيقة مهمة.", do_ar="سجّل الوقت.\nاجلس.")
    assert form.is_valid(), form.errors
    table = form.table({})
    assert (table["patient"]["ar"], table["do"]["ar"]) == ("كل دقيقة مهمة.", ["سجّل الوقت.", "اجلس."])
    assert table["patient"]["en"] == stroke.words["patient"]["en"]
    assert {"lang": "ar", "dir": "auto"}.items() <= form.fields["patient_ar"].widget.attrs.items()
    assert "dir" not in form.fields["patient_en"].widget.attrs


def test_a_placeholder_that_nothing_fills_is_refused_in_every_language(stroke: Rule) -> None:
    assert "patient_ar" in form_of(stroke, patient_ar="اتصل على {nobody}.").errors
