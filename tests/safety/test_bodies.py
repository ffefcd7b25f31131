"""How much may be sent where, and files only to editors' two forms."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse

from config.bodies import A_PICTURE, FORM, PAGES, SHORT_FORM, TAKE_FILES, limit
from tests.safety.test_headers import filled, is_one_of_many, routes

CODE = "/code/"


@pytest.mark.parametrize(
    ("view", "most"),
    [
        ("account_login", SHORT_FORM),
        ("mfa_login_webauthn", SHORT_FORM),
        ("alerts:phone_report", SHORT_FORM),
        ("invitations:accept", SHORT_FORM),
        ("carers:accept", SHORT_FORM),
        ("enter_code", SHORT_FORM),
        ("education:answer", SHORT_FORM),
        ("patient:check_in", FORM),
        ("editing:live", FORM),
        ("admin:education_image_add", A_PICTURE),
        ("admin:education_image_change", FORM),
        ("admin:education_drug_import", PAGES),
        ("", FORM),
    ],
)
def test_each_view_has_its_limit(view, most):
    assert limit(view) == most


def test_the_views_that_take_files_exist():
    for name in TAKE_FILES:
        assert reverse(name)


@pytest.mark.parametrize("length", [SHORT_FORM + 1, 10**18, "9" * 30, "-1", "x", "١"])
def test_what_is_too_large_is_refused_in_words_and_not_read(length, db):
    class Unread:
        def read(self, *_args: object) -> bytes:
            raise AssertionError("it was read")

        readline = read

    said: dict[str, Any] = {"CONTENT_LENGTH": str(length), "wsgi.input": Unread()}
    said["content_type"] = "application/x-www-form-urlencoded"
    answer = Client().generic("POST", CODE, b"", **said)
    assert answer.status_code == 413
    assert "Nothing was saved" in answer.text


def test_the_limit_itself_is_still_read(db):
    form = "code=" + "x" * (SHORT_FORM - 5)
    answer = Client().post(CODE, form, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200


@pytest.mark.django_db
def test_more_than_a_thousand_fields_are_not_read(rosa):
    browser = Client(raise_request_exception=False)
    browser.force_login(rosa.user)
    assert browser.post("/settings/name/", {f"x{each}": "1" for each in range(1_001)}).status_code == 400


@pytest.mark.django_db
def test_no_other_view_takes_a_file(rosa, amira, ada):
    """As whoever could do most: a superuser for the admin, a nurse for the team, a patient for the rest."""
    browsers = {
        name: Client(raise_request_exception=False, enforce_csrf_checks=True)
        for name in ("", "/team/", "/admin/")
    }
    token = "a" * 32
    for name, user in (("", rosa.user), ("/team/", amira), ("/admin/", ada)):
        browsers[name].force_login(user)
        browsers[name].cookies["csrftoken"] = token
    taken: dict[str, int] = {}
    for route in dict.fromkeys(routes(get_resolver())):
        url = filled(route, {"pk": rosa.pk, "month": "2026-11"})
        browser = next(browsers[start] for start in ("/admin/", "/team/", "") if url.startswith(start))
        if is_one_of_many(route) or "logout" in url:
            continue
        sent = {"file": SimpleUploadedFile("x.png", b"\x89PNG"), "csrfmiddlewaretoken": token}
        answer = browser.post(url, sent)
        request = answer.wsgi_request
        if vars(request).get("_files") or answer.status_code == 500:
            match = request.resolver_match
            taken[match.view_name if match else url] = answer.status_code
    assert set(taken) == set(TAKE_FILES)


@pytest.mark.django_db
@pytest.mark.parametrize("name", TAKE_FILES)
def test_strangers_and_patients_send_none_where_editors_may(name, rosa):
    signed_in = Client()
    signed_in.force_login(rosa.user)
    for browser in (Client(), signed_in):
        answer = browser.post(reverse(name), {"file": SimpleUploadedFile("x.png", b"\x89PNG")})
        assert answer.status_code in (302, 400, 404)
        assert not vars(answer.wsgi_request).get("_files")


def test_a_body_that_is_a_file_is_no_form():
    request = RequestFactory().post(CODE, b"\x89PNG", content_type="image/png")
    assert (dict(request.POST), dict(request.FILES)) == ({}, {})
