"""What a page can send: its forms, each with where it goes, its fields and what stands in them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

type Attributes = list[tuple[str, str | None]]


@dataclass(slots=True)
class Form:
    action: str
    method: str
    filled: dict[str, list[str]] = field(default_factory=dict)
    """As it would be sent untouched."""
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._by_id: dict[str, Form] = {}
        self._select = ""
        self._textarea = ""

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urlsplit(urljoin(self.address, told.get("action", self.address))).path
            self._form = Form(action, told.get("method", "get").lower())
            self.forms.append(self._form)
            self._by_id[told.get("id", "")] = self._form
            return
        form = self._by_id.get(told.get("form", "")) if "form" in told else self._form
        name = told.get("name", self._select)
        if form is None or not name:
            return
        match tag:
            case "input" | "button":
                self._take(form, name, told)
            case "select":
                self._select = name
                form.filled.setdefault(name, [])
            case "option":
                form.choices.setdefault(name, []).append(told.get("value", ""))
                if "selected" in told:
                    form.filled.setdefault(name, []).append(told.get("value", ""))
            case "textarea":
                self._textarea = name
                form.filled.setdefault(name, [""])

    def _take(self, form: Form, name: str, told: dict[str, str]) -> None:
        value, kind = told.get("value", ""), told.get("type", "text")
        form.choices.setdefault(name, []).append(value)
        is_off = kind in ("checkbox", "radio", "submit") and "checked" not in told
        form.filled.setdefault(name, [])
        if not is_off:
            form.filled[name].append(value)

    def handle_data(self, data: str) -> None:
        if self._textarea and self._form:
            self._form.filled[self._textarea] = [data]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""


def forms_of(page: str, address: str) -> list[Form]:
    reader = _Reader(address)
    reader.feed(page)
    return reader.forms
