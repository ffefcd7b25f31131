"""The forms of a page, filled in as somebody in a hurry would."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.utils import timezone


@dataclass
class Form:
    """One that is posted. `fields` is what a browser would send."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)

    def set(self, name: str | None, value: str) -> None:
        if name and name != "csrfmiddlewaretoken":
            self.fields.setdefault(name, []).append(value)


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.select: tuple[str, list[tuple[str, bool]]] | None = None
        self.words: str | None = None
        self.chosen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            is_posted = told.get("method", "").lower() == "post"
            self.form = Form(urljoin(self.page, told.get("action", ""))) if is_posted else None
            self.chosen = set()
        elif self.form and tag == "input" and "disabled" not in told:
            self._input(self.form, told)
        elif self.form and tag == "textarea":
            self.words = told.get("name")
            self.form.set(self.words, "About nothing.")
        elif self.form and tag == "select":
            self.select = (told.get("name", ""), [])
        elif self.select and tag == "option":
            self.select[1].append((told.get("value", ""), "selected" in told))
        elif self.form and tag == "button" and told.get("name") and told["name"] not in self.form.fields:
            self.form.set(told["name"], told.get("value", ""))

    def _input(self, form: Form, told: dict[str, str]) -> None:
        kind, name = told.get("type", "text"), told.get("name", "")
        if kind == "radio":
            if "checked" in told or name not in self.chosen:
                form.fields.pop(name, None)
                form.set(name, told.get("value", "on"))
                self.chosen.add(name)
        elif kind == "checkbox":
            if "checked" in told:
                form.set(name, told.get("value", "on"))
        elif kind not in ("submit", "button", "file", "reset"):
            form.set(name, told.get("value") or _something(kind, told))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.form:
            self.forms.append(self.form)
            self.form = None
        elif tag == "select" and self.form and self.select:
            name, options = self.select
            picked = [value for value, is_picked in options if is_picked and value]
            self.form.set(name, next(iter(picked or [value for value, _is in options if value]), ""))
            self.select = None


def _something(kind: str, told: dict[str, Any]) -> str:
    today = timezone.localdate()
    return {
        "hidden": "",
        "email": "somebody@example.org",
        "number": told.get("min") or "1",
        "date": today.isoformat(),
        "time": "09:00",
        "datetime-local": f"{today.isoformat()}T09:00",
        "tel": "555 0100",
        "password": "",
        "search": "",
    }.get(kind, "Somebody")


def forms_in(page: str, html: str) -> Iterator[Form]:
    reader = _Reader(page)
    reader.feed(html)
    yield from reader.forms
