"""The shipped library, and somebody who may edit it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from education import editions
from education.models import Article, Cytokine, Drug, Edition, Published, Symptom
from education.shipped import load
from tests.education.rows import Rows, copied_out, copy_in

REVIEWED = {
    "reviewed_by": "Dr Ana Ruiz, oncologist",
    "reviewed_on": "2026-11-20",
    "next_review_on": "2027-11-20",
}
ANSWERED_FOR = REVIEWED | {
    "written_by": "Edith, editor",
    "funding": "Nobody paid for it.",
    "references": "A book.",
}
"""What a page needs before a second person publishes it."""
WORDS: dict[type[Published], dict[str, Any]] = {
    Cytokine: {"name": "IL-99", "family": "interleukin", "summary": "A test.", "body": "It does *much*."},
    Symptom: {
        "plain_name": "Cold feet",
        "what_it_is": "Feet that are cold.",
        "when_to_call": "- They turn blue.",
    },
    Drug: {
        "name": "Testokine",
        "plain_name": "a test",
        "how_given": "By mouth.",
        "what_for": "Tests.",
        "common_effects": "- Yawning.",
        "serious_effects": "- Sleep.",
        "when_to_call": "- You cannot wake up.",
        "call_emergency_when": "- You cannot breathe.",
    },
    Article: {"title": "On testing", "section": "living", "summary": "Why.", "body": "Because."},
}


@pytest.fixture(scope="session")
def shipped_rows() -> Rows:
    """The shipped library, once a test has loaded it."""
    return {}


@pytest.fixture
def library(db: None, shipped_rows: Rows) -> None:
    """Every shipped page: loaded from the files for one test, and copied for those after it."""
    with transaction.atomic():
        begins_empty = not copied_out()
        if begins_empty and shipped_rows:
            copy_in(shipped_rows)
            return
        load()
        if begins_empty:
            shipped_rows.update(copied_out())


@pytest.fixture
def a_page(db: None) -> Callable[..., Any]:
    """Makes a published page of a kind: `a_page(Symptom, slug="cold-feet", code="cold_feet")`."""

    def make(kind: type[Published], **fields: Any) -> Any:
        return kind._default_manager.create(**WORDS[kind] | {"is_published": True} | ANSWERED_FOR | fields)

    return make


@pytest.fixture
def page_of(a_page: Callable[..., Any]) -> Callable[[type[Published]], Published]:
    """One published page of any kind: `page_of(Symptom)`."""

    def make(kind: type[Published]) -> Published:
        code = {"code": "cold"} if kind in (Drug, Symptom) else {}
        references = "Cold. A society, 2025. https://example.org/cold\nA book."
        page: Published = a_page(kind, slug="cold", references=references, **code)
        return page

    return make


@pytest.fixture
def edith(db: None) -> Any:
    """An editor: staff with every permission on the library, and none besides."""
    editor = get_user_model().objects.create_user("edith@example.org", name="Edith", is_staff=True)
    editor.user_permissions.set(Permission.objects.filter(content_type__app_label="education"))
    return editor


@pytest.fixture
def editor(client: Client, edith: Any) -> Client:
    """Edith's browser."""
    client.force_login(edith)
    return client


@pytest.fixture
def eli(db: None) -> Any:
    """A second editor, who has written nothing."""
    second = get_user_model().objects.create_user("eli@example.org", name="Eli", is_staff=True)
    second.user_permissions.set(Permission.objects.filter(content_type__app_label="education"))
    return second


def publish(page: Published, by: Any, second: Any, edition: Edition | None = None, **fields: Any) -> Edition:
    """A version of a page by one editor, which another published; of a draft, if there is one."""
    now = timezone.now()
    edition = edition or editions.begin(page, by=by, now=now)
    edition = editions.keep(edition, edition.content | fields, by=by, now=now)
    return editions.publish(editions.submit(edition, by=by, now=now), by=second, now=now)


def desk(kind: type[Model], page: str = "changelist", *args: Any) -> str:
    return reverse(f"admin:education_{kind._meta.model_name}_{page}", args=args)


def filled(editor: Client, page: Published, address: str = "", **changes: Any) -> dict[str, Any]:
    """What the page's form would send as it was opened, with changes."""
    form = editor.get(address or desk(type(page), "change", page.pk)).context["adminform"].form
    values = {name: form[name].value() for name in form.fields} | changes
    if "symptoms-new-0" in changes and "symptoms" not in changes:
        values["symptoms"] = form.initial.get("symptoms", [])
    return {name: value for name, value in values.items() if value is not None and value is not False}
