"""Who works here needs a second factor: on every page, and the pages where they show it."""

from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as real_settings
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch

from accounts.middleware import WITHOUT_SECOND_FACTOR
from accounts.models import Membership, User
from tests.signin.conftest import come_in, is_signed_in, secrets_of

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor_is_asked_for]

SET_UP = "/sign-in-and-devices/set-up/"
PROVE = "/sign-in-and-devices/prove/"
SOMETHING = {
    "int": 1,
    "slug": "amira",
    "str": "x",
    "path": "x",
    "uuid": "11111111-1111-4111-8111-111111111111",
}


def addresses(resolver: URLResolver | None = None, names: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Every address of the site, by the name of its view; what it takes is made up."""
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from addresses(each, (*names, each.namespace) if each.namespace else names)
        elif isinstance(each, URLPattern) and each.name:
            name = ":".join((*names, each.name))
            found = each.pattern.converters
            values = {key: converter_value(converter) for key, converter in found.items()}
            try:
                yield name, reverse(name, kwargs=values) if values else reverse(name)
            except NoReverseMatch:
                continue  # a regular expression of allauth's, for who is not signed in


def converter_value(converter: object) -> object:
    kind = type(converter).__name__.removesuffix("Converter").lower()
    return SOMETHING.get({"string": "str"}.get(kind, kind), "x")


OPEN = WITHOUT_SECOND_FACTOR | {"offline:reports", "browser_reports"}
"""The policy's own list, and where phones and browsers send: a session means nothing there."""


def test_every_page_leads_who_works_here_to_set_one_up_and_nowhere_else(amira, ada, edith):
    """The whole URL configuration, walked: what is not on the short list of the policy is closed."""
    known = dict(addresses())
    assert len(known) > 150
    assert {"team:board", "admin:index", "cover:index", "rulebook:index", "patient:today"} <= set(known)
    browser = Client()
    for user, names in ((amira, set(known)), (ada, {"admin:index"}), (edith, {"education:index"})):
        browser.force_login(user)
        for name in names - OPEN:
            answer = browser.get(known[name])
            assert answer.status_code == 302, (user, name)
            assert answer["Location"].startswith(SET_UP), (user, name)


def test_nothing_can_be_sent_without_it_either(amira, rosa):
    """To any address of the site but those of the policy."""
    browser = Client()
    browser.force_login(amira)
    for name, address in addresses():
        if name not in OPEN:
            answer = browser.post(address, {"name": "x"})
            assert answer.status_code == 302, name
            assert answer["Location"] == SET_UP, name


def test_who_has_one_is_led_to_show_it(amira, app):
    app(amira)
    browser = Client()
    browser.force_login(amira)  # as an invitation's link, or one more device, would
    answer = browser.get("/team/?q=a")
    assert answer["Location"] == f"{PROVE}?next=%2Fteam%2F%3Fq%3Da"


@pytest.mark.parametrize("who", ["amira", "sara", "edith", "ada"])
def test_a_code_by_mail_alone_lets_nobody_of_them_in(who, request, client):
    user = request.getfixturevalue(who)
    come_in(client, user)
    assert client.get("/", follow=True).redirect_chain[-1][0].startswith(SET_UP)


def test_any_group_makes_one_staff_from_that_moment(lena, client):
    client.force_login(lena)
    assert client.get("/settings/").status_code == 200
    lena.groups.add(Group.objects.create(name="Privacy officers"))
    assert client.get("/settings/")["Location"].startswith(SET_UP)


def test_a_patient_needs_none(rosa, client):
    come_in(client, rosa.user)
    assert client.get("/today/").status_code == 200


def test_a_patient_who_begins_to_work_here_needs_one(rosa, team, client):
    come_in(client, rosa.user)
    Membership.objects.create(team=team, user=rosa.user, role="nurse")
    assert client.get("/today/")["Location"].startswith(SET_UP)


def test_the_way_out_and_the_language_stay_open(amira, client):
    client.force_login(amira)
    assert client.get(SET_UP).status_code == 200
    assert client.post(reverse("account_logout")).status_code == 302
    assert not is_signed_in(client)


def test_no_header_opens_a_way_past_it(amira, client):
    client.force_login(amira)
    for headers in (
        {"Authorization": "Bearer x"},
        {"HX-Request": "true"},
        {"X-Requested-With": "XMLHttpRequest"},
    ):
        answer = client.get("/team/", headers=headers)
        assert answer.status_code in (302, 401), headers
        assert "HX-Redirect" in answer or answer["Location"].startswith(SET_UP)


@pytest.mark.parametrize("name", ["mfa_add_webauthn", "mfa_activate_totp"])
def test_who_has_one_sets_up_no_other_without_showing_it(amira, app, client, name):
    """Else whoever reads their mail would bring a second factor along."""
    app(amira)
    client.force_login(amira)
    for answer in (client.get(reverse(name)), client.post(reverse(name), {"code": "123456"})):
        assert answer["Location"].startswith((PROVE, reverse("mfa_deactivate_totp")))
    assert Authenticator.objects.count() == 1


# --- Setting it up ------------------------------------------------------------------------------------------


def test_an_app_is_set_up_and_opens_the_board(amira, app, client):
    come_in(client, amira)
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    assert "data:image/svg+xml" in page.text
    shown = app(amira, page.context["form"].secret)
    wrong = client.post(reverse("mfa_activate_totp"), {"code": shown.wrong})
    assert "This is not the right code." in wrong.text
    assert client.get("/team/").status_code == 302
    answer = client.post(reverse("mfa_activate_totp"), {"code": shown.code})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    assert len(client.get(answer["Location"]).context["codes"]) == 10
    assert client.get("/team/").status_code == 200


def test_the_next_sign_in_asks_for_it_before_anybody_is_signed_in(amira, app, client):
    phone = app(amira)
    answer = come_in(client, amira, next="/team/")
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    client.post(answer["Location"], {"code": phone.wrong})
    assert not is_signed_in(client)
    done = client.post(answer["Location"], {"code": phone.code})
    assert is_signed_in(client)
    assert client.get(done["Location"], follow=True).status_code == 200


def test_a_code_of_the_app_works_once(amira, app, client):
    phone = app(amira)
    code = phone.code
    come_in(client, amira)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert is_signed_in(client)
    other = Client()
    come_in(other, amira)
    other.post(reverse("mfa_authenticate"), {"code": code})
    assert not is_signed_in(other)


@pytest.mark.parametrize("steps", [-1, 1])
def test_a_clock_may_be_off_by_half_a_minute(amira, app, client, steps):
    phone = app(amira)
    come_in(client, amira)
    client.post(reverse("mfa_authenticate"), {"code": phone.ahead(steps)})
    assert is_signed_in(client)


def test_the_last_one_cannot_be_taken_away(amira, app, client):
    phone = app(amira)
    come_in(client, amira)
    client.post(reverse("mfa_authenticate"), {"code": phone.code})
    assert "your only second step" in client.get(reverse("mfa_deactivate_totp")).text
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=amira, type="totp").exists()


def test_somebody_elses_passkey_is_not_found(amira, ben, app, client):
    foreign = Authenticator.objects.create(user=ben, type="webauthn", data={"name": "a key"})
    phone = app(amira)
    come_in(client, amira)
    client.post(reverse("mfa_authenticate"), {"code": phone.code})
    address = reverse("mfa_remove_webauthn", args=[foreign.pk])
    assert client.get(address).status_code == client.post(address).status_code == 404


def test_its_owner_is_told_of_a_change(amira, app, client, mailoutbox, django_capture_on_commit_callbacks):
    come_in(client, amira)
    page = client.get(reverse("mfa_activate_totp"))
    mailoutbox.clear()
    client.post(reverse("mfa_activate_totp"), {"code": app(amira, page.context["form"].secret).code})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_generate_recovery_codes"))
    assert [message.to for message in mailoutbox] == [[amira.email]]
    assert "If it was not you, call" in str(mailoutbox[0].body)


def test_no_secret_lies_in_the_open(amira, app):
    phone = app(amira)
    assert phone.secret not in secrets_of(amira)


# --- The demonstration --------------------------------------------------------------------------------------


def test_the_door_counts_in_the_demonstration_alone(amira, client, settings):
    from accounts import second_factor

    client.force_login(amira)
    request = type("Request", (), {"session": client.session, "user": amira})()
    second_factor.count_as_shown(request, amira, second_factor.DOOR)
    request.session.save()
    settings.DEMO = True
    assert client.get("/team/").status_code == 200
    settings.DEMO = False
    assert client.get("/team/")["Location"].startswith(SET_UP)
    assert not real_settings.DEMO
    assert User.objects.filter(pk=amira.pk).exists()
