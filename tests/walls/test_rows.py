"""The second wall alone: in the role of the app every row is asked for, past `visible_to`."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.urls import get_resolver
from django.utils import timezone

from accounts.models import AccessEvent, CareTeam, Membership, Role
from config.database.asking import Opening, asking_for, opened
from config.middleware import BY_TOKEN
from tests.carers import helping
from tests.team.conftest import flagged
from tracker import emergencies, moving
from tracker.models import Carer, CheckIn, EmergencyAccess, Flag, Patient
from tracker.models.emergencies import OPEN_FOR
from tracker.walls.policies import walls

refused = pytest.raises(ProgrammingError, match=r"row-level security|permission denied")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

OF_A_REPORT = {"tracker_patient", "tracker_checkin", "tracker_finding", "tracker_flag", "tracker_flagevent"}


@pytest.fixture
def flag(rosa):
    return flagged(rosa)


def tables_seen() -> set[str]:
    """Where at least one row is shown, asked past the ORM."""
    found = set()
    with transaction.atomic(), connection.cursor() as cursor:
        for wall in walls():
            cursor.execute(f"SELECT EXISTS (SELECT FROM {wall.table})")
            if cursor.fetchone()[0]:
                found.add(wall.table)
    return found


def seen_by(user) -> set[str]:
    with asking_for(user.pk if user else None):
        return tables_seen()


def test_a_proxy_s_password_hides_no_patient_from_whoever_is_signed_in(flag, amira, client):
    """A hospital's proxy may pass on what it was shown: that is a phone's token on one address alone."""
    client.force_login(amira)
    for shown in ("Basic d2FyZDpwYXNz", "Bearer 7"):
        assert str(flag.patient) in client.get("/team/", headers={"authorization": shown}).text


def test_the_addresses_at_which_a_session_means_nothing_are_those_of_the_views_that_say_so():
    marked = {
        "/" + "".join(str(each.pattern) for each in way)
        for way in _ways(get_resolver())
        if getattr(way[-1].callback, "looks_nobody_up", False)
    }
    assert marked == set(BY_TOKEN)


def _ways(resolver: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for each in resolver.url_patterns:
        if hasattr(each, "url_patterns"):
            yield from _ways(each, (*before, each))
        else:
            yield (*before, each)


# --- Who sees whom ------------------------------------------------------------------------------------------


def test_the_team_sees_its_patient(flag, amira):
    assert seen_by(amira) >= OF_A_REPORT


def test_the_patient_sees_themselves(flag, rosa):
    assert seen_by(rosa.user) >= OF_A_REPORT


def test_another_team_another_patient_an_admin_and_nobody_see_nothing(flag, noor, ada, edith, petra):
    stranger = Patient.objects.get(pk=flag.patient_id)
    assert stranger  # it is there, for the owner
    for user in (noor, ada, edith, petra, None):
        assert seen_by(user) == set(), user


def test_a_patient_sees_no_other_patient_of_the_team(flag, dev):
    with asking_for(dev.user.pk):
        assert set(Patient.objects.all()) == {dev}
        assert not CheckIn.objects.exists()


def test_a_carer_sees_the_one_whom_they_help_until_it_ends(flag, rosa, dev, lena):
    carer = helping(rosa, lena)
    with asking_for(lena.pk):
        assert set(Patient.objects.all()) == {rosa}
        assert CheckIn.objects.exists()
    Carer.objects.filter(pk=carer.pk).update(ended_at=timezone.now(), ended_by=rosa.user)
    with asking_for(lena.pk):
        assert not Patient.objects.exists()
        assert not CheckIn.objects.exists()


def test_whoever_leaves_a_team_sees_its_patients_no_more(flag, amira):
    Membership.objects.filter(user=amira).delete()
    assert "tracker_patient" not in seen_by(amira)


def test_a_patient_who_moves_takes_the_whole_history_along(flag, rosa, amira, noor, other_team):
    Patient.objects.filter(pk=rosa.pk).update(team=other_team)
    assert "tracker_checkin" not in seen_by(amira)
    assert seen_by(noor) >= OF_A_REPORT


def test_an_emergency_opens_one_chart_for_an_hour(flag, rosa, dev, noor):
    now = timezone.now()
    access = emergencies.open_chart(rosa, by=noor, reason="here", words="Unwell, here.", now=now)
    with asking_for(noor.pk):
        assert set(Patient.objects.all()) == {rosa}
        assert CheckIn.objects.exists()
    EmergencyAccess.objects.filter(pk=access.pk).end(now)
    with asking_for(noor.pk):
        assert not Patient.objects.exists()


def test_an_emergency_is_over_by_the_clock_of_the_database(rosa, noor):
    long_ago = timezone.now() - dt.timedelta(days=1)
    EmergencyAccess.objects.create(
        team=rosa.team,
        patient=rosa,
        user=noor,
        reason="here",
        words="Unwell, here.",
        opened_at=long_ago,
        ends_at=long_ago + OPEN_FOR,
    )
    with asking_for(noor.pk):
        assert not Patient.objects.exists()


def test_a_lead_who_is_asked_to_take_somebody_sees_whom_and_nothing_else(flag, rosa, amira, noor, other_team):
    asked = moving.ask(rosa.pk, to_team=other_team, reason="Moves house.", by=amira, now=timezone.now())
    assert "tracker_patient" not in seen_by(noor)
    Membership.objects.filter(user=noor).update(role=Role.LEAD)
    assert seen_by(noor) == {"tracker_patient", "tracker_transfer"}
    moving.refuse(asked, answer="No place.", by=noor, now=timezone.now())
    with asking_for(noor.pk):
        assert not Patient.objects.exists()


# --- What is written ----------------------------------------------------------------------------------------


def test_nobody_writes_for_a_patient_whom_they_do_not_see(rosa, noor):
    sent = {"team": rosa.team, "patient": rosa, "reported_by": noor, "day": dt.date(2026, 11, 2)}
    now = timezone.now()
    with (
        asking_for(noor.pk),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        CheckIn.objects.create(
            id=uuid.uuid4(), reported_at=now, received_at=now, report={}, level=0, rules_version="1", **sent
        )


def test_nobody_changes_what_they_do_not_see(flag, noor):
    with asking_for(noor.pk):
        assert Flag.objects.update(owner=noor) == 0
        assert Patient.objects.update(name="Nobody") == 0


def test_nobody_moves_a_patient_to_a_team_that_is_not_theirs(rosa, amira, other_team):
    with (
        asking_for(amira.pk),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        Patient.objects.filter(pk=rosa.pk).update(team=other_team)


def test_nobody_keeps_a_look_in_the_name_of_somebody_else(rosa, amira, ben):
    look = {"by": ben, "what": AccessEvent.What.CHART, "purpose": AccessEvent.Purpose.CARE}
    with asking_for(rosa.user.pk), refused, transaction.atomic():
        AccessEvent.objects.keep([(None, None)], now=timezone.now(), **look)


def test_nobody_takes_back_that_they_looked(rosa, amira):
    AccessEvent.objects.keep(
        [(rosa.team_id, rosa.pk)],
        by=amira,
        what="chart",
        purpose=AccessEvent.Purpose.CARE,
        now=timezone.now(),
    )
    with (
        asking_for(amira.pk),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        AccessEvent.objects.all().delete()


# --- For whom is asked --------------------------------------------------------------------------------------


def test_who_is_asked_for_is_said_anew_after_a_savepoint_is_rolled_back(flag, amira, noor):
    with asking_for(noor.pk):
        assert not Patient.objects.exists()
        with asking_for(amira.pk), transaction.atomic():
            assert Patient.objects.exists()
            transaction.set_rollback(True)
        assert not Patient.objects.exists()
    assert Patient.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_asked_outside_of_a_transaction_is_asked_for_somebody_too(rosa, amira, noor):
    with asking_for(noor.pk):
        assert not Patient.objects.exists()
    with asking_for(amira.pk):
        assert Patient.objects.get() == rosa
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert connection.connection.info.transaction_status.name == "IDLE"


@pytest.mark.django_db(transaction=True)
def test_a_connection_says_nothing_of_the_last_request(rosa, amira, settings):
    with asking_for(amira.pk), transaction.atomic():
        assert Patient.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('sidelight.asker', true), current_user")
        assert cursor.fetchone() == ("", connection.settings_dict["USER"])


def test_the_app_gets_an_error_where_nobody_said_for_whom_it_asks(flag):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE sidelight_app")
        with pytest.raises(ProgrammingError, match="for whom"), transaction.atomic():
            cursor.execute("SELECT * FROM tracker_checkin")
        cursor.execute("RESET ROLE")


def test_the_worker_sees_everybody(flag):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE sidelight_worker")
        assert tables_seen() >= OF_A_REPORT
        cursor.execute("RESET ROLE")


def test_an_opening_shows_its_own_tables_and_no_others(flag, noor):
    with asking_for(noor.pk), opened(Opening.USES):
        assert tables_seen() == {"tracker_course", "tracker_courseevent"}


def test_an_opening_is_shut_again(flag, noor):
    with asking_for(noor.pk):
        with opened(Opening.EMERGENCY):
            assert Patient.objects.exists()
        assert not Patient.objects.exists()


def test_a_new_team_is_seen_at_once(rosa, noor):
    """The list of somebody's teams is made in each query, not kept."""
    with asking_for(noor.pk):
        assert not Patient.objects.exists()
        Membership.objects.create(user=noor, team=CareTeam.objects.get(pk=rosa.team_id), role="nurse")
        assert Patient.objects.get() == rosa
