"""Forms as our crispy pack draws them, and the parts of config.templatetags.ui."""

from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Button, ButtonHolder, Div, Fieldset, Layout, MultiField, Row, Submit
from django import forms
from django.template import engines

SEVERITY = [("1", "Mild"), ("2", "Moderate")]


class ReadingForm(forms.Form):
    name = forms.CharField(
        label="Name", help_text="As you like it.", error_messages={"required": "Tell us your name."}
    )
    temperature = forms.CharField(
        label="Temperature",
        required=False,
        widget=forms.TextInput(attrs={"data-unit": "°C", "inputmode": "decimal"}),
    )
    chills = forms.ChoiceField(
        label="How bad?",
        help_text="At its worst.",
        choices=SEVERITY,
        widget=forms.RadioSelect(attrs={"class": "scale severity"}),
        error_messages={"required": "Tell us how bad."},
    )
    days = forms.MultipleChoiceField(
        label="Which days?", required=False, choices=[("m", "Monday")], widget=forms.CheckboxSelectMultiple
    )
    agreed = forms.BooleanField(label="I have read this", required=False)
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    id = forms.CharField(widget=forms.HiddenInput, required=False)

    helper: FormHelper


class Page(HTMLParser):
    """The start tags of a piece of HTML, as (name, attributes), and the text within."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _value in attrs]
        assert len(names) == len(set(names)), f"<{tag}> says an attribute twice: {attrs}"
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [
            attrs
            for name, attrs in self.tags
            if name == tag and wanted.items() <= {**attrs, "": None}.items()
        ]

    def one(self, tag: str, **wanted: str) -> dict[str, str | None]:
        (found,) = self.all(tag, **wanted)
        return found


def render(source: str, **context: Any) -> Page:
    return Page(engines["django"].from_string("{% load crispy_forms_tags %}" + source).render(context))


def filled(**data: str) -> ReadingForm:
    return ReadingForm(data)


def with_layout(form: ReadingForm, *layout: Any) -> ReadingForm:
    form.helper = FormHelper()
    form.helper.layout = Layout(*layout)
    return form


def test_a_form_is_ours_to_check_not_the_browsers():
    assert "novalidate" in render("{% crispy form %}", form=ReadingForm()).one("form")


def test_novalidate_is_said_once_when_the_helper_says_it_too():
    form = with_layout(ReadingForm(), "name")
    form.helper.attrs = {"novalidate": True}
    assert "novalidate" in render("{% crispy form %}", form=form).one("form")


def test_a_helper_chooses_method_action_and_id():
    form = with_layout(ReadingForm(), "name")
    form.helper.form_method, form.helper.form_action, form.helper.form_id = "get", "/search/", "search"
    tag = render("{% crispy form %}", form=form).one("form")
    assert (tag["method"], tag["action"], tag["id"]) == ("get", "/search/", "search")


def test_the_hint_stands_before_its_control_and_describes_it():
    page = render("{{ form|crispy }}", form=ReadingForm())
    assert page.one("input", name="name")["aria-describedby"] == "id_name_helptext"
    assert page.html.index('id="id_name_helptext"') < page.html.index('name="name"')


def test_an_error_stands_beside_its_field_and_describes_it():
    page = render("{{ form|crispy }}", form=filled(chills="1"))
    box = page.one("input", name="name")
    assert box["aria-invalid"] == "true"
    assert box["aria-describedby"] == "id_name_helptext id_name_error"
    assert page.one("div", id="id_name_error")


def test_a_group_of_choices_is_a_fieldset_that_its_hint_and_error_describe():
    page = render("{{ form|crispy }}", form=filled(name="Rosa"))
    assert (
        page.one("fieldset", id="div_id_chills")["aria-describedby"] == "id_chills_helptext id_chills_error"
    )
    assert len(page.all("label", **{"class": "choice"})) == len(SEVERITY) + 1  # and Monday


def test_the_widgets_class_reaches_the_choices():
    page = render("{{ form|crispy }}", form=ReadingForm())
    assert page.one("div", **{"class": "choices scale severity"})


def test_a_choice_once_made_stays_made():
    chosen = render("{{ form|crispy }}", form=filled(chills="2")).one("input", id="id_chills_1")
    assert "checked" in chosen


def test_the_error_summary_comes_first_and_links_to_every_field():
    page = render("{% crispy form %}", form=filled())
    assert page.one("div", role="alert")["tabindex"] == "-1"
    assert [link["href"] for link in page.all("a")] == ["#id_name", "#id_chills_0"]
    ids = {attrs.get("id") for _tag, attrs in page.tags}
    assert {"id_name", "id_chills_0"} <= ids
    assert page.html.index("error-summary") < page.html.index('name="name"')


def test_a_form_without_errors_has_no_summary_and_loads_no_script():
    page = render("{% crispy form %}", form=ReadingForm())
    assert not page.all("script")
    assert "error-summary" not in page.html


def test_errors_of_the_whole_form_are_in_the_summary():
    form = filled(name="Rosa", chills="1")
    form.add_error(None, "These two do not fit.")
    assert "These two do not fit." in render("{{ form|crispy }}", form=form).html


def test_what_was_typed_is_shown_as_text():
    page = render("{{ form|crispy }}", form=filled(name='"><script>alert(1)</script>', note="</textarea><b>"))
    assert not [tag for tag, attrs in page.tags if tag == "script" and "src" not in attrs]
    assert page.one("input", name="name")["value"] == '"><script>alert(1)</script>'
    assert not page.all("b")


def test_spaces_in_a_note_are_kept():
    assert ">\n    \n  </textarea>" in render(
        "{{ form|crispy }}", form=filled(note="    \r\n  ")
    ).html.replace("\r", "")


def test_a_unit_stands_behind_its_box_and_in_its_label():
    page = render("{{ form.temperature|as_crispy_field }}", form=ReadingForm())
    assert page.html.count("°C") == 3  # label, unit, data-unit
    assert page.one("div", **{"class": "with-unit"})


def test_a_single_tick_box_is_inside_its_label():
    assert render("{{ form.agreed|as_crispy_field }}", form=ReadingForm()).one("label", **{"class": "tick"})


def test_a_hidden_field_is_nothing_but_itself():
    page = render("{{ form.id|as_crispy_field }}", form=ReadingForm())
    assert [tag for tag, _attrs in page.tags] == ["input"]


def test_the_layout_objects_have_their_templates():
    form = with_layout(
        ReadingForm(),
        Fieldset("You", "name", css_class="you"),
        Row("temperature", "agreed"),
        MultiField("More", "days", "note"),
        Div("chills", css_id="how-bad"),
        ButtonHolder(
            Submit("send", "Send"), Button("stop", "Stop"), Submit("later", "Later", css_class="quiet")
        ),
    )
    page = render("{% crispy form %}", form=form)
    assert page.one("fieldset", **{"class": "you"})
    assert page.one("div", id="how-bad")
    assert [button["class"] for button in page.all("button")] == [
        "button primary",
        "button secondary",
        "button quiet",
    ]
    assert page.one("button", name="send")["value"] == "Send"


def test_buttons_of_the_helper_stand_at_the_end():
    form = with_layout(ReadingForm(), "name")
    form.helper.add_input(Submit("send", "Send"))
    page = render("{% crispy form %}", form=form)
    assert page.tags[-1][0] == "button"


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (0, "No flag"),
        (1, "Routine"),
        (2, "Urgent"),
        (3, "Emergency"),
        ("urgent", "Urgent"),
        ("none", "No flag"),
    ],
)
def test_a_level_is_a_word_a_shape_and_a_colour(value, word):
    page = render("{% level value %}", value=value)
    assert word in page.html
    assert page.one("path")
    assert "level-" in str(page.one("span")["class"])


def test_every_level_has_a_shape_of_its_own():
    assert len({render("{% level value %}", value=value).one("path")["d"] for value in range(4)}) == 4


@pytest.mark.parametrize(
    ("value", "said"), [(0, "0 None"), (4, "4 Very severe"), (None, "Not logged"), ("skipped", "Skipped")]
)
def test_a_grade_says_its_digit_and_its_word(value, said):
    assert f'<span class="visually-hidden">{said}</span>' in render("{% grade value %}", value=value).html


def test_none_skipped_not_asked_and_not_logged_look_different():
    signs = {render("{% grade value %}", value=value).html for value in (0, "skipped", "not-asked", None)}
    assert len(signs) == 4


@pytest.mark.parametrize(
    ("waited", "said"),
    [
        (timedelta(seconds=-5), "under 1 min"),
        (timedelta(seconds=59), "under 1 min"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(minutes=60), "1 h 00"),
        (timedelta(minutes=80), "1 h 20"),
        (timedelta(hours=24), "1 d 0 h"),
        (timedelta(days=2, hours=3, minutes=59), "2 d 3 h"),
    ],
)
def test_waiting_is_short(waited, said):
    assert render("{{ waited|waiting }}", waited=waited).html == said


@pytest.mark.parametrize(
    ("number", "address"),
    [
        ("112", "tel:112"),
        ("+44 (20) 555-0100", "tel:+44205550100"),
        (" 555 0100 ", "tel:5550100"),
        ("*31#5", "tel:*31#5"),
    ],
)
def test_a_phone_number_becomes_an_address(number, address):
    assert render("{{ number|phone_link }}", number=number).html == address
