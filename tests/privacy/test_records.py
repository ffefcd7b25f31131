"""Requests to erase, closed records and copies: what officers decide, what goes, who still sees what."""

import datetime as dt
import json
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.audit import sealing
from accounts.audit.verifying import verify
from accounts.models import AccessEvent, User
from education.models import PageAnswer, PageRead
from tests.audit.test_every_look import NAME, addresses, everything, of_admin
from tests.privacy.conftest import A_DAY, A_YEAR, left, settle_everything
from tests.team.conftest import BLURRED, browser_of, flagged, send
from tracker import emergencies, leaving
from tracker.models import (
    Carer,
    CheckIn,
    Deletion,
    ErasureRequest,
    Flag,
    LegalHold,
    Message,
    Notice,
    Patient,
    Restriction,
)
from tracker.privacy import records
from tracker.retention import erasing, housekeeping, restricting
from tracker.retention.kinds import kinds
from tracker.team.access import patients_of

__all__ = ["browser_of", "everything"]
pytestmark = pytest.mark.django_db

ERASE = reverse("settings:erase")
REQUESTS, SCHEDULE = reverse("privacy:requests"), reverse("privacy:schedule")
GIVEN_UP = [kind.code for kind in kinds() if not kind.is_record]


def page(name: str, patient: Patient) -> str:
    return reverse(f"privacy:{name}", args=[patient.pk])


@pytest.fixture
def petras(petra: User) -> Client:
    client = Client()
    client.force_login(petra)
    return client


@pytest.fixture
def asked(whole: Patient) -> ErasureRequest:
    made = erasing.ask(whole, wish="erase", reason="", by=whole.user, now=timezone.now())
    assert made
    return made


def answer(browser: Client, patient: Patient, **more: Any) -> Any:
    waits = ErasureRequest.objects.waiting().filter(patient=patient).first()
    told = {
        "request": waits.pk if waits else "",
        "decide-erase": GIVEN_UP,
        "decide-restrict": "on",
        "decide-team_knows": "on",
        "decide-answer": "We erased what the law lets us.",
    }
    return browser.post(page("decide", patient), told | more)


# --- Who may ------------------------------------------------------------------------------------------------


def test_only_officers_and_each_about_others(rosa, amira, sara, ada, edith, lena, petra, browser_of):
    pages = [REQUESTS, SCHEDULE, page("record", rosa)]
    pages += [page(name, rosa) for name in ("hold", "end_holds", "ask", "decide", "lift", "export")]
    pages.append(reverse("privacy:period", args=[rosa.team_id, "record"]))
    seen = []
    for who in (rosa.user, amira, sara, ada, edith, lena):
        browser = browser_of(who)
        seen += [(who.name, url) for url in pages if browser.get(url).status_code != 404]
        seen += [(who.name, url) for url in pages if browser.post(url).status_code not in (404, 405)]
    assert seen == []
    own = Patient.objects.get(pk=rosa.pk)
    Patient.objects.filter(pk=rosa.pk).update(user=petra)
    assert browser_of(petra).get(page("record", own)).status_code == 404


@pytest.mark.second_factor_is_asked_for
def test_what_destroys_asks_who_it_is_once_more(rosa, petra, client):
    client.force_login(petra)
    places = [page(name, rosa) for name in ("end_holds", "decide", "lift", "export")]
    places.append(reverse("privacy:period", args=[rosa.team_id, "record"]))
    for url in places:
        assert client.post(url, {"reason": "x"}).status_code == 302, url
    assert not AccessEvent.objects.filter(actor=petra).exists()


# --- Asking -------------------------------------------------------------------------------------------------


def test_a_patient_asks_is_told_and_may_take_it_back(rosa, petra, browser_of):
    browser = browser_of(rosa.user)
    assert "Erase or stop using my record" in browser.get(ERASE).text
    assert "Choose one of these." in browser.post(ERASE, {"reason": "Enough."}).text
    browser.post(ERASE, {"wish": "stop", "reason": "Enough."})
    made = ErasureRequest.objects.get()
    assert (made.wish, made.reason, made.asked_by) == ("stop", "Enough.", rosa.user)
    assert [(each.recipient, each.kind) for each in Notice.objects.all()] == [(petra, "erasure")]
    assert "You asked on" in browser.get(ERASE).text
    browser.post(ERASE, {"wish": "erase"})
    assert ErasureRequest.objects.count() == 1
    browser.post(reverse("settings:take_back"))
    assert not ErasureRequest.objects.waiting().exists()
    assert "You asked on" not in browser.get(ERASE).text


def test_a_carer_asks_for_nobody(rosa, lena, browser_of):
    from tests.carers import helping

    helping(rosa, lena, scope="diary")
    assert browser_of(lena).get(ERASE).status_code == 404


# --- Deciding -----------------------------------------------------------------------------------------------


def test_what_may_go_goes_and_what_must_stay_is_closed(whole, asked, petras, amira, browser_of):
    sealing.due(timezone.now())
    shown = petras.get(page("record", whole)).text
    assert "It is part of the health record, which the law says we must keep." in shown
    assert answer(petras, whole).status_code == 302
    whole.refresh_from_db()
    assert whole.restricted_at
    assert whole.has_left(whole.today(timezone.now()))
    assert erasing.due(timezone.now()) == 1
    whole.refresh_from_db()
    for kind in kinds():
        there = [rows.table for rows in kind.rows if rows.of(whole).exists()]
        assert bool(there) == kind.is_record, (kind.code, there)
    assert (whole.contact_name, whole.contact_phone, whole.remind_at) == ("", "", None)
    history = apps.get_model("tracker.PatientEvent")._default_manager.filter(pgh_obj_id=whole.pk)
    assert {each.contact_name for each in history} == {""}
    for label in ("tracker.CarerEvent", "tracker.MessageWayEvent"):
        assert not apps.get_model(label)._default_manager.filter(patient=whole).exists(), label
    assert {each.request for each in Deletion.objects.filter(patient=whole)} == {asked}
    assert erasing.due(timezone.now()) == 0
    sealing.due(timezone.now())
    assert verify().faults == []
    read = browser_of(whole.user).get(ERASE).text
    assert "We erased what the law lets us." in read
    assert "The people who helped you here" in read
    assert "The law makes us keep it until" in read
    assert browser_of(amira).get(reverse("team:patient", args=[whole.pk])).status_code == 404


def test_what_must_stay_cannot_be_ticked(whole, asked, petras):
    shown = answer(petras, whole, **{"decide-erase": ["record"]})
    assert "One of these may not be erased now" in shown.text
    with pytest.raises(ValueError, match="has to be kept"):
        erasing.decide(
            asked.pk, erase=["messages"], restrict=False, answer="x", by=whole.user, now=timezone.now()
        )


def test_nothing_typed_is_lost_and_an_answer_is_needed(whole, asked, petras):
    shown = answer(petras, whole, **{"decide-answer": "", "decide-team_knows": ""})
    assert "Write what the patient is told." in shown.text
    assert "Call the team first" in shown.text
    assert asked in ErasureRequest.objects.waiting()


def test_an_open_flag_comes_first(whole, asked, petras):
    flag = flagged(whole, BLURRED)
    shown = answer(petras, whole)
    assert "A flag of this patient’s is open." in shown.text
    assert not Restriction.objects.exists()
    assert flag in Flag.objects.unresolved()
    shown = answer(petras, whole, **{"decide-erase": []})
    assert "A flag of this patient’s is open." in shown.text
    assert not Restriction.objects.exists()


def test_under_a_hold_nothing_is_erased_but_a_record_may_be_closed(whole, asked, petras):
    petras.post(page("hold", whole), {"hold-reason": "A claim."})
    hold = LegalHold.objects.get()
    assert (hold.reason, hold.until) == ("A claim.", None)
    assert "One of these may not be erased now" in answer(petras, whole).text
    answer(petras, whole, **{"decide-erase": [], "decide-answer": "We closed it."})
    whole.refresh_from_db()
    assert whole.restricted_at
    assert "Write why." in petras.post(page("end_holds", whole), {"end-reason": ""}).text
    petras.post(page("end_holds", whole), {"end-reason": "Settled."})
    hold.refresh_from_db()
    assert hold.end_reason == "Settled."


def test_a_hold_that_comes_after_the_answer_keeps_it_waiting(whole, asked, petras, petra):
    answer(petras, whole)
    LegalHold.place(whole, reason="A claim.", until=None, by=petra, now=timezone.now())
    assert erasing.due(timezone.now()) == 0
    assert Carer.objects.filter(patient=whole).exists()
    assert "Answered, and not erased yet" in petras.get(REQUESTS).text


def test_what_may_not_go_any_more_when_its_turn_comes_stays(whole, asked, petra):
    """Decided long after she left, held meanwhile: when the hold ends she is a patient again."""
    left(whole, 31)
    now = timezone.now()
    told: Any = {"restrict": False, "answer": "It is old.", "by": petra, "now": now}
    erasing.decide(asked.pk, erase=["messages"], **told)
    assert leaving.come_back(whole.pk, by=petra, now=now)
    assert erasing.due(now) == 0
    assert whole.messages.exists()
    left(whole, 31)
    assert erasing.due(now) == 1
    assert not whole.messages.exists()


def test_two_officers_at_once_answer_once(whole, asked, petras):
    answer(petras, whole)
    again = answer(petras, whole)
    assert again.status_code == 302
    with pytest.raises(erasing.AlreadyDecided):
        erasing.decide(asked.pk, erase=[], restrict=False, answer="x", by=whole.user, now=timezone.now())


def test_an_answer_is_not_changed_afterwards_by_whatever_way(whole, asked, petras):
    answer(petras, whole)
    row = ErasureRequest.objects.filter(pk=asked.pk)
    for change in ({"answer": "Another."}, {"erase": ["record"]}, {"decided_at": timezone.now()}):
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            row.update(**change)
    assert erasing.due(timezone.now()) == 1  # what is left to say is when it was done


def test_every_hold_is_on_some_page(whole, rosa, dev, petras, petra, monkeypatch):
    monkeypatch.setattr(records, "A_PAGE", 1)
    for patient in (dev, rosa):
        LegalHold.place(patient, reason="A claim.", until=None, by=petra, now=timezone.now())
    first, second = (petras.get(REQUESTS, {"holds": number}).text for number in (1, 2))
    assert ("holds=2" in first, "holds=1" in second) == (True, True)
    assert (rosa.name in first, dev.name in first) == (True, False)
    assert (rosa.name in second, dev.name in second) == (False, True)


def test_an_answer_to_what_was_taken_back_answers_nothing_else(whole, asked, petras):
    """She took it back and asked for something else, while the officer wrote."""
    read = {"request": asked.pk}
    asked.withdraw(timezone.now())
    other = erasing.ask(whole, wish="stop", reason="", by=whole.user, now=timezone.now())
    told = answer(petras, whole, **read)
    assert "It was answered, or taken back, meanwhile." in petras.get(told["Location"]).text
    assert other in ErasureRequest.objects.waiting()


def test_a_second_letter_is_not_said_to_be_kept(whole, asked, petras):
    told = petras.post(page("ask", whole), {"ask-wish": "stop", "ask-reason": "By letter."})
    shown = petras.get(told["Location"]).text
    assert "this one was not kept" in shown
    assert "Kept. It waits" not in shown


def test_what_is_closed_is_opened_again_with_a_reason(whole, asked, petras, amira):
    answer(petras, whole)
    assert not patients_of(amira).filter(pk=whole.pk).exists()
    assert "Write why." in petras.post(page("lift", whole), {}).text
    petras.post(page("lift", whole), {"lift-reason": "She asked us to."})
    assert patients_of(amira).filter(pk=whole.pk).exists()
    assert Restriction.objects.get().lift_reason == "She asked us to."


def test_a_report_that_came_all_the_same_is_not_hidden(whole, asked, petras, amira):
    """It waited for the row while an officer closed the record: somebody has to see it."""
    answer(petras, whole)
    kept = send(whole, BLURRED)
    whole.refresh_from_db()
    assert whole.restricted_at is None
    assert kept.flag in Flag.objects.visible_to(amira)


def test_every_look_and_act_of_an_officer_is_kept(rosa, petra, petras):
    petras.get(page("record", rosa))
    petras.post(page("hold", rosa), {"hold-reason": "A claim."})
    petras.post(page("export", rosa)).getvalue()
    kept = AccessEvent.objects.filter(actor=petra, patient_id=rosa.pk).order_by("pk")
    assert [each.what for each in kept] == ["privacy", "privacy", "download"]


def test_pages_ask_few_questions(whole, asked, petras, django_assert_max_num_queries):
    with django_assert_max_num_queries(75):
        petras.get(page("record", whole))
    with django_assert_max_num_queries(25):
        petras.get(REQUESTS)
    with django_assert_max_num_queries(15):
        petras.get(SCHEDULE)


def test_a_patient_is_found_exactly_and_a_letter_is_kept(rosa, petras):
    assert "Nobody fits exactly" in petras.post(REQUESTS, {"name": "Rosa", "born_on": "1968-04-12"}).text
    found = petras.post(REQUESTS, {"name": "Rosa Martin", "born_on": rosa.born_on.isoformat()})
    assert found["Location"] == page("record", rosa)
    petras.post(page("ask", rosa), {"ask-wish": "erase", "ask-reason": "By letter."})
    assert ErasureRequest.objects.get().asked_by.name == "Petra Novak"


# --- A closed record ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["sara", "ada"])
def test_nobody_is_shown_a_closed_record(everything, who, request):
    """Whatever else is wrong: flags open, notes unread. A dry run that was kept before names who is seen."""
    Patient.objects.filter(pk=everything.pk).update(restricted_at=timezone.now())
    user = request.getfixturevalue(who)
    browser: Any = Client()
    browser.force_login(user)
    of_accounts = [each for each in of_admin() if each[0].startswith("admin:accounts_")]
    pages = (
        of_accounts if who == "ada" else addresses(everything)
    )  # what else is refused her: docs/access.csv
    may = {"emergencies:told"}  # who opened a closed chart in an emergency, and why, is told to its team
    shown = []
    for name, address in pages:
        answered = browser.get(address)
        body = b"".join(answered.streaming_content) if answered.streaming else answered.content
        if NAME in body.decode(errors="ignore") and name not in may:
            shown.append(name)
    assert shown == []


def test_her_own_team_opens_it_in_an_emergency_alone(rosa, amira, petra, browser_of):
    settle_everything(rosa, amira)
    restricting.restrict(rosa.pk, reason="She asked.", by=petra, now=timezone.now())
    browser = browser_of(amira)
    chart = reverse("team:patient", args=[rosa.pk])
    assert browser.get(chart).status_code == 404
    told = {
        "name": "Rosa Martin",
        "born_on": rosa.born_on.isoformat(),
        "reason": "here",
        "words": "She is here and cannot speak.",
    }
    opened = browser.post(reverse("emergencies:find"), told)
    shown = browser.get(opened["Location"]).text
    assert "This record is closed" in shown
    assert browser.get(chart).status_code == 404
    assert emergencies.due(timezone.now() + 4 * A_DAY) == 1


def test_the_patient_still_reads_her_own_and_sends_nothing(rosa, amira, petra, browser_of):
    send(rosa, BLURRED)
    settle_everything(rosa, amira)
    restricting.restrict(rosa.pk, reason="She asked.", by=petra, now=timezone.now())
    browser = browser_of(rosa.user)
    assert "Your record is closed since" in browser.get(ERASE).text
    assert browser.get("/today/").status_code == 200
    assert json.loads(browser.post(reverse("settings:as_json")).getvalue())["reports"]
    browser.post("/check-in/", {})
    assert CheckIn.objects.filter(patient=rosa).count() == 1
    assert Message.objects.count() == 0


# --- The schedule -------------------------------------------------------------------------------------------


def test_a_period_is_written_with_a_reason_and_shown_when_it_will_hold(team, petras):
    url = reverse("privacy:period", args=[team.pk, "messages"])
    assert "Write how long" in petras.post(url, {"reason": "Our law."}).text
    assert "Choose one" in petras.post(url, {"years": 3, "for_good": "on", "reason": "Our law."}).text
    assert "Write why." in petras.post(url, {"years": 10}).text
    petras.post(url, {"years": 10, "months": 6, "reason": "Our law."})
    shown = petras.get(SCHEDULE).text
    assert "10 years and 6 months" in shown
    assert "30 years" in shown
    assert "Our law." in petras.get(url).text
    assert petras.get(reverse("privacy:period", args=[team.pk, "moods"])).status_code == 404


def test_what_readers_wrote_about_pages_goes_after_a_year(db):
    today = timezone.localdate()
    page = {"kind": "article", "slug": "x", "language": "en", "day": today}
    answer, read = PageAnswer(helped=False, missing="I am Rosa.", **page), PageRead(views=1, **page)
    for row in (answer, read):
        row.save()
    for days, kept in ((366, 1), (367, 0)):
        housekeeping.due(timezone.now() + dt.timedelta(days=days))
        assert (PageAnswer.objects.count(), PageRead.objects.count()) == (kept, kept)


def test_sessions_that_ran_out_go_with_the_forms_in_them(rosa, browser_of):
    from django.contrib.sessions.models import Session

    browser_of(rosa.user)
    assert Session.objects.exists()
    housekeeping.due(timezone.now())
    assert Session.objects.exists()
    housekeeping.due(timezone.now() + A_YEAR)
    assert not Session.objects.exists()
