"""What browsers report: a line that names no address, an empty answer, and no way to flood the log."""

import json
import logging
from typing import Any

import pytest
from django.test import Client

from config import browser_reports
from config.browser_reports import LARGEST, MOST_A_MINUTE, Minute, line

URL = "/browser-reports/"
CHART = "https://testserver/team/patients/11111111-1111-4111-8111-111111111111/?q=Rosa+vomits"


@pytest.fixture(autouse=True)
def _a_fresh_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser_reports, "minute", Minute())


def send(told: Any, kind: str = "application/csp-report", **options: Any) -> int:
    data = told if isinstance(told, (bytes, str)) else json.dumps(told)
    return Client(enforce_csrf_checks=True).post(URL, data, content_type=kind, **options).status_code


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.name == browser_reports.logger.name]


def test_the_older_format_and_the_newer_make_the_same_line(caplog):
    older = {
        "document-uri": CHART,
        "referrer": CHART,
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://evil.example/steal.js?of=Rosa",
        "source-file": "https://testserver/static/js/board.js",
        "line-number": 12,
        "script-sample": "Rosa vomits",
    }
    newer = {
        "documentURL": CHART,
        "effectiveDirective": "script-src-elem",
        "blockedURL": "https://evil.example/steal.js?of=Rosa",
        "sourceFile": "https://testserver/static/js/board.js",
        "lineNumber": 12,
        "sample": "Rosa vomits",
    }
    assert send({"csp-report": older}) == 204
    assert send([{"type": "csp-violation", "url": CHART, "body": newer}], "application/reports+json") == 204
    expected = (
        "browser refused: script-src-elem blocked https://evil.example on team:patient "
        "from /static/js/board.js:12"
    )
    assert said(caplog) == [expected, expected]


def test_a_length_that_is_no_number_we_understand_is_answered_like_any_other(caplog):
    for length in ("9" * 5000, "-1", "x", ""):
        assert send({"csp-report": {}}, CONTENT_LENGTH=length) == 204, length
    assert said(caplog) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "something blocked what cannot be read on no page of ours from elsewhere:?"),
        ({"blockedURL": "trusted-types-sink"}, "blocked trusted-types-sink on"),
        ({"blockedURL": "inline", "effectiveDirective": "style-src-attr"}, "style-src-attr blocked inline"),
        ({"blockedURL": "data:text/html,Rosa"}, "blocked data on"),
        ({"blockedURL": "https://u:Rosa@evil.example/"}, "blocked what cannot be read"),
        ({"blockedURL": "https://[Rosa"}, "blocked what cannot be read"),
        ({"blockedURL": "https://a\nb/"}, "blocked https://ab on"),
        ({"effectiveDirective": "Rosa\n2026 ERROR"}, "refused: something blocked"),
        ({"documentURL": "https://testserver/rosa-vomits/"}, "on no page of ours"),
        ({"sourceFile": CHART, "lineNumber": "Rosa"}, "from elsewhere:?"),
        ({"sourceFile": "/static/Rosa vomits\n"}, "from elsewhere:?"),
        ({"lineNumber": True}, ":?"),
        ({"lineNumber": -1}, ":?"),
        (
            {"blockedURL": ["Rosa"], "documentURL": {"Rosa": 1}, "sourceFile": 7},
            "blocked what cannot be read",
        ),
    ],
)
def test_what_is_made_up_reaches_no_log(body, words):
    made = line(body)
    assert words in made
    assert "Rosa" not in made
    assert "vomits" not in made
    assert "11111111" not in made
    assert "\n" not in made


@pytest.mark.parametrize(
    "poison",
    [
        *(b"", b"\xff\xfe", b"{", b"null", b"7", b'"x"', b"[" * 9_000, b"[null, 7, []]", b"9" * 9_000),
        *(
            b'{"csp-report": 7}',
            b'[{"type": "csp-violation", "body": null}]',
            b'{"csp-report": {"\\u0000": 1}}',
        ),
        *(b"\0" * 100, b'{"csp-report": {"document-uri": "https://[x"}}'),
    ],
)
@pytest.mark.parametrize("kind", ["application/csp-report", "application/reports+json"])
def test_whatever_comes_is_answered_with_nothing(poison, kind, caplog):
    assert send(poison, kind) == 204
    assert all(each.levelno <= logging.WARNING for each in caplog.records)


def test_what_is_too_large_of_another_kind_or_asked_for_is_not_read(caplog):
    report = {"csp-report": {"blocked-uri": "inline", "more": "x" * LARGEST}}
    assert send(report) == 204
    assert send({"csp-report": {"blocked-uri": "inline"}}, "application/json") == 204
    assert send({"csp-report": {"blocked-uri": "inline"}}, "text/plain") == 204
    assert Client().get(URL).status_code == 204
    for method in ("put", "delete", "options"):
        assert getattr(Client(), method)(URL).status_code == 405
    assert said(caplog) == []


@pytest.mark.django_db
def test_whoever_reports_is_nobody_and_stays_signed_in_no_longer(amira, django_assert_num_queries):
    browser = Client()
    browser.force_login(amira)
    with django_assert_num_queries(0):
        answer = browser.post(URL, json.dumps({"csp-report": {}}), content_type="application/csp-report")
    assert (answer.status_code, dict(answer.cookies), answer.content) == (204, {}, b"")


def test_a_minute_holds_so_many_lines_from_everybody_and_the_next_begins_anew(caplog):
    now = [1_000.0]
    minute = Minute(clock=lambda: now[0])
    assert sum(minute.has_room() for _each in range(500)) == MOST_A_MINUTE
    now[0] += 59
    assert not minute.has_room()
    now[0] += 1
    assert minute.has_room()
    assert said(caplog) == [f"browser refused: more than {MOST_A_MINUTE} times this minute"]
