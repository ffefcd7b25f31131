"""Loading shipped pages never costs an editor a word."""

import datetime as dt
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection

from education import shipped
from education.editions import discard
from education.models import Article, Cytokine, Drug, DrugSymptom, Edition, Symptom
from education.models.editions import Origin
from education.shipped import BadPage, Outcome, load

pytestmark = pytest.mark.django_db

REVIEW = 'reviewed_by = "Editors"\nreviewed_on = 2026-11-20\nnext_review_on = 2027-11-20\n'
SOURCES = 'a = "A. Publisher, 2025. https://example.org/a"\nb = "B."\n'
CHILLS = 'code = "chills"\nplain_name = "Chills"\nwhat_it_is = "You shiver."\nwhen_to_call = "- You shake."\n'
NAUSEA = (
    'code = "nausea"\nplain_name = "Nausea"\nwhat_it_is = "You feel sick."\nwhen_to_call = "- It stays."\n'
)
INTERLEUKIN = 'name = "IL-2"\nfamily = "interleukin"\nsummary = "S."\nbody = "B."\n'
DRUG = """
code = "aldesleukin"
name = "Aldesleukin"
plain_name = "interleukin-2"
cytokine = "interleukin-2"
sources = ["a", "b"]
readings = ["weight", "pulse"]
symptoms = ["nausea", "chills"]
how_given = "H."
what_for = "W."
common_effects = "C."
serious_effects = "S."
when_to_call = "- Now."
"""
ARTICLE = """
title = "Fever"
section = "side-effects"
summary = "S."
symptoms = ["nausea", "chills"]
drugs = ["aldesleukin"]
body = '''
First line.\x20\x20

Second line.
'''
"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A small library of files."""
    files = {
        "review.toml": REVIEW,
        "sources.toml": SOURCES,
        "symptoms/chills.toml": CHILLS,
        "symptoms/nausea.toml": NAUSEA,
        "cytokines/interleukin-2.toml": INTERLEUKIN,
        "drugs/aldesleukin.toml": DRUG,
        "articles/fever.toml": ARTICLE,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def outcomes(tally: Counter[tuple[str, Outcome]]) -> dict[str, int]:
    """How many pages of any kind had each outcome."""
    totals: Counter[str] = Counter()
    for (_, outcome), count in tally.items():
        totals[outcome] += count
    return dict(totals)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_first_load_makes_every_page(content: Path) -> None:
    assert outcomes(load(content)) == {"made": 5}
    drug = Drug.objects.get()
    assert (drug.slug, drug.is_published, drug.readings) == ("aldesleukin", True, ["weight", "pulse"])
    assert drug.cytokine == Cytokine.objects.get()
    assert drug.references == "A. Publisher, 2025. https://example.org/a\nB."
    assert [symptom.code for symptom in Symptom.objects.for_drugs(["aldesleukin"])] == ["nausea", "chills"]
    article = Article.objects.get()
    assert article.body == "First line.\n\nSecond line."
    assert article.reviewed_on == dt.date(2026, 11, 20)
    assert [*article.drugs.all()] == [drug]


def test_a_second_load_changes_nothing(content: Path) -> None:
    load(content)
    before = [*Article.objects.values(), *Drug.objects.values(), *DrugSymptom.objects.values()]
    assert outcomes(load(content)) == {"unchanged": 5}
    assert [*Article.objects.values(), *Drug.objects.values(), *DrugSymptom.objects.values()] == before


def test_a_new_wording_reaches_a_page_that_nobody_edited(content: Path) -> None:
    load(content)
    edit(content / "articles/fever.toml", "Second", "Last")
    edit(content / "drugs/aldesleukin.toml", '["nausea", "chills"]', '["chills"]')
    assert outcomes(load(content)) == {"updated": 2, "unchanged": 3}
    assert Article.objects.get().body == "First line.\n\nLast line."
    assert [symptom.code for symptom in Symptom.objects.for_drugs(["aldesleukin"])] == ["chills"]
    assert outcomes(load(content)) == {"unchanged": 5}


def test_an_editors_change_survives_every_load(content: Path) -> None:
    load(content)
    Article.objects.update(body="Edith knows better.")
    edit(content / "articles/fever.toml", "Second", "Last")
    kept = {"kept as edited": 1, "unchanged": 4}
    assert outcomes(load(content)) == kept | {"proposed to its editors": 1}
    assert outcomes(load(content)) == kept
    assert Article.objects.get().body == "Edith knows better."


def test_a_page_that_an_editor_took_off_the_site_stays_off(content: Path) -> None:
    load(content)
    Symptom.objects.filter(code="chills").update(is_published=False)
    edit(content / "symptoms/chills.toml", "shiver", "tremble")
    load(content)
    assert not Symptom.objects.get(code="chills").is_published


def test_a_tick_list_that_an_editor_changed_stays(content: Path) -> None:
    load(content)
    DrugSymptom.objects.get(symptom__code="nausea").delete()
    edit(content / "drugs/aldesleukin.toml", '"H."', '"Under the skin."')
    assert outcomes(load(content))["kept as edited"] == 1
    assert [symptom.code for symptom in Symptom.objects.for_drugs(["aldesleukin"])] == ["chills"]
    assert Drug.objects.get().how_given == "H."


def test_a_page_that_an_editor_wrote_first_is_the_editors(content: Path) -> None:
    Cytokine.objects.create(slug="interleukin-2", name="Edith's", family="interleukin", summary="S", body="B")
    load(content)
    assert Cytokine.objects.get().name == "Edith's"


def test_a_browsers_line_ends_are_no_edit(content: Path) -> None:
    load(content)
    article = Article.objects.get()
    article.body = article.body.replace("\n", "\r\n")
    article.save()
    assert outcomes(load(content)) == {"unchanged": 5}


def test_a_field_added_later_is_no_edit() -> None:
    assert shipped.digest({"title": "A"}) == shipped.digest(
        {"title": "A", "new": "", "links": [], "flag": False}
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("articles/fever.toml", "summary", "sumary", "sumary"),
        ("articles/fever.toml", "summary =", "summary", "cannot be read"),
        ("drugs/aldesleukin.toml", '["a", "b"]', '["hearsay"]', "hearsay"),
        ("articles/fever.toml", '["nausea", "chills"]', '["sneezing"]', "sneezing"),
        ("drugs/aldesleukin.toml", '["nausea", "chills"]', '["sneezing"]', "sneezing"),
        ("drugs/aldesleukin.toml", '"interleukin-2"\nsources', '"interleukin-3"\nsources', "interleukin-3"),
    ],
)
def test_a_bad_file_is_named_and_nothing_is_loaded(
    file: str, old: str, new: str, said: str, content: Path
) -> None:
    edit(content / file, old, new)
    with pytest.raises(BadPage, match=said) as refusal:
        load(content)
    assert Path(file).name in str(refusal.value)
    assert not Symptom.objects.exists()


def test_the_command_counts_what_it_did() -> None:
    for outcome in ("made", "unchanged"):
        out = StringIO()
        call_command("load_content", stdout=out)
        assert f"symptoms: 53 {outcome}\n" in out.getvalue()


# --- What is shipped for an edited page ---------------------------------------------------------------------


def proposal() -> Edition:
    return Edition.objects.open().get(origin=Origin.SHIPPED)


def test_every_loaded_page_is_a_version(content: Path) -> None:
    load(content)
    assert Edition.objects.published().count() == 5
    edit(content / "articles/fever.toml", "Second", "Last")
    load(content)
    versions = Edition.objects.filter(slug="fever").shown()
    assert [(each.number, each.state) for each in versions] == [(2, "published"), (1, "replaced")]


def test_what_we_alone_changed_is_proposed_with_the_editors_words(content: Path) -> None:
    load(content)
    Article.objects.update(body="Edith knows better.")
    edit(content / "articles/fever.toml", 'summary = "S."', 'summary = "Shorter."')
    load(content)
    assert proposal().content["summary"] == "Shorter."
    assert proposal().content["body"] == "Edith knows better."
    assert not proposal().conflicts
    assert Article.objects.get().summary == "S."


def test_where_both_changed_something_it_is_named(content: Path) -> None:
    load(content)
    Article.objects.update(body="Edith knows better.")
    edit(content / "articles/fever.toml", "Second", "Last")
    load(content)
    assert proposal().content["body"] == "Edith knows better."
    assert proposal().conflicts == {"body": "First line.\n\nLast line."}


def test_what_is_shipped_next_joins_the_open_proposal(content: Path) -> None:
    load(content)
    Article.objects.update(body="Edith knows better.")
    edit(content / "articles/fever.toml", 'summary = "S."', 'summary = "Shorter."')
    load(content)
    edit(content / "articles/fever.toml", 'title = "Fever"', 'title = "A fever"')
    load(content)
    assert (proposal().content["title"], proposal().content["summary"]) == ("A fever", "Shorter.")


def test_a_discarded_proposal_does_not_come_back(content: Path) -> None:
    load(content)
    Article.objects.update(body="Edith knows better.")
    edit(content / "articles/fever.toml", "Second", "Last")
    load(content)
    edith = get_user_model().objects.create_user("edith@example.org")
    discard(proposal(), by=edith, now=proposal().made_at)
    load(content)
    assert not Edition.objects.open().exists()


def test_what_the_editor_changed_the_same_way_is_not_proposed(content: Path) -> None:
    load(content)
    edit(content / "articles/fever.toml", "Second", "Last")
    Article.objects.update(body="First line.\n\nLast line.")
    load(content)
    load(content)
    assert not Edition.objects.open().exists()


def test_pages_from_before_there_were_versions_get_their_first(content: Path) -> None:
    load(content)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE education_edition DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM education_edition")
    Article.objects.update(body="Edith knows better.")
    load(content)
    assert Edition.objects.published().count() == 5
    assert not Edition.objects.open().exists()
    edit(content / "articles/fever.toml", 'summary = "S."', 'summary = "Shorter."')
    load(content)
    assert (proposal().content["summary"], proposal().conflicts) == ("Shorter.", {})


def test_nothing_is_proposed_for_a_page_that_is_off_the_site(content: Path) -> None:
    load(content)
    Article.objects.update(is_published=False)
    edit(content / "articles/fever.toml", "Second", "Last")
    load(content)
    assert not Edition.objects.open().exists()
