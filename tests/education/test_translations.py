"""The same page in another language: what readers see, what they find, and what is never hidden from them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from education.models import (
    Article,
    ArticleTranslation,
    Cytokine,
    CytokineTranslation,
    Drug,
    DrugTranslation,
    Published,
    Symptom,
    SymptomTranslation,
    Translation,
    in_language,
)

pytestmark = pytest.mark.django_db

SPANISH: dict[type[Published], dict[str, str]] = {
    Symptom: {
        "plain_name": "Pies fríos",
        "what_it_is": "Pies que están fríos.",
        "when_to_call": "- Se ponen azules.",
        "synonyms": "dedos helados",
    },
    Drug: {
        "name": "Pruebina",
        "plain_name": "una prueba",
        "how_given": "Por la boca.",
        "what_for": "Pruebas.",
        "common_effects": "- Bostezos.",
        "serious_effects": "- Sueño.",
        "call_emergency_when": "- No puedes respirar.",
        "when_to_call": "- No te despiertas.",
    },
    Article: {"title": "Sobre las pruebas", "summary": "Por qué.", "body": "Porque sí."},
    Cytokine: {"name": "IL-99 en español", "summary": "Una prueba.", "body": "Hace *mucho*."},
}
TRANSLATIONS: dict[type[Published], Any] = {
    Symptom: SymptomTranslation,
    Drug: DrugTranslation,
    Article: ArticleTranslation,
    Cytokine: CytokineTranslation,
}
KINDS = list(SPANISH)


@pytest.fixture(autouse=True)
def three_languages(settings: Any) -> None:
    settings.LANGUAGES = [("en", "English"), ("es", "Español"), ("ar", "العربية")]


def translated(page: Published, **changes: Any) -> Translation:
    """The page in Spanish, as it is now in English."""
    words = {"is_published": True, **SPANISH[type(page)], **changes}
    row: Any = TRANSLATIONS[type(page)](page=page, language="es", **words)
    row.translates = row.english
    row.save()
    found: Translation = row
    return found


def opened(client: Client, url: str, language: str = "es", **query: str) -> str:
    return client.get(url, query, headers={"accept-language": language}).content.decode()


# --- One page -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_reader_finds_a_page_in_their_language(
    kind: type[Published], page_of: Callable[..., Published], client: Client
) -> None:
    page = page_of(kind)
    translated(page)
    html = opened(client, page.get_absolute_url())
    for text in SPANISH[kind].values():
        assert text.strip("-* .").split("*")[0].strip() in html or kind is Symptom
    assert "not-translated" not in html
    assert "not-current" not in html
    assert '<ul lang="en" dir="ltr">' in html  # what it rests on
    assert html.count('lang="en" dir="ltr"') == 4  # and who wrote, read and paid for the English


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_translation_the_english_says_that_it_is_english(
    kind: type[Published], page_of: Callable[..., Published], client: Client
) -> None:
    page = page_of(kind)
    html = opened(client, page.get_absolute_url(), "ar")
    assert "not-translated" in html
    assert '<div lang="en" dir="ltr">' in html
    assert "not-translated" not in opened(client, page.get_absolute_url(), "en")


def test_a_text_that_is_not_translated_is_shown_in_english(
    a_page: Callable[..., Any], client: Client
) -> None:
    page = a_page(Symptom, slug="cold-feet", code="cold_feet", what_helps="Socks.")
    SymptomTranslation.objects.create(page=page, language="ar", plain_name="قدمان باردتان", is_published=True)
    told = page.in_language("ar")
    assert (str(told), told.what_helps, told.is_whole) == ("قدمان باردتان", "Socks.", False)
    html = opened(client, page.get_absolute_url(), "ar")
    assert "<h1>قدمان باردتان</h1>" in html
    assert '<div lang="en" dir="ltr"><p>Socks.</p>' in html
    assert "not-translated" in html


def test_a_draft_of_a_translation_is_not_shown(a_page: Callable[..., Any]) -> None:
    page = a_page(Article, slug="testing")
    translated(page, is_published=False)
    assert str(page.in_language("es")) == str(Article.objects.in_language("es")[0]) == "On testing"


def test_a_page_says_that_the_english_has_changed_since(a_page: Callable[..., Any], client: Client) -> None:
    page = a_page(Article, slug="testing")
    translated(page)
    Article.objects.update(body="Because of something else.")
    html = opened(client, page.get_absolute_url())
    assert "not-current" in html
    assert "Porque sí." in html
    assert "not-current" not in opened(client, page.get_absolute_url(), "en")


def test_a_change_of_what_nobody_translated_makes_nothing_stale(a_page: Callable[..., Any]) -> None:
    page = a_page(Symptom, slug="cold-feet", code="cold_feet")
    row = SymptomTranslation(page=page, language="ar", plain_name="قدمان باردتان")
    row.translates = row.english
    page.what_it_is = "Something else."
    assert row.is_current
    page.plain_name = "Icy feet"
    assert not row.is_current


def test_who_read_the_translation_is_told(a_page: Callable[..., Any], client: Client) -> None:
    page = a_page(Article, slug="testing")
    row = translated(page, reviewed_by="Dra. Luz Vega, oncóloga", reviewed_on="2026-11-21")
    assert "Dra. Luz Vega" in opened(client, page.get_absolute_url())
    assert "Dra. Luz Vega" not in opened(client, page.get_absolute_url(), "en")
    assert str(row) == "On testing (es)"


def test_words_of_a_translator_are_shown_never_run(a_page: Callable[..., Any], client: Client) -> None:
    page = a_page(Article, slug="testing")
    translated(page, title="<script>1</script>", body="<script>alert(2)</script>")
    html = opened(client, page.get_absolute_url())
    assert "<script>1" not in html
    assert "<script>alert" not in html


# --- Many pages ---------------------------------------------------------------------------------------------


def test_many_pages_take_one_query_more(a_page: Callable[..., Any], django_assert_num_queries: Any) -> None:
    for number in range(5):
        translated(a_page(Article, slug=f"testing-{number}"))
    with django_assert_num_queries(1):
        Article.objects.published().in_language("en")
    with django_assert_num_queries(2):
        pages = Article.objects.published().in_language("es")
        assert [str(page) for page in pages] == ["Sobre las pruebas"] * 5
    assert in_language([], "es") == []


@pytest.mark.usefixtures("library")
def test_the_front_page_takes_few_queries_in_every_language(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(8):
        opened(client, reverse("education:index"), "ar")


def test_the_front_page_is_in_the_order_of_the_reader(a_page: Callable[..., Any], client: Client) -> None:
    first = a_page(Symptom, slug="zits", code="zits", plain_name="Zits")
    a_page(Symptom, slug="mumps", code="mumps", plain_name="Mumps")
    translated(first, plain_name="Ámpulas")
    html = opened(client, reverse("education:index"))
    assert html.index("Ámpulas") < html.index("Mumps")


@pytest.mark.parametrize("words", ["pies", "Pies FRIOS", "fríos", "helados", "cold feet", "cold helados"])
def test_search_knows_the_words_of_the_reader_and_english(
    words: str, a_page: Callable[..., Any], client: Client
) -> None:
    translated(a_page(Symptom, slug="cold-feet", code="cold_feet"))
    assert "/learn/symptoms/cold-feet/" in opened(client, reverse("education:search"), q=words)


def test_search_in_english_does_not_look_at_other_languages(
    a_page: Callable[..., Any], client: Client
) -> None:
    page = a_page(Symptom, slug="cold-feet", code="cold_feet")
    translated(page)
    assert "/learn/symptoms/cold-feet/" not in opened(client, reverse("education:search"), "en", q="pies")
    SymptomTranslation.objects.update(is_published=False)
    assert "/learn/symptoms/cold-feet/" not in opened(client, reverse("education:search"), q="helados")


def test_arabic_is_found_without_its_marks(a_page: Callable[..., Any], client: Client) -> None:
    page = a_page(Symptom, slug="cold-feet", code="cold_feet")
    SymptomTranslation.objects.create(page=page, language="ar", plain_name="إسهال", is_published=True)
    assert "/learn/symptoms/cold-feet/" in opened(client, reverse("education:search"), "ar", q="اسهال")


# --- What must never be false -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"language": "es"}, "once_a_language"),
        ({"language": "xx"}, "language_is_known"),
        (
            {"language": "ar", "reviewed_on": "2026-11-20", "next_review_on": "2026-11-20"},
            "next_review_follows_review",
        ),
    ],
)
def test_a_translation_keeps_to_its_constraints(
    kind: type[Published], changes: dict[str, str], constraint: str, page_of: Callable[..., Published]
) -> None:
    page = page_of(kind)
    translated(page)
    name = f"{TRANSLATIONS[kind].__name__.lower()}_{constraint}"
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        TRANSLATIONS[kind]._default_manager.create(page=page, **changes)


@pytest.mark.parametrize("kind", KINDS)
def test_every_change_of_a_translation_is_kept(kind: type[Published], page_of: Callable[..., Any]) -> None:
    row: Any = translated(page_of(kind))
    type(row).objects.update(is_published=False)
    assert [each.is_published for each in row.events.order_by("pgh_id")] == [True, False]
