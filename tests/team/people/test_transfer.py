"""From one team to another: asked, accepted by the other lead, with the whole history and none of it lost."""

import datetime as dt
import threading

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent, Membership
from tests.searching import results
from tests.team.conftest import CHEST_PAIN, LOW_PRESSURE, flagged, send
from tests.team.test_notes import a_note
from tests.test_messaging import answer, write
from tests.triage.build import a_report
from tracker import checkins, moving, undoing, unread
from tracker.alerts import escalate
from tracker.models import Alert, AlreadyAnswered, CareEvent, CheckIn, Flag, NoteToRead, Patient, Transfer

DAY = dt.timedelta(days=1)
WHY = "She has moved to Hillside, and goes on there."
pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(rosa, amira, ola, other_team):
    """Amira has asked Hillside to take Rosa over."""
    return moving.ask(rosa.pk, to_team=other_team, reason=WHY, by=amira, now=timezone.now())


@pytest.fixture
def olas(ola, browser_of):
    return browser_of(ola)


def accept(olas, asked, number=""):
    return olas.post(reverse("team:accept_transfer", args=[asked.pk]), {"record_number": number}, follow=True)


def moved(olas, asked):
    accept(olas, asked)
    asked.patient.refresh_from_db()
    assert asked.patient.team_id == asked.to_team_id
    return asked.patient


# --- Asking -------------------------------------------------------------------------------------------------


def test_asking_moves_nothing_and_tells_the_other_lead(
    amiras, rosa, ola, other_team, olas, noor, browser_of, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        amiras.post(reverse("team:transfer", args=[rosa.pk]), {"to_team": other_team.pk, "reason": WHY})
    asked = Transfer.objects.get()
    [message] = mail.outbox
    assert message.to == [ola.email]
    assert "Rosa" not in str(message.body) + message.subject
    assert reverse("team:transfer_asked", args=[asked.pk]) in str(message.body)
    rosa.refresh_from_db()
    assert rosa.team == asked.team
    assert "asks you to take over Rosa Martín" in olas.get(reverse("team:patients")).text
    assert AccessEvent.objects.get(actor=ola).what == "transfer"  # a name is a look
    assert "Rosa" not in browser_of(noor).get(reverse("team:patients")).text
    assert olas.get(reverse("team:patient", args=[rosa.pk])).status_code == 404


def test_the_request_tells_who_and_why_and_is_a_look(asked, olas, ola, rosa):
    page = olas.get(reverse("team:transfer_asked", args=[asked.pk])).text
    for words in ("Rosa Martín", "12 April 1968", WHY, "Amira Nasser", "Harbour Clinic"):
        assert words in page
    assert "Penicillin" not in page
    look = AccessEvent.objects.get(actor=ola)
    assert (look.what, look.patient_id, look.team) == ("transfer", rosa.pk, asked.to_team)


def test_only_the_lead_of_the_team_that_is_asked_answers(asked, noor, amira, sara, rosa, browser_of):
    names = ("transfer_asked", "accept_transfer", "refuse_transfer")
    for who in (noor, amira, sara, rosa.user):
        browser = browser_of(who)
        assert {browser.get(reverse(f"team:{name}", args=[asked.pk])).status_code for name in names} == {404}
        assert {browser.post(reverse(f"team:{name}", args=[asked.pk])).status_code for name in names[1:]} == {
            404
        }
    rosa.refresh_from_db()
    assert rosa.team == asked.team


def test_a_team_without_a_lead_cannot_be_asked(amiras, rosa, other_team):
    answer = amiras.post(reverse("team:transfer", args=[rosa.pk]), {"to_team": other_team.pk, "reason": WHY})
    assert "No other team here has a lead" in answer.text
    assert not Transfer.objects.exists()


def test_a_second_team_is_not_asked_meanwhile(asked, amira, rosa):
    with pytest.raises(moving.AlreadyAsked):
        moving.ask(rosa.pk, to_team=asked.to_team, reason=WHY, by=amira, now=timezone.now())


def test_what_was_asked_can_be_taken_back(asked, amiras, olas, rosa):
    amiras.post(reverse("team:withdraw_transfer", args=[rosa.pk]))
    assert accept(olas, asked).status_code == 404
    rosa.refresh_from_db()
    assert rosa.team == asked.team


def test_a_refusal_is_told_to_those_who_asked(asked, amiras, olas, rosa):
    address = reverse("team:refuse_transfer", args=[asked.pk])
    assert "Write why" in olas.post(address, {"answer": ""}).text
    olas.post(address, {"answer": "We have no bed before May."})
    page = amiras.get(reverse("team:record", args=[rosa.pk])).text
    assert "We have no bed before May." in page
    rosa.refresh_from_db()
    assert rosa.team == asked.team
    with pytest.raises(AlreadyAnswered):
        moving.accept(asked, record_number="", by=asked.asked_by, now=timezone.now())


# --- Moving -------------------------------------------------------------------------------------------------


def pages_of(patient, flag):
    return [
        reverse("team:patient", args=[patient.pk]),
        reverse("team:record", args=[patient.pk]),
        reverse("team:flag", args=[flag.pk]),
        reverse("team:by_phone", args=[patient.pk]),
    ]


def test_the_new_team_sees_the_whole_history_and_the_old_one_nothing(asked, rosa, amira, amiras, olas):
    flag = flagged(rosa, CHEST_PAIN, ago=DAY)
    flag.claim(by=amira, now=timezone.now() - DAY)
    flag.resolve(by=amira, outcome="called", note="She is well.", seen=1, now=timezone.now() - DAY / 2)
    send(rosa, a_report({"pulse": 80}, asked=("chills", "nausea")))
    moved(olas, asked)
    assert {amiras.get(each).status_code for each in pages_of(rosa, flag)} == {404}
    assert {olas.get(each).status_code for each in pages_of(rosa, flag)} == {200}
    chart = olas.get(reverse("team:patient", args=[rosa.pk]))
    assert "She is well." in chart.text
    assert "Chills or shivering" in chart.text
    assert "Last: 80" in chart.text
    assert "Aldesleukin" in chart.text
    searched = amiras.get(results("team:patients", amira, q="rosa", state="all"))
    assert "Rosa" not in searched.text.split("</form>")[1]
    assert CheckIn.objects.filter(patient=rosa, team=asked.team).count() == 2
    assert flag.events.exclude(team=asked.team).count() == 0


def test_who_looked_stays_written_down(asked, rosa, amiras, olas, browser_of):
    amiras.get(reverse("team:patient", args=[rosa.pk]))
    before = set(AccessEvent.objects.filter(patient_id=rosa.pk).values_list("pk", "team"))
    moved(olas, asked)
    assert before <= set(AccessEvent.objects.filter(patient_id=rosa.pk).values_list("pk", "team"))
    page = browser_of(rosa.user).get(reverse("settings:looks")).text
    assert "Amira Nasser" in page
    assert "Ola Berg" in page
    assert "No longer in this team" not in page


def test_what_is_new_carries_the_new_team_and_goes_to_its_people(asked, rosa, olas, ola, noor, amira):
    patient = moved(olas, asked)
    flag = flagged(patient, CHEST_PAIN)
    assert flag.check_in
    assert (flag.team, flag.check_in.team) == (asked.to_team, asked.to_team)
    assert {alert.recipient for alert in Alert.objects.all()} <= {ola, noor}
    assert Alert.objects.exists()
    escalate.due(timezone.now() + DAY)
    assert not Alert.objects.filter(recipient=amira).exists()


def test_a_note_that_was_not_read_before_is_the_new_teams_to_read(asked, rosa, olas, amiras):
    a_note(rosa, "My arm is sore.")
    patient = moved(olas, asked)
    assert "My arm is sore." in olas.get(reverse("team:notes")).text
    assert "My arm is sore." not in amiras.get(reverse("team:notes")).text
    late = NoteToRead.objects.get().due_at + DAY
    unread.due(late)
    assert Flag.objects.get(patient=patient).team == asked.to_team


def test_a_message_that_was_not_read_before_is_told_to_the_new_team(asked, rosa, olas, ola, noor):
    now = timezone.now()
    write(rosa, now=now)
    patient = moved(olas, asked)
    unread.due(now + 25 * DAY)
    assert Flag.objects.get(patient=patient).team == asked.to_team
    assert Alert.objects.exists()
    assert {alert.recipient for alert in Alert.objects.all()} <= {ola, noor}


def test_the_old_team_writes_to_them_no_more(asked, rosa, amira, ola):
    moving.accept(asked, record_number="", by=ola, now=timezone.now())
    with pytest.raises(checkins.NotAllowed):
        answer(rosa, amira)


def test_what_the_old_team_did_to_a_flag_is_not_taken_back_after_the_move(asked, rosa, amira, ola):
    now = timezone.now()
    act = flagged(rosa).resolve(by=amira, outcome="called", note="", seen=1, now=now)
    moving.accept(asked, record_number="", by=ola, now=now)
    with pytest.raises(undoing.TooLateToUndo):
        undoing.undo(act.pk, by=amira, now=now)
    assert not Flag.objects.unresolved().exists()


def test_the_old_team_sends_nothing_for_them_any_more(asked, rosa, amira, olas):
    patient = moved(olas, asked)
    with pytest.raises(checkins.NotAllowed):
        checkins.submit(
            patient_id=patient.pk,
            report=a_report(chills=1),
            id=patient.pk,
            by=amira,
            day=patient.today(timezone.now()),
            reported_at=timezone.now(),
            now=timezone.now(),
            source=CheckIn.Source.PHONE,
        )


def test_the_days_go_on_by_the_clock_that_the_patient_lives_by(asked, rosa, olas):
    zone = rosa.zone
    patient = moved(olas, asked)
    assert patient.zone == zone != asked.to_team.zone


def test_the_hospital_number_is_that_of_the_new_clinic(asked, rosa, dev, olas, other_team):
    Patient.objects.filter(pk=rosa.pk).update(record_number="H1")
    Patient.objects.filter(pk=dev.pk).update(team=other_team, record_number="X9")
    assert "has this number" in accept(olas, asked, "X9").text
    accept(olas, asked, "X10")
    rosa.refresh_from_db()
    assert (rosa.team, rosa.record_number) == (other_team, "X10")


def test_what_happened_is_told_on_the_record(asked, rosa, ola, olas):
    moved(olas, asked)
    page = olas.get(reverse("team:record", args=[rosa.pk])).text
    assert "from Harbour Clinic to Hillside Hospital" in page
    event = CareEvent.objects.get(kind="moved")
    assert (event.by, event.team) == (ola, asked.team)


def test_somebody_of_both_teams_sees_them_all_along(asked, rosa, amira, amiras, olas, other_team):
    Membership.objects.create(user=amira, team=other_team, role="nurse")
    moved(olas, asked)
    assert amiras.get(reverse("team:patient", args=[rosa.pk])).status_code == 200


# --- A flag that nobody has answered ------------------------------------------------------------------------


@pytest.mark.parametrize("claimed", [False, True])
def test_nobody_is_taken_over_while_a_flag_waits(claimed, asked, rosa, amira, olas):
    flag = flagged(rosa, LOW_PRESSURE)
    if claimed:
        flag.claim(by=amira, now=timezone.now())
    assert "still has to answer a flag" in olas.get(reverse("team:transfer_asked", args=[asked.pk])).text
    assert "has to answer a flag first" in accept(olas, asked).text
    rosa.refresh_from_db()
    flag.refresh_from_db()
    assert (rosa.team, flag.team) == (asked.team, asked.team)
    assert flag.is_unresolved
    flag.resolve(by=amira, outcome="called", note="", seen=flag.reports, now=timezone.now())
    moved(olas, asked)


@pytest.mark.django_db(transaction=True)
def test_a_report_that_comes_at_the_same_moment_is_flagged_to_whoever_has_the_patient_then(
    rosa, amira, ola, other_team
):
    """The report waits for the move, and is the new team's; or it came first, and the move is refused."""
    asked = moving.ask(rosa.pk, to_team=other_team, reason=WHY, by=amira, now=timezone.now())
    sent = []

    def report():
        sent.append(send(rosa, CHEST_PAIN))
        connection.close()

    other = threading.Thread(target=report)
    with transaction.atomic():
        moving.accept(asked, record_number="", by=ola, now=timezone.now())
        other.start()
        other.join(timeout=1)
        assert not sent
    other.join(timeout=60)
    [submitted] = sent
    assert submitted.flag
    assert submitted.flag.team == other_team
    assert submitted.check_in.team == other_team


# --- What is never false ------------------------------------------------------------------------------------


def test_constraints_of_a_transfer(asked, amira):
    columns = {"team": asked.team, "patient": asked.patient, "asked_by": amira, "asked_at": timezone.now()}
    for name, values in (
        ("transfer_one_waits_a_patient", {"to_team": asked.to_team, "reason": "x"}),
        ("transfer_is_to_another_team", {"to_team": asked.team, "reason": "x", "state": "refused"}),
        ("transfer_state_is_known", {"to_team": asked.to_team, "reason": "x", "state": "maybe"}),
        ("transfer_is_answered_by_somebody", {"to_team": asked.to_team, "reason": "x", "state": "accepted"}),
        ("transfer_has_a_reason", {"to_team": asked.to_team, "reason": ""}),
    ):
        if name in ("transfer_is_to_another_team", "transfer_state_is_known"):
            values = values | {"answered_by": amira, "answered_at": timezone.now()}
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Transfer.objects.create(**columns, **values)
        assert name in str(refused.value) or name == "transfer_has_a_reason"


def test_a_transfer_is_answered_once_and_never_deleted(asked, amira):
    moving.withdraw(asked, by=amira, now=timezone.now())
    for change in (
        lambda: Transfer.objects.filter(pk=asked.pk).update(answer="later"),
        lambda: Transfer.objects.filter(pk=asked.pk).update(reason="another"),
        lambda: Transfer.objects.filter(pk=asked.pk).delete(),
        lambda: CareEvent.objects.update(note="another"),
        lambda: CareEvent.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_constraint_a_discharge_has_a_reason(rosa, amira):
    with pytest.raises(IntegrityError, match="careevent_discharge_has_a_reason"), transaction.atomic():
        CareEvent.keep(rosa, "discharged", by=amira, now=timezone.now())
