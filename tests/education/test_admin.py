"""The editors' desk: who may sit there, what they may change, and what stays."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from education.models import Article, ArticleTranslation, Cytokine, Drug, DrugSymptom, Published, Symptom
from tests.education.conftest import WORDS

pytestmark = pytest.mark.django_db

KINDS = [Article, Cytokine, Drug, Symptom]


NO_INLINES = {
    f"{inline}-{which}_FORMS": 0
    for inline in ("drug_symptoms", "translations")
    for which in ("TOTAL", "INITIAL")
}


def desk(kind: type[Published], page: str = "changelist", *args: Any) -> str:
    return reverse(f"admin:education_{kind._meta.model_name}_{page}", args=args)


@pytest.fixture
def draft(a_page: Callable[..., Any]) -> Article:
    article: Article = a_page(Article, slug="testing", is_published=False)
    return article


def filled(page: Published, **changes: Any) -> dict[str, Any]:
    """What the page's form would send, with changes."""
    fields = [field for field in page._meta.fields if field.editable and field.name != "id"]
    values = {field.name: field.value_from_object(page) for field in fields}
    return {
        name: value
        for name, value in (values | NO_INLINES | changes).items()
        if value is not None and value is not False
    }


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_else_may_enter(kind: type[Published], client: Client) -> None:
    assert client.get(desk(kind)).status_code == 302
    client.force_login(get_user_model().objects.create_user("rosa@example.org", name="Rosa"))
    assert client.get(desk(kind)).status_code == 302


@pytest.mark.parametrize("kind", KINDS)
def test_staff_without_the_permission_may_not(kind: type[Published], client: Client) -> None:
    client.force_login(get_user_model().objects.create_user("ada@example.org", name="Ada", is_staff=True))
    assert client.get(desk(kind)).status_code == 403


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "query",
    [{}, {"q": "inter"}, {"is_published__exact": "1"}, {"review": "overdue"}, {"o": "1"}, {"all": ""}],
)
def test_lists_open_search_filter_and_sort(
    kind: type[Published], query: dict[str, str], editor: Client
) -> None:
    assert editor.get(desk(kind), query).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_an_editor_may_write_every_kind_of_page(kind: type[Published], editor: Client) -> None:
    code = {"code": "cold"} if kind in (Drug, Symptom) else {}
    assert editor.get(desk(kind, "add")).status_code == 200
    response = editor.post(
        desk(kind, "add"), {**WORDS[kind], **code, **NO_INLINES, "slug": "cold", "order": 5}
    )
    assert response.status_code == 302, response.context["errors"]
    page = kind._default_manager.get()
    assert (page.slug, page.is_published, page.shipped_digest) == ("cold", False, "")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_opens_with_its_preview_and_a_link_to_the_site(
    kind: type[Published], page_of: Callable[..., Published], editor: Client
) -> None:
    html = editor.get(desk(kind, "change", page_of(kind).pk)).content.decode()
    assert "Preview, as saved" in html
    assert "viewsitelink" in html


def test_a_draft_offers_no_view_on_site(draft: Article, editor: Client) -> None:
    assert "viewsitelink" not in editor.get(desk(Article, "change", draft.pk)).content.decode()


@pytest.mark.parametrize("kind", [Drug, Symptom])
def test_a_code_and_an_address_stay_whatever_is_sent(
    kind: type[Published], a_page: Callable[..., Any], editor: Client
) -> None:
    page = a_page(kind, slug="cold", code="cold")
    response = editor.post(desk(kind, "change", page.pk), filled(page, code="warm", slug="warm", order=7))
    assert response.status_code == 302, response.context["errors"]
    page.refresh_from_db()
    assert (page.code, page.slug, page.order) == ("cold", "cold", 7)


def test_a_page_cannot_be_published_without_a_review(draft: Article, editor: Client) -> None:
    response = editor.post(
        desk(Article, "change", draft.pk), filled(draft, is_published="on", reviewed_by="")
    )
    assert "needs who reviewed it" in response.content.decode()
    draft.refresh_from_db()
    assert not draft.is_published


def test_the_publish_action_publishes_what_was_reviewed_and_names_the_rest(
    draft: Article, a_page: Callable[..., Any], editor: Client
) -> None:
    bare = a_page(Article, slug="bare", title="Bare", is_published=False, reviewed_by="")
    chosen = {"action": "publish", "_selected_action": [draft.pk, bare.pk]}
    html = editor.post(desk(Article), chosen, follow=True).content.decode()
    assert "1 page is now published." in html
    assert "Bare: A published page needs who reviewed it" in html
    assert [*Article.objects.published()] == [draft]
    assert LogEntry.objects.get().object_id == str(draft.pk)


def test_the_unpublish_action_takes_pages_off_and_is_recorded(draft: Article, editor: Client) -> None:
    Article.objects.update(is_published=True)
    editor.post(desk(Article), {"action": "unpublish", "_selected_action": [draft.pk]})
    assert not Article.objects.published().exists()
    assert LogEntry.objects.count() == 1


def test_a_symptom_cannot_be_deleted_here(a_page: Callable[..., Any], editor: Client) -> None:
    symptom = a_page(Symptom, slug="cold", code="cold")
    assert editor.post(desk(Symptom, "delete", symptom.pk), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in editor.get(desk(Symptom)).content.decode()
    assert Symptom.objects.exists()


def test_an_editor_sets_what_a_drug_asks(a_page: Callable[..., Any], editor: Client) -> None:
    drug = a_page(Drug, slug="cold", code="cold")
    symptom = a_page(Symptom, slug="chills", code="chills")
    asked = {
        "readings": ["weight", "pulse"],
        "asks_urine": "on",
        "drug_symptoms-TOTAL_FORMS": 1,
        "drug_symptoms-0-drug": drug.pk,
        "drug_symptoms-0-symptom": symptom.pk,
        "drug_symptoms-0-order": 10,
    }
    response = editor.post(desk(Drug, "change", drug.pk), filled(drug, **asked))
    assert response.status_code == 302, response.context["errors"]
    drug.refresh_from_db()
    assert (sorted(drug.readings), drug.asks_urine) == (["pulse", "weight"], True)
    assert DrugSymptom.objects.get().symptom == symptom


def test_the_preview_shows_an_editor_what_readers_would_see(
    a_page: Callable[..., Any], editor: Client
) -> None:
    page = a_page(Cytokine, slug="cold", body="# Up\n\n<script>alert(1)</script>")
    html = editor.get(desk(Cytokine, "change", page.pk)).content.decode()
    assert "<h2>Up</h2>" in html
    assert "<script>alert(1)" not in html


def test_an_overdue_page_is_listed_as_overdue(a_page: Callable[..., Any], editor: Client) -> None:
    a_page(
        Article, slug="old", title="Old", reviewed_on=dt.date(2020, 1, 1), next_review_on=dt.date(2021, 1, 1)
    )
    a_page(Article, slug="new", title="New", next_review_on=dt.date(2999, 1, 1))
    html = editor.get(desk(Article), {"review": "overdue"}).content.decode()
    assert "Old" in html
    assert ">New<" not in html


# --- Translations -------------------------------------------------------------------------------------------


def in_spanish(page: Published, **fields: Any) -> dict[str, Any]:
    """What the page's form sends with one translation in it."""
    row = {"language": "es", "title": "Pruebas", "is_published": "on", **fields}
    return {
        "translations-TOTAL_FORMS": 1,
        "translations-INITIAL_FORMS": 1 if "id" in row else 0,
        **{f"translations-0-{name}": value for name, value in {"page": page.pk, **row}.items()},
    }


def test_an_editor_adds_a_translation_and_says_that_it_is_current(draft: Article, editor: Client) -> None:
    sent = filled(draft, **in_spanish(draft, says_the_same="on"))
    assert editor.post(desk(Article, "change", draft.pk), sent).status_code == 302
    row = ArticleTranslation.objects.get()
    assert (row.title, row.body, row.is_published, row.is_current) == ("Pruebas", "", True, True)


def test_a_translation_that_nobody_has_compared_is_not_current(draft: Article, editor: Client) -> None:
    editor.post(desk(Article, "change", draft.pk), filled(draft, **in_spanish(draft)))
    row = ArticleTranslation.objects.get()
    assert not row.is_current
    assert "the English has changed since" in editor.get(desk(Article, "change", draft.pk)).content.decode()


def test_an_edit_of_the_english_makes_its_translation_stale_until_it_is_compared(
    draft: Article, editor: Client
) -> None:
    editor.post(desk(Article, "change", draft.pk), filled(draft, **in_spanish(draft, says_the_same="on")))
    row = ArticleTranslation.objects.get()
    same = in_spanish(draft, says_the_same="on", id=row.pk)
    editor.post(desk(Article, "change", draft.pk), filled(draft, title="On trying", **same))
    row = ArticleTranslation.objects.get()
    assert not row.is_current
    draft.refresh_from_db()
    editor.post(desk(Article, "change", draft.pk), filled(draft, **same))
    assert ArticleTranslation.objects.get().is_current


def test_a_translation_needs_a_name_and_nothing_else(draft: Article, editor: Client) -> None:
    response = editor.post(desk(Article, "change", draft.pk), filled(draft, **in_spanish(draft, title="")))
    assert response.status_code == 200
    assert not ArticleTranslation.objects.exists()
