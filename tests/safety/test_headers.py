"""The headers of every answer, written out: what is not in these tables is not sent, and what is, is."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from education.models import Image
from tests.team.conftest import flagged
from tracker.models import OfflineDevice

pytestmark = pytest.mark.django_db

FILE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
PICTURE = "default-src 'none'; sandbox"
PAGE_WITHOUT_SCRIPT = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types sidelight sidelight-admin default; "
    "report-uri /browser-reports/; report-to csp"
)
PAGE = PAGE_WITHOUT_SCRIPT.replace("style-src", "script-src 'nonce-…'; style-src", 1)

ON_EVERYTHING = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Permissions-Policy": (
        "clipboard-write=(self), publickey-credentials-create=(self), publickey-credentials-get=(self), "
        "autoplay=(self), accelerometer=(), browsing-topics=(), camera=(), display-capture=(), "
        "encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), idle-detection=(), local-fonts=(), "
        "magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), screen-wake-lock=(), "
        "serial=(), storage-access=(), usb=(), window-management=(), xr-spatial-tracking=()"
    ),
    "Referrer-Policy": "same-origin",
    "Reporting-Endpoints": 'csp="/browser-reports/"',
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
MAY_BE_THERE = {
    *("Allow", "Cache-Control", "Content-Disposition", "Content-Language", "Content-Length", "Content-Type"),
    *("ETag", "Expires", "Last-Modified", "Location", "Retry-After", "Vary", "WWW-Authenticate"),
    *("HX-Redirect", "Sidelight-Owner", "X-Request-ID"),
    *("Content-Security-Policy", "Clear-Site-Data"),
}
"""Others than these mean a new line here, and a thought about who reads them."""
KEPT_BY_CACHES = re.compile(r"no-cache|public, max-age=31536000, immutable|max-age=\d+, public")
SIGNED_IN_AND_NOT_PRIVATE = ("/service-worker.js", "/manifest.webmanifest", "/library/images/")


ON_FILES = {
    name: ON_EVERYTHING[name]
    for name in (
        *("Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Referrer-Policy"),
        *("X-Content-Type-Options", "X-Robots-Tag"),
    )
}


def faults(
    answer: HttpResponse | Any,
    *,
    policies: tuple[str, ...] = (PAGE, PAGE_WITHOUT_SCRIPT),
    expected: dict[str, str] = ON_EVERYTHING,
) -> list[str]:
    """What is wrong with the headers of an answer, in words."""
    headers = dict(answer.headers)
    said = [f"{name}: {headers.get(name)}" for name, value in expected.items() if headers.get(name) != value]
    policy = re.sub(r"'nonce-[\w-]{22,}'", "'nonce-…'", headers.get("Content-Security-Policy", "none"))
    said += [] if policy in policies else [f"policy: {policy}"]
    said += [f"{name} is new" for name in headers if name not in expected and name not in MAY_BE_THERE]
    for cookie in answer.cookies.values():
        if not (cookie["path"] == "/" and cookie["samesite"] == "Lax" and not cookie["domain"]):
            said.append(f"cookie: {cookie.OutputString()}")
        if cookie["max-age"] != 0 and not cookie["httponly"]:
            said.append(f"cookie: {cookie.OutputString()}")
    return said


def not_private(url: str, answer: HttpResponse | Any) -> list[str]:
    """For whoever is signed in: nothing may be kept."""
    kept = answer.headers.get("Cache-Control", "")
    if url.startswith(SIGNED_IN_AND_NOT_PRIVATE):
        return [] if KEPT_BY_CACHES.fullmatch(kept) or "no-store" in kept else [f"kept: {kept}"]
    return [] if "no-store" in kept else [f"kept: {kept}"]


# --- Every address ------------------------------------------------------------------------------------------


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for each in resolver.url_patterns:
        here = before + re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", str(each.pattern)).strip("^$").replace(
            "\\.", "."
        )
        if isinstance(each, URLResolver):
            yield from routes(each, here)
        elif isinstance(each, URLPattern):
            yield f"/{here}"


def filled(route: str, values: dict[str, object]) -> str:
    def value(match: re.Match[str]) -> str:
        converter, name = match.group(1), match.group(2)
        return str(values.get(name) or {"int:": 1, "uuid:": values["pk"]}.get(converter or "", "chills"))

    return re.sub(r"<(\w+:)?(\w+)>", value, route)


A_FEW_OF_THE_ADMIN = ("/admin/education/", "/admin/accounts/user/", "/admin/tracker/flag/")


def is_one_of_many(route: str) -> bool:
    """The admin's pages of one model are those of another; three models stand for all."""
    return route.count("/") > 3 and route.startswith("/admin/") and not route.startswith(A_FEW_OF_THE_ADMIN)


def test_every_address_carries_them_to_strangers_and_to_whom_it_is_for(rosa, amira, ada):
    flag = flagged(rosa)
    values = {"pk": flag.pk, "flag": flag.pk, "patient": rosa.pk, "month": "2026-11", "name": "symptoms"}
    browsers = {name: Client(raise_request_exception=False) for name in ("nobody", "rosa", "amira", "ada")}
    for name, user in (("rosa", rosa.user), ("amira", amira), ("ada", ada)):
        browsers[name].force_login(user)
    wrong: dict[str, list[str]] = {}
    seen = 0
    for route in dict.fromkeys(routes(get_resolver())):
        if is_one_of_many(route):
            continue
        url = filled(route, values)
        own = rosa.pk if "/patients/" in route else flag.pk
        url = filled(route, values | {"pk": own})
        whose = (
            "ada"
            if url.startswith("/admin/")
            else "amira"
            if url.startswith(("/team/", "/privacy/"))
            else "rosa"
        )
        whose = "nobody" if "logout" in url else whose
        policies = (
            (PICTURE, PAGE_WITHOUT_SCRIPT, PAGE)
            if url.startswith("/library/")
            else (PAGE, PAGE_WITHOUT_SCRIPT)
        )
        for name in dict.fromkeys(("nobody", whose)):
            answer = browsers[name].get(url)
            found = faults(answer, policies=policies)
            found += not_private(url, answer) if name != "nobody" else []
            found += ["500"] if answer.status_code == 500 else []
            if found:
                wrong[f"{name}: {url} ({answer.status_code})"] = found
            seen += 1
    assert wrong == {}
    assert seen > 200


# --- What is no page ----------------------------------------------------------------------------------------


@pytest.mark.urls("tests.safety.failing")
def test_errors_carry_them_too(rosa, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "enter_code": "1/m/ip"}
    anybody = Client(raise_request_exception=False)
    strict = Client(raise_request_exception=False, enforce_csrf_checks=True)
    code = reverse("enter_code")
    anybody.post(code, {"code": "x"})
    answers = {
        400: anybody.get("/learn/", headers={"content-type": "text/plain; charset=utf-16"}),
        403: strict.post(code, {"code": "x"}),
        404: anybody.get("/nowhere/"),
        405: anybody.put("/healthz"),
        413: anybody.post(code, {"code": "x" * 70_000}),
        429: anybody.post(code, {"code": "x"}),
        500: anybody.get("/breaks/"),
        503: anybody.get("/has-no-database/"),
    }
    assert {status: answer.status_code for status, answer in answers.items()} == {
        each: each for each in answers
    }
    assert {status: faults(answer) for status, answer in answers.items()} == {each: [] for each in answers}
    unknown_host = anybody.get("/learn/", headers={"host": "evil.example"})
    assert (unknown_host.status_code, faults(unknown_host)) == (400, [])


def test_files_carry_them_and_so_does_what_has_not_changed(settings, rosa, amira):
    settings.WHITENOISE_USE_FINDERS = True
    client = Client()
    file = client.get("/static/css/tokens.css")
    assert (file.status_code, faults(file, policies=(FILE,), expected=ON_FILES)) == (200, [])
    again = client.get("/static/css/tokens.css", headers={"if-modified-since": file["Last-Modified"]})
    assert (again.status_code, faults(again, policies=(FILE,), expected=ON_FILES)) == (304, [])
    gone = client.get("/static/css/nothing.css")
    assert (gone.status_code, faults(gone)) == (404, [])
    flagged(rosa)
    client.force_login(amira)
    board = client.get(reverse("team:board"), headers={"HX-Request": "true", "HX-Target": "board"})
    unchanged = client.get(
        reverse("team:board"),
        headers={"HX-Request": "true", "HX-Target": "board", "If-None-Match": board["ETag"]},
    )
    assert (unchanged.status_code, faults(unchanged)) == (304, [])


def test_downloads_and_what_machines_send_carry_them(rosa, amira):
    browser = Client()
    browser.force_login(rosa.user)
    _device, token = OfflineDevice.issue(rosa, to=rosa.user, name="A phone", now=timezone.now())
    report: dict[str, Any] = {"data": "{}", "content_type": "application/json"}
    anybody = Client()
    answers = [
        browser.post(reverse("settings:as_csv")),
        browser.post(reverse("settings:as_json")),
        anybody.post(reverse("offline:reports"), headers={"Authorization": f"Bearer {token}"}, **report),
        anybody.post(reverse("offline:reports"), **report),
        anybody.post(reverse("alerts:canary"), **report),
        anybody.post(reverse("browser_reports"), **report),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 202, 401, 403, 204]
    assert [faults(answer) for answer in answers] == [[]] * len(answers)


def test_a_picture_is_locked_up_by_itself(client):
    Image.objects.create(
        name="cuff",
        alt_en="A cuff.",
        data=b"x",
        content_type="image/png",
        width=1,
        height=1,
        made_at=timezone.now(),
    )
    picture = client.get("/library/images/cuff")
    assert (picture.status_code, faults(picture, policies=(PICTURE,))) == (200, [])


# --- Sessions and production --------------------------------------------------------------------------------


def test_the_end_of_a_session_empties_the_cache_and_nothing_that_waits_to_be_sent(rosa, client):
    client.force_login(rosa.user)
    assert "Clear-Site-Data" not in client.get("/today/").headers
    answer = client.post(reverse("account_logout"))
    assert answer["Clear-Site-Data"] == '"cache"'
    assert faults(answer) == []


def test_production_says_https_for_a_year_and_leads_there(settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    led = Client().get("/learn/")
    assert (led.status_code, led["Location"]) == (301, "https://testserver/learn/")
    assert faults(led, policies=(FILE,)) == []
    answer = Client().get("/healthz", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


def test_programs_are_not_led_to_https_but_refused(settings):
    settings.SECURE_SSL_REDIRECT = True
    call = "00000000-0000-4000-8000-000000000000"
    for address in ("/offline/reports/", "/browser-reports/", f"/alerts/phone/{call}/1/", "/alerts/canary/"):
        assert Client().post(address).status_code == 403, address
        assert Client().post(address, secure=True).content != b"HTTPS only"
    assert Client().get("/offline/").status_code == 301
