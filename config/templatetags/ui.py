"""The parts of a page that need word, shape and colour at once, and how we print times and numbers.

Built into every template; nothing has to be loaded.
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache, reduce
from operator import add
from typing import NamedTuple, Protocol

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField, RadioSelect
from django.http import HttpRequest
from django.middleware.csp import get_nonce
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from config import requests

register = template.Library()


class Mark(NamedTuple):
    """How a level looks: its class, its word, and its shape as an SVG path in a box of 16 by 16."""

    name: str
    label: Promise
    path: str


MARKS = (
    Mark("none", _("No flag"), "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1z"),
    Mark("routine", _("Routine"), "M8 0l8 8-8 8-8-8z"),
    Mark("urgent", _("Urgent"), "M8 1l8 14H0z"),
    Mark("emergency", _("Emergency"), "M4.5 1h7L16 8l-4.5 7h-7L0 8z"),
)
MARK_BY_NAME = {mark.name: mark for mark in MARKS}

GRADE_WORDS: dict[int | str, tuple[str, Promise]] = {
    0: ("0", _("None")),
    1: ("1", _("Mild")),
    2: ("2", _("Moderate")),
    3: ("3", _("Severe")),
    4: ("4", _("Very severe")),
    "skipped": ("?", _("Skipped")),
    "not-asked": ("·", _("Not asked")),
    "not-logged": ("–", _("Not logged")),
}


@register.simple_tag
def request_id() -> str:
    """By which we find in our logs what went wrong on a page that somebody tells us of."""
    return requests.current_id()


@register.simple_tag
def page_nonce_attr() -> SafeString | str:
    """As `csp_nonce_attr`, where crispy's filters draw a form and know nothing of its page."""
    asked = requests.current()
    nonce = get_nonce(asked.request) if asked else None
    return "" if nonce is None else format_html('nonce="{}"', nonce)


@register.simple_tag
def level(value: int | str) -> SafeString:
    """A flag's level, 0 to 3 or its word: `{% level flag.level %}`."""
    return _level(value, get_language())


@lru_cache(maxsize=64)
def _level(value: int | str, language: str | None) -> SafeString:
    mark = MARK_BY_NAME[value] if isinstance(value, str) else MARKS[value]
    return format_html(
        '<span class="level level-{}"><svg viewBox="0 0 16 16" aria-hidden="true">'
        '<path fill="currentColor" d="{}"/></svg>{}</span>',
        mark.name,
        mark.path,
        mark.label,
    )


@register.filter
def level_word(value: int | str) -> str:
    """The level's word as it stands inside a sentence: `{{ flag.level|level_word }}` is “urgent”."""
    mark = MARK_BY_NAME[value] if isinstance(value, str) else MARKS[value]
    return str(mark.label).lower()


@register.simple_tag
def grade(value: int | str | None) -> SafeString:
    """A grade 0 to 4, "skipped" or "not-asked"; None is a day not logged: `{% grade cell.grade %}`."""
    return _grade("not-logged" if value is None else value, get_language())


@register.simple_tag
def grade_cells(values: Iterable[int | str | None]) -> SafeString:
    """A table cell for each grade of a row: a heat map of twelve weeks has a thousand of them."""
    language = get_language()
    return reduce(add, (_grade_cell(value, language) for value in values), SafeString())


@lru_cache(maxsize=64)
def _grade_cell(value: int | str | None, language: str | None) -> SafeString:
    return format_html("<td>{}</td>", _grade("not-logged" if value is None else value, language))


@register.simple_tag
def day_rows(rows: Iterable[tuple[str, str]]) -> SafeString:
    """Rows of a table: the day, and what was measured."""
    return format_html_join("", "<tr>{}<td>{}</td></tr>", ((_row_head(day), value) for day, value in rows))


@register.simple_tag
def graded_rows(rows: Iterable[tuple[str, int | str | None, Iterable[object]]]) -> SafeString:
    """Rows of a table: the day, the grade of that day, and what else belongs to it."""
    language = get_language()
    return format_html_join(
        "",
        "<tr>{}{}<td>{}</td></tr>",
        (
            (_row_head(day), _grade_cell(value, language), "; ".join(map(str, others)) or "–")
            for day, value, others in rows
        ),
    )


@lru_cache(maxsize=1_024)
def _row_head(day: str) -> SafeString:
    return format_html('<th scope="row">{}</th>', day)


class Drawn(Protocol):
    """Of a line: the paths of its stretches, and of its dots."""

    @property
    def path(self) -> str: ...
    @property
    def dots(self) -> str: ...


@register.simple_tag
def sparkline(line: Drawn, grades: Iterable[int | None]) -> SafeString:
    """The worst grade of each day as a small line; a board has one in every row."""
    return format_html(
        '<svg class="sparkline" viewBox="0 0 120 32" role="img" aria-label="{} {}">'
        '<path d="{}" /><path class="dots" d="{}" /></svg>',
        gettext("Worst grade each day, oldest first:"),
        ", ".join("–" if grade is None else str(grade) for grade in grades),
        line.path,
        line.dots,
    )


@lru_cache(maxsize=256)
def _grade(key: int | str, language: str | None) -> SafeString:
    sign, word = GRADE_WORDS[key]
    return format_html(
        '<span class="grade grade-{}" title="{}">'
        '<span aria-hidden="true">{}</span><span class="visually-hidden">{}</span></span>',
        key,
        word,
        sign,
        f"{sign} {word}" if isinstance(key, int) else word,
    )


@register.inclusion_tag("ui/grade_key.html")
def grade_key() -> dict[str, object]:
    """What the colours and signs of a heat map mean."""
    return {"grades": [(key, word) for key, (_sign, word) in GRADE_WORDS.items()]}


@register.inclusion_tag("ui/nav_item.html")
def nav_item(request: HttpRequest, name: str, label: str, icon: str = "") -> dict[str, str]:
    """A link of the header, marked when it leads to the page or the section that is open."""
    match = getattr(request, "resolver_match", None)
    current = ""
    if match and match.view_name == name:
        current = "page"
    elif match and name == f"{match.namespace}:index":
        current = "true"
    return {"name": name, "label": label, "icon": icon, "current": current}


@register.inclusion_tag("ui/languages.html", takes_context=True)
def language_choice(context: template.Context) -> dict[str, object]:
    """A button for each language, in its own words, that leads back to this page; none without a request.

    Pages of the team are in fewer: another one stands there for whoever has it, as the one to change.
    """
    request, current = context.get("request"), get_language()
    is_of_team = context.get("shell") == "team"
    offered = [
        (code, name)
        for code, name in settings.LANGUAGES
        if not is_of_team or code in settings.STAFF_LANGUAGES or code == current
    ]
    return {
        "languages": offered if request else (),
        "current": current,
        "here": request.get_full_path() if request else "",
        "csrf_token": context.get("csrf_token"),
    }


@register.filter
def phone_link(number: str) -> str:
    """The address behind a telephone number as people write it: `+44 (20) 555-0100` is `tel:+44205550100`."""
    return "tel:" + ("+" if number.strip().startswith("+") else "") + re.sub(r"[^0-9*#]", "", number)


@register.filter
def waiting(duration: timedelta) -> str:
    """How long somebody has waited, as short as a board needs: `8 min`, `1 h 20`, `2 d 3 h`."""
    minutes = max(0, int(duration.total_seconds() // 60))
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    if days:
        return gettext("%(days)d d %(hours)d h") % {"days": days, "hours": hour}
    if hours:
        return gettext("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": minute}
    return gettext("%(minutes)d min") % {"minutes": minute} if minute else gettext("under 1 min")


@register.simple_tag
def span_words() -> SafeString:
    """Attributes with the words of `waiting`, and of what is left or over, for scripts that let it run on."""
    words = {
        "days": gettext("%(days)d d %(hours)d h"),
        "hours": gettext("%(hours)d h %(minutes)02d"),
        "minutes": gettext("%(minutes)d min"),
        "soon": gettext("under 1 min"),
        "late": gettext("%(late)s over target"),
        "over": gettext("%(over)s over target"),
        "left": gettext("%(time)s left"),
        "overdue": gettext("Overdue by %(late)s"),
    }
    return format_html_join(" ", 'data-words-{}="{}"', words.items())


@register.filter
def unit(field: BoundField) -> str:
    """The unit printed behind a field: what its widget says in `data-unit`."""
    return str(field.field.widget.attrs.get("data-unit", ""))


@register.filter
def focus_target(field: BoundField) -> str:
    """The id that a link to this field must name: its control, or the first of a group."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def button_look(classes: str) -> str:
    """The look of a crispy button, whose own classes are another framework's: primary, secondary, quiet…"""
    wanted = [name for name in classes.split() if not name.startswith("btn")]
    return " ".join(wanted) or ("primary" if "btn-primary" in classes else "secondary")


@register.filter
def any_errors(forms: Iterable[BaseForm] | None) -> bool:
    """Whether one summary has to stand above several forms: `{% if forms|any_errors %}`."""
    return any(form.errors for form in forms or ())


@register.filter
def is_choice_group(field: BoundField) -> bool:
    """Radio buttons or tick boxes: one control a choice, drawn as big words to press."""
    return isinstance(field.field.widget, RadioSelect)
