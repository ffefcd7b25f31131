"""The demonstration's people and their sixty days."""

import datetime as dt
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import CareTeam, User
from tests.people import drug
from tracker.alerts.reach import Reach
from tracker.cover.reachable import team_reach
from tracker.demo.agreements import LIMITS, READS_NOTES
from tracker.demo.habits import HABITS
from tracker.demo.incidents import INCIDENTS
from tracker.demo.people import PERSONAS
from tracker.demo.schedules import SCHEDULES
from tracker.demo.seed import CAST, NoLibrary, OtherPeople, seed
from tracker.models import Alert, CheckIn, Flag, Mute, NoteToRead, Patient, PatientLimit
from tracker.models.flags import State

NOW = dt.datetime(2026, 11, 23, 14, 30, tzinfo=dt.UTC)
A_WEEK = dt.timedelta(days=7)
A_FEW = [
    persona
    for persona in CAST
    if persona in PERSONAS or persona.key in ("ines", "harriet", "tomas", "hugo", "owen", "priya")
]


@pytest.fixture
def drugs(db: None) -> None:
    for code in SCHEDULES:
        drug(code)


@pytest.fixture
def seeded(drugs: None) -> None:
    assert seed(NOW, A_FEW)


def unresolved(name: str) -> Flag:
    return Flag.objects.unresolved().get(patient__name=name)


def test_no_two_people_share_an_address():
    [(_address, most)] = Counter(persona.email for persona in CAST).most_common(1)
    assert most == 1


def test_there_are_four_patients_to_be_and_thirty_more():
    patients = [persona for persona in CAST if persona.treatment]
    assert len([persona for persona in patients if persona in PERSONAS]) == 4
    assert len(patients) == 34


def test_every_incident_and_every_drug_is_somebody_s():
    patients = {persona.key for persona in CAST if persona.treatment}
    assert INCIDENTS.keys() | LIMITS.keys() <= patients
    assert {persona.key for persona in CAST if persona.job == "nurse"} == READS_NOTES
    assert HABITS.keys() == SCHEDULES.keys() == {each.treatment.drug for each in CAST if each.treatment}


def test_sixty_days_believably(seeded):
    """One seeding, many questions: it takes seconds."""
    for patient in Patient.objects.all():
        reports = CheckIn.objects.filter(patient=patient)
        assert 30 <= reports.count() <= 61, patient
        assert all(each.day <= patient.today(NOW) and each.received_at <= NOW for each in reports)
        assert set(reports.values_list("source", flat=True)) == {CheckIn.Source.SEED}

    # The boards.
    assert unresolved("Ines Duarte").get_level_display() == "Emergency"
    assert unresolved("Ines Duarte").state == State.OPEN
    assert unresolved("Tomás Vega").owner == User.objects.get(email="amira@example.org")
    assert unresolved("Harriet Boyd").team == CareTeam.objects.get(name="Hillside Hospital")
    assert Flag.objects.unresolved().count() == 3

    # Who can be signed in as has answered flags, and today still to tell about.
    rosa = Patient.objects.get(name="Rosa Martín")
    assert rosa.flags.filter(state=State.RESOLVED, owner__email="amira@example.org").exists()
    for persona in PERSONAS:
        if persona.treatment:
            patient = Patient.objects.get(name=persona.name)
            assert not patient.check_ins.filter(day=patient.today(NOW)).exists()

    # Some of her reports are her daughter's, who may see all of them.
    lenas = rosa.check_ins.filter(reported_by__email="lena@example.org", relation="daughter")
    assert 3 <= lenas.count() <= 10
    assert CheckIn.objects.exclude(relation="").count() == lenas.count()
    lena = User.objects.get(email="lena@example.org")
    assert CheckIn.objects.visible_to(lena, NOW).count() == rosa.check_ins.count()

    # Everything happened before now and in its order; nobody is told of what has been answered.
    for flag in Flag.objects.all():
        times = [event.at for event in flag.events.all()]
        assert times == sorted(times)
        assert times[-1] <= NOW
    assert not Alert.objects.due(NOW).exclude(flag__state=State.OPEN).exists()
    assert Alert.objects.due(NOW).filter(flag=unresolved("Ines Duarte")).exists()

    # The rota: a nurse by day, a doctor or the lead otherwise, and no hour without somebody.
    harbour = CareTeam.objects.get(name="Harbour Clinic")
    rota, names = Reach.of(harbour.pk, NOW).rota, dict(User.objects.values_list("pk", "name"))
    for moment, name in (
        ("2026-11-23T14:30", "Amira Nasser"),  # Monday
        ("2026-11-23T23:00", "Ben Ortiz"),
        ("2026-11-24T23:00", "Sara Lindqvist"),
        ("2026-11-29T03:00", "Ben Ortiz"),  # Sunday, before the morning
        ("2026-11-29T12:00", "Sara Lindqvist"),
    ):
        at = dt.datetime.fromisoformat(moment).replace(tzinfo=harbour.zone)
        assert [names[each] for each in rota.on_call(at)] == [name], moment
    for team in CareTeam.objects.all():
        assert all(
            on_call for _from, _to, on_call in Reach.of(team.pk, NOW).rota.spells(NOW, NOW + A_WEEK)
        ), team
        assert team_reach(team, NOW).gaps_in_words == ()

    # What was agreed: a limit, an expected finding; and one note that nobody has read in time.
    limit, mute = PatientLimit.objects.in_force(NOW).get(), Mute.objects.in_force(NOW).first()
    assert (limit.patient.name, limit.set_by.name) == ("Wei Zhang", "Ben Ortiz")
    assert mute
    assert mute.patient == rosa
    assert "which of the two" in NoteToRead.objects.overdue(NOW).get().words.lower()
    assert NoteToRead.objects.unread().count() > 1
    assert not NoteToRead.objects.filter(read_at__gt=NOW).exists()

    # Again, with somebody who was invited meanwhile: nothing more.
    User.objects.create_user(email="nia@example.org", name="Nia Blake")
    kept = CheckIn.objects.count()
    assert not seed(NOW + dt.timedelta(days=1), A_FEW)
    assert CheckIn.objects.count() == kept


def test_the_same_moment_gives_the_same_history(drugs):
    rosa = [persona for persona in PERSONAS if persona.key in ("rosa", "amira", "ben", "edith", "ada")]
    histories = []
    for _time in range(2):
        with transaction.atomic():
            seed(NOW, rosa)
            histories.append([*CheckIn.objects.values_list("id", "received_at", "report")])
            transaction.set_rollback(True)
    assert histories[0] == histories[1]


def test_a_database_with_other_people_is_left_alone(drugs):
    maud = User.objects.create_user("maud@example.org", name="Maud")
    with pytest.raises(OtherPeople):
        seed(NOW)
    assert [*User.objects.all()] == [maud]
    with pytest.raises(CommandError, match="holds other people"):
        call_command("seed_demo")


def test_without_the_shipped_pages_nothing_is_made(db):
    with pytest.raises(NoLibrary, match="aldesleukin"):
        seed(NOW)
    with pytest.raises(CommandError, match="load_content"):
        call_command("seed_demo")
    assert not CareTeam.objects.exists()


def test_production_is_never_seeded(db, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("seed_demo")
