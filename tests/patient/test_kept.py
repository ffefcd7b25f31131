"""The pages that a phone keeps for when there is no network, and what makes the site an app."""

import json
import re
import uuid

import pytest
from django.conf import settings
from django.utils import timezone

from config import shell
from tests.inbox.conftest import A_DAY
from tests.team.conftest import browser_of, send
from tests.triage.build import a_report
from tracker.models import CheckIn
from tracker.patient.access import Diary
from tracker.patient.keeping import kept_pages
from tracker.patient.plan import plan_for

__all__ = ["browser_of"]
pytestmark = pytest.mark.django_db
KEPT = ("/offline/check-in/", "/offline/emergency/")


@pytest.fixture
def as_rosa(browser_of, rosa):
    return browser_of(rosa.user)


def version(patient, days=0):
    now = timezone.now()
    own = Diary(patient, patient.user, scope="", has_others=False, now=now)
    return kept_pages(plan_for(patient, patient.today(now) + days * A_DAY), own)["version"]


def rows_in_order(browser):
    page = browser.get("/offline/check-in/").content.decode()
    return re.findall(r'value="(\w+)" id="id_s_', page)


def rows(page):
    return set(re.findall(r'value="(\w+)" id="id_s_', page))


def test_a_kept_check_in_has_the_questions_and_none_of_the_answers(as_rosa, rosa):
    send(rosa, a_report(rash=3, chills=2))
    live, kept = (as_rosa.get(path).content.decode() for path in ("/check-in/", "/offline/check-in/"))
    assert "today: moderate" in live
    assert "today:" not in kept
    assert set(re.findall(r'value="(\w+)" id="id_s_', kept)) == set(
        re.findall(r'value="(\w+)" id="id_s_', live)
    )


def test_nothing_of_one_day_stands_in_them(as_rosa, rosa):
    for path in KEPT:
        page = as_rosa.get(path).content.decode()
        assert "I am on <b>interleukin-2</b> (Aldesleukin), a cancer treatment.”" in page
        assert not re.search(r"Cycle \d", page)
        assert "They are there now" not in page
        assert "Nobody is reading right now" not in page


def test_who_has_no_diary_keeps_none(browser_of, amira, client):
    for path in KEPT:
        assert browser_of(amira).get(path).status_code == 404
        assert client.get(path).status_code == 302


def test_help_for_anybody_names_nobody(as_rosa, client, rosa):
    page = client.get("/offline/help/").content.decode()
    assert "tel:112" in page
    assert client.get("/offline/").status_code == 200
    assert "no-store" in as_rosa.get("/offline/check-in/")["Cache-Control"]


def test_they_are_fetched_anew_when_something_in_them_changed(rosa):
    before = version(rosa)
    assert version(rosa, days=1) == before
    rosa.team.line_24h = "555 0199"
    assert version(rosa) != before
    rosa.team.refresh_from_db()
    rosa.courses.update(ended_on=rosa.today(timezone.now()) - A_DAY)
    assert version(rosa) != before


def test_what_was_reported_changes_nothing_in_them(as_rosa, rosa):
    """Whoever finds the phone sees the drugs' list, and not what its owner had."""
    before, page = version(rosa), rows_in_order(as_rosa)
    send(rosa, a_report(hair_loss=2))
    assert version(rosa) == before
    assert rows_in_order(as_rosa) == page


def test_they_say_for_whom_they_were_made(as_rosa, rosa):
    for path in KEPT:
        assert as_rosa.get(path)["Sidelight-Owner"] == str(rosa.pk)


def test_a_phone_may_send_for_the_diary_of_its_page_alone(as_rosa, rosa, dev):
    told = as_rosa.post("/offline/devices/", {"for": str(rosa.pk)}).json()
    assert told["owner"] == str(rosa.pk)
    assert as_rosa.post("/offline/devices/", {"for": str(dev.pk)}).status_code == 404


# --- Sent by script -----------------------------------------------------------------------------------------


def test_a_script_is_told_where_the_answer_stands(as_rosa, rosa):
    told = {"id": str(uuid.uuid4()), "red_flag_answer": "no", "day": rosa.today(timezone.now()).isoformat()}
    answer = as_rosa.post("/check-in/", told, headers={"accept": "application/json"})
    page = f"/check-in/{CheckIn.objects.get().pk}/"
    assert (answer.status_code, answer.json()) == (201, {"page": page})
    again = as_rosa.post("/check-in/", told, headers={"accept": "text/html,*/*;q=0.8"})
    assert (again.status_code, again.url) == (302, page)


def test_a_script_gets_the_form_back_when_something_is_asked(as_rosa):
    answer = as_rosa.post("/check-in/", {}, headers={"accept": "application/json"})
    assert answer.status_code == 200
    assert "Please answer this first" in answer.content.decode()


# --- The app ------------------------------------------------------------------------------------------------


def test_the_service_worker_is_there_for_the_whole_site(client):
    answer = client.get("/service-worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer["Cache-Control"]
    head, *_ = answer.content.decode().partition(";")
    files = json.loads(head.removeprefix("const FILES = "))
    assert f"{settings.STATIC_URL}js/check-in/send.js" in files
    assert b"showNotification" in answer.content


def test_every_script_that_the_check_in_loads_is_kept(as_rosa):
    page = as_rosa.get("/check-in/").content.decode()
    loaded = set(re.findall(r'"(/static/(?:js|css)/[^"]+)"', page))
    not_for_offline = {f"/static/{name}" for name in ("css/print.css",)}
    assert loaded - not_for_offline <= set(shell.files())


def test_scripts_that_are_imported_are_kept_too():
    kept = {name.removeprefix("/static/js/") for name in shell.files() if "/js/" in name}
    for name in kept:
        script = (shell.SCRIPTS_DIR / name).read_text()
        folder = (shell.SCRIPTS_DIR / name).parent
        for imported in re.findall(r'from "(\.[^"]+)"|import "(\.[^"]+)"', script):
            path = (folder / "".join(imported)).resolve().relative_to(shell.SCRIPTS_DIR.resolve())
            assert str(path) in kept, f"{name} imports {path}"


def test_the_manifest_lets_a_phone_install_it(client):
    answer = client.get("/manifest.webmanifest")
    told = answer.json()
    assert answer["Content-Type"] == "application/manifest+json"
    assert (told["display"], told["start_url"]) == ("standalone", "/")
    assert {icon["sizes"] for icon in told["icons"]} == {"192x192", "512x512"}
    for icon in told["icons"]:
        assert (settings.BASE_DIR / icon["src"].lstrip("/")).exists()
