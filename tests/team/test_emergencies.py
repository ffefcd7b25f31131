"""Break-glass: who may, what they see, for how long, and who hears of it."""

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache
from django.db import ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent, Membership, User
from tests.audit.conftest import MINUTE, look
from tests.browsers import show_second_factor
from tests.signin.conftest import come_in
from tests.team.conftest import BLURRED, CHEST_PAIN, flagged, send
from tracker import emergencies
from tracker.alerts.deliver import Delivery
from tracker.alerts.messages import notice_words
from tracker.models import CheckIn, EmergencyAccess, EmergencyReview, Notice, ShiftNote
from tracker.privacy.unusual import unusual

pytestmark = pytest.mark.django_db

FIND = reverse("emergencies:find")
WHY = {"reason": "here", "words": "She is here and cannot speak."}
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _no_tries_before():
    cache.clear()


@pytest.fixture
def noors(noor, browser_of):
    return browser_of(noor)


def ask(rosa, **changed):
    return {"name": rosa.name, "born_on": rosa.born_on.isoformat(), **WHY, **changed}


def opened(rosa, noor, ago=dt.timedelta()):
    return emergencies.open_chart(rosa, by=noor, now=timezone.now() - ago, **WHY)


def chart_of(access):
    return reverse("emergencies:chart", args=[access.pk])


class TestFinding:
    def test_name_and_birth_date_open_the_chart_at_once(self, rosa, noors, noor):
        send(rosa, BLURRED)
        answer = noors.post(FIND, ask(rosa), follow=True)
        access = EmergencyAccess.objects.get()
        assert answer.redirect_chain == [(chart_of(access), 302)]
        assert "Rosa Martín" in answer.text
        assert "vision" in answer.text
        assert access.ends_at - access.opened_at == HOUR

    def test_accents_and_case_are_forgiven_and_nothing_else(self, rosa, noors):
        assert noors.post(FIND, ask(rosa, name="ROSA MARTIN")).status_code == 302
        for name in ("Rosa", "Rosa Mart", "Martín"):
            assert "Nobody fits exactly" in noors.post(FIND, ask(rosa, name=name)).text

    def test_by_the_whole_hospital_number(self, rosa, noors):
        rosa.record_number = "HC-4711"
        rosa.save()
        for part in ("4711", "HC", "-"):
            assert "Nobody fits exactly" in noors.post(FIND, {"number": part, **WHY}).text
        assert noors.post(FIND, {"number": "hc 4711", **WHY}).status_code == 302

    def test_a_name_or_a_birth_date_alone_is_not_enough(self, rosa, noors):
        for part in ({"name": rosa.name}, {"born_on": rosa.born_on.isoformat()}, {}):
            answer = noors.post(FIND, {**part, **WHY})
            assert "Write the hospital number, or the whole name" in answer.text
        assert not EmergencyAccess.objects.exists()

    @pytest.mark.parametrize("missing", [{"reason": ""}, {"words": ""}, {"words": "urgent"}])
    def test_without_a_reason_nothing_opens_and_nothing_typed_is_lost(self, rosa, noors, missing):
        answer = noors.post(FIND, ask(rosa, **missing))
        assert answer.status_code == 200
        assert 'value="Rosa Martín"' in answer.text
        assert not EmergencyAccess.objects.exists()

    def test_a_search_that_finds_nobody_is_written_down(self, noors, noor):
        noors.post(FIND, {"number": "no such", **WHY})
        search = AccessEvent.objects.get()
        assert (search.what, search.purpose, search.patient_id) == ("search", "break-glass", None)

    def test_nobody_goes_through_numbers(self, noors, rosa):
        for number in range(10):
            noors.post(FIND, {"number": f"HC-{number}", **WHY})
        assert "Too many tries" in noors.post(FIND, ask(rosa)).text
        assert not EmergencyAccess.objects.exists()

    def test_the_own_team_is_led_to_the_chart_that_it_has(self, rosa, amira, browser_of):
        answer = browser_of(amira).post(FIND, ask(rosa))
        assert answer["Location"] == reverse("team:patient", args=[rosa.pk])
        assert not EmergencyAccess.objects.exists()

    def test_a_nurse_who_is_a_patient_does_not_find_herself(self, rosa, other_team, browser_of):
        Membership.objects.create(team=other_team, user=rosa.user, role="nurse")
        assert "Nobody fits exactly" in browser_of(rosa.user).post(FIND, ask(rosa)).text

    @pytest.mark.parametrize("who", ["rosa", "lena", "edith", "ada", "petra"])
    def test_only_those_who_work_in_a_team_have_this_page(self, who, request, browser_of):
        person = request.getfixturevalue(who)
        assert browser_of(getattr(person, "user", person)).get(FIND).status_code == 404

    def test_whoever_opens_one_has_proved_lately_who_they_are(self, noors):
        with time_machine.travel(timezone.now() + 16 * MINUTE):
            assert noors.get(FIND)["Location"] == f"/sign-in-and-devices/prove/?next={FIND}"

    def test_two_presses_of_the_button_open_one(self, rosa, noor, noors):
        noors.post(FIND, ask(rosa))
        noors.post(FIND, ask(rosa))
        assert EmergencyAccess.objects.count() == 1


class TestTheHour:
    def test_the_chart_can_be_read_and_every_look_is_written_down(self, rosa, noor, noors):
        access = opened(rosa, noor)
        assert noors.get(chart_of(access)).status_code == 200
        looks = AccessEvent.objects.filter(actor=noor).order_by("pk").values_list("what", "purpose", "team")
        assert list(looks) == [
            ("search", "break-glass", rosa.team_id),
            ("emergency", "break-glass", rosa.team_id),
        ]

    def test_it_ends_after_an_hour(self, rosa, noor, noors):
        access = opened(rosa, noor)
        send(rosa, BLURRED)
        with time_machine.travel(access.ends_at - dt.timedelta(seconds=1), tick=False):
            assert noors.get(chart_of(access)).status_code == 200
            assert CheckIn.objects.visible_to(noor).count() == 1
        with time_machine.travel(access.ends_at, tick=False):
            assert noors.get(chart_of(access)).status_code == 404
            assert noors.post(reverse("emergencies:write", args=[access.pk])).status_code == 404
            assert not CheckIn.objects.visible_to(noor).exists()

    def test_or_when_it_is_ended(self, rosa, noor, noors):
        noors.post(FIND, ask(rosa))
        access = EmergencyAccess.objects.get()
        assert "minutes left" in noors.get("/learn/").text
        assert noors.post(reverse("emergencies:end", args=[access.pk])).status_code == 302
        assert noors.get(chart_of(access)).status_code == 404
        assert "minutes left" not in noors.get("/learn/").text

    def test_each_page_says_that_it_is_open_and_for_how_long(self, rosa, noors):
        noors.post(FIND, ask(rosa))
        for page in ("/team/", "/team/patients/", "/learn/", "/team/cover/"):
            text = noors.get(page).text
            assert "Emergency look at the chart of RM: 60 minutes left." in text
            assert "End now" in text
        access = EmergencyAccess.objects.get()
        with time_machine.travel(access.ends_at - dt.timedelta(seconds=30)):
            assert "RM: 1 minute left." in noors.get("/learn/").text
        with time_machine.travel(access.ends_at):
            assert "Emergency look" not in noors.get("/learn/").text

    def test_and_so_does_each_page_after_signing_in_again(self, rosa, noor, noors, client, browser_of):
        """By a code, in a request that is nobody's when it comes."""
        noors.post(FIND, ask(rosa))
        noors.post(reverse("account_logout"))
        come_in(client, noor)
        show_second_factor(client, noor)
        assert "Emergency look at the chart of RM" in client.get("/team/").text
        client.post(reverse("emergencies:end", args=[EmergencyAccess.objects.get().pk]))
        assert "Emergency look" not in browser_of(noor).get("/team/").text

    def test_a_clock_that_is_a_little_behind_opens_it_too(self, rosa, noor, noors):
        access = opened(rosa, noor)
        with time_machine.travel(access.opened_at - dt.timedelta(seconds=1), tick=False):
            assert noors.get(chart_of(access)).status_code == 200

    def test_nothing_else_of_the_patient_opens(self, rosa, noor, noors):
        """No list, no flag, no act: those stay with the patient's own team."""
        flag = flagged(rosa, CHEST_PAIN)
        access = opened(rosa, noor)
        for name in ("team:patient", "team:record", "team:call", "team:messages", "team:by_phone"):
            assert noors.get(reverse(name, args=[rosa.pk])).status_code == 404
        for name in ("team:flag", "team:claim"):
            assert noors.get(reverse(name, args=[flag.pk])).status_code == 404
        assert noors.post(reverse("team:claim", args=[flag.pk])).status_code == 404
        for name in ("team:board", "team:patients", "team:silence", "team:notes", "team:handover"):
            assert "Rosa Martín" not in noors.get(reverse(name)).text
        chart = noors.get(chart_of(access)).text
        assert "Chest pain" in chart
        for act in ("/claim/", "/team/flags/", "/grades/", "correct=", "/limits/"):
            assert act not in chart

    def test_another_person_s_emergency_is_nobody_s(self, rosa, noor, amira, other_team, ola, browser_of):
        access = opened(rosa, noor)
        assert browser_of(ola).get(chart_of(access)).status_code == 404
        assert browser_of(amira).get(chart_of(access)).status_code == 404
        assert browser_of(ola).post(reverse("emergencies:end", args=[access.pk])).status_code == 404
        assert not CheckIn.objects.visible_to(ola).exists()

    def test_a_word_is_left_on_the_other_team_s_hand_over(self, rosa, noor, noors, amira, browser_of):
        access = opened(rosa, noor)
        write = reverse("emergencies:write", args=[access.pk])
        assert "Write what they should know" in noors.post(write, {"words": ""}).text
        noors.post(write, {"words": "Seen at our door at 10, sent to you."})
        note = ShiftNote.objects.get()
        assert (note.team, note.by) == (rosa.team, noor)
        assert "Seen at our door" in browser_of(amira).get(reverse("team:handover")).text

    def test_the_chart_takes_as_few_queries_however_long_the_history(
        self, rosa, noor, noors, django_assert_max_num_queries
    ):
        access = opened(rosa, noor)
        for ago in range(1, 6):
            flagged(rosa, CHEST_PAIN, ago=ago * 24 * HOUR)
        with django_assert_max_num_queries(26):
            noors.get(chart_of(access))


@pytest.fixture
def ola(other_team):
    user = User.objects.create_user("ola@example.org", name="Ola Berg")
    Membership.objects.create(team=other_team, user=user, role="lead")
    return user


class TestWhoHearsOfIt:
    def test_officers_and_the_lead_are_told_at_once_without_a_name(self, rosa, noor, petra, sara, amira):
        opened(rosa, noor)
        notices = Notice.objects.filter(kind="emergency")
        assert {each.recipient for each in notices} == {petra, sara}
        assert all(each.due_at == each.created_at for each in notices)
        for each in notices:
            said = " ".join(notice_words(each))
            for part in ("Rosa", "Martín", "R.M.", "RM", "speak", "Noor", str(rosa.pk)):
                assert part not in said
            assert reverse("emergencies:told", args=[EmergencyAccess.objects.get().pk]) in said

    def test_the_mail_goes_out(self, rosa, noor, petra, smtp_server):
        opened(rosa, noor)
        delivery = Delivery()
        delivery.begin(timezone.now())
        while delivery.is_busy:
            delivery.wait(1)
            delivery.collect(timezone.now())
        assert "opened in an emergency" in str(smtp_server.messages[0]["Subject"])

    def test_a_team_without_a_lead_hears_of_it_all_the_same(self, rosa, noor, amira, ben):
        opened(rosa, noor)
        assert {each.recipient for each in Notice.objects.filter(kind="emergency")} == {amira, ben}

    def test_who_may_read_of_it(self, rosa, noor, petra, sara, lena, ola, browser_of):
        access = opened(rosa, noor)
        told = reverse("emergencies:told", args=[access.pk])
        for who in (petra, sara, noor):
            assert "She is here and cannot speak." in browser_of(who).get(told).text
        for who in (lena, ola, rosa.user):
            assert browser_of(who).get(told).status_code == 404

    def test_who_reads_of_it_reviews_and_nothing_about_that_is_unusual(self, rosa, noor, sara, browser_of):
        access = opened(rosa, noor)
        for who in (sara, noor):
            browser_of(who).get(reverse("emergencies:told", args=[access.pk]))
        read = AccessEvent.objects.filter(what="review")
        assert {each.purpose for each in read} == {"review"}
        assert read.count() == 2

    def test_what_was_opened_after_its_end_is_not_part_of_it(self, rosa, noor, petra, browser_of):
        """Neither on its page, nor settled by its review."""
        begun = timezone.now() - 30 * MINUTE
        access = emergencies.open_chart(rosa, by=noor, now=begun, **WHY)
        EmergencyAccess.objects.filter(pk=access.pk).update(ended_at=begun + 5 * MINUTE)
        AccessEvent.objects.keep(
            [(rosa.team_id, rosa.pk)],
            by=noor,
            what="emergency",
            purpose=AccessEvent.Purpose.EMERGENCY,
            now=begun + 20 * MINUTE,
        )
        page = browser_of(petra).get(reverse("emergencies:told", args=[access.pk]))
        assert [each.what for each in page.context["opened_pages"]] == ["search"]
        emergencies.review(access, by=petra, note="Fine.", now=timezone.now())
        today = timezone.localdate()
        [left] = unusual(today - dt.timedelta(days=1), today + dt.timedelta(days=1))
        assert left.many == 1

    def test_an_officer_reviews_it_once(self, rosa, noor, petra, sara, browser_of):
        access = opened(rosa, noor)
        told = reverse("emergencies:told", args=[access.pk])
        browser_of(sara).post(told, {"note": "I am not an officer."})
        assert "Write what you found" in browser_of(petra).post(told, {"note": ""}).text
        browser_of(petra).post(told, {"note": "Called their ward: she was there."})
        browser_of(petra).post(told, {"note": "Once more."})
        access.refresh_from_db()
        assert access.review.note == "Called their ward: she was there."
        assert access.review.by == petra

    def test_what_nobody_reviews_in_three_days_is_told_again_once_a_day(self, rosa, noor, petra):
        access = opened(rosa, noor)
        due = access.review_due_at
        second = dt.timedelta(seconds=1)
        assert emergencies.due(due - second) == 0
        for moment in (due, due + HOUR, due + 23 * HOUR):
            assert emergencies.due(moment) == 1
        overdue = Notice.objects.filter(kind="emergency_overdue")
        assert overdue.count() == 1
        assert reverse("emergencies:told", args=[access.pk]) in notice_words(overdue[0])[1]
        emergencies.due(due + 24 * HOUR)
        assert overdue.count() == 2
        emergencies.review(access, by=petra, note="Fine.", now=due + 25 * HOUR)
        assert emergencies.due(due + 72 * HOUR) == 0

    def test_the_patient_reads_of_it(self, rosa, noor, amira, noors, browser_of):
        look(rosa, amira, timezone.now())
        noors.get(chart_of(opened(rosa, noor)))
        page = browser_of(rosa.user).get(reverse("settings:looks")).text
        assert page.count("In an emergency") == 1
        assert "Works in another team" in page
        assert "your page, to help you when it could not wait" in page


class TestKept:
    def test_it_is_ended_once_and_otherwise_never_changed(self, rosa, noor, petra):
        access = opened(rosa, noor)
        emergencies.review(access, by=petra, note="Fine.", now=timezone.now())
        refused = [
            lambda: EmergencyAccess.objects.update(ends_at=access.ends_at + HOUR),
            lambda: EmergencyAccess.objects.update(words="Another reason."),
            lambda: EmergencyAccess.objects.all()._raw_delete("default"),
            lambda: EmergencyReview.objects.update(note="Not fine."),
            lambda: EmergencyReview.objects.all()._raw_delete("default"),
        ]
        for act in refused:
            with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
                act()
        assert EmergencyAccess.objects.all().end(timezone.now()) == 1
        assert EmergencyAccess.objects.all().end(timezone.now()) == 0
        with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
            EmergencyAccess.objects.update(ended_at=None)
