"""Two editors at their desk: one writes with a preview and is refused with reasons, the other publishes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from education.models import Article, Symptom
from tests.conftest import DESK, PHONE
from tests.education.conftest import ANSWERED_FOR, WORDS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at_the_desk(open_page: Callable[..., Any], live_server: Any) -> Callable[..., Any]:
    """A page of the admin as an editor: `at_the_desk(edith, "/admin/")`."""

    def opened(user: User, path: str, size: dict[str, int] = DESK, **options: Any) -> Any:
        client = Client()
        client.force_login(user)
        page = open_page("/healthz", size, **options)
        cookie = client.cookies["sessionid"]
        page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(path)
        return page

    return opened


def submit(page: Any, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def test_a_page_from_its_first_word_to_its_readers(
    at_the_desk: Callable[..., Any],
    assert_accessible: Callable[..., None],
    edith: User,
    eli: User,
    client: Client,
) -> None:
    Symptom.objects.create(slug="chills", code="chills", is_published=True, **WORDS[Symptom] | ANSWERED_FOR)
    page = at_the_desk(edith, "/admin/education/article/add/")
    page.get_by_label("Title:").first.fill("When you shiver")
    page.locator("#id_section").select_option("living")
    page.locator("#id_summary").fill("What to do when you feel cold.")
    body = page.locator("#id_body")
    body.fill("<b>Immunomodulation</b> necessitates hospitalization. See ")
    preview = page.frame_locator("iframe")
    preview.get_by_role("heading", name="When you shiver").wait_for()
    preview.get_by_text("necessitates").wait_for()
    assert preview.locator("article b").count() == 0
    page.locator(".reads.hard", has_text="Too hard").wait_for()
    page.locator(".as-typed.blocks", has_text="HTML is shown").wait_for()

    body.press("End")
    buttons = page.locator(".field-body")
    buttons.get_by_role("button", name="Link to a page").click()
    assert_accessible(page)
    page.keyboard.type("cold")
    page.get_by_role("button", name="Cold feet (symptom)").click()
    assert "[Cold feet](/learn/symptoms/chills/)" in body.input_value()
    buttons.get_by_role("button", name="Picture").click()
    page.keyboard.type("cuff")
    page.get_by_role("button", name="cuff").first.click()
    assert "](drawing:cuff)" in body.input_value()

    submit(page, "Save and send to review")
    page.get_by_text("It cannot go to readers yet").wait_for()
    page.get_by_role("heading", name="In the way of publishing").wait_for()
    assert page.locator("#id_body").input_value().startswith("<b>Immuno")
    assert_accessible(page)
    page.locator(".blocking a", has_text="Written by").click()
    assert page.evaluate("document.activeElement.id") == "id_written_by"
    page.locator("#id_body").fill("Put on a coat. See [Cold feet](/learn/symptoms/chills/).")
    for name in ("written_by", "funding", "reviewed_by", "reviewed_on", "next_review_on", "references"):
        page.locator(f"#id_{name}").fill(ANSWERED_FOR[name])
    page.locator("#id_title").fill("")
    submit(page, "Save and send to review")
    page.locator(".errornote").wait_for()
    leaves = "dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    assert not page.evaluate(leaves)  # what was refused was not saved
    page.locator("#id_title").fill("When you shiver")
    page.locator("summary", has_text="Spanish").click()
    page.locator("[id='id_translations.es.title']").fill("Cuando tiembla")
    preview.get_by_role("heading", name="Cuando tiembla").wait_for()
    submit(page, "Save and send to review")
    page.get_by_text("It is in review").wait_for()

    second = at_the_desk(eli, "/admin/", PHONE, dark=True)
    second.get_by_text("1 page waits for you").wait_for()
    second.get_by_role("link", name="Work on the library").first.click()
    assert_accessible(second)
    second.get_by_role("link", name="When you shiver").click()
    second.get_by_text("Put on a coat").wait_for()
    assert_accessible(second)
    assert second.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert client.get("/learn/when-you-shiver/").status_code == 404
    submit(second, "I have compared them: publish")
    second.get_by_text("Readers see it now, as version 1.").wait_for()
    assert_accessible(second)
    assert second.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert Article.objects.get().is_published
    assert "Put on a coat" in client.get("/learn/when-you-shiver/").text
