"""Was this helpful, and how often is it read: told to editors, and never by whom."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from education.models import Article, Kind, PageAnswer, PageRead
from education.readers.forms import ANSWERED
from education.readers.report import how_read, least_helpful_first

pytestmark = pytest.mark.django_db

ANSWER = reverse("education:answer")
REPORT = reverse("admin:education_pageread_changelist")
PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/130"
PAGE = "/learn/testing/"


@pytest.fixture
def page(a_page: Callable[..., Any]) -> Article:
    found: Article = a_page(Article, slug="testing")
    return found


def look(client: Client, address: str = PAGE, agent: str = PHONE, **headers: str) -> str:
    return client.get(address, headers={"user-agent": agent, **headers}).content.decode()


def say(client: Client, helped: str = "yes", **fields: str) -> Any:
    return client.post(ANSWER, {"kind": "article", "slug": "testing", "helped": helped, **fields})


def views() -> int:
    return sum(PageRead.objects.values_list("views", flat=True))


# --- Was it helpful? ----------------------------------------------------------------------------------------


def test_anybody_answers_and_is_thanked(page: Article, client: Client) -> None:
    assert "Was this page helpful?" in look(client)
    response = say(client, "no", missing="  What about\tsun? ")
    assert response["Location"] == f"{PAGE}#was-it-helpful"
    answer = PageAnswer.objects.get()
    assert (answer.kind, answer.slug, answer.language) == ("article", "testing", "en")
    assert (answer.helped, answer.missing) == (False, "What about sun?")
    html = look(client)
    assert "Thank you." in html
    assert ANSWER not in html


def test_an_answer_about_no_address_is_no_answer(page: Article, client: Client) -> None:
    for slug in ("\0", "testing\n", "No Such", ""):
        assert say(client, slug=slug).status_code == 404
    assert not PageAnswer.objects.exists()


def test_nothing_kept_says_who_it_was(page: Article, rosa: Any, client: Client) -> None:
    client.force_login(rosa.user)
    say(client, "no")
    kept = {field.name for field in PageAnswer._meta.concrete_fields}
    assert kept == {"id", "kind", "slug", "language", "day", "helped", "missing"}
    assert isinstance(PageAnswer.objects.get().day, dt.date)
    assert client.session[ANSWERED] == ["article/testing"]  # that they answered, not what


def test_one_answer_a_page_and_session(page: Article, a_page: Callable[..., Any], client: Client) -> None:
    a_page(Article, slug="other")
    say(client, "yes")
    say(client, "no")
    assert PageAnswer.objects.get().helped
    say(client, "no", slug="other")
    say(Client(), "no")
    assert PageAnswer.objects.count() == 3


def test_an_answer_about_no_page_is_not_found(page: Article, client: Client) -> None:
    Article.objects.update(is_published=False)
    assert say(client).status_code == 404
    assert say(client, kind="nothing").status_code == 404
    assert say(client, kind="drug").status_code == 404
    assert client.get(ANSWER).status_code == 405
    assert not PageAnswer.objects.exists()


def test_it_needs_a_token_of_the_page(page: Article) -> None:
    assert say(Client(enforce_csrf_checks=True)).status_code == 403


def test_what_is_too_long_comes_back_with_what_was_typed(page: Article, client: Client) -> None:
    response = say(client, "no", missing="<b>" + "x" * 300)
    html = response.content.decode()
    assert response.status_code == 422
    assert "at most 300 characters" in html
    assert "&lt;b&gt;xxx" in html
    assert not PageAnswer.objects.exists()
    assert "Press Yes or No." in say(client, "perhaps").content.decode()


def test_somebody_who_never_stops_is_refused(page: Article, settings: Any, client: Client) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"page_answer": "2/10m/ip"}
    assert [say(Client()).status_code for _ in range(3)] == [302, 302, 429]
    assert PageAnswer.objects.count() == 2


# --- How often is it read? ----------------------------------------------------------------------------------


def test_a_day_is_one_row_for_each_language(page: Article, client: Client) -> None:
    for _ in range(3):
        look(client)
    look(client, **{"accept-language": "es"})
    rows = PageRead.objects.order_by("language").values_list("kind", "slug", "language", "views")
    assert [*rows] == [("article", "testing", "en", 3), ("article", "testing", "es", 1)]


def test_robots_staff_and_kept_copies_do_not_count(page: Article, edith: Any, amira: Any) -> None:
    look(Client(), agent="")
    look(Client(), agent="Mozilla/5.0 (compatible; Googlebot/2.1)")
    look(Client(), f"{PAGE}?kept=1")
    look(Client(), **{"sec-purpose": "prefetch"})
    Client().head(PAGE, headers={"user-agent": PHONE})
    for colleague in (edith, amira):
        browser = Client()
        browser.force_login(colleague)
        look(browser)
    assert views() == 0
    look(Client())
    assert views() == 1


def test_counting_is_one_statement(page: Article, client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(5):
        look(client, agent="")
    with django_assert_num_queries(6):
        look(client)


def test_only_kinds_that_there_are() -> None:
    row = {"kind": "poem", "slug": "x", "language": "en", "day": "2026-11-28"}
    with pytest.raises(IntegrityError, match="pageread_kind_is_known"), transaction.atomic():
        PageRead.objects.create(**row)
    with pytest.raises(IntegrityError, match="pageanswer_kind_is_known"):
        PageAnswer.objects.create(helped=True, **row)


def test_one_row_a_page_language_and_day() -> None:
    row = {"kind": "drug", "slug": "x", "language": "en", "day": "2026-11-28"}
    PageRead.objects.create(**row)
    with pytest.raises(IntegrityError, match="pageread_once_a_page_language_and_day"):
        PageRead.objects.create(**row)


# --- What editors see ---------------------------------------------------------------------------------------


def test_the_report_has_every_page_and_what_was_read_before(
    page: Article, a_page: Callable[..., Any]
) -> None:
    a_page(Article, slug="other", title="Other")
    today = dt.date(2026, 11, 28)
    told = {"kind": "article", "language": "en", "day": today}
    PageRead.objects.create(slug="testing", views=7, **told)
    PageRead.objects.create(slug="gone", views=2, **told)
    PageRead.objects.create(slug="testing", views=1, **told | {"language": "es"})
    PageRead.objects.create(slug="testing", views=100, **told | {"day": dt.date(2025, 1, 1)})
    PageAnswer.objects.create(slug="testing", helped=True, **told)
    PageAnswer.objects.create(slug="testing", helped=False, missing="More", **told)
    PageAnswer.objects.create(slug="testing", helped=True, **told)
    rows, [comment] = how_read(today)
    assert [(row.name, row.views, row.share, row.answers) for row in rows] == [
        ("On testing", 8, 67, 3),
        ("gone", 2, None, 0),
        ("Other", 0, None, 0),
    ]
    assert [bool(row.url) for row in rows] == [True, False, True]
    assert (comment.name, comment.answer.missing) == ("On testing", "More")
    assert how_read(today, "es")[0][0].views == 1
    assert least_helpful_first(rows)[0].name == "On testing"


def test_an_editor_reads_the_report_in_few_queries(
    page: Article, edith: Any, a_page: Callable[..., Any], django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        a_page(Article, slug=f"page-{number}")
        say(Client(), "no", slug=f"page-{number}", missing="<script>alert(1)</script>")
    editor = Client()
    editor.force_login(edith)
    with django_assert_max_num_queries(10):
        html = editor.get(REPORT).content.decode()
    assert html.count("&lt;script&gt;alert(1)") == 5
    assert "<script>alert" not in html
    assert (
        editor.get(REPORT, {"days": "90", "language": "es", "order": "helpful", "p": "9"}).status_code == 200
    )
    assert editor.get(REPORT, {"days": "x", "language": "'", "order": "'"}).status_code == 200


def test_nobody_else_reads_it_and_nobody_changes_it(page: Article, edith: Any, amira: Any, ada: Any) -> None:
    for person in (amira, ada):
        browser = Client()
        browser.force_login(person)
        assert browser.get(REPORT).status_code in (302, 403), person
    editor = Client()
    editor.force_login(edith)
    assert editor.get(reverse("admin:education_pageread_add")).status_code == 403


def test_a_count_waits_for_no_disk(page: Article, client: Client) -> None:
    look(client)
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("off",)
    assert Kind.ARTICLE.address("testing") == PAGE


@pytest.mark.usefixtures("page")
def test_enter_in_the_box_is_taken_for_neither_answer(client: Client) -> None:
    """A browser presses the first button of a form."""
    html = look(client).partition('id="was-it-helpful"')[2]
    assert "name=" not in re.findall(r"<button[^>]*>", html)[0]
