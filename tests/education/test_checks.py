"""What an editor is told before a page goes out: each objection, and that a good page gets none."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.urls import path

from education import known, urls
from education.checks import Known, Objection, objections, wrong_address
from education.documents import document
from education.management.commands import check_library
from education.models import Article, Drug
from education.prose import MARKDOWN, PROSE, REQUIRED, WORDS
from education.shipped import CONTENT, KINDS, read
from education.translated import fingerprint

TODAY = dt.date(2026, 11, 28)
THERE = Known(
    addresses=frozenset({"/learn/", "/learn/chills/"}),
    images=frozenset({"cuff"}),
    drawings=frozenset({"message"}),
)
GOOD: dict[str, Any] = {
    "title": "Keep warm",
    "summary": "What to wear when you feel cold.",
    "body": "Put on a hat.\n\n## At night\n\nUse a [blanket](/learn/chills/).\n\n![A hat](drawing:message)",
    "written_by": "Edith",
    "funding": "Nobody paid for it.",
    "reviewed_by": "Dr Ana Ruiz, oncologist",
    "reviewed_on": dt.date(2026, 11, 20),
    "next_review_on": dt.date(2027, 11, 20),
    "references": "Cold. A society, 2025. https://example.org/cold\nA book.",
}
SPANISH = {
    "title": "No pases frío",
    "summary": "Qué ponerte si tienes frío.",
    "body": "Ponte un gorro.\n\n## De noche\n\nUsa una [manta](/learn/chills/).",
}


def in_spanish(content: dict[str, Any], **changes: Any) -> dict[str, Any]:
    texts = SPANISH | changes
    stamp = {"translates": fingerprint(content, texts, WORDS["articles"])}
    return content | {"translations": {"es": stamp | texts}}


def found(
    field: str = "", *, spanish: Mapping[str, Any] = MappingProxyType({}), **changes: Any
) -> list[Objection]:
    """What is objected to in a good page with these changes; only about `field`, where one is named."""
    content = in_spanish(GOOD | changes, **spanish)
    every = objections("articles", content, today=TODAY, known=THERE)
    return [each for each in every if each.field == field] if field else every


def body(text: str) -> list[str]:
    return [each.text for each in found("body", body=text)]


def test_a_good_page_has_nothing_against_it() -> None:
    assert found() == []


def test_an_article_does_not_stand_where_the_library_has_a_page_of_its_own() -> None:
    for slug in ("search", "a-z", "answer"):
        [wrong] = found("slug", slug=slug)
        assert wrong.blocks
    assert found(slug="searching") == []


@pytest.mark.parametrize("name", ["title", "summary", "body"])
def test_readers_need_every_text(name: str) -> None:
    changes: dict[str, Any] = {name: " \n"}
    [wrong] = found(name, **changes)
    assert (wrong.text, wrong.blocks) == ("This is empty, and readers need it.", True)


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("written_by", "", "who wrote"),
        ("funding", "", "who paid"),
        ("references", "\n", "no reference"),
        ("references", "Cold. https://exa mple", "not written as addresses are"),
        ("references", "Cold. https://user:word@example.org/", "not written as addresses are"),
        ("references", "Cold. javascript:alert(1)", "not written as addresses are"),
        ("reviewed_by", "", "Nobody has reviewed"),
        ("reviewed_by", "Dr Ana Ruiz", "role"),
        ("reviewed_by", "Dr Ana Ruiz, ", "role"),
        ("reviewed_on", None, "when it was reviewed"),
        ("reviewed_on", dt.date(2026, 11, 29), "still to come"),
        ("next_review_on", None, "reviewed next"),
        ("next_review_on", dt.date(2026, 11, 27), "overdue"),
        ("next_review_on", dt.date(2027, 11, 22), "more than a year"),
        ("next_review_on", "2026-11-27", "overdue"),
    ],
)
def test_governance_that_is_missing_blocks(field: str, value: Any, text: str) -> None:
    [wrong] = found(field, **{field: value})
    assert text in wrong.text
    assert wrong.blocks


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reviewed_on", TODAY),
        ("reviewed_on", "2026-11-20"),
        ("next_review_on", TODAY),
        ("next_review_on", dt.date(2027, 11, 21)),
        ("references", "A book."),
    ],
)
def test_governance_at_its_edge_is_good(field: str, value: Any) -> None:
    assert not found(field, **{field: value})


@pytest.mark.parametrize(
    "address",
    [
        *("/learn/", "/learn/chills/", "/learn/chills/#top", "/check-in/", "tel:+15550100", "tel:112"),
        *("https://example.org/a?b=c#d", "mailto:team@example.org"),
    ],
)
def test_a_link_that_leads_somewhere_is_good(address: str) -> None:
    assert wrong_address(address, THERE) == ""


@pytest.mark.parametrize(
    "address",
    [
        *(
            "/learn/gone/",
            "/chek-in/",
            "/learn/chills",
            "chills/",
            "#top",
            "",
            "javascript:alert(1)",
            "data:text/html,x",
        ),
        *(
            "//example.org/",
            "https://",
            "https://example",
            "https:///a",
            "ftp://example.org/",
            "https://-a.org/",
        ),
        *("https://example.org:port/", "tel:abc", "mailto:team", "https://[::1", "https://me@example.org/"),
    ],
)
def test_a_link_that_leads_nowhere_blocks(address: str) -> None:
    assert wrong_address(address, THERE)


def test_each_broken_link_is_named_once() -> None:
    wrong = body("[a](/learn/gone/) [b](/learn/gone/) [c](javascript:x)\n\n[d]\n\n[d]: data:x")
    assert wrong == [
        "The link to /learn/gone/ leads to no published page.",
        "“javascript:x” is no address that a page can link to.",
        "“data:x” is no address that a page can link to.",
    ]


def test_a_link_that_is_not_safe_to_follow_is_told_and_does_not_block() -> None:
    [wrong] = found("body", body="[a](http://example.org/)")
    assert "use https" in wrong.text
    assert not wrong.blocks


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("![](drawing:message)", "no words for people who cannot see it"),
        ("![a](drawing:gone)", "no picture called drawing:gone"),
        ("![a](image:message)", "no picture called image:message"),
        ("![a](https://example.org/a.gif)", "only drawings and pictures of the library"),
        ("# Up", "with ##"),
        ("## a\n\n#### b", "leaves out a level"),
        ("### b", "leaves out a level"),
        ("##\n\nText.", "heading without words"),
        ("<b>Now</b>", "HTML is shown to readers as it is typed: <b>"),
        ("<script>x</script>", "HTML is shown"),
        ("a<br>b", "HTML is shown"),
    ],
)
def test_what_readers_would_not_see_as_it_is_meant_blocks(text: str, part: str) -> None:
    [wrong] = found("body", body=text)
    assert part in wrong.text
    assert wrong.blocks


@pytest.mark.parametrize("text", ["![A cuff](image:cuff)", "38 < 39 > 37", "<https://example.org/>", "`<b>`"])
def test_what_is_no_html_and_is_there_is_good(text: str) -> None:
    assert body(text) == []


HARD = (
    "The administration of immunological medication necessitates continual observation of cardiovascular "
    "parameters, particularly immediately following intravenous administration of initial quantities, "
    "notwithstanding antecedent toleration of equivalent medication or of alternative "
    "pharmaceutical preparations and formulations."
)


def test_a_hard_page_blocks_and_names_its_long_words() -> None:
    page, paragraph = [each for each in found(body=HARD) if "harder" in each.text]
    assert page.field == ""
    assert page.blocks
    assert "administration, immunological" in page.text
    assert paragraph.field == "body"


def test_a_hard_paragraph_blocks_on_an_easy_page() -> None:
    easy = "\n\n".join(["Put on a hat. Sip some tea. Rest in bed. Call us if you feel worse."] * 40)
    [wrong] = found(body=f"{easy}\n\n{HARD}")
    assert (wrong.field, wrong.blocks) == ("body", True)
    assert "The paragraph “The administration of" in wrong.text


def test_names_are_not_counted() -> None:
    text = "Oprelvekin and nogapendekin help. " * 12
    named = Known(addresses=THERE.addresses, names=frozenset({"oprelvekin", "nogapendekin"}))
    content = in_spanish(GOOD | {"body": text})
    assert any("harder" in each.text for each in found(body=text))
    assert not objections("articles", content, today=TODAY, known=named)


def test_a_page_without_spanish_is_told_and_not_blocked() -> None:
    [wrong] = objections("articles", GOOD, today=TODAY, known=THERE)
    assert (wrong.field, wrong.blocks) == ("translations.es", False)


def test_stale_spanish_is_told_and_not_blocked() -> None:
    content = in_spanish(GOOD) | {"summary": "What to put on."}
    [wrong] = objections("articles", content, today=TODAY, known=THERE)
    assert "has changed since" in wrong.text
    assert not wrong.blocks


def test_what_is_not_translated_is_named() -> None:
    assert [each.field for each in found(spanish={"summary": ""})] == ["translations.es.summary"]
    [wrong] = found(spanish={"summary": GOOD["summary"]})
    assert wrong.text == "This is still in English."


def test_the_spanish_is_checked_like_the_english() -> None:
    [wrong] = found(spanish={"body": "[a](/learn/gone/)"})
    assert (wrong.field, wrong.blocks) == ("translations.es.body", True)
    [hard] = found(spanish={"body": "La administración concomitante ocasiona complicaciones inmunológicas."})
    assert "hard to read" in hard.text


def test_arabic_is_checked_for_all_but_how_hard_it_is() -> None:
    texts = {"title": "ابق دافئا", "body": "<b>الآن</b> [a](/learn/gone/) ![](image:gone)"}
    content = in_spanish(GOOD)
    content["translations"]["ar"] = texts
    wrong = objections("articles", content, today=TODAY, known=THERE)
    blocking = [each.text for each in wrong if each.blocks]
    assert {each.field for each in wrong if each.blocks} == {"translations.ar.body"}
    for said in ("HTML is shown", "leads to no published page", "no picture called", "no words for people"):
        assert any(said in text for text in blocking), said
    [stale] = [each for each in wrong if not each.blocks]
    assert "has changed since" in stale.text
    texts |= {"body": "", "translates": fingerprint(content, texts | {"body": ""}, WORDS["articles"])}
    assert not objections("articles", content, today=TODAY, known=THERE)


# --- Tables and loaders -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_tables_say_what_the_models_say(kind: str) -> None:
    model = KINDS[kind]
    fields = {field.name: field for field in model._meta.concrete_fields}
    needed = {name for name in PROSE[kind] if not fields[name].blank}
    needed |= {"call_emergency_when"} if kind == "drugs" else set()  # a draft may be without it for a while
    assert {*WORDS[kind]} == {*model.words}
    assert {*REQUIRED[kind]} == needed
    assert {*MARKDOWN[kind]} <= {*PROSE[kind]} <= {*WORDS[kind], "name"}
    for name in MARKDOWN[kind]:
        assert fields[name].help_text.startswith("Markdown."), name


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_what_is_known_is_read_in_few_queries(django_assert_max_num_queries: Any) -> None:
    Article.objects.filter(slug="interleukins").update(is_published=False)
    with django_assert_max_num_queries(7):
        there = known.now()
    assert {"/learn/", "/learn/search/", "/learn/drugs/filgrastim/"} <= there.addresses
    assert "/learn/interleukins/" not in there.addresses
    assert {"Neupogen", "Filgrastim", "Epoetin", "melphalan"} <= there.names


def test_what_stands_below_a_page_is_known_too(monkeypatch: pytest.MonkeyPatch) -> None:
    card = path("drugs/<slug:slug>/card/", lambda request, slug: HttpResponse(), name="card")
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, card])
    there = known.shipped().addresses
    assert "/learn/drugs/filgrastim/card/" in there
    assert "/learn/symptoms/chills/card/" not in there


@pytest.mark.django_db
def test_only_a_drug_that_has_a_card_has_its_address(a_page: Any) -> None:
    a_page(Drug, slug="testokine", code="testokine")
    a_page(Drug, slug="other", code="other", tell_emergency_room="- It **leaks**.")
    cards = {each for each in known.now().addresses if each.endswith("/card/")}
    assert cards == {"/learn/drugs/other/card/"}


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_a_page_in_the_database_is_judged_like_its_file() -> None:
    page = Article.objects.get(slug="interleukins")
    [wrong] = [
        each for each in objections("articles", document(page), today=TODAY, known=known.now()) if each.blocks
    ]
    assert wrong.field == "reviewed_by"


def test_no_shipped_page_is_objected_to() -> None:
    call_command("check_library", verbosity=0)


def test_a_shipped_page_that_breaks_is_named(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    page = next(read(CONTENT, "articles")) | {"body": "[a](/learn/gone/)"}
    monkeypatch.setattr(check_library, "read", lambda _root, folder: [page] if folder == "articles" else [])
    with pytest.raises(CommandError, match=rf"articles/{page['slug']}.toml: body: The link to /learn/gone/"):
        call_command("check_library")


def test_only_the_line_that_nobody_has_read_it_is_honest_on_a_shipped_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = next(read(CONTENT, "articles"))
    monkeypatch.setattr(
        check_library,
        "read",
        lambda _root, folder: [page | {"reviewed_by": "Somebody"}] if folder == "articles" else [],
    )
    with pytest.raises(CommandError, match="reviewed_by: Give the reviewer’s role"):
        call_command("check_library")


def test_a_shipped_page_past_its_review_is_named() -> None:
    assert any("overdue" in line for line in check_library.faults(dt.date(2028, 1, 1)))
