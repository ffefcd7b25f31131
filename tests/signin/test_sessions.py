"""How long somebody stays signed in, where, and that nothing typed is lost at the end."""

import datetime as dt

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import SignedIn
from tests.signin.conftest import come_in, is_signed_in, sign_in
from tests.signin.passkeys import Passkey

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor_is_asked_for]

MINUTE = dt.timedelta(minutes=1)
SIGN_IN = "/accounts/login/code/"
CHROME = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as moving:
        yield moving


@pytest.fixture
def amiras(clock, amira, client):
    sign_in(client, amira)
    return client


# --- Fifteen minutes, twelve hours --------------------------------------------------------------------------


def test_who_works_here_is_signed_out_after_fifteen_minutes_without_a_sign(amiras, clock):
    clock.shift(14.9 * MINUTE)
    assert amiras.get("/team/").status_code == 200
    clock.shift(14.9 * MINUTE)
    assert amiras.get("/team/").status_code == 200
    clock.shift(15 * MINUTE)
    answer = amiras.get("/team/?q=ro")
    assert answer["Location"] == f"{SIGN_IN}?next=/team/%3Fq%3Dro"
    assert not is_signed_in(amiras)


@pytest.mark.parametrize("name", ["patient:emergency", "education:index", "healthz"])
def test_a_page_for_anybody_stays_open_to_whose_time_was_up(amiras, clock, name):
    clock.shift(16 * MINUTE)
    answer = amiras.get(reverse(name))
    assert answer.status_code == 200
    assert "Amira" not in answer.text
    assert not is_signed_in(amiras)


def test_and_after_twelve_hours_however_busy(amiras, clock):
    for _quarter in range(47):
        clock.shift(14.9 * MINUTE)
        assert amiras.get("/accounts/reach/").status_code == 200
    clock.shift(20 * MINUTE)
    assert not is_signed_in(amiras) or amiras.get("/team/").status_code == 302


def test_an_open_board_is_no_sign_and_leaves_when_time_is_up(amiras, clock):
    """It asks every 20 seconds: patients' names must not stay on a screen that nobody watches."""
    poll = {"HX-Request": "true", "HX-Current-URL": "http://testserver/team/?q=ro"}
    for _poll in range(14):
        clock.shift(MINUTE)
        assert amiras.get("/team/", headers=poll).status_code in (200, 304)
    clock.shift(MINUTE)
    answer = amiras.get("/team/", headers=poll)
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == f"{SIGN_IN}?next=%2Fteam%2F%3Fq%3Dro"
    assert "Rosa" not in answer.text
    elsewhere = {**poll, "HX-Current-URL": "https://evil.example/team/"}
    assert amiras.get("/team/", headers=elsewhere)["HX-Redirect"] == f"{SIGN_IN}?next=%2F"
    assert "Your time was up" in amiras.get(answer["HX-Redirect"]).text
    assert not is_signed_in(amiras)


def test_a_patient_stays_for_thirty_days_after_each_visit(rosa, client, clock):
    sign_in(client, rosa.user)
    for _visit in range(3):
        clock.shift(dt.timedelta(days=29))
        assert client.get("/today/").status_code == 200
    clock.shift(dt.timedelta(days=31))
    assert client.get("/today/").status_code == 302


def test_but_for_a_year_at_most_and_what_they_typed_is_kept(rosa, client, clock):
    sign_in(client, rosa.user)
    for _visit in range(13):
        clock.shift(dt.timedelta(days=28))
        assert client.get("/today/").status_code == 200
    clock.shift(dt.timedelta(days=1))
    answer = client.post("/messages/", {"words": "I feel cold."})
    assert answer["Location"] == f"{SIGN_IN}?next=/sign-in-and-devices/typed/"
    assert not is_signed_in(client)


def test_a_session_from_before_this_rule_ends(amiras):
    session = amiras.session
    del session["began_at"], session["seen_at"], session["works_here"]
    session.save()
    assert amiras.get("/team/")["Location"].startswith(SIGN_IN)


# --- What was typed -----------------------------------------------------------------------------------------

NOTE = "She sounded short of breath, and hung up <before> I could ask."


def time_out(browser, clock, rosa):
    clock.shift(16 * MINUTE)
    address = reverse("team:call", args=[rosa.pk])
    answer = browser.post(address, {"note": NOTE, "several": ["a b", "c"]})
    assert answer["Location"] == f"{SIGN_IN}?next=/sign-in-and-devices/typed/"
    return address


def test_what_was_typed_when_time_was_up_is_there_after_signing_in(amiras, amira, rosa, clock):
    address = time_out(amiras, clock, rosa)
    assert "what you typed is kept" in amiras.get(SIGN_IN).text
    sign_in(amiras, amira)
    page = amiras.get(reverse("kept_form"))
    assert f'action="{address}"' in page.text
    assert page.context["kept"].fields == [("note", NOTE), ("several", "a b"), ("several", "c")]
    assert "&lt;before&gt;" in page.text
    amiras.post(reverse("kept_form"))
    assert amiras.get(reverse("kept_form"))["Location"] == "/"


def test_and_so_it_is_where_the_page_has_asked_by_itself_before(amiras, amira, rosa, clock):
    """Each page of the team asks every minute how much waits, and stays while something is written on it."""
    clock.shift(16 * MINUTE)
    for _poll in range(2):
        assert amiras.get(reverse("team:waiting"), headers={"HX-Request": "true"}).status_code == 401
    time_out(amiras, clock, rosa)
    sign_in(amiras, amira)
    assert amiras.get(reverse("kept_form")).context["kept"].fields[0] == ("note", NOTE)


def test_and_where_a_long_page_was_written_with_its_preview_beside_it(client, edith, clock):
    client.force_login(edith)
    clock.shift(16 * MINUTE)
    for name, data in (("live", {"kind": "articles"}), ("find_pages", {}), ("find_pictures", {})):
        address = reverse(f"editing:{name}", kwargs=data)
        assert (client.post if data else client.get)(address).status_code == 401
    typed = {"title": "Shivers", "translations.ar.body": "يوم " * 30_000, "seen": '{"title":"5e1"}'}
    typed["_continue"] = "Save the draft"
    answer = client.post(reverse("admin:education_article_add"), typed)
    assert answer["Location"].endswith("/typed/")
    sign_in(client, edith)
    kept = client.get(reverse("kept_form")).context["kept"]
    assert dict(kept.fields) == typed
    assert kept.typed == [typed["translations.ar.body"]]


def test_the_next_person_at_this_computer_does_not_see_it(amiras, ben, rosa, clock):
    time_out(amiras, clock, rosa)
    sign_in(amiras, ben)
    assert amiras.get(reverse("kept_form"))["Location"] == "/"
    assert "kept_form" not in amiras.session


def test_nor_anybody_who_reads_the_database_nor_after_an_hour(amiras, amira, rosa, clock):
    time_out(amiras, clock, rosa)
    assert "breath" not in str(dict(amiras.session))
    sign_in(amiras, amira)
    clock.shift(61 * MINUTE)
    sign_in(amiras, amira)
    assert amiras.get(reverse("kept_form"))["Location"] == "/"


def test_what_was_sent_is_not_offered_once_more(amiras, amira, rosa, clock):
    address = time_out(amiras, clock, rosa)
    sign_in(amiras, amira)
    amiras.post(reverse("team:claim", args=["11111111-1111-4111-8111-111111111111"]))  # something else
    assert amiras.get(reverse("kept_form")).status_code == 200
    amiras.post(address, {"note": NOTE})
    assert amiras.get(reverse("kept_form"))["Location"] == "/"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("account_logout", {}),
        ("choose_language", {"language": "es", "next": "/"}),
        ("account_set_password", {"password1": "a long way home", "password2": "a long way home"}),
        ("account_reauthenticate", {"code": "123 456"}),
        ("mfa_activate_totp", {"code": "123 456"}),
        ("team:board", {"new_password": "a long way home"}),
        ("sign_out_elsewhere", {"csrfmiddlewaretoken": "x"}),
    ],
)
def test_no_secret_is_kept_and_nothing_where_nothing_was_typed(amiras, clock, name, data):
    clock.shift(16 * MINUTE)
    answer = amiras.post(reverse(name), data)
    assert "typed" not in answer["Location"]
    assert "kept_form" not in amiras.session


# --- Proving it once more -----------------------------------------------------------------------------------


def test_a_file_of_patients_wants_a_fresh_proof(amiras, amira, app, clock):
    phone = app(amira)
    address = reverse("team:late_csv", args=["2026-10"])
    assert amiras.get(address).status_code == 200
    for _visit in range(2):
        clock.shift(8 * MINUTE)
        amiras.get("/accounts/reach/")
    asked = amiras.get(address)
    assert asked["Location"] == f"/sign-in-and-devices/prove/?next={address}"
    page = amiras.get(asked["Location"])
    assert "Send me a code by e-mail" not in page.text
    assert "not the right code" in amiras.post("/sign-in-and-devices/prove/", {"code": phone.wrong}).text
    done = amiras.post("/sign-in-and-devices/prove/", {"code": phone.code, "next": address})
    assert done["Location"] == address
    assert amiras.get(address).status_code == 200


def test_a_new_proof_gives_the_session_a_new_key(amiras, amira, app):
    phone = app(amira)
    before = amiras.session.session_key
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = before
    assert thief.get("/team/").status_code == 200
    amiras.post("/sign-in-and-devices/prove/", {"code": phone.code})
    assert amiras.session.session_key != before
    assert amiras.get("/team/").status_code == 200
    assert thief.get("/team/")["Location"].startswith(SIGN_IN)
    assert [each.session_key for each in SignedIn.objects.filter(user=amira)] == [amiras.session.session_key]


@pytest.mark.parametrize("name", ["user", "membership", "careteam", "invitation"])
def test_what_gives_rights_wants_one_too(ada, client, clock, name):
    sign_in(client, ada)
    assert client.get(reverse(f"admin:accounts_{name}_add")).status_code == 200
    for _visit in range(2):
        clock.shift(8 * MINUTE)
        assert client.get("/admin/").status_code == 200
    answer = client.post(reverse(f"admin:accounts_{name}_add"), {"name": "A new person"})
    assert answer["Location"] == "/sign-in-and-devices/prove/?next=/sign-in-and-devices/typed/"


def test_a_patient_proves_it_by_a_code_to_their_address(rosa, client, clock, mailoutbox):
    sign_in(client, rosa.user)
    clock.shift(dt.timedelta(days=2))
    address = reverse("settings:download")
    assert client.get(address)["Location"] == f"/sign-in-and-devices/prove/?next={address}"
    client.post(reverse("send_proof_code"), {"next": address})
    code = next(line for line in str(mailoutbox[-1].body).splitlines() if line.isdigit())
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert "not the code" in client.post("/sign-in-and-devices/prove/", {"mailed": wrong}).text
    assert code not in str(dict(client.session))
    done = client.post("/sign-in-and-devices/prove/", {"mailed": f"{code[:3]} {code[3:]}", "next": address})
    assert done["Location"] == address
    assert client.get(address).status_code == 200


def test_a_patient_without_an_address_is_not_kept_from_their_data(rosa, client, clock):
    rosa.user.email = None
    rosa.user.save()
    sign_in(client, rosa.user)
    clock.shift(dt.timedelta(days=2))
    assert client.get(reverse("settings:download")).status_code == 200


def test_who_has_no_address_is_told_so_and_not_of_tries(rosa, client, mailoutbox):
    rosa.user.email = None
    rosa.user.save()
    sign_in(client, rosa.user)
    text = client.post(reverse("send_proof_code"), follow=True).text
    assert "We do not have an e-mail address of yours." in text
    assert "Too many tries" not in text
    assert not mailoutbox


def test_a_mailed_code_does_not_do_for_who_has_a_second_factor(amiras, amira, app, clock, mailoutbox):
    app(amira)
    for _visit in range(2):
        clock.shift(8 * MINUTE)
        amiras.get("/accounts/reach/")
    amiras.post(reverse("send_proof_code"))
    assert not mailoutbox
    assert amiras.post("/sign-in-and-devices/prove/", {"mailed": "123456"}).status_code == 200


# --- Devices ------------------------------------------------------------------------------------------------


def test_devices_are_listed_in_plain_words_and_signed_out_one_by_one_or_all(rosa, amira, clock):
    phone, old, lost = Client(headers={"User-Agent": CHROME}), Client(), Client()
    for browser in (old, lost, phone):
        come_in(browser, rosa.user)
        clock.shift(5 * MINUTE)
    page = phone.get(reverse("mfa_index"))
    assert "Chrome on Android" in page.text
    assert "This is where you are now." in page.text
    assert "Last seen 10" in page.text
    first = SignedIn.objects.get(session_key=old.session.session_key)
    phone.post(reverse("sign_out_device", args=[first.pk]))
    assert [is_signed_in(each) for each in (phone, old, lost)] == [True, False, True]
    phone.post(reverse("sign_out_elsewhere"))
    assert [is_signed_in(each) for each in (phone, old, lost)] == [True, False, False]
    foreign = Client()
    sign_in(foreign, amira)
    mine = SignedIn.objects.get(user=rosa.user)
    assert foreign.post(reverse("sign_out_device", args=[mine.pk])).status_code == 404
    assert is_signed_in(phone)


def test_signing_out_takes_the_device_off_the_list(rosa, client):
    come_in(client, rosa.user)
    client.post(reverse("account_logout"))
    assert not SignedIn.objects.exists()


def test_a_password_is_changed_with_the_one_before_alone(amira, client, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    amira.set_password("a long way to the ward")
    amira.save()
    sign_in(client, amira)
    new = {"password1": "another way to the garden", "password2": "another way to the garden"}
    for before, is_changed in (("a guess", False), ("", False), ("a long way to the ward", True)):
        client.post(reverse("account_change_password"), {"oldpassword": before, **new})
        amira.refresh_from_db()
        assert amira.check_password(new["password1"]) is is_changed


def test_a_new_password_leaves_this_device_alone_on_the_list(rosa, client, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    other = Client()
    for browser in (other, client):
        come_in(browser, rosa.user)
    words = {"password1": "a long way to the ward", "password2": "a long way to the ward"}
    client.post(reverse("account_set_password"), words)
    assert [is_signed_in(each) for each in (client, other)] == [True, False]
    [listed] = SignedIn.objects.filter(user=rosa.user)
    assert listed.session_key == client.session.session_key


@pytest.mark.parametrize("kind", ["passkey", "app"])
def test_a_factor_that_is_taken_away_takes_the_other_devices_along(amiras, amira, app, kind):
    app(amira)
    passkey = Passkey(amira)
    other = Client()
    sign_in(other, amira)
    if kind == "passkey":
        amiras.post(reverse("mfa_remove_webauthn", args=[passkey.row.pk]))
    else:
        amiras.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=amira).count() == 1
    assert [is_signed_in(each) for each in (amiras, other)] == [True, False]


def test_a_session_that_has_ended_is_not_listed(amiras, amira, clock):
    clock.shift(20 * MINUTE)
    assert not SignedIn.objects.still_open(timezone.now()).exists()


def test_nobody_signs_out_by_looking(rosa, client):
    come_in(client, rosa.user)
    assert client.get(reverse("sign_out_elsewhere")).status_code == 405


def test_no_second_steps_are_left_behind_unused(rosa, client):
    come_in(client, rosa.user)
    client.get(reverse("mfa_index"))
    assert not Authenticator.objects.exists()


# --- Roles without an address -------------------------------------------------------------------------------


def test_nobody_without_an_address_is_given_a_role(ada, rosa, team, client):
    rosa.user.email = None
    rosa.user.save()
    sign_in(client, ada)
    words = "Only a patient can be without an e-mail address."
    added = client.post(
        reverse("admin:accounts_membership_add"), {"team": team.pk, "user": rosa.user.pk, "role": "nurse"}
    )
    assert words in added.text
    inline = {
        "name": "Rosa",
        "is_active": "on",
        "memberships-TOTAL_FORMS": 1,
        "memberships-INITIAL_FORMS": 0,
        "memberships-0-team": team.pk,
        "memberships-0-role": "nurse",
    }
    address = reverse("admin:accounts_user_change", args=[rosa.user.pk])
    assert words in client.post(address, inline).text
    staff = {**inline, "is_staff": "on", "memberships-TOTAL_FORMS": 0}
    assert words in client.post(address, staff).text
    rosa.user.refresh_from_db()
    assert not rosa.user.memberships.exists()
    assert not rosa.user.is_staff


def test_an_admin_signs_somebody_out_everywhere(ada, amira, client):
    theirs = Client()
    sign_in(theirs, amira)
    sign_in(client, ada)
    chosen = {"action": "sign_out_everywhere", "_selected_action": [amira.pk, ada.pk]}
    page = client.post(reverse("admin:accounts_user_changelist"), chosen, follow=True)
    assert "Devices that were signed out: 1." in page.text
    assert not is_signed_in(theirs)
    assert is_signed_in(client)


def test_who_may_not_sign_in_any_more_is_a_stranger_at_once(amiras, amira):
    assert amiras.get("/team/").status_code == 200
    amira.is_active = False
    amira.save()
    assert amiras.get("/team/")["Location"].startswith(SIGN_IN)


def test_signing_in_and_out_are_logged_by_number(amira, client, caplog):
    with caplog.at_level("INFO", logger="accounts.sessions"):
        sign_in(client, amira)
        client.post(reverse("account_logout"))
    told = [record.getMessage() for record in caplog.records if record.name == "accounts.sessions"]
    assert told == [
        f"signed in: person {amira.pk}",
        f"signed out: person {amira.pk}",
    ]


@pytest.mark.parametrize(
    ("password", "is_taken"),
    [
        ("sidelight-2026", False),
        ("HarbourClinic12", False),
        ("a long way to the clinic", True),
        ("a long way to the ward", True),
    ],
)
def test_a_password_is_not_built_on_words_of_the_house(team, password, is_taken):
    found = []
    try:
        validate_password(password)
    except ValidationError as error:
        found = [each.code for each in error.error_list]
    assert ("password_word_of_the_house" not in found) is is_taken
