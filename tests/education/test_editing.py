"""The way of a page from one editor by a second to readers, as the pages of the desk take it."""

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from education import editions
from education.documents import KINDS, template_of
from education.editing.words import changes, marked
from education.models import Article, Cytokine, Drug, Edition, Published, Symptom
from education.models.editions import Origin, State
from tests.education.conftest import desk, filled, publish

pytestmark = pytest.mark.django_db

SPANISH = {"title": "Sobre pruebas", "summary": "Por qué.", "body": "Porque sí."}


@pytest.fixture
def page(a_page: Callable[..., Any]) -> Article:
    article: Article = a_page(Article, slug="testing")
    return article


@pytest.fixture
def second(eli: Any) -> Client:
    """Eli's browser."""
    browser = Client()
    browser.force_login(eli)
    return browser


@pytest.fixture
def in_review(page: Article, edith: Any) -> Edition:
    return editions.submit(draft_of(page, edith, body="New words."), by=edith, now=timezone.now())


def draft_of(page: Published, by: Any, **fields: Any) -> Edition:
    edition = editions.begin(page, by=by, now=timezone.now())
    return editions.keep(edition, edition.content | fields, by=by, now=timezone.now())


def act(browser: Client, name: str, edition: Edition, **sent: Any) -> Any:
    sent = {"revision": edition.revision} | sent
    return browser.post(reverse(f"editing:{name}", args=[edition.pk]), sent, follow=True)


def read(response: Any) -> str:
    text: str = response.content.decode()
    return text


# --- The way ------------------------------------------------------------------------------------------------


def test_an_editor_sends_and_a_second_one_publishes(
    page: Article, edith: Any, editor: Client, second: Client
) -> None:
    edition = draft_of(page, edith, body="New words.")
    assert "It is in review" in read(act(editor, "submit", edition))
    edition.refresh_from_db()
    html = read(second.get(reverse("editing:review", args=[edition.pk])))
    assert "Because" in html
    assert "New words" in html
    assert "Readers see it now, as version 1." in read(act(second, "publish", edition))
    page.refresh_from_db()
    assert (page.body, page.version) == ("New words.", 1)


def test_who_wrote_it_is_offered_no_button_and_refused(in_review: Edition, editor: Client) -> None:
    html = read(editor.get(reverse("editing:review", args=[in_review.pk])))
    assert "somebody else has to publish it" in html
    assert reverse("editing:publish", args=[in_review.pk]) not in html
    assert "Somebody else has to publish this" in read(act(editor, "publish", in_review))
    assert Edition.objects.get().state == State.IN_REVIEW


def test_who_may_not_publish_sees_no_button_and_gets_403(
    in_review: Edition, eli: Any, second: Client
) -> None:
    eli.user_permissions.remove(Permission.objects.get(codename="publish_edition"))
    html = read(second.get(reverse("editing:review", args=[in_review.pk])))
    assert not [
        name for name in ("publish", "send_back") if reverse(f"editing:{name}", args=[in_review.pk]) in html
    ]
    for name in ("publish", "send_back"):
        assert act(second, name, in_review, note="No.").status_code == 403
    retire = reverse("editing:retire", args=["articles", "testing"])
    assert retire not in read(second.get(desk(Article, "change", Article.objects.get().pk)))
    assert second.post(retire).status_code == 403


def test_others_are_kept_out_of_every_page(
    in_review: Edition, client: Client, django_user_model: Any
) -> None:
    of_page = ["versions", "compare", "used", "retire", "saved"]
    paths = [reverse(f"editing:{name}", args=["articles", "testing"]) for name in of_page]
    paths += [reverse(f"editing:{name}", args=[in_review.pk]) for name in ("review", "discard", "decide")]
    paths += [reverse(f"editing:{name}") for name in ("work", "find_pages", "find_pictures")]
    for is_staff, status in ((False, 302), (True, 403)):
        user = django_user_model.objects.create_user(f"{is_staff}@example.org", name="X", is_staff=is_staff)
        client.force_login(user)
        assert {client.get(path).status_code for path in paths} == {status}
        posted = [
            reverse(f"editing:{name}", args=[in_review.pk]) for name in ("submit", "publish", "catch_up")
        ]
        posted += [reverse("editing:live", args=["articles"])]
        assert {client.post(path).status_code for path in posted} == {status}


def test_an_act_is_a_post(in_review: Edition, second: Client) -> None:
    for name in ("submit", "publish", "send_back", "catch_up"):
        assert second.get(reverse(f"editing:{name}", args=[in_review.pk])).status_code == 405
    second.get(reverse("editing:discard", args=[in_review.pk]))
    second.get(reverse("editing:retire", args=["articles", "testing"]))
    assert (Edition.objects.get().state, Article.objects.get().is_published) == (State.IN_REVIEW, True)


def test_it_is_published_on_a_day(in_review: Edition, second: Client) -> None:
    html = read(act(second, "publish", in_review, at="yesterday"))
    assert "Write a day and a time" in html
    assert "That is in the past" in read(act(second, "publish", in_review, at="2020-01-01T09:00"))
    html = read(act(second, "publish", in_review, at="", is_for_a_day="on"))  # as of a day without a time
    assert "Write a day and a time" in html
    # In New York that is a day of the year 10,000, which PostgreSQL keeps and Python cannot read.
    assert "more than a year away" in read(act(second, "publish", in_review, at="9999-12-31T23:59"))
    day = timezone.now().replace(microsecond=0, second=0) + dt.timedelta(days=30)
    act(second, "publish", in_review, at=f"{day:%Y-%m-%dT%H:%M}", is_for_a_day="on")
    in_review.refresh_from_db()
    assert (in_review.state, in_review.publish_at) == (State.SCHEDULED, day)


def test_what_changed_while_it_was_looked_at_is_not_published(in_review: Edition, second: Client) -> None:
    assert "Somebody else has saved" in read(act(second, "publish", in_review, revision="1"))
    assert Edition.objects.get().state == State.IN_REVIEW


def test_it_is_sent_back_with_a_note(
    in_review: Edition, editor: Client, second: Client, page: Article
) -> None:
    html = read(act(second, "send_back", in_review))
    assert "Say what it still needs" in html
    assert html.count("autofocus") == 1
    act(second, "send_back", in_review, note="Say when to call.")
    assert "Eli: Say when to call." in read(editor.get(desk(Article, "change", page.pk)))


def test_reasons_are_told_when_it_is_sent(page: Article, edith: Any, editor: Client) -> None:
    edition = draft_of(page, edith, references="", body="See [this](/learn/no-such/).")
    html = read(act(editor, "submit", edition))
    assert "see the list of what is in the way" in html
    assert "leads to no published page" in html
    assert Edition.objects.get().state == State.DRAFT


def test_save_and_send_is_one_button(page: Article, editor: Client) -> None:
    sent = filled(editor, page, body="New words.") | {"_submit": "1"}
    assert editor.post(desk(Article, "change", page.pk), sent).status_code == 302
    assert Edition.objects.get().state == State.IN_REVIEW


def test_the_way_back_to_a_draft_that_is_no_more_leads_to_the_versions(
    in_review: Edition, editor: Client, second: Client
) -> None:
    revision = in_review.revision
    act(second, "publish", in_review, revision=revision)
    for html in (
        read(second.get(reverse("editing:review", args=[in_review.pk]), follow=True)),
        read(act(second, "publish", in_review, revision=revision)),
    ):
        assert "no longer worked on" in html
        assert "Versions of On testing" in html


def test_a_draft_is_discarded_after_a_question(page: Article, edith: Any, editor: Client) -> None:
    edition = draft_of(page, edith)
    assert "Discard this draft?" in read(editor.get(reverse("editing:discard", args=[edition.pk])))
    act(editor, "discard", edition)
    assert Edition.objects.get().state == State.DISCARDED


def test_what_somebody_wrote_meanwhile_is_not_discarded(page: Article, edith: Any, editor: Client) -> None:
    edition = draft_of(page, edith)
    html = read(editor.get(reverse("editing:discard", args=[edition.pk])))
    assert f'name="revision" value="{edition.revision}"' in html
    for revision in (edition.revision - 1, ""):
        assert "Somebody else has saved" in read(act(editor, "discard", edition, revision=revision))
    assert Edition.objects.get().state == State.DRAFT


def test_a_page_is_retired_after_what_would_miss_it_was_shown(
    page: Article, a_page: Callable[..., Any], second: Client, client: Client
) -> None:
    a_page(Article, slug="other", title="Other page", body="See [it](/learn/testing/).")
    address = reverse("editing:retire", args=["articles", "testing"])
    assert "Other page" in read(second.get(address))
    second.post(address)
    assert client.get("/learn/testing/").status_code == 404
    assert Edition.objects.get().state == State.RETIRED


# --- Versions -----------------------------------------------------------------------------------------------


def test_versions_are_listed_compared_and_restored(
    page: Article, edith: Any, eli: Any, editor: Client
) -> None:
    first = publish(page, edith, eli, body="You may feel cold.")
    publish(page, eli, edith, body="You may feel very cold.")
    listed = read(editor.get(reverse("editing:versions", args=["articles", "testing"])))
    assert "Published by Eli" in listed
    new, old = Edition.objects.values_list("pk", flat=True)
    both = {"old": old, "new": new}
    html = read(editor.get(reverse("editing:compare", args=["articles", "testing"]), both))
    assert "very" in html.split("<ins>")[1]
    editor.post(reverse("editing:restore", args=["articles", "testing", first.number]))
    assert Edition.objects.get(state=State.DRAFT).content["body"] == "You may feel cold."
    assert editor.get(reverse("editing:compare", args=["articles", "testing"]), {"old": 1}).status_code == 404


def test_a_wording_is_marked_where_it_differs_and_is_never_html() -> None:
    assert marked("You <b>may</b>.", "You <b>can</b>.") == (
        "You &lt;b&gt;<del>may</del><ins>can</ins>&lt;/b&gt;."
    )
    assert marked(None, ["a"]) == "<ins>a</ins>"


def test_taking_what_somebody_took_away_takes_it_away(page: Article, edith: Any, editor: Client) -> None:
    texts = {**SPANISH, "translates": "what was compared"}
    mine = draft_of(page, edith, translations={"es": texts})
    conflicts = {"translations.es.title": "De pruebas", "translations.es.body": None}
    Edition.objects.filter(pk=mine.pk).update(conflicts=conflicts)
    act(editor, "decide", mine, **dict.fromkeys(conflicts, "theirs"))
    mine.refresh_from_db()
    told = {"title": "De pruebas", "summary": SPANISH["summary"], "translates": ""}
    assert mine.content["translations"]["es"] == told


def test_a_comparison_is_by_words() -> None:
    [change] = changes(
        "articles", {"body": "You may feel cold today."}, {"body": "You may feel very cold today."}
    )
    assert [(part.text, part.said) for part in change.new] == [
        ("You may feel ", "same"),
        ("very ", "new"),
        ("cold today.", "same"),
    ]
    assert [part.said for part in change.old] == ["same"]


def test_what_readers_read_first_is_compared_first_and_in_the_words_of_the_form() -> None:
    told = {"body": "b", "order": 1, "title": "t", "section": "living", "slug": "s"}
    found = changes("articles", {}, told | {"translations": {"es": {"body": "b", "title": "t"}}})
    assert [change.path for change in found[:2]] == ["title", "body"]
    assert [change.path for change in found[-2:]] == ["translations.es.title", "translations.es.body"]
    [section] = [change for change in found if change.path == "section"]
    assert section.new[0].text == "Living with treatment"


def test_a_long_text_that_was_written_anew_is_compared_at_once() -> None:
    old, new = (" ".join(f"{letter}{number}" for number in range(2_000)) for letter in "ab")
    started = time.perf_counter()
    [change] = changes("articles", {"body": old}, {"body": new})
    assert time.perf_counter() - started < 20  # it took minutes
    assert [part.said for part in (*change.old, *change.new)] == ["gone", "new"]


def test_an_overtaken_draft_is_brought_up_and_each_field_decided(
    page: Article, edith: Any, eli: Any, editor: Client
) -> None:
    publish(page, edith, eli, body="Base.")
    mine = draft_of(page, edith, body="Mine.", title="My title")
    Edition.objects.filter(pk=mine.pk).update(origin=Origin.IMPORTED)
    publish(page, edith, eli, body="Theirs.", title="Their title")
    address = f"{desk(Article, 'change', page.pk)}?edition={mine.pk}"
    assert "Bring in what was published meanwhile" in read(editor.get(address))
    html = read(act(editor, "catch_up", mine))
    for wording in ("Base.", "Mine.", "Theirs."):
        assert wording in html
    mine.refresh_from_db()
    act(editor, "decide", mine, body="theirs")
    mine.refresh_from_db()
    assert (mine.content["body"], mine.content["title"], [*mine.conflicts]) == (
        "Theirs.",
        "My title",
        ["title"],
    )


def test_a_proposal_shows_what_both_sides_came_from(
    page: Article, edith: Any, eli: Any, editor: Client
) -> None:
    version = publish(page, edith, eli, body="Ours.")
    now = timezone.now()
    shipped = {
        "kind": "articles",
        "slug": page.slug,
        "origin": Origin.SHIPPED,
        "made_at": now,
        "saved_at": now,
    }
    before = version.content | {"body": "Shipped before."}
    Edition.objects.create(**shipped, state=State.DISCARDED, content=before, shipped=before)
    theirs = version.content | {"body": "Shipped now."}
    proposal = Edition.objects.create(
        **shipped,
        content=version.content,
        shipped=theirs,
        conflicts={"body": "Shipped now."},
        based_on=version,
    )
    html = read(editor.get(reverse("editing:decide", args=[proposal.pk])))
    for wording in ("Shipped before.", "Ours.", "Shipped now."):
        assert wording in html


# --- Work ---------------------------------------------------------------------------------------------------


def test_the_work_list_says_what_waits_for_whom(
    in_review: Edition, a_page: Callable[..., Any], edith: Any, editor: Client, second: Client
) -> None:
    other = draft_of(a_page(Article, slug="other", title="Other"), edith)
    Edition.objects.filter(pk=other.pk).update(origin=Origin.SHIPPED)
    old = {"reviewed_on": dt.date(2020, 1, 1), "next_review_on": dt.date(2021, 1, 1)}
    a_page(Cytokine, slug="old", **old)
    work = second.get(reverse("editing:work")).context["work"]
    assert [len(each) for each in (work.waiting, work.mine, work.proposals, work.overdue)] == [1, 0, 1, 1]
    work = editor.get(reverse("editing:work")).context["work"]
    assert [len(each) for each in (work.waiting, work.mine)] == [0, 1]
    assert "1 page waits for you" in read(second.get("/admin/"))


def test_the_work_list_does_not_grow_with_the_work(
    a_page: Callable[..., Any], edith: Any, second: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        draft_of(a_page(Article, slug=f"page-{number}"), edith)
    with django_assert_max_num_queries(18):
        second.get(reverse("editing:work"))


# --- Preview ------------------------------------------------------------------------------------------------


def preview(browser: Client, page: Published | str | None = None, **sent: Any) -> Any:
    number = page.pk if isinstance(page, Published) else page or ""
    return browser.post(reverse("editing:live", args=["articles"]), sent | {"page": number})


def test_a_preview_shows_what_readers_would_see_and_keeps_nothing(page: Article, editor: Client) -> None:
    typed = filled(editor, page, body="# Up\n\n<script>alert(1)</script>")
    told = preview(editor, page, **typed).json()
    assert "<h2>Up</h2>" in told["html"]
    assert "<script" not in told["html"]
    assert 'href="/learn/"' in told["html"]
    assert "Words: 5, sentences: 4" in told["reads"]["en"]["text"]
    assert "HTML is shown" in " ".join(each["text"] for each in told["objections"])
    assert not Edition.objects.exists()


def test_what_cannot_be_saved_is_told_as_it_is_typed(page: Article, editor: Client) -> None:
    typed = filled(editor, page) | {"next_review_on": "soon"}
    told = {each["field"]: each["text"] for each in preview(editor, page, **typed).json()["objections"]}
    assert told["next_review_on"] == "Enter a valid date."


def test_a_preview_speaks_the_language_that_is_asked_for(page: Article, editor: Client) -> None:
    texts = {f"translations.es.{name}": words for name, words in SPANISH.items()}
    told = preview(editor, page, **filled(editor, page, **texts), language="es").json()
    assert 'lang="es"' in told["html"]
    assert "Porque sí." in told["html"]
    assert "Crawford" in told["reads"]["es"]["text"]


def test_a_page_that_is_not_there_yet_has_a_preview(editor: Client) -> None:
    told = preview(editor, title="First", body="Words.", slug="first", section="living").json()
    assert "Words." in told["html"]
    assert preview(editor, title="First").status_code == 200  # before it has an address
    assert not Article.objects.exists()


def test_a_preview_shows_what_is_typed_whatever_others_saved_meanwhile(
    page: Article, edith: Any, eli: Any, editor: Client
) -> None:
    edition = draft_of(page, edith, body="One.")
    typed = filled(editor, page, body="What I type.")
    editions.keep(edition, edition.content | {"body": "What Eli saved."}, by=eli, now=timezone.now())
    assert "What I type." in preview(editor, page, **typed).json()["html"]


def test_a_number_of_no_page_has_no_preview(page: Article, editor: Client) -> None:
    for number in ("9" * 5_000, "x", "0"):
        assert preview(editor, page=number).status_code == 404
        saved = reverse("editing:saved", args=["articles", "testing"])
        assert editor.get(saved, {"edition": number}).status_code == 404


def test_a_preview_of_some_days_is_their_page_and_asks_nothing(page: Article, editor: Client) -> None:
    html = preview(editor, page, **filled(editor, page, first_day=1, last_day=2)).json()["html"]
    assert "Was this page helpful" not in html
    assert "Other articles" not in html
    assert template_of("articles", {"first_day": 1}) == "education/days.html"
    assert [template_of(kind, {}) for kind in KINDS] == [
        f"education/{kind.removesuffix('s')}.html" for kind in KINDS
    ]


def test_without_javascript_the_saved_draft_is_previewed(page: Article, edith: Any, editor: Client) -> None:
    draft_of(page, edith, body="In the draft.", translations={"es": SPANISH})
    address = reverse("editing:saved", args=["articles", "testing"])
    assert "In the draft." in read(editor.get(address))
    assert "Porque sí." in read(editor.get(address, {"language": "es"}))


@pytest.mark.parametrize("kind", [Article, Cytokine, Drug, Symptom])
def test_every_kind_has_a_preview(kind: type[Published], page_of: Callable[..., Any], editor: Client) -> None:
    page = page_of(kind)
    assert str(page) in read(editor.get(reverse("editing:saved", args=[f"{kind._meta.model_name}s", "cold"])))


# --- Links, pictures and uses -------------------------------------------------------------------------------


def test_links_are_found_by_words(page: Article, editor: Client) -> None:
    found = editor.get(reverse("editing:find_pages"), {"q": "test"}).json()["found"]
    assert found == [{"name": "On testing", "kind": "article", "address": "/learn/testing/"}]
    assert editor.get(reverse("editing:find_pages")).json()["found"] == found
    assert editor.get(reverse("editing:find_pages"), {"q": "zeppelin"}).json()["found"] == []


def test_uses_are_told(a_page: Callable[..., Any], rosa: Any, edith: Any, editor: Client) -> None:
    symptom = a_page(Symptom, slug="cold-feet", code="cold_feet")
    drug = rosa.courses.first().drug
    article = a_page(Article, slug="testing", body="[feet][1]\n\n[1]: /learn/symptoms/cold-feet/")
    article.drugs.add(drug)
    assert "On testing" in read(editor.get(reverse("editing:used", args=["symptoms", symptom.slug])))
    html = read(editor.get(reverse("editing:used", args=["drugs", drug.slug])))
    assert "On testing" in html
    assert f"{rosa.courses.filter(drug=drug).count()} courses of treatment" in html
    assert "Rosa" not in html


# --- Readers ------------------------------------------------------------------------------------------------


def test_readers_see_the_number_of_the_version(page: Article, edith: Any, eli: Any, client: Client) -> None:
    assert "Version" not in read(client.get("/learn/testing/"))
    publish(page, edith, eli)
    assert "Version 1." in read(client.get("/learn/testing/"))
