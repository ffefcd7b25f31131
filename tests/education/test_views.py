"""The library as readers meet it: no sign-in, nothing unpublished, every page says what it rests on."""

import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from education.models import Article, Cytokine, Drug, DrugTranslation, Published, Symptom

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


def test_a_card_says_when_to_call_whatever_its_page_says(a_page: Callable[..., Any], client: Client) -> None:
    told = {"slug": "testokine", "code": "testokine", "tell_emergency_room": "- It **leaks**."}
    drug = a_page(Drug, **told)
    assert "You cannot breathe." in client.get("/learn/drugs/testokine/card/").content.decode()
    Drug.objects.filter(pk=drug.pk).update(call_emergency_when="")
    html = client.get("/learn/drugs/testokine/card/").content.decode()
    assert "You have chest pain" in html


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


@pytest.fixture
def days(a_page: Callable[..., Any]) -> list[Article]:
    """Three stretches of one treatment, the last made first."""
    drug = a_page(Drug, slug="testokine", code="testokine", tell_emergency_room="- It **leaks**.")
    made = [
        a_page(Article, slug=f"day-{first}", title=f"Day {first}", first_day=first, last_day=last)
        for first, last in [(4, 9999), (2, 3), (1, 1)]
    ]
    for page in made:
        page.drugs.add(drug)
    return made[::-1]


@pytest.mark.usefixtures("days")
def test_a_drug_lists_its_days_in_their_order_and_once(client: Client) -> None:
    html = client.get("/learn/drugs/testokine/").content.decode()
    places = [html.index(f'href="/learn/day-{first}/"') for first in (1, 2, 4)]
    assert places == sorted(places)
    assert html.count('href="/learn/day-1/"') == 1


def test_a_page_of_days_leads_to_the_one_before_and_the_one_after(
    days: list[Article], client: Client, django_assert_max_num_queries: Any
) -> None:
    def beside(page: Article) -> dict[str, str]:
        with django_assert_max_num_queries(8):
            html = client.get(page.get_absolute_url()).content.decode()
        return dict(re.findall(r'rel="(prev|next)" href="/learn/([^/]*)/"', html))

    first, second, last = days
    assert beside(first) == {"next": "day-2"}
    assert beside(second) == {"prev": "day-1", "next": "day-4"}
    assert beside(last) == {"prev": "day-2"}
    Article.objects.filter(pk=second.pk).update(is_published=False)
    assert beside(first) == {"next": "day-4"}
    first.drugs.clear()
    assert beside(first) == {}


def test_a_page_of_days_says_what_it_is_about_and_lists_no_other_drugs_days(
    days: list[Article], a_page: Callable[..., Any], client: Client
) -> None:
    stranger = a_page(Article, slug="elsewhere", title="Elsewhere", first_day=1, last_day=1)
    stranger.drugs.add(a_page(Drug, slug="other", code="other"))
    html = client.get(days[0].get_absolute_url()).content.decode()
    assert 'href="/learn/drugs/testokine/"' in html
    assert "Elsewhere" not in html


@pytest.mark.usefixtures("days")
def test_a_card_says_what_to_tell_and_nothing_of_its_reader(
    client: Client, rosa: Any, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(3):
        html = client.get("/learn/drugs/testokine/card/").content.decode()
    assert "<li>It <strong>leaks</strong>.</li>" in html
    assert html.count('<dd class="blank"></dd>') == 9
    assert "css/card.css" in html
    client.force_login(rosa.user)
    card = client.get("/learn/drugs/testokine/card/").content.decode()
    card = card.partition('<article class="wallet-card"')[2]
    assert rosa.user.name not in card
    assert rosa.team.phone not in card
    assert f'<dd class="number">{rosa.team.emergency_number}</dd>' in card


@pytest.mark.usefixtures("days")
def test_a_drug_leads_to_its_card_and_one_that_has_none_does_not(client: Client) -> None:
    assert 'href="/learn/drugs/testokine/card/"' in client.get("/learn/drugs/testokine/").content.decode()
    Drug.objects.update(tell_emergency_room="")
    assert "/card/" not in client.get("/learn/drugs/testokine/").content.decode()
    assert client.get("/learn/drugs/testokine/card/").status_code == 404
    Drug.objects.update(tell_emergency_room="- It leaks.", is_published=False)
    assert client.get("/learn/drugs/testokine/card/").status_code == 404


@pytest.mark.usefixtures("days")
def test_a_card_is_in_the_readers_language(client: Client) -> None:
    drug = Drug.objects.get()
    DrugTranslation.objects.create(
        page=drug, language="es", plain_name="una prueba", tell_emergency_room="- Pierde.", is_published=True
    )
    client.cookies["django_language"] = "es"
    html = client.get("/learn/drugs/testokine/card/").content.decode()
    assert "<li>Pierde.</li>" in html
    assert '<html lang="es"' in html


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
