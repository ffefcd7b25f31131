"""The library as files: out and in again without losing a letter, and every fault with its line."""

import datetime as dt
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import models
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from education import upload
from education.documents import KINDS, blank, columns_of, document
from education.exporting import files_of, zipped
from education.files import HEADINGS, Unreadable, read, written
from education.importing import NOW, Imported, changes_in, import_files
from education.languages import Language
from education.models import (
    Article,
    ArticleTranslation,
    Cytokine,
    Drug,
    DrugSymptom,
    Published,
    Symptom,
)
from education.models.editions import Edition, Origin
from education.prose import MARKDOWN
from education.translated import REVIEW, STAMP
from education.wording import digest, tidy
from tests.education.conftest import REVIEWED

pytestmark = pytest.mark.django_db

ARTICLE = b"""+++
kind = "article"
title = "Keep warm"
section = "living"
summary = "What to wear."
symptoms = ["chills"]
references = ["A. https://example.org/a", "B."]
+++

Put on a *hat*.

## At night

A blanket.
"""
SYMPTOM = b"""+++
kind = "symptom"
code = "chills"
plain_name = "Chills"
synonyms = ["shivers", "the shakes"]
+++

## What it is

You shiver.

## When to call the team

- You shake.
"""
FILES = {"articles/keep-warm.md": ARTICLE, "symptoms/chills.md": SYMPTOM}


NOON = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)


def bring(files: dict[str, bytes]) -> Counter[Imported]:
    """Import in an editor's name."""
    eli, _made = User.objects.get_or_create(email="eli@example.org", name="Eli", is_staff=True)
    return import_files(files, by=eli, now=NOON)


def exported(*pages: Published) -> dict[str, bytes]:
    return {name: text.encode() for page in pages for name, text in files_of([page])}


def refused(files: dict[str, bytes]) -> list[tuple[str, int, str]]:
    with pytest.raises(Unreadable) as caught:
        bring(files)
    return [(fault.file, fault.line, fault.text) for fault in caught.value.faults]


# --- Out and in ---------------------------------------------------------------------------------------------


@pytest.fixture
def full(a_page: Callable[..., Any]) -> list[Published]:
    """A page of each kind with everything that a page can have."""
    cytokine = a_page(Cytokine, slug="il-99", funding='Somebody "else" \\ more')
    symptom = a_page(
        Symptom, slug="cold", code="cold", synonyms="chilly\n\nfrozen", what_helps="## What helps\n\n- Tea"
    )
    drug = a_page(
        Drug,
        slug="testokine",
        code="testokine",
        cytokine=cytokine,
        readings=["pulse", "weight"],
        asks_urine=True,
    )
    DrugSymptom.objects.create(drug=drug, symptom=symptom, order=10)
    article = a_page(
        Article, slug="testing", body="## When to call\n\n+++\n\n\\## What helps", references="A.\n\nB."
    )
    article.symptoms.add(symptom)
    article.drugs.add(drug)
    ArticleTranslation.objects.create(
        page=article, language="es", title="Pruebas", body="Porque sí.", **REVIEWED
    )
    pages = [article, cytokine, drug, symptom]
    for page in pages:
        page.refresh_from_db()
    return pages


def test_a_page_is_the_same_after_it_went_out_and_in(full: list[Published]) -> None:
    before = [document(page) for page in full]
    files = exported(*full)
    assert bring(files) == {Imported.UNCHANGED: 4}
    for page in full[:1] + full[2:3] + full[1:2]:
        page.delete()
    assert bring(files) == {Imported.MADE: 3, Imported.UNCHANGED: 1}
    assert [document(type(page)._default_manager.get(slug=page.slug)) for page in full] == before


def texts(folder: str) -> st.SearchStrategy[str]:
    """Markdown with all that could be taken for a mark of the file's own."""
    headings = [
        f"{slash}## {HEADINGS[name]}" for name in MARKDOWN[folder] if name in HEADINGS for slash in ("", "\\")
    ]
    odd = [*headings, "+++", "", "## Other", 'kind = "drug"', '"""', "\\", "a\tb", "\u2028", "é", "# ", "'''"]
    line = st.sampled_from(odd) | st.text(st.characters(codec="utf-8"), max_size=8)
    return st.lists(line, max_size=4).map("\n".join).map(tidy)


def pages(folder: str) -> st.SearchStrategy[dict[str, Any]]:
    model = KINDS[folder]
    columns = columns_of(model)
    words_of = texts(folder)
    by_type: dict[type, st.SearchStrategy[Any]] = {
        models.BooleanField: st.booleans(),
        models.PositiveSmallIntegerField: st.integers(0, 900),
        models.DateField: st.none() | st.dates().map(str),
        ArrayField: st.lists(st.sampled_from(["pulse", "weight"]), unique=True),
    }

    def value(name: str) -> st.SearchStrategy[Any]:
        return by_type.get(type(columns[name]), words_of)

    own = {name: value(name) for name in columns if name not in ("slug", "is_published")}
    for name, nothing in blank(model).items():
        if name not in columns:
            own[name] = words_of if nothing == "" else st.lists(words_of, max_size=2)
    words = dict.fromkeys(model.words, words_of)
    told = words | {name: value(name) for name in (*REVIEW, "is_published")} | {STAMP: words_of}
    translations = st.dictionaries(st.sampled_from(Language.values), st.fixed_dictionaries(told), max_size=1)
    return st.fixed_dictionaries(own | {"slug": st.just("a-page"), "translations": translations})


@pytest.mark.parametrize("folder", KINDS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_a_page_comes_back_from_its_file(folder: str, data: st.DataObject) -> None:
    content = data.draw(pages(folder))
    files = {name: text.encode() for name, text in written(folder, content)}
    found = {page.language: page.values for page in read(files)}
    nothing = blank(KINDS[folder])
    for name, value in content.items():
        if name not in ("slug", "translations"):
            assert found[""].get(name, nothing[name]) == value
    assert found.keys() - {""} == content["translations"].keys()
    for language, told in content["translations"].items():
        for name, value in told.items():
            assert (found[language].get(name) or None) == (value or None)


@pytest.mark.usefixtures("library", "edith")
def test_the_shipped_library_is_exported_as_it_is(tmp_path: Path) -> None:
    call_command("export_library", str(tmp_path), verbosity=0)
    assert (tmp_path / "symptoms" / "chills.es.md").exists()
    (tmp_path / "README.md").write_text("Our pages.")
    call_command("import_library", str(tmp_path), "--by=edith@example.org", verbosity=0)
    assert not Edition.objects.filter(origin="editor").exists()
    page = Drug.objects.get(slug="filgrastim")
    assert bring({name: text.encode() for name, text in files_of([page])}) == {Imported.UNCHANGED: 1}
    text = (tmp_path / "drugs" / "filgrastim.md").read_text()
    assert text.startswith('+++\nkind = "drug"\n')
    assert "\n## How it is given\n\nUnder the skin" in text
    assert '\nreferences = [\n  "Filgrastim: prescribing' in text


def test_one_kind_is_exported_alone(a_page: Callable[..., Any], tmp_path: Path) -> None:
    a_page(Article, slug="testing")
    a_page(Cytokine, slug="il-99")
    call_command("export_library", str(tmp_path), "--kind=article", verbosity=0)
    assert [path.name for path in tmp_path.rglob("*.md")] == ["testing.md"]


@pytest.mark.parametrize("folder", KINDS)
def test_every_text_of_a_page_has_a_heading(folder: str) -> None:
    assert len(MARKDOWN[folder]) == 1 or {*MARKDOWN[folder]} <= HEADINGS.keys()


# --- In -----------------------------------------------------------------------------------------------------


def test_files_become_pages_whatever_their_order() -> None:
    assert bring(FILES) == {Imported.MADE: 2}
    page = Article.objects.get()
    assert (page.slug, page.title, page.order, page.is_published) == ("keep-warm", "Keep warm", 100, False)
    assert page.body == "Put on a *hat*.\n\n## At night\n\nA blanket."
    assert page.references == "A. https://example.org/a\nB."
    assert [each.code for each in page.symptoms.all()] == ["chills"]
    assert Symptom.objects.get().synonyms == "shivers\nthe shakes"


@pytest.mark.usefixtures("library")
def test_an_import_is_a_draft_that_readers_do_not_see() -> None:
    page = Symptom.objects.get(slug="chills")
    files = exported(page)
    edited = files["symptoms/chills.md"].replace(b"You feel cold", b"You are cold")
    assert bring({"symptoms/chills.md": edited}) == {Imported.CHANGED: 1}
    page.refresh_from_db()
    assert page.what_it_is.startswith("You feel cold")
    draft = Edition.objects.get(kind="symptoms", slug="chills", state="draft")
    assert draft.content["what_it_is"].startswith("You are cold")
    assert draft.origin == Origin.IMPORTED
    assert draft.content["translations"].keys() == {"es", "ar"}  # those whose files were not sent stay
    assert [each.name for each in draft.writers.all()] == ["Eli"]
    assert refused({"chills.md": edited}) == [
        ("chills.md", 1, "An earlier file of this page is still a draft. Publish or discard that one first.")
    ]


def test_a_new_page_is_there_and_not_published() -> None:
    bring(FILES)
    assert not Article.objects.published().exists()
    assert Edition.objects.get(kind="articles").content["title"] == "Keep warm"


@pytest.mark.parametrize(("stamp", "is_current"), [(NOW, True), ("other", False)])
def test_a_translation_comes_alone_and_says_that_it_was_compared(
    stamp: str, is_current: bool, a_page: Callable[..., Any]
) -> None:
    page = a_page(Article, slug="keep-warm")
    spanish = f'+++\nkind = "article"\ntitle = "No pases frío"\ntranslates = "{stamp}"\n+++\n\nUn gorro.\n'
    bring({"keep-warm.es.md": spanish.encode()})
    texts = Edition.objects.get().content["translations"]["es"]
    assert (texts["title"], texts["body"]) == ("No pases frío", "Un gorro.")
    english = digest({"title": page.title, "body": page.body})
    assert (texts["translates"] == english) is is_current


def test_windows_line_ends_and_a_mark_at_the_start_are_read() -> None:
    bring({"symptoms/chills.md": b"\xef\xbb\xbf" + SYMPTOM.replace(b"\n", b"\r\n")})
    assert Symptom.objects.get().what_it_is == "You shiver."


@pytest.mark.parametrize(
    ("name", "change", "line", "text"),
    [
        ("Keep Warm.md", (b"", b""), 1, "Name the file"),
        ("keep-warm.fr.md", (b"", b""), 1, "Name the file"),
        ("keep-warm.md", (b"+++\nkind", b"---\nkind"), 1, "begin with a line +++"),
        ("keep-warm.md", (b'"article"', b'"poem"'), 2, "kind = one of article, cytokine, drug, symptom"),
        ("keep-warm.md", (b'kind = "article"\n', b""), 1, "which kind of page"),
        ("keep-warm.md", (b'"Keep warm"', b'"Keep warm'), 3, "cannot be read as TOML"),
        ("keep-warm.md", (b'section = "living"', b'section = "dying"'), 4, "not a valid choice"),
        ("keep-warm.md", (b'section = "living"', b"section = 3"), 4, "write text between quotes"),
        ("keep-warm.md", (b"section", b"part"), 4, "A page has no “part”"),
        ("keep-warm.md", (b'title = "Keep warm"', b"title = ''"), 3, "cannot be blank"),
        ("keep-warm.md", (b'title = "Keep warm"\n', b""), 1, "“title”: This field cannot be blank"),
        ("keep-warm.md", (b'["chills"]', b'"chills"'), 6, "write a list"),
        ("keep-warm.md", (b'["chills"]', b'["chills", "gout"]'), 6, "There is no symptom “gout”"),
        ("keep-warm.md", (b'["chills"]', b'["chills", "chills"]'), 6, "stands here twice"),
        ("keep-warm.md", (b'["chills"]', b'["\\u0000"]'), 6, "There is no symptom “”"),
        ("keep-warm.md", (b'["chills"]', b'[""]'), 6, "There is no symptom “”"),
        ("keep-warm.md", (b"summary", b"reviewed_on = '2026-11-20'\nsummary"), 5, "a day without quotes"),
        ("keep-warm.md", (b"summary", b"order = true\nsummary"), 5, "write a whole number"),
        ("keep-warm.md", (b"summary", b"is_published = true\nsummary"), 5, "A page has no “is_published”"),
        ("keep-warm.md", (b"summary", b"order = " + b"9" * 5_000 + b"\nsummary"), 2, "too long or too deep"),
        ("keep-warm.md", (b"summary", b"order = " + b"[" * 3_000 + b"\nsummary"), 2, "too long or too deep"),
        ("keep-warm.md", (b"blanket", b"\xff"), 14, "not text in UTF-8"),
        ("keep-warm.md", (b"blanket", "\u202e".encode()), 14, "nobody can see"),
    ],
)
def test_a_fault_tells_its_file_its_line_and_what_to_write(
    name: str, change: tuple[bytes, bytes], line: int, text: str
) -> None:
    [(file, where, said)] = refused({"symptoms/chills.md": SYMPTOM, name: ARTICLE.replace(*change, 1)})
    assert (file, where) == (name, line)
    assert text in said
    assert not Symptom.objects.exists()  # nothing is half imported


@pytest.mark.parametrize(
    ("change", "line", "text"),
    [
        ((b"You shiver.\n", b"You shiver.\n\n## How it is given\n"), 12, "Here one of these headings"),
        ((b"## When to call the team", b"## What it is"), 12, "## When to call the team"),
        ((b"## What it is", b"Words."), 8, "Here one of these headings"),
        ((b"You shiver.", b""), 8, "cannot be blank"),
        (
            (b"## When to call the team\n\n- You shake.\n", b""),
            1,
            "“when_to_call”: This field cannot be blank",
        ),
    ],
)
def test_a_text_in_the_wrong_place_is_told(change: tuple[bytes, bytes], line: int, text: str) -> None:
    [(_file, where, said)] = refused({"chills.md": SYMPTOM.replace(*change, 1)})
    assert where == line
    assert text in said


def test_all_faults_are_told_at_once() -> None:
    wrong = ARTICLE.replace(b'"living"', b'"dying"').replace(b'["chills"]', b"[]")
    assert (
        len(refused({"a.md": wrong, "b.md": wrong, "c.md": b"no"})) == 1
    )  # files that cannot be read come first
    assert len(refused({"a.md": wrong, "b.md": wrong})) == 2


def test_two_files_of_one_page_are_told() -> None:
    [(file, _line, text)] = refused({"a/chills.md": SYMPTOM, "b/chills.md": SYMPTOM})
    assert (file, text) == ("b/chills.md", "a/chills.md is the same page.")


def test_a_translation_of_nothing_is_told() -> None:
    assert (
        "no page of this address"
        in refused({"gone.es.md": b'+++\nkind = "article"\ntitle = "X"\n+++\n'})[0][2]
    )


def test_a_code_stays_with_its_page() -> None:
    bring(FILES)
    assert "can never be changed" in refused({"chills.md": SYMPTOM.replace(b'"chills"', b'"shivers"')})[0][2]
    assert refused({"shivers.md": SYMPTOM}) == [("shivers.md", 3, "The page chills has this code already.")]


@pytest.mark.usefixtures("edith")
def test_the_command_tells_every_fault_and_whose_name_is_not_known(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"no \.md file"):
        call_command("import_library", str(tmp_path), "--by=edith@example.org")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.md").write_text("no page")
    (tmp_path / "keep-warm.md").write_bytes(ARTICLE)
    with pytest.raises(
        CommandError, match=r"Nothing was imported.\nkeep-warm.md, line 6: There is no symptom"
    ):
        call_command("import_library", str(tmp_path), "--by=edith@example.org")
    with pytest.raises(CommandError, match="no editor with the address"):
        call_command("import_library", str(tmp_path), "--by=nobody@example.org")


# --- In the admin -------------------------------------------------------------------------------------------

IMPORT = "admin:education_article_import"


def zip_of(files: Mapping[str, bytes | str], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def send(editor: Client, name: str, raw: bytes) -> Any:
    return editor.post(reverse(IMPORT), {"file": SimpleUploadedFile(name, raw)}, follow=True)


def test_an_editor_exports_chosen_pages(full: list[Published], editor: Client) -> None:
    chosen = {"action": "export_files", "_selected_action": [full[0].pk]}
    response = editor.post(reverse("admin:education_article_changelist"), chosen)
    assert response["Content-Disposition"] == 'attachment; filename="article-pages.zip"'
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.namelist() == ["articles/testing.md", "articles/testing.es.md"]
    assert response.content == zipped(full[:1])


def test_an_editor_imports_a_zip_file_and_it_is_written_down(editor: Client) -> None:
    assert (
        "Import Markdown files" in editor.get(reverse("admin:education_article_changelist")).content.decode()
    )
    assert editor.get(reverse(IMPORT)).status_code == 200
    raw = zip_of({**FILES, "README.md": "Hello.", "__MACOSX/articles/._keep-warm.md": "x", "articles/": ""})
    html = send(editor, "pages.zip", raw).content.decode()
    assert "Imported as drafts. New: 2. Changed: 0. As before: 0." in html
    assert Article.objects.get().slug == "keep-warm"
    assert LogEntry.objects.count() == 2


def test_an_editor_imports_one_file(editor: Client) -> None:
    send(editor, "chills.md", SYMPTOM)
    assert Symptom.objects.get().code == "chills"


def test_faults_are_shown_and_nothing_is_imported(editor: Client) -> None:
    html = send(editor, "pages.zip", zip_of({"chills.md": SYMPTOM, "b.md": "no"})).content.decode()
    assert "Nothing was imported." in html
    assert "b.md, line 1: The file has to begin" in html
    assert not Symptom.objects.exists()


def test_without_a_file_the_page_asks_for_one(editor: Client) -> None:
    assert "This field is required." in editor.post(reverse(IMPORT)).content.decode()


def test_only_who_may_change_pages_may_import(client: Client, edith: Any, a_page: Callable[..., Any]) -> None:
    assert client.get(reverse(IMPORT)).status_code == 302
    edith.user_permissions.set(Permission.objects.filter(codename="view_article"))
    client.force_login(edith)
    assert client.get(reverse(IMPORT)).status_code == 403
    edith.user_permissions.add(*Permission.objects.filter(codename__in=["add_article", "change_article"]))
    assert (
        "You may not change pages of this kind: symptom."
        in send(client, "chills.md", SYMPTOM).content.decode()
    )
    a_page(Article, slug="keep-warm")
    spanish = b'+++\nkind = "article"\ntitle = "X"\n+++\n'
    assert "You may not change" in send(client, "keep-warm.es.md", spanish).content.decode()
    assert not Symptom.objects.exists()
    assert not ArticleTranslation.objects.exists()


@pytest.mark.parametrize(
    "name",
    ["../chills.md", "/chills.md", "a/../../chills.md", "C:chills.md", "a\\chills.md", "x.html", "a/run.py"],
)
def test_names_that_lead_out_and_other_files_are_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        upload.unpacked(zip_of({name: SYMPTOM}))


def test_a_link_in_a_zip_file_is_refused() -> None:
    link = zipfile.ZipInfo("chills.md")
    link.external_attr = 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(ValidationError, match="no name of a file"):
        upload.unpacked(out.getvalue())


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"PK", b"no zip at all", zip_of(dict(FILES))[:-40], zip_of({"a.txt": "x"})),
        zip_of({"é.md": "x"}).replace("é".encode(), b"\xff\xfe"),
        zip_of({"chills.md": SYMPTOM}, zipfile.ZIP_LZMA),  # would be unpacked whole before it is measured
        zip_of({"chills.md": SYMPTOM}, zipfile.ZIP_BZIP2),
    ],
)
def test_what_is_no_zip_file_of_pages_is_refused(raw: bytes) -> None:
    with pytest.raises(ValidationError):
        upload.unpacked(raw)


def test_a_zip_file_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match="too large for a page"):
        upload.unpacked(zip_of({"a.md": b"0" * 50_000_000}))
    monkeypatch.setattr(upload, "MOST_UNPACKED", 1_000)
    with pytest.raises(ValidationError, match="Unpacked it is too large"):
        upload.unpacked(zip_of({f"a{each}.md": b"0" * 300 for each in range(4)}))
    monkeypatch.setattr(upload, "MOST_FILES", 3)
    with pytest.raises(ValidationError, match="too many files"):
        upload.unpacked(zip_of({f"a{each}.md": b"0" for each in range(4)}))


def test_a_file_that_is_too_large_is_refused_beside_its_field(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "too large for a page" in send(editor, "a.md", b"0" * 500_001).content.decode()
    monkeypatch.setattr(upload, "MOST_SENT", 10)
    assert "larger than 5 MB" in send(editor, "a.md", b"0" * 11).content.decode()


def test_an_encrypted_zip_file_is_refused() -> None:
    raw = bytearray(zip_of({"a.md": b"x"}))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(signature) + place] |= 1
    with pytest.raises(ValidationError, match="neither a Markdown file nor a zip"):
        upload.unpacked(bytes(raw))


def test_a_page_in_a_zip_may_be_in_any_folder() -> None:
    changes = changes_in({"our pages/x/chills.md": SYMPTOM})
    assert [change.content["slug"] for change in changes] == ["chills"]
