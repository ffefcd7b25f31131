"""A page for my next visit: what was chosen, nothing else, and nothing of it kept."""

import datetime as dt
import logging
import re
import socket
import uuid
import zlib
from dataclasses import replace
from importlib.util import find_spec

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent, User
from config.logs.lines import Json
from education.models import DrugTranslation
from tests.carers import helping
from tests.patient.conftest import signed_in
from tests.patient.test_pages import text
from tests.team.conftest import LOW_PRESSURE
from tests.team.conftest import send as submit
from tests.triage.build import a_report
from tracker import checkins
from tracker.patient.visit import paper
from tracker.patient.visit.forms import PARTS
from tracker.triage.report import Report

pytestmark = pytest.mark.django_db
VISIT = reverse("patient:visit")
EVERYTHING = [code for code, _words in PARTS]
HEADINGS = {
    "symptoms": "Side effects by day",
    "readings": "Readings",
    "doses": "Doses",
    "notes": "My notes",
    "told": "What I was told to do",
    "calls": "Answers from the team",
}
needs_weasyprint = pytest.mark.skipif(
    not find_spec("weasyprint"), reason="requirements-pdf.txt is not installed"
)


def choice(**changed):
    return {"questions": "", "period": "28", "since": "", "parts": EVERYTHING, "with_name": "on"} | changed


def section(page: str, part: str) -> str:
    return page.split(f"<h2>{HEADINGS[part]}</h2>")[1].split("</section>")[0]


@pytest.fixture
def full(rosa, amira):
    """Some days of everything that can be on the page."""
    day = dt.timedelta(days=1)
    submit(rosa, a_report(chills=3, readings={"temperature": 37.4}), ago=20 * day)
    noted = Report(note="Slept <badly>.", asked=frozenset({"chills"}))
    submit(rosa, noted, ago=3 * day)
    flag = submit(rosa, LOW_PRESSURE, ago=2 * day).flag
    assert flag
    flag.resolve(by=amira, outcome="called", note="Team only.", seen=flag.reports, now=timezone.now())
    return rosa


# --- Who may ------------------------------------------------------------------------------------------------


def test_it_is_the_patients_own(as_rosa, amira, lena, noor):
    for stranger in (amira, lena, noor):
        client = Client()
        client.force_login(stranger)
        assert client.get(VISIT).status_code == 404
        assert client.post(VISIT, choice()).status_code == 404
    assert Client().post(VISIT, choice()).status_code == 302


def test_it_shows_nothing_of_anybody_else(full, dev):
    page = text(signed_in(dev).post(VISIT, choice()))
    assert "Slept" not in page
    assert "Rosa" not in page


# --- What is on it ------------------------------------------------------------------------------------------


def test_everything_that_was_chosen_is_there(as_rosa, full):
    page = text(as_rosa.post(VISIT, choice(questions="Can I swim?\nIs <b>this</b> normal?")))
    assert "Can I swim?" in page
    assert "&lt;b&gt;this" in page
    assert page.index("Can I swim?") < page.index(HEADINGS["symptoms"])
    assert "Chills" in section(page, "symptoms")
    assert "37.4" in section(page, "readings")
    assert "84/50" in section(page, "readings")
    assert "interleukin-2" in section(page, "doses")
    assert "Slept &lt;badly&gt;." in section(page, "notes")
    assert "Call your care team" in section(page, "told")
    assert '<p lang="en" dir="auto">' in section(page, "told")
    assert "Amira called you." in section(page, "calls")
    assert "Team only." not in page
    assert "Rosa Martín" in page
    assert "Born on" in page


@pytest.mark.parametrize("part", EVERYTHING)
def test_a_part_that_was_not_chosen_is_not_there(as_rosa, full, part):
    page = text(as_rosa.post(VISIT, choice(parts=[each for each in EVERYTHING if each != part])))
    assert f"<h2>{HEADINGS[part]}</h2>" not in page
    assert page.count("<h2>") == len(EVERYTHING) - 1


def test_without_the_name_it_says_nobodys(as_rosa, full):
    page = text(as_rosa.post(VISIT, choice(with_name="")))
    assert "Rosa" not in page.split("<article>")[1].split("</article>")[0]
    assert "Born on" not in page


@pytest.mark.parametrize(("period", "tables"), [("14", 1), ("28", 1), ("56", 2)])
def test_each_table_is_as_wide_as_paper(as_rosa, full, period, tables):
    page = as_rosa.post(VISIT, choice(period=period)).content.decode()
    assert page.count("<caption") - page.count("Readings by day") == min(
        tables, page.count('class="heatmap"')
    )
    for table in page.split('<table class="heatmap">')[1:]:
        assert table.split("</thead>")[0].count("<th ") <= 28 + 1


def test_since_a_day(as_rosa, full):
    since = full.today(timezone.now()) - dt.timedelta(days=2)
    page = text(as_rosa.post(VISIT, choice(period="since", since=since.isoformat())))
    assert "Slept" not in page
    assert "84/50" in page


def test_nothing_there_is_said(as_rosa, rosa):
    rosa.doses.all().delete()
    page = text(as_rosa.post(VISIT, choice()))
    for words in (
        "There is no check-in in the last 28 days.",
        "No readings",
        "No doses",
        "No notes",
        "None in these days",
    ):
        assert words in page


def test_it_says_who_told_what_the_patient_did_not(as_rosa, full, lena):
    helping(full, lena)
    now = timezone.now()
    checkins.submit(
        patient_id=full.pk,
        report=replace(LOW_PRESSURE, note="Mum is dizzy."),
        id=uuid.uuid4(),
        by=lena,
        day=full.today(now),
        reported_at=now,
        now=now,
    )
    page = text(as_rosa.post(VISIT, choice()))
    for part in ("notes", "told"):
        assert section(page, part).count("by Lena, ") == 1
        assert section(page, part).count("<h3>") > 1
    assert "from my diary." in page
    assert "myself" not in page


def test_drugs_have_their_names_in_the_language_of_the_page(as_rosa, full):
    User.objects.filter(pk=full.user_id).update(language="es")
    drug = full.courses.first().drug
    DrugTranslation.objects.create(page=drug, language="es", plain_name="interleucina-2", is_published=True)
    page = as_rosa.post(VISIT, choice(parts=["doses"])).text.split("<article>")[1].split("</article>")[0]
    assert page.count("interleucina-2") > 2
    assert "interleukin-2" not in page


def test_readings_are_in_ones_own_units(as_rosa, full):
    User.objects.filter(pk=full.user_id).update(temperature_unit="F")
    assert "Temperature, °F" in text(as_rosa.post(VISIT, choice()))


# --- Slips --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"period": "since"}, "Choose the day."),
        ({"period": "since", "since": "soon"}, "Write the day like"),
        ({"period": "since", "since": "2099-01-01"}, "This day is still to come."),
        ({"period": "since", "since": "2020-01-01"}, "Choose a day of the last 26 weeks."),
        ({"period": ""}, "Choose how far back."),
        ({"parts": []}, "Choose at least one, or write a question."),
        ({"questions": "x" * 2001}, "at most 2000"),
    ],
)
def test_a_slip_is_said_beside_the_field_and_nothing_typed_is_lost(as_rosa, rosa, changed, words):
    typed = {"questions": "Can I swim?"} if changed.get("parts") != [] else {}
    page = text(as_rosa.post(VISIT, choice(**typed | changed)))
    assert words in page
    assert "<article>" not in page
    assert changed.get("questions", typed.get("questions", "")) in page


def test_a_day_that_is_not_asked_for_is_no_slip(as_rosa, rosa):
    assert "<article>" in text(as_rosa.post(VISIT, choice(since="soon")))


def test_a_question_alone_is_a_page(as_rosa, rosa):
    assert "Can I swim?" in text(as_rosa.post(VISIT, choice(parts=[], questions="Can I swim?")))


def test_changing_brings_back_what_was_chosen(as_rosa, rosa):
    page = text(as_rosa.post(VISIT, choice(questions="Can I swim?", parts=["doses"], change="1")))
    assert "Can I swim?" in page
    assert page.count("checked") == 3  # the period, one part, the name
    assert "error-summary" not in page


# --- What it leaves behind ----------------------------------------------------------------------------------


def test_what_somebody_wants_to_ask_is_kept_nowhere(as_rosa, full, caplog):
    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as captured:
        answer = as_rosa.post(VISIT, choice(questions="Can I swim?"))
    assert answer.status_code == 200  # no redirect: it would have to carry the words in an address
    assert "no-store" in answer["Cache-Control"]
    assert "swim" not in "".join(Json().format(each) for each in caplog.records)  # as logs are in production
    assert not any("swim" in query["sql"] for query in captured)
    written = [query["sql"] for query in captured if query["sql"].startswith(("INSERT", "UPDATE"))]
    assert [sql.split('"')[1] for sql in written] == ["accounts_accessevent"]  # that a page was made
    assert {look.purpose for look in AccessEvent.objects.all()} == {"own"}  # nobody else looked


def test_words_in_an_address_are_not_read(as_rosa, rosa):
    assert "swim" not in text(as_rosa.get(VISIT, {"questions": "Can I swim?"}))


def test_it_takes_few_queries_however_much_there_is(as_rosa, full):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            as_rosa.post(VISIT, choice(period="56"))
        return len(captured)

    first = queries()
    for ago in range(4, 12):
        submit(full, a_report(nausea=2, readings={"pulse": 80}), ago=dt.timedelta(days=ago))
    assert queries() == first <= 15


# --- On paper -----------------------------------------------------------------------------------------------


@needs_weasyprint
def test_a_pdf_is_made_of_our_own_files_and_nothing_is_fetched(as_rosa, full, monkeypatch):
    asked: list[str] = []
    read = paper.read_static

    def watched(url):
        asked.append(url)
        return read(url)

    monkeypatch.setattr(paper, "read_static", watched)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: pytest.fail("a name was looked up"))
    answer = as_rosa.post(VISIT, choice(questions="Can I swim?", pdf="1"))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Disposition"].startswith('attachment; filename="visit-')
    assert "no-store" in answer["Cache-Control"]
    assert any(url.endswith(".css") for url in asked)
    assert any(url.endswith(".ttf") for url in asked)


@needs_weasyprint
@pytest.mark.parametrize(("unit", "size"), [("C", (595, 841)), ("F", (612, 792))])
def test_the_paper_is_that_of_the_country(as_rosa, rosa, unit, size):
    User.objects.filter(pk=rosa.user_id).update(temperature_unit=unit)
    made = as_rosa.post(VISIT, choice(pdf="1")).content
    parts = [made, *map(unpacked, re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL))]
    [box] = {each for part in parts for each in re.findall(rb"/MediaBox ?\[0 0 (\d+)\S* (\d+)", part)}
    assert tuple(map(int, box)) == size


def unpacked(stream):
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://sidelight.invalid/static/css/base.css",
        "http://sidelight.invalid.example/static/css/base.css",
        "http://sidelight.invalid@evil.example/static/css/base.css",
        "http://sidelight.invalid/how-you-have-been/",
        "http://sidelight.invalid/static/../config/settings.py",
        "http://sidelight.invalid/static/%2e%2e/config/settings.py",
        "http://sidelight.invalid/static/css/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "http://sidelight.invalid/static//etc/passwd",
        "http://sidelight.invalid/static/js/check-in.js",
        "http://sidelight.invalid/static/css/none.css",
        "file:///etc/passwd",
        "data:text/css,body",
        "",
    ],
)
def test_no_other_address_is_read(url):
    with pytest.raises(paper.Refused):
        paper.read_static(url)


def test_our_stylesheets_are_read():
    content, kind = paper.read_static(f"{paper.HERE}/static/css/print.css?v=1")
    assert kind == "text/css"
    assert b"@page" in content


def test_without_the_extra_there_is_no_button(as_rosa, rosa, monkeypatch):
    monkeypatch.setattr(paper, "find_spec", lambda _name: None)
    page = text(as_rosa.post(VISIT, choice()))
    assert "Download as PDF" not in page
    assert "choose “Print”" in page


def test_where_its_library_is_missing_that_is_said_in_words(as_rosa, rosa, monkeypatch):
    """As dlopen says it where there is no pango."""

    def no_pango(name, *more, **options):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return imported(name, *more, **options)

    imported = __import__
    monkeypatch.setattr("builtins.__import__", no_pango)
    answer = as_rosa.post(VISIT, choice(questions="Can I swim?", pdf="1"))
    assert answer.status_code == 200
    assert "This site cannot make a PDF at the moment." in text(answer)
    assert "Can I swim?" in text(answer)
