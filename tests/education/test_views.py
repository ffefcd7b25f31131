"""The library as readers meet it: no sign-in, nothing unpublished, every page says what it rests on."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from education.models import Article, Cytokine, Drug, Published, Symptom

pytestmark = pytest.mark.django_db

KINDS = [Article, Cytokine, Drug, Symptom]


@pytest.mark.usefixtures("library")
def test_anybody_may_open_every_published_page(client: Client) -> None:
    for page in itertools.chain.from_iterable(kind._default_manager.all() for kind in KINDS):
        response = client.get(page.get_absolute_url())
        assert response.status_code == 200
        assert response.content.count(b"<h1") == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_is_not_found_not_even_by_an_editor(
    kind: type[Published], page_of: Callable[..., Published], editor: Client
) -> None:
    page = page_of(kind)
    kind._default_manager.update(is_published=False)
    assert editor.get(page.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_says_who_reviewed_it_and_where_it_comes_from(
    kind: type[Published], page_of: Callable[..., Published], client: Client
) -> None:
    html = client.get(page_of(kind).get_absolute_url()).content.decode()
    assert "Reviewed by Dr Ana Ruiz, oncologist, 20 November 2026. Next review: 20 November 2027." in html
    assert '<a href="https://example.org/cold" rel="noopener">Cold. A society, 2025.</a>' in html
    assert "A book." in html
    assert "When to call" in html or "Call your care team" in html


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("day", "overdue"), [("2027-11-20", False), ("2027-11-21", True)])
def test_a_page_past_its_review_says_so(
    kind: type[Published], day: str, overdue: bool, page_of: Callable[..., Published], client: Client
) -> None:
    page = page_of(kind)
    with time_machine.travel(f"{day}T12:00Z", tick=False):
        html = client.get(page.get_absolute_url()).content.decode()
    assert ("late for its review" in html) is overdue


def test_words_of_an_editor_are_shown_never_run(a_page: Callable[..., Any], client: Client) -> None:
    page = a_page(Article, slug="testing", title="<script>1</script>", body="<script>alert(2)</script>")
    html = client.get(page.get_absolute_url()).content.decode()
    assert "<script>1" not in html
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(2)" in html


def test_a_symptom_page_puts_the_emergency_first(a_page: Callable[..., Any], client: Client) -> None:
    page = a_page(
        Symptom,
        slug="cold-feet",
        code="cold_feet",
        call_emergency_when="- They are white.",
        what_helps="Socks.",
    )
    html = client.get(page.get_absolute_url()).content.decode()
    assert html.index("They are white.") < html.index("They turn blue.") < html.index("Socks.")


def test_pages_lead_to_each_other_but_never_to_a_draft(a_page: Callable[..., Any], client: Client) -> None:
    cytokine = a_page(Cytokine, slug="il-99")
    drug = a_page(Drug, slug="testokine", code="testokine", cytokine=cytokine)
    symptom = a_page(Symptom, slug="cold-feet", code="cold_feet")
    drug.symptoms.add(symptom)
    article = a_page(Article, slug="testing")
    article.drugs.add(drug)
    article.symptoms.add(symptom)
    pages = [cytokine, drug, symptom, article]

    def leads_to(page: Published) -> set[str]:
        html = client.get(page.get_absolute_url()).content.decode()
        return {str(other) for other in pages if f'href="{other.get_absolute_url()}"' in html}

    assert leads_to(drug) == {str(cytokine), str(symptom), str(article)}
    assert leads_to(symptom) == {str(drug), str(article)}
    assert leads_to(article) == {str(drug), str(symptom)}
    assert leads_to(cytokine) == {str(drug)}
    Drug.objects.update(is_published=False)
    assert leads_to(symptom) == {str(article)}
    Cytokine.objects.update(is_published=False)
    Drug.objects.update(is_published=True)
    assert leads_to(drug) == {str(symptom), str(article)}


@pytest.mark.usefixtures("library")
def test_the_front_page_leads_to_everything_in_few_queries(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(15):
        html = client.get(reverse("education:index")).content.decode()
    for kind in KINDS:
        for page in kind._default_manager.all():
            assert f'href="{page.get_absolute_url()}"' in html


@pytest.mark.usefixtures("library")
def test_plain_words_find_a_page(client: Client) -> None:
    for words, slug in [
        ("worn out", "symptoms/fatigue"),
        ("heart attack", "symptoms/chest-pain"),
        ("diarrhoea", "symptoms/diarrhea"),
        ("NEULASTA", "drugs/pegfilgrastim"),
        ("fluid leak", "fluid-leak"),
        ("il-7", "cytokines/interleukin-7"),
    ]:
        html = client.get(reverse("education:search"), {"q": words}).content.decode()
        assert f'href="{reverse("education:index")}{slug}/"' in html, words


@pytest.mark.parametrize("words", ["", "   ", "zzz", "%", "a" * 20_000, "<script>", "🦋", "'; --"])
def test_odd_words_find_nothing_and_break_nothing(words: str, client: Client) -> None:
    response = client.get(reverse("education:search"), {"q": words})
    assert response.status_code == 200
    assert "<script>" not in response.content.decode().split("</head>")[1]


def test_search_never_shows_a_draft(a_page: Callable[..., Any], client: Client) -> None:
    a_page(Article, slug="testing", is_published=False)
    html = client.get(reverse("education:search"), {"q": "testing"}).content.decode()
    assert 'href="/learn/testing/"' not in html


@pytest.mark.parametrize("name", ["index", "search"])
def test_the_library_is_read_only(name: str, client: Client) -> None:
    assert client.post(reverse(f"education:{name}")).status_code == 405


def test_an_address_that_never_was_is_not_found(client: Client) -> None:
    assert client.get("/learn/no-such-page/").status_code == 404
    assert client.get("/learn/drugs/no-such-drug/").status_code == 404
