"""Two wordings become one without losing a word of either."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from education.merging import differences, flat, merged, nested, same

BASE = {"title": "Fever", "body": "Call.", "translations": {"es": {"title": "Fiebre"}}}


def changed(**fields: Any) -> dict[str, Any]:
    return BASE | fields


def test_what_only_they_changed_is_taken() -> None:
    together = merged(BASE, changed(title="A fever"), changed(body="Call now."))
    assert together.content == changed(title="A fever", body="Call now.")
    assert not together.conflicts


def test_where_both_changed_ours_stays_and_theirs_is_named() -> None:
    together = merged(BASE, changed(body="Ring us."), changed(body="Call now."))
    assert together.content["body"] == "Ring us."
    assert together.conflicts == {"body": "Call now."}


def test_the_same_change_on_both_sides_is_no_conflict() -> None:
    together = merged(BASE, changed(body="Call now."), changed(body="Call now."))
    assert (together.content["body"], together.conflicts) == ("Call now.", {})


def test_each_text_of_a_translation_is_merged_alone() -> None:
    ours = changed(translations={"es": {"title": "La fiebre"}})
    theirs = changed(translations={"es": {"title": "Fiebre", "body": "Llama."}})
    together = merged(BASE, ours, theirs)
    assert together.content["translations"] == {"es": {"title": "La fiebre", "body": "Llama."}}
    assert not together.conflicts


def test_without_a_base_every_difference_is_named_and_ours_stays() -> None:
    together = merged(None, changed(body="Ring us."), BASE)
    assert (together.content["body"], together.conflicts) == ("Ring us.", {"body": "Call."})


def test_a_field_that_one_version_did_not_have_yet_says_nothing() -> None:
    assert same(BASE, changed(funding=""))
    assert differences(BASE, changed(order=0)) == [("order", None, 0)]


def in_spanish(**texts: Any) -> dict[str, Any]:
    return changed(translations={"es": {"title": "Fiebre", "translates": "old"} | texts})


def test_what_they_took_away_is_gone_and_not_empty() -> None:
    both = changed(translations={"es": {"title": "Fiebre", "body": "Llama.", "is_published": True}})
    assert merged(both, both | {"title": "A fever"}, changed(translations={})).content["translations"] == {}
    assert merged(both, both, BASE).content == BASE


def test_a_translation_of_mixed_words_was_compared_with_nothing() -> None:
    base = in_spanish(body="Llama.")
    ours = in_spanish(body="Llama.", title="La fiebre", translates="ours")
    theirs = in_spanish(body="Llama ya.", translates="theirs")
    together = merged(base, ours, theirs)
    assert together.content["translations"]["es"] == {
        "title": "La fiebre",
        "body": "Llama ya.",
        "translates": "",
    }
    assert not together.conflicts


def test_a_translation_of_one_sides_words_keeps_what_that_side_compared() -> None:
    base = in_spanish()
    theirs = in_spanish(title="La fiebre", translates="theirs")
    for mine in (base, changed(body="Ring us.", translations=base["translations"])):
        assert merged(base, mine, theirs).content["translations"] == theirs["translations"]
    assert merged(base, theirs, base).content == theirs
    assert merged(base, base, in_spanish(translates="new")).content == in_spanish(translates="new")


TEXTS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["", "x", "y", "z"]))
DOCUMENTS = st.builds(lambda own, es: own | {"translations": {"es": es} if es else {}}, TEXTS, TEXTS)


@given(DOCUMENTS)
def test_what_was_taken_apart_comes_together(content: dict[str, Any]) -> None:
    assert nested(flat(content)) == content


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_every_wording_is_in_the_document_or_named(base: Any, ours: Any, theirs: Any) -> None:
    together = merged(base, ours, theirs)
    result, before, mine, new = (flat(each) for each in (together.content, base, ours, theirs))
    for path in {*mine, *new}:
        own, other, common = (said(each.get(path)) for each in (mine, new, before))
        kept = {said(result.get(path)), said(together.conflicts.get(path, result.get(path)))}
        assert {text for text in (own, other) if text != common} <= kept, path
    assert None not in result.values()  # a column has no room for it


def said(text: str | None) -> str:
    """A text that is not there says what an empty one says."""
    return text or ""
