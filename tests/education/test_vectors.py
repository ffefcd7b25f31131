"""Stored scripts: through every field that an editor can type into, nothing that runs reaches a reader."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse

from education.documents import translation_of
from education.markdown import ATTRIBUTES, TAGS, render
from education.models import Article, Cytokine, Drug, Published, Symptom, Translation
from tests.education.conftest import REVIEWED, WORDS
from tests.education.vectors import EVERY, EVIL, SHORT

pytestmark = pytest.mark.django_db

KINDS = [Article, Cytokine, Drug, Symptom]
FIXED = {"slug", "code", "section", "family", "language", "shipped_digest", "translates"}
"""What an editor cannot type freely: letters and hyphens, a choice, nothing at all."""
OURS = ("/static/", "/admin/jsi18n/")
SCHEMES = {"", "http", "https", "mailto", "tel"}


class Tags(HTMLParser):
    """Every tag of a document, with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tags(html: str) -> list[tuple[str, dict[str, str | None]]]:
    return Tags(html).found


def runs(html: str) -> Iterator[str]:
    """Whatever a browser would run, or ask of another host, but for our own scripts and styles."""
    for tag, attributes in tags(html):
        ours = (attributes.get("src") or attributes.get("href") or "").startswith(OURS)
        if tag in ("iframe", "object", "embed", "base", "math", "animate", "marquee", "frame", "applet"):
            yield tag
        if tag in ("script", "style", "link") and not (ours or _is_harmless(tag, attributes)):
            yield f"{tag} {attributes}"
        for name, value in attributes.items():
            if name.startswith("on") or name in ("style", "srcdoc", "formaction"):
                yield f"{tag} {name}"
            if name in ("href", "src", "action", "data", "poster", "srcset", "xlink:href"):
                yield from _address(tag, value or "")


def _is_harmless(tag: str, attributes: dict[str, str | None]) -> bool:
    if tag == "script":
        return attributes.get("type") == "application/json"
    return tag == "link" and attributes.get("rel") in ("manifest", "icon", "apple-touch-icon")


def _address(tag: str, value: str) -> Iterator[str]:
    parts = urlsplit("".join(value.split()))
    if parts.scheme.lower() not in SCHEMES:
        yield f"{tag} leads to {value}"
    if tag != "a" and EVIL in parts.netloc:
        yield f"{tag} asks {value}"


@pytest.mark.parametrize("text", EVERY)
def test_markdown_becomes_nothing_that_is_not_on_the_list(text: str) -> None:
    html = render(text)
    for tag, attributes in tags(html):
        assert tag in TAGS
        assert attributes.keys() <= ATTRIBUTES.get(tag, set()) | ATTRIBUTES["*"]
    assert not [*runs(html)]


def test_all_together_are_no_more_than_each() -> None:
    for joint in ("\n\n", "\n", " ", ""):
        assert not [*runs(render(joint.join(EVERY)))]


def typed(model: type[Published | Translation]) -> list[models.Field]:
    """The fields of text that an editor types into."""
    return [
        each
        for each in model._meta.concrete_fields
        if isinstance(each, models.CharField | models.TextField) and not each.choices
        if each.name not in FIXED
    ]


def test_no_field_is_left_out() -> None:
    """A text that is added to pages one day is tried too, unless it is fixed."""
    every = {each.name for kind in KINDS for each in typed(kind)}
    assert every >= {"title", "summary", "body", "name", "plain_name", "brand_names", "availability"}
    assert every >= {"synonyms", "question", "what_helps", "how_given"}
    assert every >= {"references", "reviewed_by", "written_by", "funding"}
    assert {each.name for each in typed(translation_of(Drug))} >= {"plain_name", "how_given", "reviewed_by"}


def filled_with(row: Published | Translation, text: str) -> None:
    for field in typed(type(row)):
        setattr(row, field.name, text[: field.max_length])
    row.save()


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_stored_no_page_runs_it(kind: type[Published], client: Client, editor: Client) -> None:
    code = {"code": "cold"} if kind in (Drug, Symptom) else {}
    page: Any = kind._default_manager.create(
        slug="cold", is_published=True, **WORDS[kind], **REVIEWED, **code
    )
    told: Any = translation_of(kind)
    spanish = told.objects.create(page=page, language="es", is_published=True)
    name = f"admin:education_{kind._meta.model_name}"
    desk = [reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[page.pk])]
    around = [reverse("education:index"), reverse("education:search") + "?q=x"]
    for place, text in enumerate(("\n\n".join(EVERY), *SHORT)):
        filled_with(page, text)
        filled_with(spanish, text)
        for language in ("es", "en") if place % 4 == 0 else ("es",):  # which shows the columns of both rows
            response = client.get(page.get_absolute_url(), headers={"accept-language": language})
            assert response.status_code == 200
            assert not [*runs(response.content.decode())], text
        for address in (*desk, *around) if place % 16 == 0 else ():
            assert not [*runs(editor.get(address).content.decode())], text


def test_what_is_looked_for_is_not_run_either(client: Client) -> None:
    for text in SHORT:
        response = client.get(reverse("education:search"), {"q": text})
        assert not [*runs(response.content.decode())], text


def test_the_judge_sees_what_runs() -> None:
    for html in (
        *("<script>x</script>", "<p onclick=x>", "<a href=' java\tscript:x'>", "<style>x</style>"),
        *(f"<img src=https://{EVIL}/x>", "<svg onload=x>", "<iframe></iframe>", "<p style=x>"),
        "<link rel=stylesheet href=//x>",
    ):
        assert [*runs(html)], html
