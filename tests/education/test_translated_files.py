"""Shipped translations: loaded as rows, never over an editor's words, and named when they are not current."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from education.languages import Language
from education.models import Edition, Symptom, SymptomTranslation
from education.proposals import edited
from education.shipped import CONTENT, KINDS, BadPage, load, read
from education.translated import NAMES_ONLY, STAMP, Files
from tests.education.conftest import ANSWERED_FOR, publish
from tests.education.test_shipped import content, edit, outcomes

__all__ = ["content"]  # the fixture

CHILLS = """\
plain_name = "Escalofríos"
what_it_is = "Tiemblas de frío."
when_to_call = "- Tiemblas mucho."
"""


@pytest.fixture
def spanish(content: Path) -> Path:
    """The small library, with one page in Spanish."""
    (content / "es/symptoms").mkdir(parents=True)
    (content / "es/symptoms/chills.toml").write_text(CHILLS)
    stamp(content)
    return content


def symptoms(root: Path) -> Files:
    return Files(root, "es", "symptoms")


def english(root: Path) -> dict[str, Any]:
    return {page["slug"]: page for page in read(root, "symptoms")}


def stamp(root: Path, *slugs: str) -> int:
    return symptoms(root).stamp(english(root), Symptom.words, slugs)


def wrong(root: Path) -> list[str]:
    return list(symptoms(root).objections(english(root), Symptom.words))


# --- Loading ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_translation_is_loaded_once(spanish: Path) -> None:
    assert outcomes(load(spanish)) == {"made": 6}
    row = SymptomTranslation.objects.get()
    assert (row.page.code, row.language, row.plain_name) == ("chills", "es", "Escalofríos")
    assert row.is_published
    assert row.is_current
    assert outcomes(load(spanish)) == {"unchanged": 6}


@pytest.mark.django_db
def test_a_new_wording_reaches_a_translation_that_nobody_edited(spanish: Path) -> None:
    load(spanish)
    edit(spanish / "es/symptoms/chills.toml", "mucho", "sin parar")
    assert outcomes(load(spanish)) == {"updated": 1, "unchanged": 5}
    assert SymptomTranslation.objects.get().when_to_call == "- Tiemblas sin parar."


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes", [{"what_it_is": "Edith sabe más."}, {"is_published": False}, {"reviewed_by": "Dra. Vega"}]
)
def test_what_an_editor_changed_survives_every_load(changes: dict[str, Any], spanish: Path) -> None:
    load(spanish)
    SymptomTranslation.objects.update(**changes)
    edit(spanish / "es/symptoms/chills.toml", "mucho", "sin parar")
    kept = {"kept as edited": 1, "unchanged": 5}
    assert outcomes(load(spanish)) == kept | {"proposed to its editors": 1}
    assert outcomes(load(spanish)) == kept
    assert SymptomTranslation.objects.filter(when_to_call="- Tiemblas mucho.", **changes).exists()


@pytest.mark.django_db
def test_what_an_editor_took_away_stays_away(spanish: Path, edith: Any, eli: Any) -> None:
    load(spanish)
    page = Symptom.objects.get(code="chills")
    publish(page, edith, eli, None, **ANSWERED_FOR, translations={})
    assert outcomes(load(spanish)) == {"kept as edited": 2, "unchanged": 4}
    assert not Edition.objects.open().exists()
    edit(spanish / "es/symptoms/chills.toml", "mucho", "sin parar")
    assert outcomes(load(spanish))["proposed to its editors"] == 1
    assert not SymptomTranslation.objects.exists()
    assert Edition.objects.open().get().conflicts["translations.es.when_to_call"] == "- Tiemblas sin parar."


@pytest.mark.django_db
def test_beside_an_editors_english_ours_is_proposed(spanish: Path) -> None:
    load(spanish)
    Symptom.objects.filter(code="chills").update(what_it_is="Edith knows better.")
    load(spanish)
    edit(spanish / "es/symptoms/chills.toml", "mucho", "sin parar")
    assert outcomes(load(spanish)) == {"kept as edited": 2, "unchanged": 4, "proposed to its editors": 1}
    assert SymptomTranslation.objects.get().when_to_call == "- Tiemblas mucho."
    proposal = Edition.objects.open().get()
    assert proposal.content["translations"]["es"]["when_to_call"] == "- Tiemblas sin parar."
    assert proposal.content["what_it_is"] == "Edith knows better."


@pytest.mark.django_db
def test_a_first_translation_reaches_a_page_that_nobody_edited(content: Path) -> None:
    load(content)
    (content / "es/symptoms").mkdir(parents=True)
    (content / "es/symptoms/chills.toml").write_text(CHILLS)
    assert outcomes(load(content)) == {"made": 1, "unchanged": 5}


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_a_loaded_page_is_not_taken_for_an_edited_one() -> None:
    assert not [slug for model in KINDS.values() for slug in edited(model)]


@pytest.mark.django_db
def test_a_translation_that_an_editor_wrote_first_is_the_editors(spanish: Path) -> None:
    load(spanish)
    SymptomTranslation.objects.all().delete()
    page = Symptom.objects.get(code="chills")
    SymptomTranslation.objects.create(page=page, language="es", plain_name="Tiritona")
    load(spanish)
    assert SymptomTranslation.objects.get().plain_name == "Tiritona"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("chills", 'plain_nam = "x"', "there is no text plain_nam"),
        ("chills", "plain_name = ", "cannot be read"),
        ("sneezing", 'plain_name = "Estornudos"', "no such page"),
    ],
)
def test_a_bad_file_is_named_and_nothing_is_loaded(name: str, text: str, said: str, spanish: Path) -> None:
    (spanish / f"es/symptoms/{name}.toml").write_text(text)
    with pytest.raises(BadPage, match=said) as refusal:
        load(spanish)
    assert f"es/symptoms/{name}.toml" in str(refusal.value)
    assert not Symptom.objects.exists()


# --- Up to date, or not -------------------------------------------------------------------------------------


def test_a_stamp_stands_in_the_first_line_and_is_written_once(spanish: Path) -> None:
    text = (spanish / "es/symptoms/chills.toml").read_text()
    assert text.startswith(f'{STAMP} = "')
    assert text.endswith(CHILLS)
    assert stamp(spanish) == 0
    edit(spanish / "symptoms/chills.toml", "You shiver", "You tremble")
    assert stamp(spanish, "nausea") == 0
    assert stamp(spanish, "chills") == 1
    assert (spanish / "es/symptoms/chills.toml").read_text().count(STAMP) == 1


def test_every_way_of_not_being_current_is_named(spanish: Path) -> None:
    assert wrong(spanish) == ["es/symptoms/nausea.toml is missing."]
    (spanish / "es/symptoms/nausea.toml").write_text(
        'plain_name = "Náuseas"\nwhat_it_is = "You feel sick."\n'
    )
    assert wrong(spanish) == ["es/symptoms/nausea.toml lacks when_to_call."]
    (spanish / "es/symptoms/nausea.toml").write_text(
        'plain_name = "Náuseas"\nwhat_it_is = "Ganas de vomitar."\nwhen_to_call = "- Siguen."\n'
    )
    assert wrong(spanish)[0].startswith("es/symptoms/nausea.toml is stale")
    stamp(spanish)
    assert wrong(spanish) == []
    edit(spanish / "symptoms/chills.toml", "You shiver", "You tremble all over the place")
    assert wrong(spanish)[0].startswith("es/symptoms/chills.toml is stale")
    edit(spanish / "es/symptoms/chills.toml", "Tiemblas de frío.", "You tremble all over the place.")
    assert wrong(spanish) == ["es/symptoms/chills.toml has what_it_is in English."]
    (spanish / "symptoms/chills.toml").unlink()
    assert wrong(spanish) == ["es/symptoms/chills.toml translates a page that is not there."]


def test_a_language_of_names_alone_needs_no_pages(content: Path) -> None:
    files = Files(content, "ar", "symptoms")
    assert list(Files(content, "ar", "drugs").objections({"bcg": {}}, ("plain_name",))) == []
    files.folder.mkdir(parents=True)
    for slug, name in (("chills", "قشعريرة"), ("nausea", "غثيان")):
        (files.folder / f"{slug}.toml").write_text(f'plain_name = "{name}"\n')
    files.stamp(english(content), Symptom.words, ())
    assert list(files.objections(english(content), Symptom.words)) == []
    edit(content / "symptoms/chills.toml", "You shiver", "You tremble")  # not of a name
    assert list(files.objections(english(content), Symptom.words)) == []


@pytest.mark.parametrize("language", NAMES_ONLY)
def test_the_tick_list_is_translated_whole(language: str) -> None:
    pages = {page["slug"]: page for page in read(CONTENT, "symptoms")}
    assert [*Files(CONTENT, language, "symptoms").objections(pages, Symptom.words)] == []


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_shipped_can_be_read(kind: str, language: str) -> None:
    for _slug, texts in Files(CONTENT, language, kind).read(KINDS[kind].words):
        assert texts[KINDS[kind].words[0]]


# --- The command --------------------------------------------------------------------------------------------


def test_the_command_names_what_is_wrong(spanish: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("education.management.commands.stamp_translations.CONTENT", spanish)
    with pytest.raises(CommandError, match=r"es/symptoms/nausea\.toml is missing"):
        call_command("stamp_translations", "es", "--check")
    edit(spanish / "symptoms/chills.toml", "You shiver", "You tremble")
    out = StringIO()
    call_command("stamp_translations", "es", stdout=out)
    call_command("stamp_translations", "es", "nausea", stdout=out)
    assert out.getvalue() == "es: 1 stamped\nes: 0 stamped\n"


def test_the_command_is_content_when_all_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("stamp_translations", "ar", "--check")
    assert capsys.readouterr().out == "Every translated page says what the English says.\n"
