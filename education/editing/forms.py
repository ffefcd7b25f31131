"""The form of a page: it shows a draft and makes a document, and never writes a row.

Its fields are named as the paths of `education.merging`: "body", "translations.es.body". So errors, what is
objected to and what two people changed are all told beside the field that they are about.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from django import forms
from django.contrib.admin.widgets import AdminDateWidget, AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import ModelFormMetaclass
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from education.documents import KINDS, TRANSLATIONS, Document, columns_of, english_of, plain, translation_of
from education.editing.fields import TickListField
from education.editing.opened import Opened, opened_blank
from education.editing.words import marked
from education.languages import ENGLISH, Language
from education.merging import BETWEEN, differences, flat, seal
from education.models import Cytokine, Drug, Published, Reading, Symptom
from education.prose import MARKDOWN
from education.translated import STAMP
from education.wording import stored, tidy

SAME = "says_the_same"
_REVIEW = ("reviewed_by", "reviewed_on", "next_review_on")
KEPT_WHEN_MADE = ("slug", "code")  # links and reports rely on them


def path_of(language: str, name: str) -> str:
    return BETWEEN.join((TRANSLATIONS, language, name))


def well_formed(model: type[models.Model], name: str, value: str) -> str:
    """What a constraint refuses of one field is told beside it. Raises ValidationError."""
    rule = f"{model._meta.model_name}_{name}_is_well_formed"
    for constraint in model._meta.constraints:
        if constraint.name == rule:
            constraint.validate(model, model(**{name: value}))
    return value


class PageForm(forms.ModelForm):
    """What all kinds of page share. `form_of` makes the form of a kind."""

    kind: str
    refused: tuple[str, ...] = ()  # why what was typed could not be saved
    token = forms.CharField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)  # a seal of each field as it was opened
    note = forms.CharField(
        label=gettext_lazy("What you changed, and why"),
        help_text=gettext_lazy(
            "For the second person, and for whoever reads the history. Readers never see it."
        ),
        widget=AdminTextareaWidget(attrs={"rows": 2}),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model = KINDS[self.kind]
        self.opened: Opened = getattr(self.instance, "opened", None) or opened_blank(self.kind, model)
        if self.instance.pk:
            self.initial = {**self.initial, **self._initial()}
        self._need_little(model)
        self._offer_links()
        self._mark_texts()

    # --- What is shown --------------------------------------------------------------------------------------

    def _initial(self) -> dict[str, Any]:
        content = self.opened.content
        values = flat(content)
        for name, field in columns_of(type(self.instance)).items():
            if name in values:
                values[name] = field.to_python(values[name])
        values |= {
            "token": self.opened.token,
            "note": self.opened.edition.note if self.opened.edition else "",
        }
        seals = {path: seal(value) for path, value in flat(content).items()}
        if "cytokine" in values:
            named = Cytokine.objects.filter(slug=values["cytokine"])
            values["cytokine"] = named.values_list("pk", flat=True).first()
        for language, texts in content.get(TRANSLATIONS, {}).items():
            is_current = texts.get(STAMP) == english_of(self.kind, content, texts)
            values[path_of(language, SAME)] = is_current
        told = {path: values.get(path) for path in self.fields if path == "note" or path.endswith(SAME)}
        seals |= {path: seal(value) for path, value in told.items()}
        seen = {path: each for path, each in seals.items() if each}
        values["seen"] = json.dumps(seen, separators=(",", ":"))  # without a space: nobody typed it
        return values

    def _need_little(self, model: type[Published]) -> None:
        """A draft may be unfinished: what it lacks is told before it is published."""
        needed = {model.named_by, *KEPT_WHEN_MADE, "section", "family", "order"}
        for name, field in self.fields.items():
            field.required = name in needed
        if "slug" in self.fields:
            wrong = _("Write the address in small letters, digits and single hyphens.")
            self.fields["slug"].error_messages["invalid"] = wrong

    def _offer_links(self) -> None:
        for name, kind in (("symptoms", Symptom), ("drugs", Drug)):
            field: Any = self.fields.get(name)
            if field is None:
                continue
            choices = {row.code: str(row) for row in kind.objects.order_by(kind.named_by)}
            if isinstance(field, TickListField):
                field.set_choices(choices)
            else:
                field.choices = [*choices.items()]

    def _mark_texts(self) -> None:
        """For the scripts: which fields are Markdown; and each translation stands beside its English."""
        for name in MARKDOWN[self.kind]:
            for language, path in self._paths(name):
                if field := self.fields.get(path):
                    field.widget.attrs |= {"data-markdown": language, "rows": 14 if name == "body" else 6}
        for language in Language:
            for name in KINDS[self.kind].words:
                english = self.initial.get(name) or ""
                if english and (field := self.fields.get(path_of(language, name))):
                    field.help_text = format_html(
                        '<details class="english"><summary>{}</summary>'
                        '<div lang="en" dir="ltr">{}</div></details>',
                        _("The English"),
                        english,
                    )

    def _paths(self, name: str) -> Iterator[tuple[str, str]]:
        yield ENGLISH, name
        for language in Language:
            yield language.value, path_of(language, name)

    # --- What was typed -------------------------------------------------------------------------------------

    def clean_slug(self) -> str:
        return well_formed(KINDS[self.kind], "slug", self.cleaned_data["slug"])

    def clean_code(self) -> str:
        return well_formed(KINDS[self.kind], "code", self.cleaned_data["code"])

    def clean_note(self) -> str:
        return stored(self.cleaned_data["note"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._clean_reviews()
        self._clean_days()
        self._clean_translations()
        for reason in self.refused:
            self.add_error(None, reason)
        if self.instance.pk and cleaned.get("token") != self.opened.token:
            self._tell_what_others_saved()
        return cleaned

    # What a constraint refuses of two fields is told beside the one that is to be changed.

    def _clean_reviews(self) -> None:
        for place in ("", *(path_of(language, "") for language in Language)):
            on, following = (self.cleaned_data.get(place + name) for name in _REVIEW[1:])
            if on and following and following <= on:
                self.add_error(f"{place}next_review_on", _("The next review has to come after this one."))

    def _clean_days(self) -> None:
        if "first_day" not in self.fields or {"first_day", "last_day"} & {*self.errors}:
            return
        first, last = self.cleaned_data["first_day"], self.cleaned_data["last_day"]
        if (first is None) != (last is None):
            text = _("Write both the first and the last treatment day, or neither.")
            self.add_error("last_day" if last is None else "first_day", text)
        elif first is not None and not 1 <= first <= last:
            text = _("Days count from 1, and the last cannot come before the first.")
            self.add_error("first_day" if first < 1 else "last_day", text)

    def _clean_translations(self) -> None:
        """What the columns of a translation refuse, beside its field."""
        model = translation_of(KINDS[self.kind])
        for language in Language:
            texts = self._texts(language)
            row = model(language=language)
            for name in (*model.words, *_REVIEW):
                setattr(row, name, texts.get(name))
            try:
                row.clean_fields(exclude=["page", *(name for name in texts if not texts[name])])
            except ValidationError as error:
                for name, errors in error.error_dict.items():
                    if path_of(language, name) in self.fields:
                        self.add_error(path_of(language, name), errors)

    def _tell_what_others_saved(self) -> None:
        """Where both wrote, both wordings are shown, and what was typed stays. Saving once more says: mine.

        What was not touched here says what the other has saved.
        """
        seen, typed = self._seen(), self.data.copy()  # type: ignore[attr-defined]
        for path, mine, other in differences(self.document(), self.opened.content):
            if path not in self.fields:
                continue
            if seal(mine) == seen.get(path, ""):
                self._show(typed, path)
            else:
                said = _("Saved by somebody else meanwhile, and how it differs from what you typed:")
                self.add_error(path, format_html("{} {}", said, marked(mine, other)))
        for path in (each for each in self.fields if each.endswith(SAME)):
            if seal(self.cleaned_data.get(path)) == seen.get(path, ""):
                self._show(typed, path)
        self._join_notes(typed, seen)
        for name in ("token", "seen"):
            self._show(typed, name)
        self.data = typed
        self.add_error(
            None,
            _(
                "Somebody else has saved this page since you opened it. Nothing that you typed is lost. "
                "Where the two differ, both are shown: make one of them, and save again."
            ),
        )

    def _seen(self) -> dict[str, str]:
        """What stood in each field when it was opened. The browser says so, for its own form alone."""
        try:
            seen = json.loads(self.cleaned_data.get("seen") or "{}")
        except (ValueError, RecursionError):
            return {}
        return seen if isinstance(seen, dict) else {}

    def _show(self, typed: Any, name: str) -> None:
        """Put what is saved into a field, as a browser would send it."""
        value, key = self.initial.get(name), self.add_prefix(name)
        for each in [each for each in typed if each == key or each.startswith(f"{key}-")]:
            del typed[each]
        if isinstance(value, list | tuple):
            typed.setlist(key, [*map(str, value)])
        elif value not in (None, False):
            typed[key] = "on" if value is True else str(value)

    def _join_notes(self, typed: Any, seen: Mapping[str, str]) -> None:
        """A note that came meanwhile, of whoever sent the draft back, is never written over."""
        mine, theirs = self.cleaned_data.get("note") or "", self.initial.get("note") or ""
        if seal(theirs) == seen.get("note", "") or theirs in mine:
            return
        untouched = seal(mine) == seen.get("note", "") or mine in theirs
        typed[self.add_prefix("note")] = theirs if untouched else f"{theirs}\n\n{mine}"

    def document(self) -> Document:
        """The page as it was typed. What has no field here, or was refused, stays as it was opened."""
        content: Document = dict(self.opened.content)
        typed = self.cleaned_data
        for name in columns_of(KINDS[self.kind]):
            if name in typed:
                content[name] = _kept(typed[name])
        for name in ("symptoms", "drugs"):
            if name in typed and name in self.fields:
                content[name] = list(typed[name])
        if "cytokine" in typed:
            content["cytokine"] = typed["cytokine"].slug if typed["cytokine"] else ""
        content[TRANSLATIONS] = dict(self._translations(content))
        return content

    def _translations(self, content: Document) -> Iterator[tuple[str, Document]]:
        for language in Language:
            before: Document = self.opened.content.get(TRANSLATIONS, {}).get(language, {})
            texts = {**before, **self._texts(language)}
            if not any(texts.get(name) for name in KINDS[self.kind].words):
                continue
            texts[STAMP] = self._stamp(language, before, content, texts)
            yield language.value, {name: _kept(value) for name, value in texts.items()}

    def _texts(self, language: str) -> Document:
        start = path_of(language, "")
        return {
            path.removeprefix(start): value
            for path, value in self.cleaned_data.items()
            if path.startswith(start) and not path.endswith(SAME)
        }

    def _stamp(self, language: str, before: Document, content: Document, texts: Document) -> str:
        """Which English it translates: that of the day when an editor last said so.

        A tick that was there before the English changed says nothing. Browsers send other line ends than we
        keep, so words are new only where what is kept of them is.
        """
        same, words = path_of(language, SAME), KINDS[self.kind].words
        has_news = any(_kept(texts.get(name) or "") != _kept(before.get(name) or "") for name in words)
        if not has_news and same not in self.changed_data:
            return texts.get(STAMP) or ""
        return english_of(self.kind, content, texts) if self.cleaned_data.get(same) else ""


def _kept(value: Any) -> Any:
    """In the one form in which texts are kept, so that nothing but words is ever different."""
    return plain(tidy(stored(value) if isinstance(value, str) else value))


# --- The form of each kind ----------------------------------------------------------------------------------


def form_of(kind: str) -> type[PageForm]:
    """The form of a kind: its own columns, what it points to, and its words in every language."""
    fields: dict[str, Any] = {"kind": kind, **_links(kind)}
    for language in Language:
        fields |= {path_of(language, name): each for name, each in _translated(kind, language).items()}
    name = f"{KINDS[kind].__name__}Form"
    form: Any = ModelFormMetaclass(name, (PageForm,), {**fields, "__module__": __name__})
    return cast(type[PageForm], form)


def _links(kind: str) -> dict[str, forms.Field]:
    if kind == "drugs":
        return {
            "symptoms": TickListField(label=gettext_lazy("Symptoms to ask about")),
            "readings": forms.MultipleChoiceField(
                label=gettext_lazy("Readings to ask for"),
                choices=Reading.choices,
                widget=forms.CheckboxSelectMultiple,
                required=False,
            ),
        }
    if kind == "articles":
        boxes: dict[str, Any] = {"widget": forms.CheckboxSelectMultiple, "required": False}
        return {
            "symptoms": forms.MultipleChoiceField(label=gettext_lazy("About these symptoms"), **boxes),
            "drugs": forms.MultipleChoiceField(label=gettext_lazy("About these drugs"), **boxes),
        }
    return {}


def _translated(kind: str, language: Language) -> dict[str, forms.Field]:
    model = translation_of(KINDS[kind])
    texts = {name: _text_field(model._meta.get_field(name), language) for name in model.words}
    review = {name: model._meta.get_field(name).formfield() for name in _REVIEW}
    review["reviewed_by"].widget = AdminTextInputWidget()
    for name in ("reviewed_on", "next_review_on"):
        review[name].widget = AdminDateWidget()
    return {
        **texts,
        SAME: forms.BooleanField(
            label=gettext_lazy("Says what the English says now"),
            help_text=gettext_lazy("Tick this when you have compared the two."),
            required=False,
        ),
        "is_published": forms.BooleanField(
            label=gettext_lazy("Shown to readers"),
            help_text=gettext_lazy("Readers see a translation only while this is ticked."),
            required=False,
        ),
        **review,
    }


def _text_field(column: Any, language: Language) -> forms.Field:
    widget = AdminTextareaWidget if isinstance(column, models.TextField) else AdminTextInputWidget
    attrs = {"lang": language.value, "dir": "rtl" if language == Language.ARABIC else "ltr"}
    field: forms.Field = column.formfield(widget=widget(attrs=attrs), required=False)
    return field


def fieldsets_of(kind: str) -> list[tuple[Any, dict[str, Any]]]:
    """The translations as parts of the page's form, each closed until it is wanted."""
    words = KINDS[kind].words
    return [
        (
            language.label,
            {
                "classes": ["collapse", "translation"],
                "fields": [path_of(language, name) for name in (*words, SAME, "is_published", "reviewed_by")]
                + [tuple(path_of(language, name) for name in _REVIEW[1:])],
            },
        )
        for language in Language
    ]
