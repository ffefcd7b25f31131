"""How people come in."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import invitations
from accounts.models import CareTeam, Invitation, Membership, User

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
A_WEEK = dt.timedelta(days=7)


@pytest.fixture
def invite(ada: User, team: CareTeam) -> Any:
    """Ada asks somebody in: `invite(role="nurse")` gives the invitation and its token."""

    def make(
        email: str = "New.Nurse@Example.org", role: str = "nurse", now: dt.datetime | None = None
    ) -> Any:
        return invitations.invite(
            email=email, name="Nia Blake", team=team, role=role, by=ada, now=now or timezone.now()
        )

    return make


def test_somebody_new_is_made_and_asked(invite, team):
    invitation, _token = invite()
    assert invitation.user.email == "new.nurse@example.org"
    assert invitation.user.name == "Nia Blake"
    assert not invitation.user.has_usable_password()
    assert not invitation.user.is_care_team


def test_somebody_we_know_keeps_their_name(invite, lena):
    invitation, _token = invite("LENA@example.org")
    assert invitation.user == lena
    assert lena.name == "Lena Martín"


def test_the_link_is_kept_nowhere(invite):
    invitation, token = invite()
    assert token not in str(vars(Invitation.objects.get(pk=invitation.pk)))


def test_the_mail_carries_the_link_and_nothing_about_health(invite, settings):
    settings.SITE_URL = "https://diary.example.org"
    invitations.send(*invite())
    [message] = mail.outbox
    assert message.to == ["new.nurse@example.org"]
    assert re.search(
        r"^https://diary\.example\.org/invitations/[\w-]{40,}/$", str(message.body), re.MULTILINE
    )
    assert "Ada Okafor invites you" in str(message.body)
    assert not re.search(r"cancer|treatment|patient", str(message.body))


def test_opening_the_link_shows_who_asks_and_accepts_nothing(client, invite):
    invitation, token = invite()
    page = client.get(f"/invitations/{token}/")
    assert "Ada Okafor invites you to <b>Harbour Clinic</b>" in page.text
    assert "Nurse" in page.text
    assert Invitation.objects.get(pk=invitation.pk).accepted_at is None
    assert "_auth_user_id" not in client.session


def test_accepting_makes_the_member_and_signs_in(client, invite, team):
    invitation, token = invite()
    assert client.post(f"/invitations/{token}/").url == "/"
    assert client.session["_auth_user_id"] == str(invitation.user.pk)
    assert Membership.objects.get(user=invitation.user).role == "nurse"
    assert Invitation.objects.get(pk=invitation.pk).accepted_at


def test_a_patient_becomes_no_member(client, invite):
    invitation, token = invite(role="")
    assert "about a minute a day" in client.get(f"/invitations/{token}/").text
    client.post(f"/invitations/{token}/")
    assert not Membership.objects.filter(user=invitation.user).exists()
    assert client.session["_auth_user_id"] == str(invitation.user.pk)


def test_an_invitation_into_another_role_changes_the_role(invite, amira, team):
    _invitation, token = invite(amira.email, role="lead")
    invitations.accept(token, timezone.now())
    assert Membership.objects.get(user=amira, team=team).role == "lead"


def test_the_link_works_once(client, invite):
    _invitation, token = invite()
    client.post(f"/invitations/{token}/")
    again = Client()
    for answer in (again.get(f"/invitations/{token}/"), again.post(f"/invitations/{token}/")):
        assert answer.status_code == 404
        assert "This link does not work" in answer.text
    assert "_auth_user_id" not in again.session


@pytest.mark.parametrize(
    ("after", "works"), [(A_WEEK - dt.timedelta(seconds=1), True), (A_WEEK, False), (A_WEEK * 2, False)]
)
def test_the_link_runs_out_after_a_week(client, invite, after, works):
    _invitation, token = invite(now=NOW)
    with time_machine.travel(NOW + after, tick=False):
        assert (client.get(f"/invitations/{token}/").status_code == 200) is works
        assert (client.post(f"/invitations/{token}/").status_code == 302) is works


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "../admin", "é"])
def test_a_made_up_link_says_the_same_as_an_old_one(client, db, token):
    answer = client.get(f"/invitations/{token}/")
    assert answer.status_code == 404


def test_a_person_who_may_not_sign_in_is_not_let_in_by_a_link(client, invite):
    invitation, token = invite()
    User.objects.filter(pk=invitation.user.pk).update(is_active=False)
    assert client.post(f"/invitations/{token}/").status_code == 404
    assert "_auth_user_id" not in client.session


def test_whoever_was_signed_in_before_is_signed_out(client, invite, ben):
    client.force_login(ben)
    invitation, token = invite()
    client.post(f"/invitations/{token}/")
    assert client.session["_auth_user_id"] == str(invitation.user.pk)


def test_a_renewed_invitation_has_a_new_link_and_the_old_one_stops(invite):
    invitation, old = invite(now=NOW)
    new = invitations.renew(invitation, NOW + A_WEEK)
    assert invitations.usable(new, NOW + A_WEEK).pk == invitation.pk
    with pytest.raises(invitations.NotUsable):
        invitations.usable(old, NOW)


def test_what_was_accepted_is_not_renewed(invite):
    invitation, token = invite(now=NOW)
    invitations.accept(token, NOW)
    with pytest.raises(invitations.NotUsable):
        invitations.renew(invitation, NOW)


# --- In the admin -------------------------------------------------------------------------------------------


@pytest.fixture
def admin_page(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


def ask(page: Client, team: CareTeam, **fields: Any) -> Any:
    form = {"email": "nia@example.org", "name": "Nia Blake", "team": team.pk, "role": "doctor"}
    return page.post("/admin/accounts/invitation/add/", form | fields)


def test_an_admin_asks_somebody_in(admin_page, team, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert ask(admin_page, team).status_code == 302
    invitation = Invitation.objects.get()
    assert invitation.invited_by.email == "ada@example.org"
    assert mail.outbox[0].to == ["nia@example.org"]


def test_an_admin_is_told_that_somebody_is_in_the_team_already(admin_page, amira, team):
    answer = ask(admin_page, team, email="AMIRA@example.org", role="nurse")
    assert "in that team already" in answer.text
    assert not Invitation.objects.exists()


def test_an_invitation_is_not_changed_but_sent_again(admin_page, invite):
    invitation, _token = invite()
    address = f"/admin/accounts/invitation/{invitation.pk}/change/"
    assert admin_page.get(address).status_code == 200
    assert admin_page.post(address, {"role": "lead"}).status_code == 403
    chosen = {"action": "send_again", "_selected_action": [invitation.pk]}
    page = admin_page.post("/admin/accounts/invitation/", chosen, follow=True)
    assert "on its way to new.nurse@example.org" in page.text
    assert len(mail.outbox) == 1


def test_an_admin_is_told_when_the_mail_could_not_be_sent(admin_page, invite, smtp_server):
    smtp_server.refuse_with = "554 No"
    invitation, _token = invite()
    chosen = {"action": "send_again", "_selected_action": [invitation.pk]}
    page = admin_page.post("/admin/accounts/invitation/", chosen, follow=True)
    assert "could not be sent" in page.text
