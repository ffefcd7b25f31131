"""Each page that says no carries the name of its request, by which we find it, and nothing that came in."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.core.ratelimit import respond_429
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.views.defaults import permission_denied

from config import requests, urls

NOTE = "zebracanary"


def breaks(request: HttpRequest, name: str) -> HttpResponse:
    raise ValueError(NOTE)


def has_no_database(request: HttpRequest, name: str) -> HttpResponse:
    raise OperationalError(NOTE)


def too_fast(request: HttpRequest, name: str) -> Any:
    return respond_429(request)


urlpatterns = [
    path("breaks/<name>/", breaks),
    path("no-database/<name>/", has_no_database),
    path("too-fast/<name>/", too_fast),
    *urls.urlpatterns,
]
handler400, handler500 = urls.handler400, urls.handler500

type Ask = Callable[[Client], Any]
PAGES: dict[str, tuple[int, Ask]] = {
    "not found": (404, lambda browser: browser.get(f"/nowhere/{NOTE}/?q={NOTE}")),
    "a host that is not ours": (
        400,
        lambda browser: browser.get("/learn/", headers={"host": f"{NOTE}.example"}),
    ),
    "unreadable": (400, lambda browser: browser.get(f"/learn/?q=%00{NOTE}")),
    "too large": (413, lambda browser: browser.post("/check-in/", {"note": NOTE * 300_000})),
    "no token": (403, lambda browser: browser.post("/accounts/login/code/", {"email": NOTE})),
    "too fast": (429, lambda browser: browser.get(f"/too-fast/{NOTE}/?q={NOTE}")),
    "broken": (500, lambda browser: browser.post(f"/breaks/{NOTE}/?q={NOTE}", {"note": NOTE})),
    "no database": (503, lambda browser: browser.post(f"/no-database/{NOTE}/", {"note": NOTE})),
}


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_an_error_has_its_number_and_none_of_the_input(page, rosa):
    status, ask = PAGES[page]
    browser = Client(raise_request_exception=False, enforce_csrf_checks=page == "no token")
    browser.force_login(rosa.user)
    answer = ask(browser)
    assert answer.status_code == status
    assert f"<code>{answer['X-Request-ID']}</code>" in answer.text
    assert NOTE not in answer.text
    assert "Traceback" not in answer.text


def test_who_may_not_sees_the_number_too(rosa):
    browser = Client()
    browser.force_login(rosa.user)
    request = browser.get("/today/").wsgi_request
    token = requests._current.set(requests.Asked("0123456789abcdef", request))
    page = permission_denied(request, PermissionDenied(NOTE)).content.decode()
    requests._current.reset(token)
    assert "<code>0123456789abcdef</code>" in page
    assert NOTE not in page
