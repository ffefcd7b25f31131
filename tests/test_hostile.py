"""Who may open and press what, and that nothing anybody sends breaks the site.

Every address is tried as every persona; then what no browser sends: other methods, forged keys, unreadable
charsets, cookies and numbers.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import invitations
from accounts.models import PushDevice, User
from tests.carers import asked, helping
from tests.patient.conftest import CHECK_IN, a_form, kept
from tests.team.conftest import GOOD_DAY, LOW_PRESSURE, flagged, send
from tracker import checkins
from tracker.models import (
    Carer,
    CheckIn,
    Course,
    Finding,
    Flag,
    Mute,
    NoteToRead,
    OfflineDevice,
    Patient,
    PatientLimit,
    Shift,
    Swap,
)
from tracker.models.carers import Scope
from tracker.models.flags import State
from tracker.triage.report import Level

pytestmark = pytest.mark.django_db

# Lena stands here as often as her way to Rosa's diary can stand: never asked, asked, by scope, over.
LENAS = ("lena", "lena asked", "lena reports", "lena reads", "lena ended", "lena ran out")
HELPERS = ("lena reports", "lena reads")
PEOPLE = ("rosa", "dev", *LENAS, "amira", "ben", "sara", "noor", "edith", "ada")
PATIENTS = ("rosa", "dev")
HARBOUR = ("amira", "ben", "sara")
TEAMS = (*HARBOUR, "noor")
NOBODY = uuid.UUID(int=0)


def browser_of(person: User | Patient | None, **options: Any) -> Client:
    """A browser that shows what a visitor would get: an error page, not the exception."""
    client = Client(raise_request_exception=False, **options)
    if person is not None:
        client.force_login(person.user if isinstance(person, Patient) else person)
    return client


@pytest.fixture
def lenas(rosa, lena) -> list[User]:
    """Six people, so that one test can ask of them all."""
    others = [User.objects.create_user(f"lena{at}@example.org", name="Lena M.") for at in range(1, 6)]
    waits, reports, reads, ended, over = others
    asked(rosa, str(waits.email))
    helping(rosa, reports)
    helping(rosa, reads, scope=Scope.DIARY)
    helping(rosa, ended, scope=Scope.DIARY)
    Carer.objects.filter(user=ended).end(by=rosa.user, now=timezone.now())
    long_ago = timezone.now() - dt.timedelta(days=9)
    helping(rosa, over, scope=Scope.DIARY, now=long_ago, until=rosa.today(long_ago) + dt.timedelta(days=7))
    return [lena, *others]


@pytest.fixture
def everybody(rosa, dev, lenas, amira, ben, sara, noor, edith, ada) -> dict[str, User | Patient]:
    people = (rosa, dev, *lenas, amira, ben, sara, noor, edith, ada)
    return dict(zip(PEOPLE, people, strict=True))


# --- Who may ------------------------------------------------------------------------------------------------

# Address → who gets 200; everybody else who is signed in gets 404. What stands in braces is Rosa's.
PAGES: dict[str, tuple[str, ...]] = {
    "/today/": (*PATIENTS, *HELPERS),
    "/check-in/": (*PATIENTS, *HELPERS),
    "/how-you-have-been/": (*PATIENTS, "lena reads"),
    "/how-you-have-been/visit/": PATIENTS,
    "/check-in/{report}/": ("rosa", "lena reads"),
    "/reminders/": PATIENTS,
    "/carers/": PATIENTS,
    "/carers/invite/": PATIENTS,
    "/carers/{carer}/end/": ("rosa",),
    "/carers/whose/": (*PATIENTS, *HELPERS),
    "/emergency/": PEOPLE,
    "/team/": TEAMS,
    "/team/patients/": TEAMS,
    "/team/patients/{patient}/": HARBOUR,
    "/team/flags/{flag}/": HARBOUR,
    "/team/patients/{patient}/by-phone/": HARBOUR,
    "/team/reports/{taken}/": HARBOUR,
    "/team/notes/": TEAMS,
    "/team/cover/": TEAMS,
    "/team/cover/{team}/policies/emergency/": ("sara",),
    "/team/cover/{team}/rota/": HARBOUR,
    "/accounts/reach/": TEAMS,
    "/offline/devices/": (*PATIENTS, *HELPERS),
    "/settings/": PEOPLE,
    "/settings/name/": PEOPLE,
    "/settings/language/": PEOPLE,
    "/settings/units/": PEOPLE,
    "/settings/text-size/": PEOPLE,
    "/settings/place/": PATIENTS,
    "/settings/who-looked/": PATIENTS,
    "/settings/download/": PATIENTS,
    "/settings/leave/": PATIENTS,
    "/learn/": PEOPLE,
    "/learn/search/": PEOPLE,
    "/learn/a-z/": PEOPLE,
}
# Address → who may press it.
ACTS: dict[str, tuple[str, ...]] = {
    "/check-in/": (*PATIENTS, *HELPERS),
    "/how-you-have-been/visit/": PATIENTS,
    "/check-in/{report}/": ("rosa", "lena reads"),
    "/reminders/": PATIENTS,
    "/carers/invite/": PATIENTS,
    "/carers/{carer}/end/": ("rosa",),
    "/carers/whose/": (),
    "/team/patients/{patient}/by-phone/": HARBOUR,
    "/team/reports/{taken}/": HARBOUR,
    "/team/carers/{carer}/end/": ("amira", "sara"),
    "/team/flags/{flag}/claim/": HARBOUR,
    "/team/flags/{flag}/take-over/": HARBOUR,
    "/team/flags/{flag}/resolve/": HARBOUR,
    "/team/flags/{flag}/mute/": HARBOUR,
    "/team/patients/{patient}/limits/": HARBOUR,
    "/team/limits/{limit}/end/": HARBOUR,
    "/team/mutes/{mute}/end/": HARBOUR,
    "/team/notes/{note}/read/": HARBOUR,
    "/team/cover/{team}/policies/emergency/": ("sara",),
    "/team/cover/{team}/rota/shifts/": ("sara",),
    "/team/cover/{team}/rota/shifts/{shift}/remove/": ("sara",),
    "/team/cover/{team}/rota/swaps/": HARBOUR,
    "/team/cover/{team}/rota/swaps/{swap}/remove/": ("sara",),
    "/team/cover/{team}/rota/holidays/": ("sara",),
    "/team/cover/{team}/rota/holidays/remove/": ("sara",),
    "/accounts/reach/": TEAMS,
    "/accounts/reach/devices/": TEAMS,
    "/accounts/reach/devices/{device}/remove/": (),
    "/alerts/test/": TEAMS,
    "/offline/devices/": (*PATIENTS, *HELPERS),
    "/offline/devices/{phone}/revoke/": ("rosa",),
    "/reminders/pause/": PATIENTS,
    "/reminders/pause/end/": PATIENTS,
    "/settings/name/": PEOPLE,
    "/settings/language/": PEOPLE,
    "/settings/units/": PEOPLE,
    "/settings/text-size/": PEOPLE,
    "/settings/place/": PATIENTS,
    "/settings/download/json/": PATIENTS,
    "/settings/download/csv/": PATIENTS,
    "/settings/leave/": PATIENTS,
    "/settings/leave/confirm/": PATIENTS,
}
PUBLIC = {"/emergency/", "/learn/", "/learn/search/", "/learn/a-z/"}
ADDRESSES = list(dict.fromkeys([*PAGES, *ACTS]))
OF_ONE = [address for address in ADDRESSES if "{" in address]


def rosas(address: str, flag: Flag) -> str:
    """The address of something that is there: a limit, a mute and a note are made when it needs them."""
    keys: dict[str, object] = {"flag": flag.pk, "patient": flag.patient_id, "team": flag.team_id}
    keys["report"] = flag.check_in_id
    makers: dict[str, Callable[[Patient], object]] = {"limit": a_limit, "mute": a_mute, "note": a_note}
    makers |= {"shift": a_shift, "swap": a_swap, "device": a_device, "phone": a_phone}
    makers |= {"carer": a_carer, "taken": taken_by_phone}
    keys |= {name: make(flag.patient) for name, make in makers.items() if f"{{{name}}}" in address}
    return address.format(**keys)


def a_limit(patient: Patient) -> uuid.UUID:
    now = timezone.now()
    until = patient.today(now)
    return PatientLimit.of(
        patient, by=somebody(), name="systolic_low", value=85, reason="Low.", expires_on=until, now=now
    ).pk


def a_mute(patient: Patient) -> uuid.UUID:
    now = timezone.now()
    report = {"patient": patient, "team": patient.team, "check_in": patient.check_ins.first()}
    finding = Finding.objects.create(**report, rule="a_rule", level=Level.ROUTINE, inputs={})
    return Mute.of(finding, by=somebody(), until=patient.today(now), reason="Expected.", now=now).pk


def a_note(patient: Patient) -> uuid.UUID:
    of = {"patient": patient, "team": patient.team, "check_in": patient.check_ins.first()}
    return NoteToRead.objects.create(**of, due_at=timezone.now()).pk


def a_shift(patient: Patient) -> int:
    times = {"weekday": 1, "starts": dt.time(8), "ends": dt.time(16)}
    return Shift.objects.create(team=patient.team, person=somebody(), **times).pk


def a_swap(patient: Patient) -> int:
    now = timezone.now()
    times = {"starts_at": now, "ends_at": now + dt.timedelta(hours=8), "made_at": now}
    return Swap.objects.create(team=patient.team, person=somebody(), made_by=somebody(), **times).pk


def a_device(patient: Patient) -> uuid.UUID:
    """Of somebody who works in no team."""
    of = {"user": patient.user, "endpoint": "https://push.example/1", "made_at": timezone.now()}
    return PushDevice.objects.create(**of).pk


def a_phone(patient: Patient) -> uuid.UUID:
    """One that may send for them."""
    device, _token = OfflineDevice.issue(patient, to=patient.user, name="Firefox", now=timezone.now())
    return device.pk


def a_carer(patient: Patient) -> uuid.UUID:
    return asked(patient, "another@example.org")[0].pk


def taken_by_phone(patient: Patient) -> uuid.UUID:
    """A report for yesterday that somebody of the team wrote down."""
    now = timezone.now()
    nurse = User.objects.get(memberships__team=patient.team, memberships__role="nurse")
    details: dict[str, Any] = {"report": GOOD_DAY, "reported_at": now, "now": now}
    details |= {"day": patient.today(now) - dt.timedelta(days=1), "source": CheckIn.Source.PHONE}
    sent = checkins.submit(patient_id=patient.pk, id=uuid.uuid4(), by=nurse, **details)
    return sent.check_in.pk


def written() -> int:
    """How many reports there are, without the one that was taken by phone to have an address."""
    return CheckIn.objects.exclude(source=CheckIn.Source.PHONE).count()


def somebody() -> User:
    return User.objects.earliest("pk")


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_a_page_opens_for_carers_who_may_and_is_not_there_for_others(everybody, rosa):
    """By how a carer's way in stands; of everybody else docs/access.csv says it."""
    flag, wrong = flagged(rosa), {}
    browsers = {name: browser_of(everybody[name]) for name in LENAS}
    for address, may in PAGES.items():
        with undone():
            url = rosas(address, flag)
            answers = {name: browser.get(url).status_code for name, browser in browsers.items()}
        if answers != {name: 200 if name in may else 404 for name in LENAS}:
            wrong[address] = answers
    assert wrong == {}


def test_carers_do_nothing_that_is_not_theirs(everybody, rosa):
    flag, wrong = flagged(rosa), {}
    browsers = {name: browser_of(everybody[name]) for name in LENAS}
    for address, may in ACTS.items():
        with undone():
            url = rosas(address, flag)
            answers = {name: browsers[name].post(url).status_code for name in LENAS if name not in may}
            flag.refresh_from_db()
            ended = [each.ended_at for each in (*PatientLimit.objects.all(), *Mute.objects.all())]
            is_untouched = (flag.state, written(), any(ended)) == (State.OPEN, 1, False)
            if set(answers.values()) > {404} or not is_untouched or NoteToRead.objects.exclude(read_at=None):
                wrong[address] = answers
    assert wrong == {}


def filled_with(key: object, address: str) -> str:
    return address.format_map(defaultdict(lambda: key))


@pytest.mark.parametrize("address", OF_ONE)
def test_what_does_not_exist_is_not_found(address, everybody):
    url = filled_with(NOBODY, address)
    for name in ("rosa", "amira"):
        browser = browser_of(everybody[name])
        assert browser.get(url).status_code in (404, 405)
        assert browser.post(url).status_code in (404, 405)


@pytest.mark.parametrize("address", OF_ONE)
def test_what_is_no_key_is_not_found(address, rosa):
    browser = browser_of(rosa)
    ask = browser.get if address in PAGES else browser.post
    keys = ("x", "1", "%00", "..%2f", "é", "0" * 32, f"{NOBODY}x", "9" * 400)
    answers = {key: ask(filled_with(key, address)).status_code for key in keys}
    assert answers == dict.fromkeys(keys, 404)


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_answers_another_method(address, rosa, amira):
    url = rosas(address, flagged(rosa))
    browser = browser_of(amira if address.startswith("/team/") else rosa)
    methods = ("put", "patch", "delete", "options", "trace")
    answers = {method: getattr(browser, method)(url).status_code for method in methods}
    assert answers == dict.fromkeys(methods, 405)


@pytest.mark.parametrize("address", [each for each in PAGES if each not in ACTS])
def test_pages_that_are_only_read_take_no_post(address, rosa, amira):
    url = rosas(address, flagged(rosa))
    person = amira if address.startswith("/team/") else rosa
    assert browser_of(person).post(url).status_code == 405


@pytest.mark.parametrize("address", ACTS)
def test_nothing_is_done_without_the_token_of_our_own_page(address, rosa, amira):
    flag = flagged(rosa)
    person = amira if address.startswith("/team/") else rosa
    answer = browser_of(person, enforce_csrf_checks=True).post(rosas(address, flag), a_form())
    assert answer.status_code == 403
    flag.refresh_from_db()
    assert (flag.state, written()) == (State.OPEN, 1)


@pytest.mark.parametrize("address", ["/admin/tracker/patient/", "/admin/accounts/user/", "/admin/"])
def test_the_admin_is_for_staff(address, everybody):
    staff = {"ada", "edith"} if address == "/admin/" else {"ada"} if "accounts" in address else set()
    for name, person in everybody.items():
        answer = browser_of(person).get(address)
        assert (answer.status_code == 200) is (name in staff), (name, answer.status_code)


def test_an_admin_makes_nobody_a_superuser(ada, lena):
    form = {"name": "Lena", "email": lena.email, "is_active": "on", "is_superuser": "on", "password": "x"}
    inline = {f"memberships-{part}": 0 for part in ("TOTAL_FORMS", "INITIAL_FORMS")}
    answer = browser_of(ada).post(f"/admin/accounts/user/{lena.pk}/change/", {**form, **inline})
    assert answer.status_code == 302
    lena.refresh_from_db()
    assert (lena.name, lena.is_superuser, lena.has_usable_password()) == ("Lena", False, False)


def test_an_address_is_not_changed_by_whoever_holds_the_phone(rosa):
    browser = browser_of(rosa)
    for act in ("action_add", "action_primary"):
        answer = browser.post("/accounts/email/", {act: "", "email": "evil@example.org"})
        assert answer.status_code == 404
    rosa.user.refresh_from_db()
    assert rosa.user.email == "rosa@example.org"


def test_a_course_and_a_dose_are_not_moved_onto_another(rosa, root):
    course = rosa.courses.first()
    dose, earlier_dose = course.doses.all()[:2]
    earlier = {"team": rosa.team, "patient": rosa, "drug": course.drug, "started_on": dt.date(2020, 1, 1)}
    other = Course.objects.create(**earlier)
    form = {"cycle": 1, "started_on": course.started_on.isoformat()}
    answer = browser_of(root).post(f"/admin/tracker/course/{other.pk}/change/", form)
    assert "already exists" in answer.text
    form = {"given_at_0": f"{dose.given_at:%Y-%m-%d}", "given_at_1": f"{dose.given_at:%H:%M:%S.%f}"}
    answer = browser_of(root).post(f"/admin/tracker/dose/{earlier_dose.pk}/change/", form)
    assert "already exists" in answer.text


# --- What every answer carries ------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [*PAGES, "/nowhere/", "/accounts/login/code/", "/admin/", "/"])
def test_every_answer_carries_the_policy_and_nobody_keeps_a_private_one(address, rosa, amira, ada):
    url = rosas(address, flagged(rosa))
    person = amira if address.startswith("/team/") else ada if address == "/admin/" else rosa
    answer = browser_of(person).get(url)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert "no-store" in answer["Cache-Control"]


def test_an_unknown_host_is_refused():
    assert browser_of(None).get("/learn/", headers={"host": "evil.example"}).status_code == 400


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "https:evil",
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_signing_in_and_out_leads_nowhere_else(address, amira):
    amira.set_password("a long way to the ward")
    amira.save()
    browser = browser_of(None)
    form = {"login": amira.email, "password": "a long way to the ward", "next": address}
    assert browser.post(f"{reverse('account_login')}?next={address}", form)["Location"] == "/"
    assert "evil" not in browser.post(reverse("account_logout"), {"next": address})["Location"]


def test_an_invitation_is_not_accepted_by_guessing(lena, team, ada):
    details = {"email": lena.email, "name": "Lena", "team": team, "role": "lead", "by": ada}
    invitation, token = invitations.invite(**details, now=timezone.now())
    for guess in (token[:-1], token.swapcase(), invitation.token_digest, str(invitation.pk), token + "0"):
        assert browser_of(None).post(f"/invitations/{guess}/").status_code == 404
    assert not lena.memberships.exists()


# --- What cannot be read ------------------------------------------------------------------------------------


@pytest.mark.parametrize("charset", ["unicode_escape", "utf-16", "latin-1", "no-such"])
@pytest.mark.parametrize("address", ["/learn/search/?q=%5Cud800", "/team/patients/?q=%5Cud800%5Cx00"])
def test_only_utf_8_is_read(address, charset, amira):
    headers = {"content-type": f"text/plain; charset={charset}"}
    assert browser_of(amira).get(address, headers=headers).status_code in (200, 400)


@pytest.mark.parametrize("cookie", ['"\\000aaaaaaaaaaa"', "x" * 4000, "é" * 20, '"\\377\\376aaaaaaaaaa"'])
@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "messages"])
def test_a_forged_cookie_breaks_nothing(name, cookie, db):
    answer = browser_of(None).get("/learn/", headers={"cookie": f"{name}={cookie}"})
    assert answer.status_code in (200, 400)


WEIRD = ["\0", "'\"<script>", "9" * 5000, "-1", "NaN", "1e400", "٣", "²", "%", "😀" * 300, "2026-13-45"]
two_texts_each = pytest.mark.parametrize("shift", [0, 5])


def odd(names: Iterable[str], shift: int) -> Iterator[tuple[str, str]]:
    """Each field with one odd text, the next with the next; tests/fuzz sends any to any, by chance."""
    yield from zip(names, islice(cycle(WEIRD), shift, None), strict=False)


@pytest.mark.parametrize("text", WEIRD)
def test_nothing_in_an_address_breaks_a_page(text, rosa, amira):
    flag = flagged(rosa)
    for person, url, names in (
        (rosa, "/check-in/", ["correct"]),
        (rosa, "/settings/who-looked/", ["page"]),
        (rosa, "/carers/invite/", ["again"]),
        (amira, "/team/", ["show"]),
        (amira, "/team/patients/", ["q", "page"]),
        (amira, "/team/notes/", ["page"]),
        (amira, f"/team/patients/{flag.patient_id}/", ["days"]),
        (None, "/learn/search/", ["q"]),
        (None, "/accounts/login/code/", ["next"]),
    ):
        for name in names:
            expected = 400 if "\0" in text else 200
            assert browser_of(person).get(url, {name: text}).status_code == expected, (url, name)


@pytest.mark.parametrize("address", ["/admin/accounts/membership/?role=%00", "/admin/tracker/shift/?q=%00"])
def test_a_nul_in_an_address_of_the_admin_is_refused(address, ada):
    assert browser_of(ada).get(address).status_code == 400


@two_texts_each
def test_nothing_in_a_field_breaks_the_check_in(shift, rosa):
    browser = browser_of(rosa)
    page = browser.get(CHECK_IN)
    names = [*page.context["form"].fields, "asked", "asked_temperature", "chills-severity", "zzz-severity"]
    names += ["rating-chills", "asked_rating-chills", "rating-zzz"]
    for name, text in odd(names, shift):
        answer = browser.post(CHECK_IN, a_form(day=rosa.today(timezone.now()).isoformat()) | {name: text})
        assert answer.status_code in (200, 302), name
    for text in WEIRD[shift : shift + 6]:
        serious = a_form(red_flag_answer="yes") | dict.fromkeys(set(names) - {"red_flag_answer"}, text)
        assert browser.post(CHECK_IN, serious).status_code == 302, text  # whatever else it says


@two_texts_each
def test_nothing_in_a_field_breaks_the_teams_forms(shift, rosa, amira):
    flag = flagged(rosa)
    browser = browser_of(amira)
    for act, names in (
        (f"flags/{flag.pk}/take-over", ["whose"]),
        (f"flags/{flag.pk}/resolve", ["outcome", "note", "seen", "notes_read"]),
        (f"flags/{flag.pk}/mute", ["finding", "days", "reason"]),
        (f"patients/{rosa.pk}/limits", ["name", "value", "expires_on", "reason"]),
        (f"notes/{a_note(rosa)}/read", ["next"]),
    ):
        for name, text in odd(names, shift):
            form = {"outcome": "zzz", "seen": "1", "finding": next(iter(flag.findings)).pk} | {name: text}
            answer = browser.post(f"/team/{act}/", form)
            assert answer.status_code in (200, 302), (act, name)


@two_texts_each
def test_nothing_in_a_field_breaks_cover(shift, rosa, amira, sara):
    browser = browser_of(sara)
    step = {"roles": ["nurse"], "channels": ["email"], "minutes": "5"}
    policy = {f"step-0-{name}": value for name, value in step.items()}
    policy |= {"step-TOTAL_FORMS": "1", "step-INITIAL_FORMS": "0", "outcome_minutes": "60"}
    one_shift = {"person": sara.pk, "weekdays": ["1"], "starts": "08:00", "ends": "09:00"}
    today = rosa.today(timezone.now()).isoformat()
    swap = {"person": sara.pk, "instead_of": "", "starts_at": f"{today}T08:00", "ends_at": f"{today}T23:59"}
    rota = f"/team/cover/{rosa.team_id}/rota"
    for url, form in (
        (
            f"/team/cover/{rosa.team_id}/policies/urgent/",
            policy | dict.fromkeys(["step-0-on_call", "step-0-people", "step-0-ORDER", "step-0-DELETE"], ""),
        ),
        (f"{rota}/shifts/", one_shift),
        (f"{rota}/swaps/", swap | {"reason": ""}),
        (f"{rota}/holidays/", {"day": ""}),
        (f"{rota}/holidays/remove/", {"day": ""}),
        ("/accounts/reach/", {"phone": ""}),
        ("/accounts/reach/devices/", {"endpoint": "https://fcm.googleapis.com/", "p256dh": "", "auth": ""}),
    ):
        for name, text in odd(form, shift):
            answer = browser.post(url, form | {name: text})
            assert answer.status_code in (200, 302), (url, name)
            assert browser.get("/team/cover/").status_code == 200


@two_texts_each
def test_nothing_in_a_field_breaks_a_setting(shift, rosa):
    browser = browser_of(rosa)
    units = {"temperature_unit": "C", "weight_unit": "kg"}
    for url, form in (
        ("/settings/name/", {"name": ""}),
        ("/settings/language/", {"language": ""}),
        ("/settings/units/", units),
        ("/settings/text-size/", {"text_size": ""}),
        ("/settings/place/", {"time_zone": ""}),
        ("/reminders/", {"wanted": "yes", "remind_at": "18:00", "remind_by": "email"}),
        ("/reminders/pause/", {"until": ""}),
        ("/settings/leave/", {"reason": ""}),
        ("/settings/leave/confirm/", {"reason": ""}),  # the last: nothing can be sent after it
    ):
        for name, text in odd(form, shift):
            assert browser.post(url, form | {name: text}).status_code in (200, 302), (url, name)
            assert browser.get("/settings/").status_code == 200
    assert browser.post("/settings/download/json/").getvalue()


@two_texts_each
def test_nothing_in_a_field_breaks_asking_somebody_to_help(shift, rosa):
    browser = browser_of(rosa)
    form = {
        "name": "Lena",
        "relation": "daughter",
        "email": "lena@example.org",
        "scope": "report",
        "until": "",
    }
    for name, text in odd(form, shift):
        answer = browser.post("/carers/invite/", form | {name: text})
        assert answer.status_code in (200, 302), name
        assert browser.get("/carers/").status_code == 200
    for text in WEIRD:
        assert browser.post("/carers/whose/", {"diary": text}).status_code == 404, text


@pytest.mark.parametrize("text", WEIRD)
def test_nothing_in_the_name_of_a_phone_breaks_its_page(text, rosa):
    browser = browser_of(rosa)
    assert browser.post("/offline/devices/", {"name": text}).status_code == 201
    assert browser.get("/offline/devices/").status_code == 200


@pytest.mark.parametrize("text", WEIRD)
def test_nothing_typed_at_the_door_breaks_it(text, db):
    browser = browser_of(None)
    for name, fields in (
        ("account_request_login_code", ["email"]),
        ("account_confirm_login_code", ["code"]),
        ("account_login", ["login", "password"]),
        ("account_reset_password", ["email"]),
        ("account_signup", ["email", "password1"]),
    ):
        answer = browser.post(reverse(name), dict.fromkeys(fields, text))
        assert answer.status_code in (200, 302), name


def test_an_id_from_long_ago_gives_way_to_a_fresh_one(rosa):
    now = timezone.now()
    long_ago, _later = (send(rosa, GOOD_DAY, ago=dt.timedelta(days=days)).check_in for days in (90, 80))
    answer = browser_of(rosa).post(CHECK_IN, a_form(id=str(long_ago.pk), day=rosa.today(now).isoformat()))
    assert answer.status_code == 302
    fresh = rosa.check_ins.latest("received_at")
    assert (fresh.day, fresh.amends) == (rosa.today(now), None)


def test_an_old_report_is_read_and_no_longer_answered(rosa):
    old = send(rosa, LOW_PRESSURE, ago=dt.timedelta(days=3)).check_in
    answer = browser_of(rosa).post(f"/check-in/{old.pk}/", {"blood_pressure-answer": "yes"})
    assert answer.status_code in (200, 302)
    assert kept() == old


# --- Days ---------------------------------------------------------------------------------------------------


# Both one-o'clocks of an autumn night, either side of a missing hour in spring, the last minute of a year.
MOMENTS = (
    "2026-10-25T00:30Z",
    "2026-10-25T01:30Z",
    "2026-03-29T00:59Z",
    "2026-03-29T01:00Z",
    "2026-12-31T23:59Z",
)


@pytest.mark.parametrize("zone", ["Europe/Madrid", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
@pytest.mark.parametrize("now", MOMENTS)
def test_three_days_are_taken_and_no_other_at_any_hour_in_any_zone(zone, now, rosa):
    Patient.objects.filter(pk=rosa.pk).update(time_zone=zone)
    rosa.refresh_from_db()
    with time_machine.travel(dt.datetime.fromisoformat(now), tick=False):
        today = rosa.today(timezone.now())
        browser = browser_of(rosa)
        taken = {
            ago: browser.post(
                CHECK_IN, a_form(day=(today - dt.timedelta(days=ago)).isoformat(), symptoms=["rash"])
            ).status_code
            == 302
            for ago in range(-1, 4)
        }
    assert taken == {-1: False, 0: True, 1: True, 2: True, 3: False}
