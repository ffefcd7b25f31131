"""What every page says of itself: who wrote, reviewed and paid for it, what it rests on, and whom to call."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from education.models import Article, ArticleTranslation, Cytokine, Drug, Published, Symptom
from education.models.translations import Translated
from tracker.models import Patient

pytestmark = pytest.mark.django_db

KINDS = [Article, Cytokine, Drug, Symptom]


def about(client: Client, page: Published) -> str:
    """The words of the part at the end of a page, without its marks."""
    html = client.get(page.get_absolute_url()).content.decode()
    footer = html[html.index('<footer class="about-page">') : html.index("</footer>")]
    return " ".join(re.sub("<[^>]+>", " ", footer).split())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_page_says_who_answers_for_it(
    kind: type[Published], page_of: Callable[..., Published], client: Client
) -> None:
    page = page_of(kind)
    kind._default_manager.update(written_by="Edith Vale", funding="The clinic paid for it.")
    said = about(client, page)
    for each in (
        "This page does not take the place of your care team.",
        "call your emergency number or your care team. Get help now",
        "Written by Edith Vale.",
        "Reviewed by Dr Ana Ruiz, oncologist, 20 November 2026. Next review: 20 November 2027.",
        "Who paid: The clinic paid for it.",
        "Where this comes from Cold. A society, 2025.",
    ):
        assert each in said


@pytest.mark.parametrize("kind", KINDS)
def test_what_nobody_has_said_is_left_out(
    kind: type[Published], page_of: Callable[..., Published], client: Client
) -> None:
    page = page_of(kind)
    kind._default_manager.update(written_by="", funding="")
    said = about(client, page)
    assert "Written by" not in said
    assert "Who paid" not in said
    assert "Version" not in said


def test_a_page_says_which_version_it_is_once_it_has_one(page_of: Callable[..., Published]) -> None:
    page = page_of(Article)
    page.version = 3
    html = render_to_string("education/parts/governance.html", {"page": Translated(page, "en", None)})
    assert "Version 3." in html


def test_a_patient_is_given_the_number_of_their_own_team(
    rosa: Patient, page_of: Callable[..., Published], client: Client
) -> None:
    page = page_of(Article)
    client.force_login(rosa.user)
    assert "If you feel very unwell, do not wait: call 112 or your care team." in about(client, page)
    assert 'href="tel:112"' in client.get(page.get_absolute_url()).content.decode()


def test_what_an_editor_says_in_english_is_marked_as_english_elsewhere(
    page_of: Callable[..., Published], client: Client
) -> None:
    page = page_of(Article)
    Article.objects.update(written_by="Edith Vale")
    ArticleTranslation.objects.create(page_id=page.pk, language="es", title="Frío", is_published=True)
    html = client.get(page.get_absolute_url(), headers={"accept-language": "es"}).content.decode()
    assert '<span lang="en" dir="ltr">Edith Vale</span>' in html


@pytest.mark.usefixtures("library")
def test_shipped_pages_name_no_sponsor_and_no_reviewer_that_they_do_not_have(client: Client) -> None:
    said = about(client, Drug.objects.get(slug="filgrastim"))
    assert "Written by Sidelight contributors." in said
    assert "Sidelight editors (awaiting a clinician's review)" in said.replace("&#x27;", "'")
    assert "Who paid: No company and no other sponsor has paid for this page." in said


def test_a_reference_of_an_address_alone_is_still_a_link(a_page: Callable[..., Any], client: Client) -> None:
    page = a_page(Article, slug="testing", references="https://example.org/cold")
    html = client.get(page.get_absolute_url()).content.decode()
    assert '<a href="https://example.org/cold" rel="noopener">https://example.org/cold</a>' in html
