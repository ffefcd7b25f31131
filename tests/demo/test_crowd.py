"""A crowd of invented people: small here, and in everything but number as the large one."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent, CareTeam, User
from tests.people import drug
from tracker.demo.crowd.people import EVERYWHERE, SHARES
from tracker.demo.crowd.seed import NoLibrary, NoSuchTeam, Size, SomebodyIsHere, TooMany, seed_crowd
from tracker.models import CheckIn, Course, Dose, Finding, Flag, FlagEvent, NoteToRead, Patient, SilentDay
from tracker.models.flags import State
from tracker.triage import document
from tracker.triage.grading import grades
from tracker.triage.report import Level

NOW = dt.datetime(2026, 11, 23, 14, 30, tzinfo=dt.UTC)
SMALL = Size(patients=24, check_ins=1_200, open_flags=8, teams=2)
TINY = Size(patients=3, check_ins=60, open_flags=1, teams=1)


@pytest.fixture
def drugs(db: None) -> None:
    for code in SHARES:
        drug(code)


@pytest.fixture
def crowd(drugs: None) -> None:
    seed_crowd(SMALL, NOW)


def test_a_crowd_is_as_large_as_was_asked(crowd):
    """One seeding, many questions: it takes seconds."""
    assert CareTeam.objects.count() == 2
    assert Patient.objects.count() == 24
    assert CheckIn.objects.count() == 1_200
    assert Flag.objects.unresolved().count() == 8
    assert {flag.state for flag in Flag.objects.unresolved()} == {State.OPEN, State.ACKNOWLEDGED}
    assert set(CheckIn.objects.values_list("source", flat=True)) == {CheckIn.Source.SEED}

    # Nobody reports a day twice, before they came, after they left, while away or in the future.
    assert not CheckIn.objects.values("patient", "day").annotate(times=Count("pk")).filter(times__gt=1)
    for patient in Patient.objects.all():
        days = set(patient.check_ins.values_list("day", flat=True))
        assert all(patient.enrolled_on <= day <= patient.today(NOW) for day in days)
        assert not days & set(patient.silent_days.values_list("day", flat=True))
        if patient.left_on:
            assert max(days) < patient.left_on
        if patient.paused_from and patient.paused_until:
            assert not any(patient.paused_from <= day <= patient.paused_until for day in days)

    # Every report is one that the site would have kept, with the grades that belong to it.
    for check_in in CheckIn.objects.all():
        report = document.read(check_in.report)
        assert document.write(report) == check_in.report
        assert grades(report) == check_in.grades
        assert check_in.received_at <= NOW
        assert check_in.advice["headline"]
        assert check_in.level == max((each.level for each in check_in.findings.all()), default=Level.NONE)

    # Serious reports have a flag that holds them, others none; each life is in its order.
    serious = CheckIn.objects.filter(level__gt=Level.NONE)
    assert serious.count() == FlagEvent.objects.exclude(check_in=None).count() > 20
    for flag in Flag.objects.all():
        events = list(flag.events.all())
        assert [event.at for event in events] == sorted(event.at for event in events)
        assert events[0].kind == FlagEvent.Kind.RAISED
        assert events[0].at == flag.raised_at
        assert events[-1].at <= NOW
        assert flag.level == max(event.check_in.level for event in events if event.check_in)
        assert flag.check_in
        assert flag.level == flag.check_in.level
        assert flag.reports == sum(event.check_in is not None for event in events)
        if flag.state == State.RESOLVED:
            assert events[-1].kind == FlagEvent.Kind.RESOLVED
            assert (events[-1].at, events[-1].by) == (flag.resolved_at, flag.owner)
    assert AccessEvent.objects.count() == Flag.objects.filter(state=State.RESOLVED).count()

    # Doses lie in their courses; those of today's courses have no end yet.
    for course in Course.objects.all():
        given = [dose.given_at.astimezone(course.team.zone).date() for dose in course.doses.all()]
        assert all(course.started_on <= day <= (course.ended_on or NOW.date()) for day in given)
    assert Course.objects.filter(ended_on=None).exists()
    assert Dose.objects.exists()
    assert Finding.objects.exists()
    assert SilentDay.objects.exists()
    notes = NoteToRead.objects.all()
    assert all(note.read_at is None or note.check_in.received_at < note.read_at <= NOW for note in notes)
    assert len(notes) == sum(bool(check_in.told.note) for check_in in CheckIn.objects.all()) > 30


def test_before_anybody_is_up_each_flag_still_begins_by_being_raised(drugs):
    seed_crowd(TINY, NOW.replace(hour=1))
    for flag in Flag.objects.all():
        kinds = list(flag.events.order_by("at", "id").values_list("kind", flat=True))
        assert kinds[0] == "raised"
        assert "raised" not in kinds[1:]


def test_boards_charts_and_lists_show_it(drugs):
    seed_crowd(TINY, timezone.now())
    browser = Client()
    browser.force_login(User.objects.get(email=EVERYWHERE))
    assert Flag.objects.unresolved().get().patient.name in browser.get(reverse("team:board")).text
    for patient in Patient.objects.all():
        assert browser.get(reverse("team:patient", args=[patient.pk])).status_code == 200
    for flag in Flag.objects.all():
        assert browser.get(reverse("team:flag", args=[flag.pk])).status_code == 200
    for name in ("team:patients", "team:notes", "team:report"):
        assert browser.get(reverse(name)).status_code == 200


def test_the_same_seed_makes_the_same_and_another_seed_another(drugs):
    def told(seed: int) -> list[tuple[Any, ...]]:
        with transaction.atomic():
            seed_crowd(TINY, NOW, seed=seed)
            made = list(CheckIn.objects.order_by("pk").values_list("pk", "day", "report", "level"))
            transaction.set_rollback(True)
        return made

    assert told(1) == told(1) != told(2)


def test_a_crowd_goes_into_a_team_that_is_named(drugs, rosa, amira, team):
    seed_crowd(TINY, NOW, into=["Harbour Clinic"])
    assert Patient.objects.filter(team=team).count() == 4
    assert CareTeam.objects.count() == 1
    owners = Flag.objects.filter(state=State.RESOLVED).values_list("owner__email", flat=True)
    assert set(owners) <= {"amira@example.org"}


@pytest.mark.parametrize(
    ("error", "size", "into"),
    [
        (SomebodyIsHere, TINY, []),
        (NoSuchTeam, TINY, ["Harbour Clinic", "Nowhere"]),
        (TooMany, Size(patients=3, check_ins=60, open_flags=4), ["Harbour Clinic"]),
    ],
)
def test_it_refuses_and_writes_nothing(error, size, into, drugs, rosa):
    with pytest.raises(error):
        seed_crowd(size, NOW, into=into)
    assert Patient.objects.count() == 1
    assert CareTeam.objects.count() == 1


def test_without_its_drugs_it_says_which_are_missing(db):
    with pytest.raises(NoLibrary, match="aldesleukin, epoetin-alfa"):
        seed_crowd(TINY, NOW)


def test_the_command_refuses_in_production(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="do not belong on a production site"):
        call_command("seed_crowd")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "There are patients here."),
        ({"team": ["Nowhere"]}, "There is no such team: Nowhere."),
        ({"team": ["Harbour Clinic"], "patients": 1, "open_flags": 2}, "ask for fewer of them"),
        ({"team": ["Harbour Clinic"], "patients": 0}, "at least one patient"),
    ],
)
def test_the_command_says_what_stops_it(options, words, drugs, rosa):
    with pytest.raises(CommandError, match=words):
        call_command("seed_crowd", **{"patients": 2, "check_ins": 20, "open_flags": 1, **options})


def test_the_command_says_how_far_it_is(drugs, capsys, monkeypatch: pytest.MonkeyPatch):
    settled: list[Callable[[], None]] = []
    monkeypatch.setattr("tracker.management.commands.seed_crowd.settle", lambda: settled.append(print))
    call_command("seed_crowd", patients=2, check_ins=20, open_flags=1, teams=1)
    assert "20 of 20 check-ins" in capsys.readouterr().out
    assert settled
