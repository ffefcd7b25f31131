"""The editors' desk: who may sit there, what they may change, and what stays."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from education import editions
from education.documents import document
from education.models import Article, Cytokine, Drug, Edition, Published, Symptom
from education.models.editions import Origin, State
from tests.education.conftest import WORDS, desk, filled, publish

pytestmark = pytest.mark.django_db

KINDS = [Article, Cytokine, Drug, Symptom]


@pytest.fixture
def page(a_page: Callable[..., Any]) -> Article:
    article: Article = a_page(Article, slug="testing")
    return article


def the_draft() -> Edition:
    return Edition.objects.get(state=State.DRAFT)


def save(editor: Client, page: Published, **changes: Any) -> Any:
    return editor.post(desk(type(page), "change", page.pk), filled(editor, page, **changes))


# --- Who may ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_else_may_enter(kind: type[Published], client: Client) -> None:
    assert client.get(desk(kind)).status_code == 302
    client.force_login(get_user_model().objects.create_user("rosa@example.org", name="Rosa"))
    assert client.get(desk(kind)).status_code == 302


@pytest.mark.parametrize("kind", KINDS)
def test_staff_without_the_permission_may_not(kind: type[Published], client: Client) -> None:
    client.force_login(get_user_model().objects.create_user("ada@example.org", name="Ada", is_staff=True))
    assert client.get(desk(kind)).status_code == 403


# --- The list -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_lists_open_search_filter_and_sort(kind: type[Published], editor: Client) -> None:
    queries: list[dict[str, str]] = [{}, {"q": "inter"}, {"o": "1"}, {"all": ""}]
    states = ("published", "hidden", "retired", "draft", "in-review", "scheduled", "proposal")
    queries += [{"state": state} for state in states]
    queries += [{"review": "overdue"}, {"review": "soon"}]
    queries += [{"language": f"{code}-{what}"} for code in ("es", "ar") for what in ("missing", "stale")]
    for query in queries:
        assert editor.get(desk(kind), query).status_code == 200, query


def test_the_list_asks_few_questions_however_long_it_is(
    editor: Client, django_assert_max_num_queries: Any
) -> None:
    review = {"is_published": True, "reviewed_by": "A, b", "reviewed_on": "2026-11-20"}
    Article.objects.bulk_create(
        Article(slug=f"page-{number}", **WORDS[Article], **review, next_review_on="2027-11-20")
        for number in range(1000)
    )
    with django_assert_max_num_queries(12):
        html = editor.get(desk(Article)).content.decode()
    assert "1000 articles" in html


def test_the_list_says_where_a_page_stands(
    page: Article, a_page: Callable[..., Any], editor: Client, edith: Any, eli: Any
) -> None:
    publish(page, edith, eli)
    save(editor, page, title="Newer")
    Edition.objects.filter(state=State.DRAFT).update(origin=Origin.SHIPPED)
    editor.post(desk(Article, "add"), {**WORDS[Article], "title": "First", "slug": "first", "order": 5})
    html = editor.get(desk(Article)).content.decode()
    assert "Version 1" in html
    assert "proposal" in html
    assert "not yet" in html
    assert "Newer" not in html


def test_an_overdue_page_is_listed_as_overdue(a_page: Callable[..., Any], editor: Client) -> None:
    a_page(
        Article, slug="old", title="Old", reviewed_on=dt.date(2020, 1, 1), next_review_on=dt.date(2021, 1, 1)
    )
    a_page(Article, slug="new", title="New", next_review_on=dt.date(2999, 1, 1))
    html = editor.get(desk(Article), {"review": "overdue"}).content.decode()
    assert "Old" in html
    assert ">New<" not in html


def test_a_translation_that_fell_behind_is_listed(
    page: Article, editor: Client, edith: Any, eli: Any
) -> None:
    texts = {"title": "Pruebas", "translates": "another English", "is_published": True}
    publish(page, edith, eli, translations={"es": texts})
    assert "On testing" in editor.get(desk(Article), {"language": "es-stale"}).content.decode()
    assert "On testing" not in editor.get(desk(Article), {"language": "es-missing"}).content.decode()
    assert "On testing" in editor.get(desk(Article), {"language": "ar-missing"}).content.decode()


# --- The form -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_page_begins_as_a_draft_that_nobody_sees(kind: type[Published], editor: Client) -> None:
    code = {"code": "cold"} if kind in (Drug, Symptom) else {}
    assert editor.get(desk(kind, "add")).status_code == 200
    response = editor.post(desk(kind, "add"), {**WORDS[kind], **code, "slug": "cold", "order": 5})
    assert response.status_code == 302, response.context["errors"]
    page = kind._default_manager.get()
    assert (page.slug, page.is_published, page.shipped_digest) == ("cold", False, "")
    assert the_draft().content == document(page)


def test_a_draft_may_be_unfinished(editor: Client) -> None:
    sent = {"title": "First", "slug": "first", "section": "living", "order": 5}
    assert editor.post(desk(Article, "add"), sent).status_code == 302
    assert the_draft().content["body"] == ""


@pytest.mark.parametrize("kind", KINDS)
def test_saving_what_was_opened_changes_nothing(
    kind: type[Published], page_of: Callable[..., Published], editor: Client
) -> None:
    page = page_of(kind)
    response = save(editor, page)
    assert response.status_code == 302, response.context["errors"]
    assert not Edition.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_saved_is_a_draft_and_not_the_page(
    kind: type[Published], page_of: Callable[..., Published], editor: Client
) -> None:
    page = page_of(kind)
    before = document(page)
    name = kind.named_by
    assert save(editor, page, **{name: "Called otherwise"}).status_code == 302
    page.refresh_from_db()
    assert document(page) == before
    assert the_draft().content == before | {name: "Called otherwise"}
    assert "Called otherwise" in editor.get(desk(kind, "change", page.pk)).content.decode()
    save(editor, page, **{name: "Once more"})
    assert (the_draft().content[name], the_draft().revision) == ("Once more", 2)
    assert LogEntry.objects.count() == 2


def test_the_page_s_buttons_lead_where_they_say(page: Article, editor: Client) -> None:
    html = editor.get(desk(Article, "change", page.pk)).content.decode()
    assert reverse("editing:versions", args=["articles", "testing"]) in html
    assert "viewsitelink" in html
    Article.objects.update(is_published=False)
    assert "viewsitelink" not in editor.get(desk(Article, "change", page.pk)).content.decode()


@pytest.mark.parametrize("kind", [Drug, Symptom])
def test_a_code_and_an_address_stay_whatever_is_sent(
    kind: type[Published], a_page: Callable[..., Any], editor: Client
) -> None:
    page = a_page(kind, slug="cold", code="cold")
    assert save(editor, page, code="warm", slug="warm", order=7).status_code == 302
    assert [the_draft().content[name] for name in ("code", "slug", "order")] == ["cold", "cold", 7]


def test_an_editor_sets_what_a_drug_asks_and_in_which_order(
    a_page: Callable[..., Any], editor: Client
) -> None:
    drug = a_page(Drug, slug="cold", code="cold")
    for code in ("chills", "nausea", "rash"):
        a_page(Symptom, slug=code, code=code, plain_name=code)
    asked = {"readings": ["weight", "pulse"], "asks_urine": "on"}
    first = {"symptoms-new-0": "chills", "symptoms-new-1": "nausea", "symptoms-new-place-1": "5"}
    assert save(editor, drug, **asked, **first).status_code == 302
    content = the_draft().content
    assert (sorted(content["readings"]), content["asks_urine"]) == (["pulse", "weight"], True)
    assert content["symptoms"] == ["nausea", "chills"]
    other = {"symptoms": ["chills"], "symptoms-new-0": "rash", "symptoms-new-place-0": "1"}
    save(editor, drug, **other)
    assert the_draft().content["symptoms"] == ["rash", "chills"]


def test_what_an_article_is_about_is_ticked(
    page: Article, a_page: Callable[..., Any], editor: Client
) -> None:
    a_page(Symptom, slug="chills", code="chills")
    save(editor, page, symptoms=["chills"])
    assert the_draft().content["symptoms"] == ["chills"]
    response = save(editor, page, symptoms=["no_such"])
    assert "no_such" in response.content.decode()


def test_an_error_stands_beside_its_field_and_nothing_typed_is_lost(page: Article, editor: Client) -> None:
    response = save(editor, page, title="", body="What I typed", **{"translations.es.title": "x" * 500})
    html = response.content.decode()
    assert response.status_code == 200
    assert {"title", "translations.es.title"} == set(response.context["adminform"].form.errors)
    assert "What I typed" in html
    assert not Edition.objects.exists()


def test_a_save_over_somebody_else_s_shows_both_and_keeps_what_was_typed(
    page: Article, editor: Client, eli: Any
) -> None:
    opened = filled(editor, page)
    other = Client()
    other.force_login(eli)
    save(other, page, body="What Eli wrote.")
    response = editor.post(desk(Article, "change", page.pk), opened | {"body": "What I wrote."})
    html = response.content.decode()
    assert "Somebody else has saved this page" in html
    assert "What Eli wrote." in html
    assert "What I wrote." in html
    assert the_draft().content["body"] == "What Eli wrote."
    again = opened | {"body": "What both say.", "token": response.context["adminform"].form.opened.token}
    assert editor.post(desk(Article, "change", page.pk), again).status_code == 302
    assert the_draft().content["body"] == "What both say."


def test_what_was_not_touched_says_what_the_other_saved(page: Article, editor: Client, eli: Any) -> None:
    save(editor, page, **in_spanish(says_the_same="on"))
    opened = filled(editor, page)
    other = Client()
    other.force_login(eli)
    long = "Call us. " * 200
    save(other, page, title="On trying", summary="Eli's summary.", body=long + "Now.", order=7)
    address = desk(Article, "change", page.pk)
    response = editor.post(address, opened | {"body": long + "Soon."})
    form = response.context["adminform"].form
    assert form["summary"].value() == "Eli's summary."
    assert form["order"].value() == "7"
    assert not form["translations.es.says_the_same"].value()  # Eli changed the English
    assert {"body", "__all__"} == set(form.errors)
    assert "Call us. <del>Soon</del><ins>Now</ins>." in response.content.decode()
    again = {name: form[name].value() for name in form.fields}
    editor.post(address, {name: value for name, value in again.items() if value})
    content = the_draft().content
    assert (content["summary"], content["order"]) == ("Eli's summary.", 7)
    assert content["body"].endswith("Soon.")
    assert not ticked(editor, page)


def test_a_note_of_the_second_person_is_not_written_over(
    page: Article, editor: Client, edith: Any, eli: Any
) -> None:
    save(editor, page, body="New.", note="Mine.")
    opened = filled(editor, page)
    now = timezone.now()
    edition = editions.submit(the_draft(), by=edith, now=now)
    editions.send_back(edition, by=eli, now=now, note="Say when to call.")
    address = desk(Article, "change", page.pk)
    for note, joined in (
        ("Mine.", "Mine.\n\nEli: Say when to call."),
        ("Newer.", "Mine.\n\nEli: Say when to call.\n\nNewer."),
    ):
        form = editor.post(address, opened | {"note": note}).context["adminform"].form
        assert form["note"].value() == joined


def test_a_draft_that_is_closed_leads_to_what_there_is(page: Article, editor: Client, edith: Any) -> None:
    proposal = editions.begin(page, by=edith, now=timezone.now(), origin=Origin.SHIPPED)
    save(editor, page, body="Edith's own.")
    address = desk(Article, "change", page.pk)
    by_number = f"{address}?edition={proposal.pk}"
    opened = filled(editor, page, by_number)
    editions.discard(proposal, by=edith, now=timezone.now())
    assert editor.get(by_number)["Location"] == address
    assert editor.get(f"{address}?edition={'9' * 5_000}").status_code == 200
    response = editor.post(by_number, opened | {"body": "What I typed."})
    html = response.content.decode()
    assert "What I typed." in html
    assert "<ins>Edith" in html
    again = opened | {name: response.context["adminform"].form[name].value() for name in ("token", "seen")}
    assert editor.post(by_number, again | {"body": "Both."}).status_code == 302
    assert the_draft().content["body"] == "Both."


def test_what_cannot_be_saved_is_told_in_the_form(
    page: Article, editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise editions.Refused("Somebody was quicker.")

    sent = filled(editor, page, body="What I typed.")
    monkeypatch.setattr(editions, "begin", refuse)
    response = editor.post(desk(Article, "change", page.pk), sent)
    assert (response.status_code, Edition.objects.count()) == (200, 0)
    assert "Somebody was quicker." in response.content.decode()
    assert "What I typed." in response.content.decode()


def test_a_proposal_is_edited_by_its_number(page: Article, editor: Client, edith: Any, eli: Any) -> None:
    publish(page, edith, eli)
    save(editor, page, body="Ours.")
    Edition.objects.filter(state=State.DRAFT).update(origin=Origin.SHIPPED)
    proposal = the_draft()
    address = f"{desk(Article, 'change', page.pk)}?edition={proposal.pk}"
    html = editor.get(address).content.decode()
    assert "This is a proposal from Sidelight." in html
    assert editor.post(address, filled(editor, page, address, body="Better.")).status_code == 302
    proposal.refresh_from_db()
    assert proposal.content["body"] == "Better."


def test_what_is_in_the_way_is_listed_with_links_to_the_fields(page: Article, editor: Client) -> None:
    save(editor, page, reviewed_by="", references="")
    html = editor.get(desk(Article, "change", page.pk)).content.decode()
    assert 'href="#id_reviewed_by"' in html
    assert 'href="#id_references"' in html
    assert 'href="#id_translations.es.title"' in html  # there is no Spanish: advice


def test_the_history_is_not_saved_to(page: Article, editor: Client) -> None:
    for answer in (editor.get, editor.post):
        response = answer(desk(Article, "history", page.pk))
        assert response["Location"] == reverse("editing:versions", args=["articles", "testing"])


# --- Deleting -----------------------------------------------------------------------------------------------


def test_a_symptom_cannot_be_deleted_here(a_page: Callable[..., Any], editor: Client) -> None:
    symptom = a_page(Symptom, slug="cold", code="cold", is_published=False)
    assert editor.post(desk(Symptom, "delete", symptom.pk), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in editor.get(desk(Symptom)).content.decode()
    assert Symptom.objects.exists()


def test_only_what_readers_never_saw_is_deleted(page: Article, editor: Client, edith: Any, eli: Any) -> None:
    publish(page, edith, eli)
    Article.objects.update(is_published=False)
    assert editor.post(desk(Article, "delete", page.pk), {"post": "yes"}).status_code == 403
    editor.post(desk(Article, "add"), {**WORDS[Article], "slug": "first", "order": 5})
    first = Article.objects.get(slug="first")
    assert editor.post(desk(Article, "delete", first.pk), {"post": "yes"}).status_code == 302
    assert [*Article.objects.all()] == [page]
    assert Edition.objects.get(slug="first").state == State.DISCARDED


def test_what_was_published_since_somebody_asked_is_not_deleted(page: Article, edith: Any, rf: Any) -> None:
    asked = rf.post("/")
    asked.user = edith
    page.is_published = False  # as it was when the question was asked
    with pytest.raises(PermissionDenied):
        admin.site.get_model_admin(Article).delete_model(asked, page)
    assert Article.objects.exists()


# --- Translations -------------------------------------------------------------------------------------------


def in_spanish(**fields: Any) -> dict[str, Any]:
    texts = {"title": "Pruebas", "is_published": "on", **fields}
    return {f"translations.es.{name}": value for name, value in texts.items()}


def test_an_editor_adds_a_translation_and_says_that_it_is_current(
    page: Article, editor: Client, edith: Any, eli: Any
) -> None:
    save(editor, page, **in_spanish(says_the_same="on"))
    publish(page, edith, eli, edition=the_draft())
    row: Any = page.translations.get()
    assert (row.title, row.body, row.is_published, row.is_current) == ("Pruebas", "", True, True)


def ticked(editor: Client, page: Published) -> bool:
    form = editor.get(desk(type(page), "change", page.pk)).context["adminform"].form
    return bool(form.initial.get("translations.es.says_the_same"))


def test_no_small_window_stands_over_the_form_of_a_page(editor: Client, rosa: Any) -> None:
    html = editor.get(desk(Drug, "change", rosa.courses.first().drug.pk)).text
    assert 'name="cytokine"' in html
    assert "related-widget-wrapper" not in html


def test_an_address_and_a_code_are_refused_beside_their_fields(editor: Client) -> None:
    typed = {"plain_name": "Cold feet", "order": "1", "slug": "cold_feet", "code": "Cold Feet"}
    errors = editor.post(desk(Symptom, "add"), typed).context["adminform"].form.errors
    assert {*errors} == {"slug", "code"}


def test_days_are_refused_beside_the_one_that_is_to_be_changed(page: Article, editor: Client) -> None:
    for first, last, wrong in (("3", "", "last_day"), ("", "3", "first_day"), ("3", "2", "last_day")):
        html = save(editor, page, first_day=first, last_day=last)
        assert {*html.context["adminform"].form.errors} == {wrong}


def test_a_review_before_the_last_one_is_refused_beside_its_field(page: Article, editor: Client) -> None:
    days = {"reviewed_on": "2026-05-01", "next_review_on": "2026-04-01"}
    typed = days | {f"translations.es.{name}": day for name, day in days.items()}
    errors = save(editor, page, **typed).context["adminform"].form.errors
    assert {*errors} == {"next_review_on", "translations.es.next_review_on"}


def test_a_translation_that_nobody_has_compared_is_not_current(page: Article, editor: Client) -> None:
    save(editor, page, **in_spanish())
    assert not ticked(editor, page)


def test_an_edit_of_the_english_makes_its_translation_stale_until_it_is_compared(
    page: Article, editor: Client
) -> None:
    save(editor, page, **in_spanish(says_the_same="on"))
    assert ticked(editor, page)
    save(editor, page, title="On trying")
    assert not ticked(editor, page)
    save(editor, page, **{"translations.es.says_the_same": "on"})
    assert ticked(editor, page)


def test_a_tick_says_nothing_of_an_english_that_changed_under_lines_that_a_browser_ends(
    page: Article, editor: Client
) -> None:
    save(editor, page, **in_spanish(body="Uno.\n\nDos.", says_the_same="on"))
    save(editor, page, title="On trying", **{"translations.es.body": "Uno.\r\n\r\nDos."})
    assert not ticked(editor, page)


def test_a_translation_that_is_emptied_is_taken_away(page: Article, editor: Client) -> None:
    save(editor, page, **in_spanish(says_the_same="on"))
    save(editor, page, **{"translations.es.title": ""})
    assert the_draft().content["translations"] == {}
