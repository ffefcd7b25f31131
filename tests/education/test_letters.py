"""From A to Z: every published page under its letter, in the reader's language."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from education.models import Article, Drug, Symptom
from education.search.letters import by_letter
from tests.education.test_translations import KINDS, opened, translated

pytestmark = pytest.mark.django_db


def named(language: str) -> dict[str, list[str]]:
    return {letter: [line.name for line in lines] for letter, lines in by_letter(language)}


def test_only_letters_that_exist_and_accents_do_not_count(a_page: Callable[..., Any]) -> None:
    first = a_page(Symptom, slug="zits", code="zits", plain_name="Zits")
    a_page(Article, slug="apples", title="“Apples” and pears")
    a_page(Article, slug="days", title="7 days")
    a_page(Article, slug="draft", title="Draft", is_published=False)
    assert named("en") == {"0–9": ["7 days"], "A": ["“Apples” and pears"], "Z": ["Zits"]}
    translated(first, plain_name="Ámpulas")
    assert named("es")["A"] == ["Ámpulas", "“Apples” and pears"]


def test_a_drug_stands_under_its_brand_names_too(a_page: Callable[..., Any], client: Client) -> None:
    a_page(Drug, slug="testokine", code="testokine", brand_names="Neotest, Zarxi")
    a_page(Drug, slug="plain", code="plain", name="Plain")
    assert named("en") == {"N": ["Neotest"], "P": ["Plain"], "T": ["Testokine"], "Z": ["Zarxi"]}
    html = opened(client, reverse("education:letters"), "en")
    assert html.count('<a href="/learn/drugs/testokine/">') == 3
    assert '<a href="#letter-Z">Z</a>' in html
    assert 'id="letter-Z"' in html


@pytest.mark.usefixtures("library")
def test_every_page_is_there_and_one_query_is_enough(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        html = opened(client, reverse("education:letters"))
    for kind in KINDS:
        for page in kind._default_manager.all():
            assert f'href="{page.get_absolute_url()}"' in html
    assert reverse("education:letters") in opened(client, reverse("education:index"))


def test_two_of_one_name_say_which_is_which(a_page: Callable[..., Any]) -> None:
    a_page(Symptom, slug="zits", code="zits", plain_name="Zits")
    a_page(Article, slug="on-zits", title="Zits")
    [(_letter, lines)] = by_letter("en")
    assert {str(line.also) for line in lines} == {"Symptom", "Article"}


def test_an_empty_library_says_so(client: Client) -> None:
    assert "There are no pages yet." in opened(client, reverse("education:letters"), "en")
