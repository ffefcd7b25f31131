"""Every note has a person to read it and a time by which they have: whatever the rules made of it."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import User
from tests.triage.build import a_report
from tracker import checkins
from tracker.models import AlreadyRead, NoteToRead, Patient
from tracker.triage.report import Report

pytestmark = pytest.mark.django_db

HOURS = dt.timedelta(hours=1)


def write(
    patient: Patient,
    note: str,
    *,
    id: uuid.UUID | None = None,
    now: dt.datetime | None = None,
    nausea: int = 0,
) -> checkins.Submitted:
    """A report with a note; `id` names one to correct."""
    moment = now or timezone.now()
    report = a_report(nausea=nausea, asked=("chills",))
    return checkins.submit(
        patient_id=patient.pk,
        report=Report(answers=report.answers, asked=report.asked, note=note),
        id=id or uuid.uuid4(),
        by=patient.user,
        day=patient.today(moment),
        reported_at=moment,
        now=moment,
    )


def unread() -> list[str]:
    return [note.words for note in NoteToRead.objects.unread().by_deadline()]


class TestDeadline:
    @pytest.mark.parametrize("hours", [1, 24, 72])
    def test_it_is_the_team_s(self, rosa, hours):
        rosa.team.note_hours = hours
        rosa.team.save()
        now = timezone.now()
        write(rosa, "Slept badly.", now=now)
        assert NoteToRead.objects.get().due_at == now + hours * HOURS

    def test_overdue_is_after_it_and_the_longest_waiting_come_first(self, rosa, dev):
        now = timezone.now()
        write(dev, "Second.", now=now - 23 * HOURS)
        write(rosa, "First.", now=now - 25 * HOURS)
        assert unread() == ["First.", "Second."]
        assert [note.words for note in NoteToRead.objects.overdue(now)] == ["First."]
        first, second = NoteToRead.objects.by_deadline()
        assert (first.is_overdue(now), second.is_overdue(now)) == (True, False)

    @pytest.mark.parametrize("nothing", ["", "  ", "\n\t "])
    def test_without_words_there_is_nothing_to_read(self, rosa, nothing):
        write(rosa, nothing)
        assert not NoteToRead.objects.exists()

    def test_a_serious_note_is_read_by_a_person_too(self, rosa):
        sent = write(rosa, "My chest hurts and I cannot breathe.")
        assert NoteToRead.objects.get().check_in == sent.check_in


class TestReading:
    def test_read_it_is_off_the_list_and_says_by_whom(self, rosa, amira):
        now = timezone.now()
        write(rosa, "Slept badly.", now=now)
        NoteToRead.objects.get().read(by=amira, now=now + HOURS)
        note = NoteToRead.objects.get()
        assert (note.read_by, note.read_at) == (amira, now + HOURS)
        assert not unread()
        assert not note.is_overdue(now + 100 * HOURS)

    def test_who_comes_second_is_told_who_was_quicker(self, rosa, amira, ben):
        write(rosa, "Slept badly.")
        mine, theirs = NoteToRead.objects.get(), NoteToRead.objects.get()
        mine.read(by=amira, now=timezone.now())
        with pytest.raises(AlreadyRead) as quicker:
            theirs.read(by=ben, now=timezone.now())
        assert quicker.value.note.read_by == amira

    @pytest.mark.django_db(transaction=True)
    def test_of_two_nurses_at_once_one_has_read_it(self, rosa, amira, ben):
        write(rosa, "Slept badly.")
        pk = NoteToRead.objects.get().pk

        def one(by: User) -> bool:
            try:
                NoteToRead.objects.get(pk=pk).read(by=by, now=timezone.now())
            except AlreadyRead:
                return False
            finally:
                connections.close_all()
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(one, [amira, ben])) == [False, True]


class TestSentAgain:
    def test_a_replay_adds_nothing_to_read(self, rosa):
        id = uuid.uuid4()
        write(rosa, "Slept badly.", id=id)
        write(rosa, "Slept badly.", id=id)
        assert NoteToRead.objects.count() == 1

    def test_a_corrected_note_takes_the_unread_one_s_place_and_deadline(self, rosa):
        id, now = uuid.uuid4(), timezone.now()
        write(rosa, "Slept bad.", id=id, now=now)
        write(rosa, "Slept badly, and sad.", id=id, now=now + HOURS)
        [note] = NoteToRead.objects.unread()
        assert (note.words, note.words_before) == ("Slept badly, and sad.", ["Slept bad."])
        assert note.due_at == now + 24 * HOURS

    def test_all_wordings_that_nobody_read_are_still_there_to_be_read(self, rosa):
        id = uuid.uuid4()
        for words in ("I cannot go on.", "I am fine.", "All is well."):
            write(rosa, words, id=id)
        [note] = NoteToRead.objects.unread()
        assert note.words_before == ["I am fine.", "I cannot go on."]

    def test_the_same_words_beside_another_answer_are_one_note(self, rosa):
        id = uuid.uuid4()
        write(rosa, "Slept badly.", id=id)
        corrected = write(rosa, "Slept badly.", id=id, nausea=2)
        [note] = NoteToRead.objects.unread()
        assert (note.check_in, note.words_before) == (corrected.check_in, [])

    def test_a_note_that_was_taken_back_is_still_to_be_read(self, rosa):
        id = uuid.uuid4()
        write(rosa, "I cannot go on.", id=id)
        write(rosa, "", id=id)
        assert unread() == ["I cannot go on."]

    def test_words_that_were_read_are_not_read_twice(self, rosa, amira):
        id, now = uuid.uuid4(), timezone.now()
        write(rosa, "Slept badly.", id=id)
        NoteToRead.objects.get().read(by=amira, now=now)
        corrected = write(rosa, "Slept badly.", id=id, nausea=2)
        assert not unread()
        assert corrected.check_in.note_to_read.read_by == amira

    def test_other_words_after_the_reading_are_new(self, rosa, amira):
        id, now = uuid.uuid4(), timezone.now()
        write(rosa, "Slept badly.", id=id, now=now)
        NoteToRead.objects.get().read(by=amira, now=now + HOURS)
        write(rosa, "Slept badly, and now I feel sick.", id=id, now=now + 2 * HOURS)
        [note] = NoteToRead.objects.unread()
        assert (note.words_before, note.due_at) == ([], now + 26 * HOURS)
