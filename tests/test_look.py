"""Promises of the look that no browser is needed to check: contrast, the strict CSP, the frame of a page."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.template.loader import render_to_string
from django.test import RequestFactory

from config.context import shell
from config.errors import server_error
from tests.carers import helping

STATIC = settings.BASE_DIR / "static"
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))


# --- Contrast (WCAG 2.2, 1.4.3 and 1.4.11) ------------------------------------------------------------------

TEXT, EDGE = 4.5, 3.0
PAIRS = [
    *[("ink", ground, TEXT) for ground in ("paper", "surface", "tint", "amber-tint")],
    *[("muted", ground, TEXT) for ground in ("paper", "surface")],
    *[("link", ground, TEXT) for ground in ("paper", "surface", "tint", "amber-tint")],
    *[("alert", ground, TEXT) for ground in ("paper", "surface")],
    *[("brand", ground, TEXT) for ground in ("paper", "surface")],
    *[("control", ground, EDGE) for ground in ("paper", "surface")],
    ("on-brand", "brand", TEXT),
    ("on-brand", "brand-hover", TEXT),
    ("brand-hover", "tint", TEXT),
    ("on-tint", "tint", TEXT),
    ("on-bar", "bar", TEXT),
    ("focus", "focus-ink", EDGE),
    ("grade-ink", "grade-1", TEXT),
    ("grade-ink", "grade-2", TEXT),
    ("on-bar", "grade-3", TEXT),
    ("on-bar", "grade-4", TEXT),
    ("on-bar", "emergency", TEXT),
    ("grade-4-edge", "surface", EDGE),
]


def colours(*, dark: bool) -> dict[str, str]:
    """The colour tokens as a page in the light, or in the dark, gets them."""
    css = (STATIC / "css/tokens.css").read_text()
    light, night = css.split("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]+);", light))
    if dark:
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]+);", night))
    return found


def luminance(colour: str) -> float:
    """Relative luminance of `#rgb` or `#rrggbb`, 0 for black to 1 for white."""
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_has_the_greatest_contrast_there_is():
    assert contrast("#000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_colours_that_meet_can_be_told_apart(front, back, least, dark):
    tokens = colours(dark=dark)
    assert contrast(tokens[front], tokens[back]) >= least


# --- Strict CSP ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_no_template_holds_a_style_or_a_script_of_its_own(template: Path):
    html = template.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
    assert all(
        "src=" in tag or 'type="application/json"' in tag for tag in re.findall(r"<script[^>]*>", html)
    )


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_every_form_is_checked_by_us(template: Path):
    assert all("novalidate" in tag for tag in re.findall(r"<form[\s>][^>]*>", template.read_text()))


def test_a_page_of_css_fits_in_a_few_packets():
    """The check-in page may weigh 60 kB in all; thirteen of them are for its style sheets."""
    import gzip

    names = ("tokens", "base", "components", "forms", "patient", "print")
    assert sum(len(gzip.compress((STATIC / f"css/{name}.css").read_bytes())) for name in names) < 13_000


# --- The frame of a page ------------------------------------------------------------------------------------


def frame_of(rf: RequestFactory, user: Any) -> str:
    request: Any = rf.get("/")
    request.user, request.session = user, {}
    return shell(request)["shell"]


def test_who_looks_chooses_the_frame(rf, rosa, lena, amira):
    assert frame_of(rf, AnonymousUser()) == "plain"
    assert frame_of(rf, lena) == "plain"
    assert frame_of(rf, rosa.user) == "patient"
    assert frame_of(rf, amira) == "team"


def test_a_carer_has_the_patients_frame_and_staff_keep_their_own(rf, rosa, lena, amira):
    for user in (lena, amira):
        helping(rosa, user)
    assert frame_of(rf, lena) == "patient"
    assert frame_of(rf, amira) == "team"


def test_a_page_for_which_nobody_asked_who_it_is_has_the_plain_frame(rf: RequestFactory):
    assert shell(rf.get("/"))["shell"] == "plain"


@pytest.mark.parametrize("frame", ["plain", "patient", "team"])
def test_every_frame_has_a_language_a_way_past_the_header_and_a_main_part(rf: RequestFactory, frame):
    html = render_to_string("base.html", {"shell": frame, "user": AnonymousUser()}, rf.get("/"))
    assert '<html lang="en" dir="ltr"' in re.sub(r"\s+", " ", html)
    assert 'href="#main"' in html
    assert html.count("<main ") == 1
    assert "Demonstration" not in html


def test_the_demonstration_says_that_it_is_one(rf: RequestFactory, settings):
    settings.DEMO = True
    assert "invented people" in render_to_string("404.html", {}, rf.get("/nowhere/"))


# --- When something breaks ----------------------------------------------------------------------------------


def test_a_lost_database_is_a_503_that_says_nothing_is_saved(rf: RequestFactory):
    try:
        raise OperationalError("gone")
    except OperationalError:
        answer = server_error(rf.get("/"))
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert "Nothing you send now can be saved" in answer.text


def test_any_other_failure_is_a_500_that_tells_to_send_again(rf: RequestFactory):
    try:
        raise ValueError
    except ValueError:
        answer = server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "send it once more" in answer.text


@pytest.mark.parametrize("page", ["400", "403", "403_csrf", "404", "413", "429", "500", "503"])
def test_every_error_page_says_whom_to_call(rf: RequestFactory, page):
    assert "call your emergency number" in render_to_string(f"{page}.html", {}, rf.get("/"))
