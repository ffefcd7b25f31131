"""What the team reads of what could not be weighed, and what the patient is told of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AccessEvent
from tests.inbox.conftest import A_DAY, CHEST_PAIN, GOOD_DAY, LOW_PRESSURE, a_body
from tests.inbox.conftest import browser_of as browser_of
from tests.team.conftest import send
from tests.triage.build import a_report
from tracker.models import Flag, InboxItem
from tracker.offline.text import readable
from tracker.team import aside

pytestmark = pytest.mark.django_db


@pytest.fixture
def flag_page(amira, browser_of):
    """The page of the one flag, as Amira sees it."""

    def read():
        return browser_of(amira).get(f"/team/flags/{Flag.objects.get().pk}/")

    return read


# --- The team -----------------------------------------------------------------------------------------------


def test_the_flags_page_shows_what_came_and_what_was_wrong(phone, flag_page):
    phone.send(b'{"note": "ma\xc3\xb1ana, I fainted"}')
    page = flag_page().text
    assert "A report that could not be read" in page
    assert "{&quot;note&quot;: &quot;mañana, I fainted&quot;}" in page
    assert "It has a part that we do not know: &#x27;note&#x27;." in page
    assert "from Chrome on Android, of Rosa Martín" in page
    assert "Only the first" not in page


def test_it_is_escaped_and_nothing_hides_in_it(phone, flag_page):
    phone.send("<script>alert(1)</script>\0\x1b[2J\u202egnp.exe".encode() + b"\xff")
    page = flag_page().text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\ufffd\ufffd[2J\ufffdgnp.exe\ufffd" in page


def test_a_long_one_is_cut_with_a_word(phone, flag_page):
    phone.send(b"x" * 10_000)
    page = flag_page().text
    assert "x" * aside.SHOWN_BYTES in page
    assert "x" * (aside.SHOWN_BYTES + 1) not in page
    assert "Only the first 4000 of 10000 bytes are shown." in page


def test_the_newest_stand_first_and_not_more_than_a_person_reads(phone, flag_page, monkeypatch):
    monkeypatch.setattr(aside, "SHOWN", 2)
    for number in range(3):
        phone.send(b"number %d" % number)
    page = flag_page().text
    assert page.index("number 2") < page.index("number 1")
    assert "number 0" not in page


def test_as_many_questions_to_the_database_however_many_came(phone, amira, browser_of):
    counts = []
    browser = browser_of(amira)
    for body in (b"one", b"two", b"three"):
        phone.send(body)
        with CaptureQueriesContext(connection) as asked:
            browser.get(f"/team/flags/{Flag.objects.get().pk}/")
        counts.append(len(asked))
    assert counts[1] == counts[2]


def test_one_that_came_too_late_is_shown_as_a_report(phone, rosa, flag_page):
    phone.send(a_body(LOW_PRESSURE, ago=4 * A_DAY))
    page = flag_page().text
    day = rosa.today(timezone.now() - 4 * A_DAY)
    assert f"A report of {day:%-d %B} came too late to be weighed" in page
    assert "84/50" in page
    assert "kept on the phone." in page
    assert "As it came" not in page


def test_who_opens_it_is_written_down(phone, flag_page, amira):
    phone.send(b"?")
    flag_page()
    assert AccessEvent.objects.get().actor == amira


@pytest.mark.parametrize("who", ["noor", "lena", "edith", "ada"])
def test_nobody_else_reads_it(phone, who, request, browser_of):
    phone.send(b"?")
    person = request.getfixturevalue(who)
    assert browser_of(person).get(f"/team/flags/{Flag.objects.get().pk}/").status_code == 404
    assert not InboxItem.objects.visible_to(person).exists()


def test_the_board_and_the_chart_say_what_came(phone, rosa, amira, browser_of):
    phone.send(b"?")
    phone.send(b"??")
    browser = browser_of(amira)
    assert browser.get("/team/").text.count("A report that could not be read") == 1
    assert "A report could not be read" in browser.get(f"/team/patients/{rosa.pk}/").text


def test_it_can_be_answered_like_any_other(phone, amira, browser_of):
    phone.send(b"?")
    flag = Flag.objects.get()
    browser = browser_of(amira)
    browser.post(f"/team/flags/{flag.pk}/claim/")
    answer = {"outcome": "called", "note": "", "seen": str(flag.reports)}
    assert browser.post(f"/team/flags/{flag.pk}/resolve/", answer).status_code == 302
    flag.refresh_from_db()
    assert flag.outcome == "called"


def test_a_report_that_lay_on_a_phone_says_when_it_was_filled_in(phone, flag_page):
    phone.send(a_body(LOW_PRESSURE, ago=A_DAY))
    assert "kept on the phone." in flag_page().text


def test_the_admin_shows_it_whole_and_writes_the_look_down(phone, root, browser_of):
    phone.send(b"<b>" + b"x" * 10_000)
    browser = browser_of(root)
    page = browser.get(f"/admin/tracker/inboxitem/{InboxItem.objects.get().pk}/change/").text
    assert "&lt;b&gt;" + "x" * 10_000 in page
    assert AccessEvent.objects.get().actor == root


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain\r\n\ttext", "plain\r\n\ttext"),
        ("sueño 😀".encode(), "sueño 😀"),
        (b"\xff\xfe\x00", "\ufffd\ufffd\ufffd"),
        (b"cut \xf0\x9f\x98", "cut \ufffd"),
        ("\u202e\u2066\u200b\x85".encode(), "\ufffd\ufffd\ufffd\ufffd"),
        (b"\xed\xa0\x80", "\ufffd\ufffd\ufffd"),
    ],
)
def test_bytes_are_read_as_far_as_they_can_be(raw, text):
    assert readable(raw) == text


# --- The patient --------------------------------------------------------------------------------------------

ASKED = "A person has to read what your phone sent"


def test_today_says_that_a_person_has_to_read_it_and_whom_to_call(phone, rosa, browser_of):
    phone.send(b"?")
    page = browser_of(rosa.user).get("/today/").text
    assert ASKED in page
    assert "Call your care team" in page


def test_a_serious_report_comes_before_it(phone, rosa, browser_of):
    phone.send(b"?")
    send(rosa, CHEST_PAIN)
    page = browser_of(rosa.user).get("/today/").text
    assert ASKED not in page


@pytest.mark.parametrize("report", [GOOD_DAY, a_report(blurry_vision=1)])
def test_the_page_of_a_milder_report_says_so_first(phone, rosa, browser_of, report):
    phone.send(b"?")
    sent = send(rosa, report).check_in
    page = browser_of(rosa.user).get(f"/check-in/{sent.pk}/").text
    assert ASKED in page
    assert "This check-in is saved." in page


def test_once_somebody_has_it_the_page_is_as_always(phone, rosa, amira, browser_of):
    phone.send(b"?")
    sent = send(rosa, GOOD_DAY).check_in
    Flag.objects.get().claim(by=amira, now=timezone.now())
    assert ASKED not in browser_of(rosa.user).get(f"/check-in/{sent.pk}/").text
