"""Notes to read: every one by somebody, the most overdue first, and by nobody twice."""

import datetime as dt
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent, Membership
from tests.team.conftest import GOOD_DAY, LOW_PRESSURE, flagged, send
from tests.team.test_flag import at_once
from tracker.models import Finding, NoteToRead
from tracker.triage.report import Level

pytestmark = pytest.mark.django_db

LIST = reverse("team:notes")
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def amiras(amira, browser_of):
    return browser_of(amira)


@pytest.fixture
def bens(ben, browser_of):
    return browser_of(ben)


def a_note(patient, words="Slept badly, the neighbour’s dog again.", *, report=GOOD_DAY, **when):
    sent = send(patient, replace(report, note=words), **when)
    return NoteToRead.objects.get(check_in=sent.check_in)


def read(note):
    return reverse("team:read_note", args=[note.pk])


def listed(page):
    return [row.note for row in page.context["rows"]]


def test_every_note_is_listed_whole_with_patient_day_and_level(rosa, amiras):
    note = a_note(rosa, "Line one.\nLine <two>.")
    page = amiras.get(LIST)
    assert listed(page) == [note]
    for words in ("1 note to read", "Line one.<br>Line &lt;two&gt;.", str(rosa), "No flag"):
        assert words in page.text


def test_the_note_of_an_emergency_comes_before_all_deadlines(rosa, dev, wei, amiras):
    overdue, low = a_note(rosa, ago=30 * HOUR), a_note(wei, report=LOW_PRESSURE, ago=HOUR)
    emergency = a_note(dev, "An elephant sits on my chest.")
    assert listed(amiras.get(LIST)) == [emergency, low, overdue]


def test_the_earliest_deadline_comes_first_and_what_is_overdue_says_so(rosa, dev, amiras):
    later = a_note(dev)
    overdue = a_note(rosa, ago=30 * HOUR)
    page = amiras.get(LIST)
    assert listed(page) == [overdue, later]
    assert "Overdue by 6 h" in page.text
    assert page.text.index("Overdue") < page.text.index("To be read by")


def test_what_a_rule_read_is_marked(rosa, amiras):
    note = a_note(rosa, "All well, but an elephant sits on my chest & more")
    Finding.objects.create(
        team=rosa.team,
        patient=rosa,
        check_in=note.check_in,
        rule="a_rule",
        level=Level.EMERGENCY,
        inputs={"note": {"chest_pain": "an elephant sits on my chest"}},
    )
    assert "but <mark>an elephant sits on my chest</mark> &amp; more" in amiras.get(LIST).text


def test_reading_takes_one_press_and_takes_it_off_the_list(rosa, amira, amiras):
    note = a_note(rosa)
    page = amiras.post(read(note), follow=True)
    assert page.redirect_chain == [(LIST, 302)]
    assert listed(page) == []
    assert "Every note has been read." in page.text
    note.refresh_from_db()
    assert note.read_by == amira


def test_the_second_to_read_is_told_who_was_first(rosa, ben, amiras, bens):
    note = a_note(rosa)
    bens.post(read(note))
    assert f"{ben} read this at" in amiras.post(read(note), follow=True).text
    assert "read this at" not in bens.post(read(note), follow=True).text
    note.refresh_from_db()
    assert note.read_by == ben


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_has_read_it_and_the_other_is_told(rosa, amira, ben, amiras, bens):
    note = a_note(rosa)
    pages = at_once(
        lambda: amiras.post(read(note), follow=True).text, lambda: bens.post(read(note), follow=True).text
    )
    note.refresh_from_db()
    quick, slow = (amira, pages[1]) if note.read_by == amira else (ben, pages[0])
    assert f"{quick} read this at" in str(slow)


def test_the_navigation_counts_what_is_unread(rosa, dev, noor, amiras, browser_of):
    a_note(rosa)
    a_note(dev)
    notes, waiting = reverse("team:notes"), reverse("team:waiting")
    assert amiras.get(waiting).json()[notes] == "Notes (2)"
    assert browser_of(noor).get(waiting).json()[notes] == "Notes"


def test_a_note_can_be_read_from_chart_and_flag_and_leads_back_there(rosa, amiras):
    flag_url = reverse("team:flag", args=[flagged(rosa, replace(LOW_PRESSURE, note="Dizzy.")).pk])
    note = NoteToRead.objects.get()
    for where in (flag_url, reverse("team:patient", args=[rosa.pk])):
        assert f'action="{read(note)}"' in amiras.get(where).text
    assert amiras.post(read(note), {"next": flag_url})["Location"] == flag_url
    assert "Read by Amira Nasser" in amiras.get(flag_url).text


@pytest.mark.parametrize("where", ["https://evil.example/team/", "//evil.example/team/", "/today/"])
def test_reading_leads_nowhere_else(where, rosa, amiras):
    assert amiras.post(read(a_note(rosa)), {"next": where})["Location"] == LIST


def test_resolving_reads_no_note_unless_it_is_ticked(rosa, amira, amiras):
    flag = flagged(rosa, replace(LOW_PRESSURE, note="Dizzy."))
    note = NoteToRead.objects.get()
    resolve = reverse("team:resolve", args=[flag.pk])
    amiras.post(reverse("team:claim", args=[flag.pk]))
    assert "I have read" in amiras.get(reverse("team:flag", args=[flag.pk])).text
    assert amiras.post(resolve, {"outcome": "called", "seen": 1}).status_code == 302
    note.refresh_from_db()
    assert note.read_at is None
    again = flagged(rosa, LOW_PRESSURE)
    assert again.pk != flag.pk


def test_a_note_that_is_ticked_is_read_with_the_outcome(rosa, amira, ben, amiras, bens):
    flag = flagged(rosa, replace(LOW_PRESSURE, note="Dizzy."), ago=HOUR)
    send(rosa, replace(LOW_PRESSURE, note="Dizzy still."))
    first, second = NoteToRead.objects.order_by("due_at")
    bens.post(read(first))
    form = {"outcome": "called", "seen": 2, "notes_read": [str(first.pk), str(second.pk)]}
    assert amiras.post(reverse("team:resolve", args=[flag.pk]), form).status_code == 302
    assert [each.read_by for each in NoteToRead.objects.order_by("due_at")] == [ben, amira]


def test_what_is_ticked_stays_ticked_when_another_report_comes_in(rosa, amiras):
    flag = flagged(rosa, replace(LOW_PRESSURE, note="Dizzy."), ago=HOUR)
    note = NoteToRead.objects.get()
    send(rosa, LOW_PRESSURE)
    form = {"outcome": "called", "note": "Calm.", "seen": 1, "notes_read": [str(note.pk)]}
    page = amiras.post(reverse("team:resolve", args=[flag.pk]), form)
    assert page.context["form"]["notes_read"].value() == [note.pk]
    assert "checked" in str(page.context["form"]["notes_read"])


@pytest.mark.parametrize("sent", ["x", "0" * 32, "\0"])
def test_a_forged_note_resolves_nothing(sent, rosa, amiras):
    flag = flagged(rosa, replace(LOW_PRESSURE, note="Dizzy."))
    form = {"outcome": "called", "seen": 1, "notes_read": [sent]}
    assert amiras.post(reverse("team:resolve", args=[flag.pk]), form).status_code == 200
    flag.refresh_from_db()
    assert flag.is_unresolved


def test_the_note_of_a_correction_shows_what_it_said_before(rosa, amiras):
    first = a_note(rosa, "I fell down.")
    a_note(rosa, "I sat down.", id=first.check_in_id)
    page = amiras.get(LIST)
    assert len(listed(page)) == 1
    assert page.text.index("I sat down.") < page.text.index("I fell down.")


def test_everybody_on_the_list_was_looked_at(rosa, dev, amira, amiras):
    a_note(rosa)
    a_note(rosa, "Again.", ago=HOUR)
    a_note(dev)
    amiras.get(LIST)
    looks = AccessEvent.objects.filter(actor=amira, what=AccessEvent.What.NOTE)
    assert sorted(looks.values_list("patient_id", flat=True)) == sorted([rosa.pk, dev.pk])


def test_the_list_costs_the_same_however_long_it_is(
    rosa, dev, joan, wei, amiras, django_assert_max_num_queries
):
    a_note(rosa)
    with django_assert_max_num_queries(17) as one:
        amiras.get(LIST)
    for patient in (rosa, dev, joan, wei):
        a_note(patient, "Another.", ago=HOUR)
    with django_assert_max_num_queries(17) as many:
        amiras.get(LIST)
    assert len(one) == len(many)


def test_it_costs_no_more_with_corrections(rosa, dev, amiras, django_assert_max_num_queries):
    for patient in (rosa, dev):
        first = a_note(patient, "I fell down.", ago=HOUR)
        a_note(patient, "I sat down.", id=first.check_in_id)
        a_note(patient, "I lay down.", id=first.check_in_id)
    with django_assert_max_num_queries(17):
        shown = amiras.get(LIST).context["rows"]
    assert [row.words_before for row in shown] == [["I sat down.", "I fell down."]] * 2
    assert [row.words_before for row in shown] == [row.note.words_before for row in shown]


def test_what_the_reader_made_of_it_is_said(rosa, dev, joan, wei, amiras):
    a_note(rosa, "An elephant sits on my chest.")
    a_note(dev, "No fever and no chest pain today.")
    a_note(joan, "Watched a film with my brother.")
    wei.language = "ar"
    wei.save()
    a_note(wei, "تعبت اليوم")
    page = amiras.get(LIST).text
    for words in (
        "Raised as emergency: ",
        "Its words raised nothing: it says that there was none of chest pain or pressure, fever",
        "Its words raised nothing: the reader knows none of them as a sign of harm",
        "No rule reads Arabic: only a person can read this.",
    ):
        assert words in page
    assert '<blockquote class="said" lang="ar" dir="auto">' in page


def test_mine_are_those_of_patients_whose_flag_i_have(rosa, dev, amira, amiras):
    flag = flagged(rosa, replace(LOW_PRESSURE, note="Dizzy."))
    other = a_note(dev)
    assert listed(amiras.get(LIST, {"show": "mine"})) == []
    flag.claim(by=amira, now=timezone.now())
    assert [note.patient for note in listed(amiras.get(LIST, {"show": "mine"}))] == [rosa]
    assert other in listed(amiras.get(LIST, {"show": "nonsense"}))


def test_somebody_of_two_teams_can_choose_one(team, other_team, rosa, amira, amiras):
    a_note(rosa)
    assert "Hillside Hospital" not in amiras.get(LIST).text
    Membership.objects.create(team=other_team, user=amira, role="nurse")
    assert len(listed(amiras.get(LIST, {"show": team.pk}))) == 1
    assert listed(amiras.get(LIST, {"show": other_team.pk})) == []
    assert len(listed(amiras.get(LIST))) == 1


def test_reading_one_leads_to_the_next(rosa, dev, amiras):
    first, second = a_note(rosa, ago=2 * HOUR), a_note(dev, ago=HOUR)
    page = amiras.get(LIST).text
    assert f'value="{LIST}#open-{second.pk}"' in page
    assert amiras.post(read(first), {"next": f"{LIST}#open-{second.pk}"})["Location"].endswith(str(second.pk))


def test_to_read_and_call_leads_to_the_call(rosa, amira, amiras):
    note = a_note(rosa)
    answer = amiras.post(read(note), {"then": "call"})
    assert answer["Location"] == reverse("team:call", args=[rosa.pk])
    note.refresh_from_db()
    assert note.read_by == amira


def test_those_that_are_ticked_are_read_at_once(
    rosa, dev, wei, amira, ben, bens, amiras, django_assert_max_num_queries
):
    first, second, third = a_note(rosa, ago=2 * HOUR), a_note(dev, ago=HOUR), a_note(wei)
    bens.post(read(first))
    sent = {"notes": [str(first.pk), str(second.pk)], "next": f"{LIST}?show=mine"}
    with django_assert_max_num_queries(8):
        assert amiras.post(reverse("team:read_notes"), sent)["Location"] == f"{LIST}?show=mine"
    assert listed(amiras.get(LIST)) == [third]
    assert [each.read_by for each in NoteToRead.objects.order_by("due_at")] == [ben, amira, None]


def test_forged_keys_and_notes_of_others_are_not_read(rosa, noor, amiras, browser_of):
    note = a_note(rosa)
    for browser, keys in ((browser_of(noor), [str(note.pk)]), (amiras, ["x", "\0", "0" * 32])):
        assert browser.post(reverse("team:read_notes"), {"notes": keys}).status_code == 302
    note.refresh_from_db()
    assert note.read_at is None


def test_a_long_list_has_pages(rosa, amiras):
    for minutes in range(30):
        a_note(rosa, f"Note {minutes}", ago=dt.timedelta(minutes=minutes))
    assert len(listed(amiras.get(LIST))) == 25
    assert len(listed(amiras.get(LIST, {"page": "2"}))) == 5
    assert timezone.now() < NoteToRead.objects.earliest("due_at").due_at


def test_a_choice_holds_on_every_page(rosa, amira, amiras):
    flagged(rosa, LOW_PRESSURE, ago=2 * HOUR).claim(by=amira, now=timezone.now())
    for minutes in range(30):
        a_note(rosa, f"Note {minutes}", ago=dt.timedelta(minutes=minutes))
    assert "?show=mine&amp;page=2" in amiras.get(LIST, {"show": "mine"}).text
