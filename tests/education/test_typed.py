"""What is kept of what an editor types: one form of each letter, and nothing that no eye sees."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from education.documents import contents_of
from education.models import Article, ArticleTranslation
from education.wording import digest, stored, tidy, unseen_in
from tests.education.conftest import filled

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("na\u0301usea", "n\u00e1usea"),
        ("a\x00b\x1bc\x7fd\x85e", "abcde"),
        ("\u202etxt.exe\u202c", "txt.exe"),
        ("\ufeffa\ud800b", "ab"),
        ("a\tb  \n", "a\tb  \n"),
        ("\u2067عربي\u2069", "\u2067عربي\u2069"),  # the direction of a phrase of its own
    ],
)
def test_one_form_is_kept(typed: str, kept: str) -> None:
    assert stored(typed) == kept
    assert stored(kept) == kept
    assert not unseen_in(kept)


@pytest.mark.parametrize("field", ["title", "summary", "body", "references", "written_by", "funding"])
def test_a_character_that_nobody_sees_is_refused_beside_its_field(
    field: str, a_page: Callable[..., Any], editor: Client
) -> None:
    page = a_page(Article, slug="testing")
    typed = filled(editor, page, **{field: "Left\u202eright"})
    response = editor.post(reverse("admin:education_article_change", args=[page.pk]), typed)
    assert response.context["adminform"].form.errors == {
        field: ["There is a character in it that nobody can see (U+202E). Type the words anew."]
    }
    assert "Left\u202eright" in response.content.decode()  # nothing that was typed is lost
    page.refresh_from_db()
    assert "Left" not in getattr(page, field)


def test_a_null_is_refused_beside_its_field(a_page: Callable[..., Any], editor: Client) -> None:
    page = a_page(Article, slug="testing")
    response = editor.post(
        reverse("admin:education_article_change", args=[page.pk]), filled(editor, page, body="a\x00b")
    )
    assert [*response.context["adminform"].form.errors] == ["body"]


def test_a_text_without_end_is_refused_beside_its_field(a_page: Callable[..., Any], editor: Client) -> None:
    page = a_page(Article, slug="testing")
    typed = filled(editor, page, body="[" * 50_001)
    response = editor.post(reverse("admin:education_article_change", args=[page.pk]), typed)
    [wrong] = response.context["adminform"].form.errors["body"]
    assert "longer than 50000 characters" in wrong


def test_the_errors_of_a_field_are_told_together(a_page: Callable[..., Any]) -> None:
    page = a_page(Article, slug="testing")
    page.title = "x" * 200 + "\x1b"
    with pytest.raises(ValidationError) as caught:
        page.full_clean()
    assert len(caught.value.message_dict["title"]) == 2


def test_whoever_writes_a_page_it_is_kept_in_one_form(a_page: Callable[..., Any]) -> None:
    page = a_page(Article, slug="testing", body="na\u0301usea\x00\r\n", title="\u202eOn")
    translation = ArticleTranslation.objects.create(page=page, language="es", title="An\u0303o\x07")
    page.refresh_from_db()
    translation.refresh_from_db()
    assert (page.body, page.title, translation.title) == ("n\u00e1usea\n", "On", "A\u00f1o")


def test_what_is_shipped_in_another_form_does_not_look_edited(a_page: Callable[..., Any]) -> None:
    page = a_page(Article, slug="testing")
    shipped = contents_of([page])[page.pk] | {"body": tidy("na\u0301usea")}
    page.body = "na\u0301usea"
    page.save()
    page.refresh_from_db()
    assert digest(contents_of([page])[page.pk]) == digest(shipped)
