"""Search: plain words and slips find the page, the best first, and no change of a page is missed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from education.models import Article, Drug, SearchEntry, Symptom
from education.models.symptoms import URGENT
from education.search.asking import read
from education.search.figures import read_figures
from education.search.finding import MOST_FOUND, find
from education.search.lexicon import LONGEST_PHRASE, words_in
from tests.education.test_translations import translated
from tracker.models import Patient
from tracker.triage.symptoms import RED_FLAGS, SYMPTOMS

pytestmark = pytest.mark.django_db


def slugs(words: str, language: str = "en") -> list[str]:
    return [page.slug for page in find(words, language).pages]


def run(sql: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else None


# --- What is found ------------------------------------------------------------------------------------------


BEST = {
    "shivers": "chills",
    "shivering": "chills",
    "throwing up": "vomiting",
    "I threw up": "vomiting",
    "worn out": "fatigue",
    "why am I so tired all the time": "fatigue",
    "the runs": "diarrhea",
    "diarrhoea": "diarrhea",
    "heart attack": "chest-pain",
    "can't sleep": "insomnia",
    "NEULASTA": "pegfilgrastim",
    "pegfil": "pegfilgrastim",
    "il-7": "interleukin-7",
    "IL 7": "interleukin-7",
    "il7": "interleukin-7",
    "fluid leak": "fluid-leak",
    # Slips, which are put right.
    "fatige": "fatigue",
    "chest pian": "chest-pain",
    "vomitting": "vomiting",
    "pegfilgrastin": "pegfilgrastim",
    "nausia": "nausea",
}
BEST_IN_SPANISH = {
    "cansansio": "fatigue",
    "náuseas": "nausea",
    "nauseas": "nausea",
    "NÁUSEAS": "nausea",
    "dolor de cabeza": "headache",
    "tengo escalofríos": "chills",
    "shivers": "chills",  # people mix
    "neulasta": "pegfilgrastim",
}


@pytest.mark.usefixtures("library")
def test_plain_words_and_slips_find_their_page_first() -> None:
    assert {words: slugs(words)[:1] for words in BEST} == {words: [slug] for words, slug in BEST.items()}
    found = {words: slugs(words, "es")[:1] for words in BEST_IN_SPANISH}
    assert found == {words: [slug] for words, slug in BEST_IN_SPANISH.items()}


@pytest.mark.usefixtures("library")
def test_a_symptom_is_named_by_its_words_and_not_by_one_that_many_have() -> None:
    assert "self-harm-thoughts" in find("so tired of it and suicidal", "en").symptoms
    assert "confusion" in find("hot and confused", "en").symptoms
    assert "bleeding" not in find("how to measure blood pressure", "en").symptoms


@pytest.mark.usefixtures("library")
def test_a_word_that_was_put_right_is_told() -> None:
    assert find("fatige", "en").corrected == "fatigue"
    assert find("cansansio", "es").corrected == "cansancio"
    assert find("vomitos nausias", "es").corrected == "vómitos náuseas"
    for right in ("fatigue", "shivers", "vomited", "nause", "il-7", "náuseas"):
        assert find(right, "en").corrected == "", right


@pytest.mark.usefixtures("library")
def test_numbers_and_short_words_are_left_alone() -> None:
    for words in ("38.3", "383", "il-99", "xyz", "n803x", "zzzzzzzz"):
        assert find(words, "en").corrected == "", words


def test_other_words_lead_to_pages_that_say_it_another_way(a_page: Callable[..., Any]) -> None:
    a_page(Article, slug="diuretics", title="On tablets", body="A diuretic makes you pass more urine.")
    assert slugs("water pill") == slugs("furosemide") == ["diuretics"]
    symptom = a_page(Symptom, slug="cold", code="cold", plain_name="Cold feet", synonyms="icy toes")
    a_page(Article, slug="socks", title="On socks", body="They help with cold feet.")
    assert slugs("icy toes") == [symptom.slug, "socks"]


def test_a_name_counts_more_than_a_summary_and_that_more_than_the_text(a_page: Callable[..., Any]) -> None:
    a_page(Article, slug="text", title="One", summary="Two.", body="Rest. More of something else. " * 5)
    a_page(Article, slug="summary", title="One", summary="On rest.", body="Three.")
    a_page(Article, slug="title", title="Rest at home", summary="Two.", body="Three.")
    a_page(Article, slug="just-that", title="Rest", summary="Two.", body="Three.")
    assert slugs("rest") == ["just-that", "title", "summary", "text"]


def test_the_less_a_name_says_besides_the_better(a_page: Callable[..., Any]) -> None:
    a_page(Article, slug="all", title="How the rash works in skin", summary="Rash, rash, rash.")
    a_page(Article, slug="rash", title="What a rash is")
    assert slugs("what is a rash") == ["rash", "all"]


def test_all_words_before_some_of_them(a_page: Callable[..., Any]) -> None:
    a_page(Article, slug="rash", title="Rash")
    a_page(Article, slug="both", title="Sun and rash")
    assert (slugs("sun rash"), find("sun rash", "en").has_all) == (["both"], True)
    answer = find("rash sunday", "en")
    assert {page.slug for page in answer.pages} == {"rash", "both"}
    assert not answer.has_all


def test_a_page_that_has_each_word_somewhere_does_not_hide_the_one_that_is_called_so(
    a_page: Callable[..., Any],
) -> None:
    a_page(Symptom, slug="rash", code="rash", plain_name="Rash")
    a_page(Article, slug="sun", body="Nobody likes the sun. Some have a rash, and redness.")
    assert slugs("likes a rash") == ["rash", "sun"]


@pytest.mark.parametrize(
    "words", ["can't glow", "cant glow", "cannot glow", "can not glow", "don’t glow", "dont glow"]
)
def test_a_word_for_not_is_the_same_in_all_its_forms(a_page: Callable[..., Any], words: str) -> None:
    a_page(Symptom, slug="dim", code="dim", plain_name="Dim", synonyms="isn't glowing")
    a_page(Article, slug="want", title="You want to glow")
    answer = find(words, "en")
    assert ([page.slug for page in answer.pages][:1], answer.corrected) == (["dim"], "")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("39.5", "fever"),
        ("39,5 desde ayer", "fever desde ayer"),
        ("it says 101 F", "it says fever"),
        ("40 grados", "fever"),
        ("98.6", "temperature"),
        ("101", "fever"),
        ("90/60", "blood pressure"),
        ("sats 88%", "sats oxygen level"),
        ("day 40", "day 40"),
        ("98.6 kg", "98.6 kg"),
        ("24/7", "24/7"),
        ("IL-2 38.35", "IL-2 38.35"),
    ],
)
def test_a_figure_is_read_as_what_was_measured(typed: str, read: str) -> None:
    assert read_figures(typed) == read


def test_who_looks_for_an_emergency_is_told_at_once_whom_to_call(client: Client, rosa: Patient) -> None:
    harm = {"plain_name": "Thoughts", "synonyms": "want to die", "call_emergency_when": "- You have a plan."}
    Symptom.objects.filter(code="self_harm_thoughts").update(**harm)
    Symptom.objects.filter(code="fatigue").update(synonyms="tired")

    def told(words: str) -> str:
        html = client.get(reverse("education:search"), {"q": words}).content.decode()
        return html.partition('aria-labelledby="urgent"')[2].partition("</section>")[0]

    assert 'href="tel:112"' in told("seizure")
    assert "988" not in told("seizure")
    for words in ("want to die", "I am so tired and I want to die", "want to dye"):
        assert "988" in told(words), words
        assert "You have a plan." in told(words), words
    assert not told("tired")
    client.force_login(rosa.user)
    team = rosa.team
    assert f">{team.crisis_line}<" in told("want to die")
    assert team.emergency_number in told("want to die")


def test_what_triage_takes_for_a_red_flag_is_urgent_here_too() -> None:
    assert {code for code in RED_FLAGS if code in SYMPTOMS} <= URGENT <= SYMPTOMS.keys()


def test_only_so_many_are_shown_and_all_are_counted(a_page: Callable[..., Any]) -> None:
    for number in range(MOST_FOUND + 3):
        a_page(Article, slug=f"rash-{number}", title="Rash")
    answer = find("rash", "en")
    assert (len(answer.pages), answer.total) == (MOST_FOUND, MOST_FOUND + 3)


def test_pages_in_the_readers_language_where_there_are_any(a_page: Callable[..., Any]) -> None:
    translated(a_page(Symptom, slug="cold-feet", code="cold_feet"))
    a_page(Article, slug="socks", title="Socks for cold feet")
    names = {page.slug: (page.name, page.name_language) for page in find("cold feet", "es").pages}
    assert names["cold-feet"] == ("Pies fríos", "es")
    assert names["socks"] == ("Socks for <mark>cold</mark> <mark>feet</mark>", "en")
    assert slugs("pies", "en") == []


@pytest.mark.parametrize(
    "words", ["", "  ", "%", "'", "\\", "a' & 'b", ":*", "<script>", "🦋", "!!", "()", "the", "ُ", "x" * 5000]
)
def test_odd_words_break_nothing(words: str) -> None:
    assert not find(words, "en").pages
    assert not find(words, "ar").pages


# --- What is shown ------------------------------------------------------------------------------------------


def test_what_was_looked_for_is_marked_and_nothing_of_a_page_is_html(a_page: Callable[..., Any]) -> None:
    a_page(Article, slug="named", title="<script>alert(1)</script> rash", summary="<i>Itchy</i> rash.")
    a_page(
        Article,
        slug="testing",
        summary="Nothing.",
        body="One & two.\n\n"
        + "Words before it. " * 20
        + "An <b>itchy</b> **rash** on [skin](javascript:alert).",
    )
    named, page = find("rash", "en").pages
    assert named.name == "&lt;script&gt;alert(1)&lt;/script&gt; <mark>rash</mark>"
    assert named.excerpt == "&lt;i&gt;Itchy&lt;/i&gt; <mark>rash</mark>."
    assert "&lt;b&gt;itchy&lt;/b&gt; <mark>rash</mark> on skin." in page.excerpt
    assert page.excerpt.startswith("… ")
    assert "javascript" not in page.excerpt


def test_a_mark_stands_on_the_word_as_it_is_written(a_page: Callable[..., Any]) -> None:
    a_page(Article, slug="testing", title="Náuseas", summary="Sin NÁUSEAS.", body="x")
    page = find("nauseas", "en").pages[0]
    assert (page.name, page.excerpt) == ("<mark>Náuseas</mark>", "Sin <mark>NÁUSEAS</mark>.")


def test_an_excerpt_begins_with_a_sentence_where_one_is_near(a_page: Callable[..., Any]) -> None:
    before = "This sentence goes on and on, so that its beginning is nowhere near what is looked for. "
    here = "\n\n- You sit in the sun.\n- You have a rash, and more. "
    body = before * 2 + here + "And on. " * 40
    a_page(Article, slug="testing", summary="Nothing.", body=body)
    excerpt = find("rash", "en").pages[0].excerpt
    assert excerpt.startswith("… You sit in the sun. · You have a <mark>rash</mark>, and more. And on.")
    assert excerpt.endswith(" …")


def test_the_page_says_what_it_looked_for(a_page: Callable[..., Any], client: Client) -> None:
    a_page(Symptom, slug="fatigue", code="fatigue", plain_name="Fatigue")
    html = client.get(reverse("education:search"), {"q": "fatige"}).content.decode()
    assert "Showing results for <b>fatigue</b>." in html
    assert '<a href="/learn/symptoms/fatigue/"><mark>Fatigue</mark></a>' in html
    html = client.get(reverse("education:search"), {"q": "fatige<b>"}).content.decode()
    assert "fatige&lt;b&gt;" in html


# --- Nothing stale, nothing that is not public --------------------------------------------------------------


def test_no_draft_is_found_nor_a_draft_of_a_translation(a_page: Callable[..., Any]) -> None:
    page = a_page(Symptom, slug="cold-feet", code="cold_feet", is_published=False)
    row = translated(page)
    assert not SearchEntry.objects.exists()
    page.is_published = True
    page.save()
    assert slugs("cold", "es") == slugs("helados", "es") == ["cold-feet"]
    row.is_published = False
    row.save()
    assert (slugs("helados", "es"), slugs("cold", "es")) == ([], ["cold-feet"])


def test_a_name_without_a_word_breaks_nothing(a_page: Callable[..., Any]) -> None:
    a_page(Symptom, slug="rash", code="rash", plain_name="Rash", synonyms="!!!\n🦋")
    assert slugs("rash") == ["rash"]


def test_a_change_that_goes_past_python_is_found(a_page: Callable[..., Any]) -> None:
    page = a_page(Article, slug="testing")
    row = translated(page)
    assert slugs("sunburn") == []
    run("UPDATE education_article SET body = 'On sunburn.'")
    assert slugs("sunburn") == slugs("sunbrun") == ["testing"]
    run("UPDATE education_articletranslation SET body = 'Quemadura.'")
    assert slugs("quemaduras", "es") == ["testing"]
    Article.objects.update(is_published=False)
    assert (slugs("sunburn"), slugs("quemaduras", "es")) == ([], [])
    Article.objects.update(is_published=True)
    row.delete()
    assert (slugs("quemaduras", "es"), slugs("sunburn", "es")) == ([], ["testing"])
    page.delete()
    assert not SearchEntry.objects.exists()


def test_a_word_that_no_page_has_any_more_is_no_longer_guessed(a_page: Callable[..., Any]) -> None:
    page = a_page(Article, slug="testing", title="Sunburn")
    assert find("sunbrun", "en").corrected == "sunburn"
    page.title = "Rash"
    page.save()
    assert find("sunbrun", "en").corrected == ""


def test_a_search_takes_two_queries(a_page: Callable[..., Any], django_assert_num_queries: Any) -> None:
    for number in range(3):
        a_page(Article, slug=f"rash-{number}", title="Rash")
    find("rash", "en")  # the words of the pages are read once
    with django_assert_num_queries(2):
        find("rash", "en")
    with django_assert_num_queries(3):
        find("rash sunday", "en")
    with django_assert_num_queries(1):
        find("!", "en")


# --- Words --------------------------------------------------------------------------------------------------


def test_python_and_postgresql_fold_alike() -> None:
    text = "Él lo VIO: «año» – café/té… il-2, 38.3 °C; إسهالٌ شديد، ـأـ Ünïcode_x 5×3"
    [(folded,)] = run("SELECT education_folded(%s)", text)
    assert folded.split() == words_in(text)


def test_markdown_is_read_as_its_reader_sees_it() -> None:
    text = (
        '## Title\n\nOne *two*\nthree [four](https://x.y/z "q").\n\n- a\n- ![b](drawing:c)\n1. d\n\n'
        "| e | f |\n| --- | :-: |\n| g | h |\n\n> i"
    )
    [(plain,)] = run("SELECT education_plain(%s)", text)
    assert plain == "Title One two three four. · a · b · d e f g h i"


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_the_files_of_other_words_can_be_used(language: str) -> None:
    from education.search.lexicon import _of_files

    for typed, _said in _of_files(language):
        assert 0 < len(typed) <= LONGEST_PHRASE, typed


def test_a_long_question_is_cut() -> None:
    assert len(read(" ".join(["word"] * 100), "en").words) == 12


def test_a_drug_is_found_by_all_its_names(a_page: Callable[..., Any]) -> None:
    a_page(Drug, slug="testokine", code="testokine", brand_names="Testonex, Zarxi")
    assert slugs("testonex") == slugs("zarxi") == slugs("testokine") == slugs("yawning") == ["testokine"]
