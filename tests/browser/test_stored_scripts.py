"""Scripts are stored in every field of the library: in Chromium none runs, and no other host is asked."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from education.documents import translation_of
from education.models import Article, Cytokine, Drug, DrugSymptom, Published, Symptom
from tests.conftest import DESK
from tests.education.conftest import REVIEWED, WORDS
from tests.education.test_vectors import typed
from tests.education.vectors import EVERY, SHORT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

A_PAGE = 6
"""Short vectors that one page holds, each in fields of its own."""
WATCH = """
    window.ran = 0;
    window.refused = [];
    window.xss = () => { window.ran += 1; };
    document.addEventListener("securitypolicyviolation", (seen) =>
        window.refused.push(`${seen.violatedDirective} ${seen.blockedURI}`));
"""
TRIED = """() => ({
    ran: window.ran,
    refused: window.refused,
    odd: [...document.querySelectorAll("a, area, form, iframe, object, embed")]
        .map((each) => each.protocol || new URL(each.action || each.src || location.href, location).protocol)
        .filter((protocol) => !["http:", "https:", "mailto:", "tel:", ":"].includes(protocol)),
})"""


def store(kind: type[Published], slug: str, vectors: tuple[str, ...], **fields: Any) -> Any:
    """A page and its Spanish with these in every field: the long texts hold every vector there is."""
    page: Any = kind(slug=slug, is_published=True, **WORDS[kind] | REVIEWED | fields)
    told: Any = translation_of(kind)(language="es", is_published=True)
    for row in (page, told):
        for place, field in enumerate(typed(type(row))):
            if field.max_length is None:
                setattr(row, field.name, "\n\n".join(EVERY))
            else:
                setattr(row, field.name, vectors[place % len(vectors)][: field.max_length])
    page.save()
    told.page = page
    told.save()
    return page


@pytest.fixture
def pages() -> list[Published]:
    parts = [SHORT[start : start + A_PAGE] for start in range(0, len(SHORT), A_PAGE)]
    symptom = store(Symptom, "cold", parts[0], code="cold")
    cytokine = store(Cytokine, "il-99", parts[1])
    drug = store(Drug, "testokine", parts[2], code="testokine", cytokine=cytokine)
    DrugSymptom.objects.create(drug=drug, symptom=symptom)
    articles = [store(Article, f"page-{place}", part) for place, part in enumerate(parts)]
    articles[0].drugs.add(drug)
    articles[0].symptoms.add(symptom)
    return [symptom, cytokine, drug, *articles]


def test_no_stored_script_runs(open_page: Callable[..., Any], pages: list[Published], edith: User) -> None:
    page = open_page("/emergency/", DESK)
    page.add_init_script(WATCH)
    hosts: set[str] = set()
    dialogs: list[str] = []
    page.on("request", lambda request: hosts.add(request.url.split("/")[2].split(":")[0]))

    def dismiss(dialog: Any) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)

    def look(address: str) -> None:
        assert page.goto(address).status == 200, address
        page.mouse.move(300, 300)  # over what would lie on top of everything
        page.keyboard.press("Tab")
        assert page.evaluate(TRIED) == {"ran": 0, "refused": [], "odd": []}, address

    for each in pages:
        look(each.get_absolute_url())
    for address in ("/learn/", "/learn/search/?q=script", "/learn/search/?q=%3Csvg/onload%3Dxss()%3E"):
        look(address)
    client = Client()
    client.force_login(edith)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([{**cookie, "url": page.url}])
    for each in pages[:4]:
        name = f"admin:education_{each._meta.model_name}"
        look(reverse(f"{name}_changelist"))
        look(reverse(f"{name}_change", args=[each.pk]))
        look(reverse(f"{name}_history", args=[each.pk]))
    page.set_extra_http_headers({"accept-language": "es"})
    for each in pages[:4]:
        look(each.get_absolute_url())
        assert page.locator("html").get_attribute("lang") == "es"
    assert dialogs == []
    assert hosts == {"localhost"}
