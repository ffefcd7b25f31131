"""A relative's account of a diary: how it is given, what it opens, and how it ends."""

import datetime as dt
import re
import uuid
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import AccessEvent, User
from tests.carers import asked, browser_of, helping
from tests.inbox.conftest import a_body, a_phone
from tests.patient.conftest import CHECK_IN, a_form, signed_in
from tests.team.conftest import CHEST_PAIN, GOOD_DAY, LOW_PRESSURE
from tests.team.conftest import send as send_as_patient
from tests.triage.build import a_report
from tracker import carers, checkins
from tracker.models import Carer, CheckIn, Flag, OfflineDevice, Patient
from tracker.models.carers import Scope
from tracker.offline import inbox
from tracker.triage.report import Level

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
A_DAY, A_WEEK = dt.timedelta(days=1), dt.timedelta(days=7)
INVITE, LIST, WHOSE = "/carers/invite/", "/carers/", "/carers/whose/"
DETAILS = {"name": "Lena Martín", "relation": "daughter", "email": "Lena@example.org", "scope": "report"}


@pytest.fixture
def reporter(rosa: Patient, lena: User) -> Client:
    """Lena, who reports for Rosa and sees what she sent."""
    helping(rosa, lena)
    return browser_of(lena)


@pytest.fixture
def reader(rosa: Patient, lena: User) -> Client:
    """Lena, who sees the whole diary."""
    helping(rosa, lena, scope=Scope.DIARY)
    return browser_of(lena)


def tell(browser: Client, patient: Patient, **answers: Any) -> CheckIn:
    """What a browser sends; the report that came of it."""
    day = patient.today(timezone.now()).isoformat()
    answer = browser.post(CHECK_IN, a_form(day=day, diary=str(patient.pk), **answers))
    assert answer.status_code == 302, answer.status_code
    return CheckIn.objects.get(pk=answer["Location"].split("/")[2])


# --- Asking -------------------------------------------------------------------------------------------------


def test_a_patient_asks_somebody_and_the_mail_has_the_link(as_rosa, rosa, settings):
    settings.SITE_URL = "https://diary.example.org"
    assert as_rosa.post(INVITE, DETAILS)["Location"] == LIST
    carer = Carer.objects.get()
    assert (carer.patient, carer.team, carer.email, carer.scope) == (
        rosa,
        rosa.team,
        "lena@example.org",
        "report",
    )
    assert carer.until == rosa.today(timezone.now()) + dt.timedelta(days=183)
    [message] = mail.outbox
    assert message.to == ["lena@example.org"]
    found = re.search(
        r"^https://diary\.example\.org/carers/invitations/([\w-]{40,})/$", str(message.body), re.MULTILINE
    )
    assert found
    assert found[1] not in str(vars(carer))
    assert not re.search(r"cancer|treatment|side.effect|interleukin", message.subject + str(message.body))
    assert "asked on" in as_rosa.get(LIST).text


def test_the_last_day_is_chosen_within_a_year(as_rosa, rosa):
    today = rosa.today(timezone.now())
    for days, taken in ((-1, False), (0, True), (366, True), (367, False)):
        day = (today + dt.timedelta(days=days)).isoformat()
        answer = as_rosa.post(INVITE, {**DETAILS, "email": f"a{days}@example.org", "until": day})
        assert (answer.status_code == 302) is taken, days


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": "ROSA@example.org "}, "This is your own address."),
        ({"email": "lena"}, "Write the e-mail address like lena@example.org."),
        ({"name": ""}, "Write their name, like Lena."),
        ({"relation": " "}, "Write who they are to you, like daughter."),
        ({"scope": "everything"}, "Choose one of these."),
        ({"until": "soon"}, "Write the day like 2027-05-31."),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(as_rosa, wrong, words):
    page = as_rosa.post(INVITE, DETAILS | wrong)
    assert page.status_code == 200
    assert words in page.text
    assert ('value="daughter"' in page.text) is ("relation" not in wrong)
    assert not mail.outbox


def test_nobody_is_asked_twice_while_they_help(as_rosa, reporter):
    page = as_rosa.post(INVITE, DETAILS)
    assert "This person helps you already." in page.text
    assert not mail.outbox


def test_asking_again_takes_the_place_of_the_first_invitation(as_rosa, rosa):
    first, token = asked(rosa)
    page = as_rosa.get(INVITE, {"again": first.pk})
    assert 'value="lena@example.org"' in page.text
    as_rosa.post(INVITE, DETAILS)
    assert Carer.objects.filter(ended_at=None).count() == 1
    with pytest.raises(carers.NotUsable):
        carers.usable(token, timezone.now())


def test_another_patients_carer_is_not_shown_in_the_form(as_rosa, dev):
    other, _token = asked(dev, "somebody@example.org")
    assert "somebody@example.org" not in as_rosa.get(INVITE, {"again": other.pk}).text


def test_so_many_are_asked_a_day_and_no_more(as_rosa, rosa):
    for number in range(carers.MOST_A_DAY):
        as_rosa.post(INVITE, DETAILS | {"email": f"{number}@example.org"})
        Carer.objects.end(by=rosa.user, now=timezone.now())
    assert "You have asked many people." in as_rosa.post(INVITE, DETAILS).text
    assert len(mail.outbox) == carers.MOST_A_DAY


def test_so_many_help_at_once_and_no_more(rosa):
    for number in range(carers.MOST_AT_ONCE):
        asked(rosa, f"{number}@example.org", now=timezone.now() - 2 * A_DAY)
    with pytest.raises(carers.TooMany):
        carers.invite(rosa, **DETAILS, until=rosa.today(timezone.now()), now=timezone.now())


def test_a_mail_server_in_trouble_is_told_of(as_rosa, smtp_server):
    smtp_server.refuse_with = "554 no"
    page = as_rosa.post(INVITE, DETAILS, follow=True)
    assert "We could not send the e-mail to lena@example.org." in page.text


# --- Coming -------------------------------------------------------------------------------------------------


def link(token: str) -> str:
    return f"/carers/invitations/{token}/"


def test_opening_the_link_accepts_nothing(client, rosa):
    carer, token = asked(rosa)
    page = client.get(link(token))
    assert "Rosa Martín asks you to help with the diary" in page.text
    carer.refresh_from_db()
    assert carer.user is None
    assert not User.objects.filter(email="lena@example.org").exists()


def test_the_button_makes_the_account_and_opens_the_diary(client, rosa):
    carer, token = asked(rosa)
    assert client.post(link(token))["Location"] == "/today/"
    carer.refresh_from_db()
    lena = User.objects.get(email="lena@example.org")
    assert (carer.user, lena.name, lena.has_usable_password()) == (lena, "Lena Martín", False)
    page = client.get("/today/").text
    assert "Rosa Martín’s diary." in page
    assert "You are signed in as Lena." in page


def test_the_link_works_once_and_for_a_week(client, rosa):
    _carer, token = asked(rosa)
    client.post(link(token))
    assert Client().post(link(token)).status_code == 404
    _later, token = asked(rosa, "other@example.org")
    with time_machine.travel(timezone.now() + A_WEEK, tick=False):
        assert Client().get(link(token)).status_code == 404
        assert Client().post(link(token)).status_code == 404


def test_a_link_does_not_open_an_account_that_is_there(client, rosa, lena):
    """Mail is passed on; whoever holds the link must not become the owner of the address."""
    carer, token = asked(rosa)
    assert "Sign in with it first" in client.get(link(token)).text
    page = client.post(link(token))
    assert "Sign in with it first" in page.text
    assert "_auth_user_id" not in client.session
    carer.refresh_from_db()
    assert carer.user is None


def test_nor_for_somebody_else_who_is_signed_in(rosa, lena, amira):
    carer, token = asked(rosa)
    browser = browser_of(amira)
    page = browser.post(link(token))
    assert "Sign Amira Nasser out" in page.text
    assert browser.session["_auth_user_id"] == str(amira.pk)
    carer.refresh_from_db()
    assert carer.user is None


def test_whoever_is_signed_in_with_the_address_accepts(rosa, lena):
    carer, token = asked(rosa)
    browser = browser_of(lena)
    assert browser.post(link(token))["Location"] == "/today/"
    carer.refresh_from_db()
    assert carer.user == lena
    assert browser.get("/today/").status_code == 200


def test_an_account_that_is_closed_accepts_nothing(client, rosa, lena):
    User.objects.filter(pk=lena.pk).update(is_active=False)
    _carer, token = asked(rosa)
    assert client.post(link(token)).status_code == 404


def test_what_was_taken_back_cannot_be_accepted(client, as_rosa, rosa):
    carer, token = asked(rosa)
    as_rosa.post(f"/carers/{carer.pk}/end/")
    assert client.get(link(token)).status_code == 404
    assert client.post(link(token)).status_code == 404


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda token: token + "0", str.swapcase])
def test_a_link_is_not_guessed(client, rosa, change):
    _carer, token = asked(rosa)
    assert client.post(link(change(token))).status_code == 404


def test_somebody_who_was_asked_at_two_addresses_has_what_was_agreed_last(rosa, lena):
    first = helping(rosa, lena)
    User.objects.filter(pk=lena.pk).update(email="new@example.org")
    lena.refresh_from_db()
    _second, token = asked(rosa, "new@example.org", scope=Scope.DIARY)
    assert browser_of(lena).post(link(token)).status_code == 302
    first.refresh_from_db()
    assert first.ended_by == lena
    assert Carer.objects.in_force(timezone.now()).get().scope == Scope.DIARY


# --- What it opens ------------------------------------------------------------------------------------------

OWN_ALONE = ["/reminders/", LIST, INVITE]


def test_a_reporter_finds_what_she_sent_and_nothing_else(reporter, rosa, lena):
    hers = send_as_patient(rosa, LOW_PRESSURE, ago=dt.timedelta(hours=3)).check_in
    page = reporter.get("/today/").text
    assert str(hers.pk) not in page
    assert hers.advice["headline"] not in page
    assert reporter.get(f"/check-in/{hers.pk}/").status_code == 404
    assert reporter.get("/how-you-have-been/").status_code == 404
    own = tell(reporter, rosa, symptoms=["nausea"])
    assert (own.reported_by, own.relation) == (lena, "daughter")
    done = reporter.get(f"/check-in/{own.pk}/")
    assert done.status_code == 200
    assert hers.advice["headline"] not in done.text  # of the flag that is open, and rests on hers
    assert f"/check-in/{own.pk}/" in reporter.get("/today/").text


def test_the_form_shows_a_reporter_nothing_of_what_others_said(reporter, rosa):
    send_as_patient(rosa, CHEST_PAIN)  # chills: moderate
    page = reporter.get(CHECK_IN).text
    assert "today: " not in page
    assert "What you told us earlier today" not in page
    assert "You are answering for <b>Rosa</b>." in page


def test_a_reader_finds_the_whole_diary(reader, rosa):
    hers = send_as_patient(rosa, LOW_PRESSURE).check_in
    assert hers.advice["headline"] in reader.get("/today/").text
    assert reader.get(f"/check-in/{hers.pk}/").status_code == 200
    assert reader.get("/how-you-have-been/").status_code == 200
    send_as_patient(rosa, CHEST_PAIN)  # chills among it
    assert "today: " in reader.get(CHECK_IN).text


@pytest.mark.parametrize("scope", Scope.values)
@pytest.mark.parametrize("address", OWN_ALONE)
def test_what_is_the_patients_alone_is_not_found(rosa, lena, scope, address):
    helping(rosa, lena, scope=scope)
    assert browser_of(lena).get(address).status_code == 404
    assert browser_of(lena).post(address).status_code in (404, 405)


@pytest.mark.parametrize("scope", Scope.values)
def test_no_carer_corrects_what_the_patient_said(rosa, lena, scope):
    helping(rosa, lena, scope=scope)
    hers = send_as_patient(rosa, GOOD_DAY).check_in
    browser = browser_of(lena)
    assert str(hers.pk) not in browser.get(f"{CHECK_IN}?correct={hers.pk}").text
    told = tell(browser, rosa, id=str(hers.pk), symptoms=["nausea"])
    assert (told.amends, told.pk == hers.pk) == (None, False)
    assert hers.amendments.count() == 0


def test_a_carer_corrects_what_she_sent_and_the_patient_everything(reporter, as_rosa, rosa, lena):
    first = tell(reporter, rosa)
    second = tell(reporter, rosa, id=str(first.pk), symptoms=["nausea"])
    third = tell(as_rosa, rosa, id=str(first.pk), symptoms=["chills"])
    assert [second.amends, third.amends, third.reported_by] == [first, second, rosa.user]
    assert reporter.get(f"/check-in/{first.pk}/")["Location"] == f"/check-in/{second.pk}/"
    assert reporter.get(f"/check-in/{second.pk}/").status_code == 200  # not what Rosa made of it
    assert reporter.get(f"/check-in/{third.pk}/").status_code == 404


def test_a_reporter_hears_what_became_of_what_she_sent(reporter, rosa, amira):
    own = tell(reporter, rosa, red_flag_answer="yes", red_flags=["chest_pain"])
    flag = Flag.objects.get()
    flag.claim(by=amira, now=timezone.now())
    assert "Seen by Amira." in reporter.get(f"/check-in/{own.pk}/").text
    assert "Seen by Amira." in reporter.get("/today/").text


def test_the_numbers_are_at_hand_and_the_sentence_is_about_the_patient(reporter, rosa):
    page = reporter.get("/emergency/").text
    assert rosa.team.line_24h in page
    assert "“Rosa is on <b>" in page


def test_the_patient_can_see_who_looked(reporter, rosa, lena):
    for address in ("/today/", "/emergency/", CHECK_IN):
        reporter.get(address)
    looks = AccessEvent.objects.values_list("what", "actor", "patient_id", "team")
    assert list(looks) == [("diary", lena.pk, rosa.pk, rosa.team_id)] * 3


def test_a_look_that_was_refused_is_no_look_and_ones_own_is_none(reporter, as_rosa):
    reporter.get("/how-you-have-been/")
    as_rosa.get("/today/")
    assert not AccessEvent.objects.exists()


# --- Who said it --------------------------------------------------------------------------------------------


def test_her_name_stands_wherever_her_report_does(reporter, as_rosa, rosa, amira):
    told = tell(reporter, rosa, red_flag_answer="yes", red_flags=["chest_pain"], note="She is pale.")
    flag = Flag.objects.get()
    mark = "by Lena, daughter"
    for page in (as_rosa.get("/today/"), as_rosa.get(f"/check-in/{told.pk}/")):
        assert mark in page.text or "By Lena, daughter" in page.text
        assert "We received a check-in from Lena, daughter." in page.text
    nurse = browser_of(amira)
    for address in (f"/team/flags/{flag.pk}/", f"/team/patients/{rosa.pk}/", "/team/notes/"):
        assert mark in nurse.get(address).text.replace("By Lena", "by Lena"), address


def test_it_stays_as_it_was_called_then(rosa, lena):
    helping(rosa, lena)
    told = tell(browser_of(lena), rosa)
    Carer.objects.end(by=rosa.user, now=timezone.now())
    helping(rosa, lena, relation="neighbour")
    assert CheckIn.objects.get(pk=told.pk).mark == "by Lena, daughter"


# --- How it ends --------------------------------------------------------------------------------------------


def everything(browser: Client) -> set[int]:
    """How the diary answers."""
    return {browser.get(address).status_code for address in ("/today/", CHECK_IN, "/offline/devices/", WHOSE)}


def test_ended_by_the_patient_it_is_over_at_the_next_click(as_rosa, reader, rosa, lena):
    carer = Carer.objects.get()
    own = tell(reader, rosa)
    phone = a_phone(rosa, to=lena)
    assert "Shall Lena Martín stop helping?" in as_rosa.get(f"/carers/{carer.pk}/end/").text
    assert reader.get("/today/").status_code == 200  # asking ends nothing
    as_rosa.post(f"/carers/{carer.pk}/end/")
    assert everything(reader) == {404}
    assert reader.get(f"/check-in/{own.pk}/").status_code == 404
    assert reader.post(CHECK_IN, a_form()).status_code == 404
    assert phone.send(a_body()).status_code == 401
    assert "ended on" in as_rosa.get(LIST).text


def test_it_ends_by_itself_at_midnight_of_the_patients_clock(rosa, lena):
    Patient.objects.filter(pk=rosa.pk).update(time_zone="Pacific/Kiritimati")  # 14 hours ahead
    rosa.refresh_from_db()
    with time_machine.travel(NOW, tick=False):
        helping(rosa, lena, until=dt.date(2026, 11, 25))
        phone = a_phone(rosa, to=lena)
    midnight = dt.datetime(2026, 11, 25, 10, tzinfo=dt.UTC)
    for moment, answer, sent in ((midnight - dt.timedelta(seconds=1), 200, 201), (midnight, 404, 401)):
        with time_machine.travel(moment, tick=False):
            assert everything(browser_of(lena)) == {answer}
            assert phone.send(a_body()).status_code == sent


def test_nobody_ends_another_patients(as_rosa, dev, lena):
    carer = helping(dev, lena)
    assert as_rosa.get(f"/carers/{carer.pk}/end/").status_code == 404
    assert as_rosa.post(f"/carers/{carer.pk}/end/").status_code == 404
    assert Carer.objects.in_force(timezone.now()).exists()


@pytest.mark.parametrize(("who", "may"), [("amira", True), ("sara", True), ("ben", False), ("noor", False)])
def test_the_teams_nurses_and_lead_may_end_it(reporter, rosa, who, may, request):
    person = request.getfixturevalue(who)
    carer = Carer.objects.get()
    browser = browser_of(person)
    chart = browser.get(f"/team/patients/{rosa.pk}/")
    assert (f"/team/carers/{carer.pk}/end/" in chart.text) is may
    assert browser.post(f"/team/carers/{carer.pk}/end/").status_code == (302 if may else 404)
    assert reporter.get("/today/").status_code == (404 if may else 200)
    carer.refresh_from_db()
    assert carer.ended_by == (person if may else None)


def test_who_was_let_in_again_trusts_the_phone_again(rosa, lena):
    helping(rosa, lena, now=timezone.now() - A_DAY)
    phone = a_phone(rosa, to=lena)
    Carer.objects.end(by=rosa.user, now=timezone.now())
    helping(rosa, lena)
    assert phone.send(a_body()).status_code == 401
    assert a_phone(rosa, to=lena).send(a_body()).status_code == 201


# --- Who may report for whom is said in one place -----------------------------------------------------------


def submit(patient: Patient, by: User, **changed: Any) -> checkins.Submitted:
    now = timezone.now()
    details: dict[str, Any] = {"day": patient.today(now), "reported_at": now, "now": now, **changed}
    return checkins.submit(patient_id=patient.pk, report=GOOD_DAY, id=uuid.uuid4(), by=by, **details)


@pytest.mark.parametrize("who", ["lena", "amira", "noor", "ada"])
def test_nobody_reports_for_a_patient_without_being_asked(rosa, who, request):
    with pytest.raises(checkins.NotAllowed):
        submit(rosa, request.getfixturevalue(who))
    assert not CheckIn.objects.exists()


def test_another_patient_does_not_either(rosa, dev):
    with pytest.raises(checkins.NotAllowed):
        submit(rosa, dev.user)


def test_what_came_in_time_is_kept_after_the_end(rosa, lena):
    """The bytes of a phone are kept first; whoever was thanked is not refused because a worker was late."""
    phone = (helping(rosa, lena), a_phone(rosa, to=lena))[1]
    item = phone.keep(a_body())
    Carer.objects.end(by=rosa.user, now=timezone.now())
    kept = inbox.settle(item, timezone.now())
    assert kept
    assert kept.check_in.mark == "by Lena, daughter"


# --- Phones -------------------------------------------------------------------------------------------------

DEVICES = "/offline/devices/"


def test_a_carers_phone_sends_for_that_patient_in_her_name(reporter, rosa, lena):
    token = reporter.post(DEVICES, {"name": "Lena’s phone", "diary": str(rosa.pk)}).json()["token"]
    headers = {"authorization": f"Bearer {token}"}
    sent = Client().post("/offline/reports/", a_body(), content_type="application/json", headers=headers)
    assert sent.status_code == 201
    told = CheckIn.objects.get()
    assert (told.reported_by, told.relation, told.source) == (lena, "daughter", "offline")


def test_the_patient_sees_and_stops_a_carers_phone_and_not_the_other_way(reporter, as_rosa, rosa, lena):
    hers, own = a_phone(rosa, to=lena, name="Firefox on Lena"), a_phone(rosa, name="Chrome on Rosa")
    assert "Chrome on Rosa" not in reporter.get(DEVICES).text
    assert reporter.post(f"{DEVICES}{own.device.pk}/revoke/").status_code == 404
    page = as_rosa.get(DEVICES).text
    assert "Firefox on Lena" in page
    assert "of Lena Martín" in page
    as_rosa.post(f"{DEVICES}{hers.device.pk}/revoke/")
    assert hers.send(a_body()).status_code == 401


def test_a_reporters_phone_hears_nothing_of_what_others_told(rosa, lena):
    helping(rosa, lena)
    send_as_patient(rosa, CHEST_PAIN, ago=dt.timedelta(hours=8))
    answer = a_phone(rosa, to=lena).send(a_body()).json()
    own = CheckIn.objects.get(relation="daughter")
    assert answer["level"] == Level(own.level).word != "emergency"


# --- Several diaries ----------------------------------------------------------------------------------------


def test_who_helps_two_parents_chooses_and_sees_whose_it_is(rosa, dev, lena):
    helping(rosa, lena)
    helping(dev, lena)
    browser = browser_of(lena)
    assert browser.get("/today/")["Location"] == WHOSE
    page = browser.get(WHOSE).text
    assert "Rosa Martín" in page
    assert "Dev Patel" in page
    browser.post(WHOSE, {"diary": str(dev.pk)})
    page = browser.get("/today/").text
    assert "Dev Patel’s diary." in page
    assert "Rosa" not in page
    assert "Dev Patel’s diary." in browser.get("/learn/").text


def test_ones_own_diary_comes_first_and_the_other_is_one_choice_away(rosa, dev):
    helping(rosa, dev.user)
    browser = signed_in(dev)
    assert "Your own diary." in browser.get("/today/").text
    assert browser.get("/reminders/").status_code == 200
    browser.post(WHOSE, {"diary": str(rosa.pk)})
    assert "Rosa Martín’s diary." in browser.get("/today/").text
    assert browser.get("/reminders/").status_code == 404  # nothing of his own under her name


def test_a_form_goes_to_the_diary_that_it_was_opened_for(rosa, dev, lena):
    """Two tabs: what was chosen last in another one must not file a report under another person."""
    helping(rosa, lena)
    helping(dev, lena)
    browser = browser_of(lena)
    browser.post(WHOSE, {"diary": str(rosa.pk)})
    assert f'name="diary" value="{rosa.pk}"' in browser.get(CHECK_IN).text
    browser.post(WHOSE, {"diary": str(dev.pk)})
    told = tell(browser, rosa)
    assert told.patient == rosa
    assert browser.get(f"/check-in/{told.pk}/").status_code == 200


def test_an_address_of_the_other_diary_opens_nothing(rosa, dev, lena):
    helping(rosa, lena, scope=Scope.DIARY)
    helping(dev, lena, scope=Scope.DIARY)
    hers = send_as_patient(rosa, GOOD_DAY).check_in
    browser = browser_of(lena)
    browser.post(WHOSE, {"diary": str(dev.pk)})
    assert browser.get(f"/check-in/{hers.pk}/").status_code == 404


@pytest.mark.parametrize("wanted", ["", "x", "9" * 50, str(uuid.UUID(int=0)), "dev"])
def test_a_diary_that_is_not_theirs_cannot_be_chosen(reporter, dev, wanted):
    wanted = str(dev.pk) if wanted == "dev" else wanted
    assert reporter.post(WHOSE, {"diary": wanted}).status_code == 404
    assert "Rosa Martín’s diary." in reporter.get("/today/").text


def test_a_form_for_a_diary_that_is_not_theirs_is_not_found(reporter, dev):
    assert reporter.post(CHECK_IN, a_form(diary=str(dev.pk))).status_code == 404
    assert not CheckIn.objects.exists()


def test_what_one_has_begun_to_write_is_kept_apart_from_the_patients(reporter, as_rosa, rosa, lena):
    assert f'data-draft="{rosa.pk}-{lena.pk}"' in reporter.get(CHECK_IN).text
    assert f'data-draft="{rosa.pk}"' in as_rosa.get(CHECK_IN).text


# --- Who sees what, asked of the rows -----------------------------------------------------------------------


def test_rows_are_visible_by_scope_and_by_the_clock(rosa, dev, lena):
    now = timezone.now()
    carer = helping(rosa, lena, now=now - A_DAY)
    send_as_patient(rosa, GOOD_DAY)
    send_as_patient(dev, GOOD_DAY)
    own = submit(rosa, lena).check_in
    assert [*CheckIn.objects.visible_to(lena, now)] == [own]
    assert not CheckIn.objects.visible_to(lena).exists()
    assert [*Patient.objects.visible_to(lena, now)] == [rosa]
    assert not Patient.objects.visible_to(lena, now - 2 * A_DAY).exists()
    device, _token = OfflineDevice.issue(rosa, to=lena, name="Firefox", now=now)
    OfflineDevice.issue(rosa, to=rosa.user, name="Chrome", now=now)
    assert [*OfflineDevice.objects.visible_to(lena, now)] == [device]
    Carer.objects.filter(pk=carer.pk).end(by=rosa.user, now=now)
    assert not CheckIn.objects.visible_to(lena, now).exists()


def test_a_page_costs_the_same_however_many_help(
    rosa, dev, joan, lena, reader, django_assert_max_num_queries
):
    reader.get("/today/")
    with django_assert_max_num_queries(22):
        reader.get("/today/")
    helping(dev, lena)
    helping(joan, lena)
    reader.post(WHOSE, {"diary": str(rosa.pk)})
    for _ in range(3):
        tell(reader, rosa)
    with django_assert_max_num_queries(22):
        reader.get("/today/")


# --- What a carer writes ------------------------------------------------------------------------------------


def test_in_a_carers_note_mum_is_the_patient(reporter, as_rosa, rosa):
    """In the patient's own note the same words are about somebody else."""
    words = "I am fine. Mum fainted in the bathroom this morning."
    assert tell(as_rosa, rosa, note=words).level < Level.EMERGENCY
    assert tell(reporter, rosa, note=words).level == Level.EMERGENCY


def test_the_way_by_the_code_leads_back_to_the_invitation(client, rosa, lena):
    _carer, token = asked(rosa)
    page = client.get(link(token)).text
    sign_in = re.search(r'href="(/accounts/login/code/\?next=[^"]+)"', page)
    assert sign_in
    client.post(sign_in[1], {"email": lena.email, "next": link(token)})
    code = re.search(r"\b\d{6}\b", str(mail.outbox[-1].body))
    assert code
    answer = client.post("/accounts/login/code/confirm/", {"code": code[0], "next": link(token)})
    assert answer["Location"] == link(token)
    assert client.post(link(token))["Location"] == "/today/"


def test_who_is_signed_out_to_accept_comes_back_to_the_invitation(rosa, lena, amira):
    _carer, token = asked(rosa)
    assert browser_of(amira).post("/accounts/logout/", {"next": link(token)})["Location"] == link(token)


def test_a_reporter_reads_no_finding_of_what_the_patient_told(reporter, rosa):
    rosa.team.crisis_line = "717 003 717"
    rosa.team.save()
    send_as_patient(rosa, a_report(flags=("self_harm_thoughts",)))
    hers = tell(reporter, rosa, systolic="84", diastolic="50")
    assert Flag.objects.get().check_in == hers
    later = tell(reporter, rosa)
    assert reporter.get(f"/check-in/{later.pk}/").context["waiting"]
    for path in ("/today/", f"/check-in/{hers.pk}/", f"/check-in/{later.pk}/"):
        page = reporter.get(path)
        assert page.context["crisis"] == ""
        assert "harming yourself" not in page.text
        assert "717 003 717" not in page.text
    assert signed_in(rosa).get("/today/").context["crisis"] == "717 003 717"
