"""The officers' pages: who enters, what is found and taken along, what is unusual, what is kept."""

import csv
import datetime as dt
import io
import re
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent, CareTeam, Membership, User
from tests.audit.conftest import look
from tests.searching import results
from tests.team.conftest import browser_of
from tracker import emergencies
from tracker.models import LookReview, Patient, Shift
from tracker.privacy.unusual import Why, unusual

__all__ = ["browser_of"]
pytestmark = pytest.mark.django_db

LOOKS, REVIEW, WATCHED = (reverse(f"privacy:{name}") for name in ("looks", "review", "watched"))
CSV = reverse("privacy:looks_csv")
Purpose = AccessEvent.Purpose


@pytest.fixture
def petras(petra, browser_of):
    return browser_of(petra)


@pytest.fixture
def in_hours(team: CareTeam) -> dt.datetime:
    """A moment at which somebody is there at Harbour Clinic: now, since it never closes."""
    team.cover_days, team.cover_from, team.cover_until = (
        [1, 2, 3, 4, 5, 6, 7],
        dt.time(0),
        dt.time(23, 59, 59),
    )
    team.save()
    return timezone.now()


def reasons(patient: Patient, who: User) -> set[str]:
    today = timezone.localdate()
    a_day = dt.timedelta(days=1)
    found = unusual(today - a_day, today + a_day)
    return {why for each in found if (each.actor, each.patient) == (who, patient) for why in each.reasons}


class TestWhoMay:
    @pytest.mark.parametrize("page", [LOOKS, CSV, REVIEW, WATCHED])
    def test_only_officers(self, page, rosa, amira, sara, lena, edith, ada, petra, browser_of):
        assert browser_of(petra).get(page).status_code == 200
        for who in (rosa.user, amira, sara, lena, edith, ada):
            assert browser_of(who).get(page).status_code == 404

    def test_a_stranger_is_asked_to_sign_in(self, client, db):
        assert client.get(LOOKS)["Location"].startswith("/accounts/login/code/")

    def test_an_officer_sees_no_record_of_a_patient_thereby(self, rosa, petras):
        for page in ("/team/", f"/team/patients/{rosa.pk}/", "/today/", "/rules/"):
            assert petras.get(page).status_code == 404
        assert petras.get("/admin/tracker/patient/").status_code == 302


class TestSearch:
    def test_by_person_patient_period_what_and_purpose(self, rosa, dev, amira, ben, petra, petras):
        now = timezone.now()
        look(rosa, amira, now, "chart")
        look(dev, ben, now, "flag")
        look(dev, amira, now - dt.timedelta(days=30), "record")
        shown = petras.get(LOOKS).text
        assert "Rosa Martín" in shown
        assert "Dev Patel" in shown
        for asked, many in [
            ({"person": "amira"}, 1),
            ({"person": "ben@example.org"}, 1),
            ({"patient": "martin"}, 1),
            ({"what": "flag"}, 1),
            ({"purpose": "administration"}, 0),
            ({"since": "2020-01-01"}, 3),
            ({"since": "2020-01-01", "patient": "dev", "person": "amira"}, 1),
        ]:
            page = petras.get(results("privacy:looks", petra, **asked))
            assert page.context["page"].paginator.count == many, asked

    def test_names_stand_in_no_address(self, rosa, amira, petras):
        look(rosa, amira, timezone.now())
        asked = {"patient": "martin", "person": "amira", "since": "2020-01-01"}
        page = petras.post(reverse("privacy:find_looks"), asked, follow=True)
        assert page.context["page"].paginator.count == 1
        addresses = [page.request["QUERY_STRING"], page.context["asked"]]
        for address in addresses:
            assert "since=2020-01-01" in address
            assert not {"martin", "amira"} & set(address.replace("=", "&").split("&"))
        assert "Rosa" in petras.get(f"{CSV}?{page.context['asked']}").text
        assert 'value="martin"' in page.text

    def test_nothing_that_was_reported_stands_there(self, rosa, amira, petras):
        look(rosa, amira, timezone.now())
        shown = petras.get(LOOKS).text
        for part in (rosa.phone, "1968", "Penicillin", "interleukin"):
            assert part not in shown

    def test_a_wrong_period_is_told_beside_its_field(self, petras):
        answer = petras.get(LOOKS, {"since": "2026-11-20", "until": "2026-11-01"})
        assert "This is before the first day." in answer.text
        assert petras.get(LOOKS, {"since": "yesterday"}).status_code == 200

    def test_nobody_feels_their_way_to_a_birth_date_or_a_number(self, rosa, amira, petra, petras):
        Patient.objects.filter(pk=rosa.pk).update(record_number="HC-4711")
        look(rosa, amira, timezone.now())
        for typed, many in [
            (str(rosa.born_on), 0),
            (f"{rosa.born_on:%d.%m.%Y}", 0),
            ("HC-471", 0),
            ("4711", 0),
            ("hc 4711", 1),
            ("rosa", 1),
        ]:
            page = petras.get(results("privacy:looks", petra, patient=typed))
            assert page.context["page"].paginator.count == many, typed

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    def test_days_that_no_look_can_be_of_are_refused(self, day, rosa, amira, petras):
        for name in ("since", "until"):
            assert "Write the day like" in petras.get(LOOKS, {"since": day, "until": day}).text
            assert petras.get(CSV, {name: day}).status_code == 404
            assert petras.get(REVIEW, {name: day}).status_code == 200
        page = reverse("privacy:review_day", args=[amira.pk, rosa.pk, day])
        assert petras.get(page).status_code == 404

    def test_who_reads_the_record_is_on_it(self, rosa, amira, petra, petras):
        look(rosa, amira, timezone.now())
        petras.get(LOOKS)
        own = AccessEvent.objects.get(actor=petra)
        assert (own.what, own.purpose, own.patient_id) == ("review", "review", rosa.pk)
        assert "Petra Novak" in petras.get(LOOKS, {"purpose": "review"}).text

    def test_as_a_table_in_which_no_cell_is_a_formula(self, rosa, amira, petras):
        amira.name = "=HYPERLINK(1)"
        amira.save()
        Patient.objects.filter(pk=rosa.pk).update(name="@rosa")
        look(rosa, amira, timezone.now())
        answer = petras.get(CSV)
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        [line] = csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))
        assert line["Who"] == "'=HYPERLINK(1)"
        assert line["Patient"] == "'@rosa"
        assert AccessEvent.objects.filter(actor__name="Petra Novak", patient_id=rosa.pk).exists()

    def test_whoever_takes_a_table_along_has_proved_lately_who_they_are(self, petras):
        with time_machine.travel(timezone.now() + dt.timedelta(minutes=16)):
            assert petras.get(LOOKS).status_code == 200
            assert petras.get(CSV)["Location"].startswith("/sign-in-and-devices/prove/")

    def test_queries_do_not_grow(self, rosa, dev, amira, ben, petras, django_assert_max_num_queries):
        for _each in range(5):
            look(rosa, amira, timezone.now())
            look(dev, ben, timezone.now())
        with django_assert_max_num_queries(14):
            petras.get(LOOKS)


class TestUnusual:
    def test_a_look_of_the_own_team_in_its_hours_is_not(self, rosa, amira, in_hours):
        look(rosa, amira, in_hours)
        assert reasons(rosa, amira) == set()

    def test_nobody_of_the_team(self, rosa, noor, in_hours):
        look(rosa, noor, in_hours)
        assert reasons(rosa, noor) == {Why.NO_CARE}

    def test_whoever_has_left_the_team_was_of_it_before(self, rosa, amira, in_hours):
        look(rosa, amira, in_hours)
        Membership.objects.filter(user=amira).delete()
        history = apps.get_model("accounts", "MembershipEvent")._default_manager
        history.filter(pgh_label="delete").update(
            pgh_created_at=timezone.now()
        )  # the transaction began before
        assert reasons(rosa, amira) == set()
        look(rosa, amira, timezone.now() + dt.timedelta(seconds=1))
        assert reasons(rosa, amira) == {Why.NO_CARE}

    def test_nor_who_came_later(self, rosa, amira, in_hours):
        look(rosa, amira, timezone.now() - dt.timedelta(hours=1))
        assert Why.NO_CARE in reasons(rosa, amira)

    def test_a_watched_patient(self, rosa, amira, in_hours):
        Patient.objects.filter(pk=rosa.pk).update(is_vip=True)
        look(rosa, amira, in_hours)
        assert reasons(rosa, amira) == {Why.WATCHED}

    def test_the_own_family_name(self, rosa, team, in_hours):
        cousin = User.objects.create_user("cousin@example.org", name="Luis MARTIN")
        Membership.objects.create(team=team, user=cousin, role="nurse")
        look(rosa, cousin, timezone.now())
        assert reasons(rosa, cousin) == {Why.NAME}

    def test_outside_of_hours_but_for_who_is_on_call(self, rosa, amira, ben, team, in_hours):
        team.cover_from, team.cover_until = dt.time(0), dt.time(0, 0, 1)
        team.save()
        now = timezone.localtime(timezone=team.zone)
        Shift.objects.create(
            team=team, person=ben, weekday=now.isoweekday(), starts=dt.time(0), ends=dt.time(23, 59, 59)
        )
        look(rosa, amira, now)
        look(rosa, ben, now)
        assert reasons(rosa, amira) == {Why.HOURS}
        assert reasons(rosa, ben) == set()

    def test_an_emergency_until_it_is_reviewed(self, rosa, noor, ada, in_hours):
        emergencies.open_chart(rosa, by=noor, reason="here", words="She cannot speak.", now=timezone.now())
        assert reasons(rosa, noor) == {Why.EMERGENCY}
        emergencies.review(rosa.emergency_accesses.get(), by=ada, note="Fine.", now=timezone.now())
        assert reasons(rosa, noor) == set()

    def test_admins_at_their_work_and_carers_are_not(self, rosa, ada, lena, in_hours):
        whose = [(rosa.team_id, rosa.pk)]
        AccessEvent.objects.keep(whose, by=ada, what="record", purpose=Purpose.ADMINISTRATION, now=in_hours)
        AccessEvent.objects.keep(whose, by=lena, what="diary", purpose=Purpose.CARER, now=in_hours)
        assert reasons(rosa, ada) == reasons(rosa, lena) == set()


class TestReview:
    def page_of(self, patient: Patient, who: User, at: dt.datetime) -> str:
        return reverse("privacy:review_day", args=[who.pk, patient.pk, self.day_of(patient, at)])

    def day_of(self, patient: Patient, at: dt.datetime) -> dt.date:
        return at.astimezone(ZoneInfo(patient.team.time_zone)).date()

    def test_a_day_is_marked_with_a_note_until_more_is_opened(self, rosa, noor, petra, petras, in_hours):
        look(rosa, noor, in_hours)
        page = self.page_of(rosa, noor, in_hours)
        assert "Noor Haddad" in petras.get(REVIEW).text
        last = petras.get(page).context["group"].up_to
        assert "Write what you found" in petras.post(page, {"note": "", "up_to": last}).text
        assert petras.post(page, {"note": "She helped out that day.", "up_to": last})["Location"] == REVIEW
        assert LookReview.objects.get().by == petra
        assert "Noor Haddad" not in petras.get(REVIEW).text
        assert "Noor Haddad" in petras.get(REVIEW, {"reviewed": "on"}).text
        look(rosa, noor, timezone.now())
        assert "Noor Haddad" in petras.get(REVIEW).text

    def test_what_was_opened_while_the_officer_wrote_is_not_marked_unseen(self, rosa, noor, petras, in_hours):
        look(rosa, noor, in_hours)
        page = self.page_of(rosa, noor, in_hours)
        last = petras.get(page).context["group"].up_to
        look(rosa, noor, timezone.now())
        answer = petras.post(page, {"note": "Fine.", "up_to": last})
        assert "They have opened more meanwhile" in answer.text
        assert "Fine." in answer.text
        assert not LookReview.objects.exists()

    def test_nobody_reviews_their_own_looks(self, rosa, petra, petras, in_hours):
        look(rosa, petra, in_hours)
        page = self.page_of(rosa, petra, in_hours)
        petras.post(page, {"note": "I am fine.", "up_to": AccessEvent.objects.latest("pk").pk})
        assert not LookReview.objects.exists()
        assert "another officer reviews them" in petras.get(page).text

    def test_a_day_that_is_only_out_of_hours_is_one_line_and_one_answer(
        self, rosa, dev, joan, amira, petra, petras, team, in_hours
    ):
        now = in_hours
        look(rosa, amira, now)
        look(dev, amira, now)
        Patient.objects.filter(pk=joan.pk).update(is_vip=True)
        look(joan, amira, now)  # more is unusual than the hour: apart
        never = dt.time(0), dt.time(0, 0, 1)
        CareTeam.objects.update(cover_from=never[0], cover_until=never[1])
        page = reverse("privacy:review_hours", args=[amira.pk, self.day_of(rosa, now)])
        shown = petras.get(REVIEW)
        assert page in shown.text
        assert [len(getattr(each, "groups", "1")) for each in shown.context["page"]] == [1, 2]
        last = petras.get(page).context["shift"].up_to
        look(dev, amira, now)
        assert "They have opened more meanwhile" in petras.post(page, {"note": "A swap.", "up_to": last}).text
        last = petras.get(page).context["shift"].up_to
        assert petras.post(page, {"note": "A swap.", "up_to": last})["Location"] == REVIEW
        kept = LookReview.objects.filter(by=petra, note="A swap.")
        assert {each.patient_id for each in kept} == {rosa.pk, dev.pk}
        assert petras.get(page).status_code == 404
        assert [each.patient for each in petras.get(REVIEW).context["page"]] == [joan]

    def test_a_day_on_which_nothing_was_unusual_has_no_page(self, rosa, amira, petras, in_hours):
        look(rosa, amira, in_hours)
        assert petras.get(self.page_of(rosa, amira, in_hours)).status_code == 404
        assert petras.get(f"{REVIEW}{amira.pk}/{rosa.pk}/2026-13-45/").status_code == 404

    def test_an_emergency_stands_there_until_it_is_reviewed(self, rosa, noor, petra, petras):
        now = timezone.now() - dt.timedelta(hours=80)
        access = emergencies.open_chart(rosa, by=noor, reason="here", words="She cannot speak.", now=now)
        assert "overdue" in petras.get(REVIEW).text
        emergencies.review(access, by=petra, note="Fine.", now=timezone.now())
        assert "None waits for a review." in petras.get(REVIEW).text


class TestWatched:
    def test_somebody_is_watched_and_no_more(self, rosa, petras):
        asked = {"name": rosa.name, "born_on": rosa.born_on.isoformat()}
        assert petras.post(WATCHED, asked)["Location"] == WATCHED
        rosa.refresh_from_db()
        assert rosa.is_vip
        assert "Rosa Martín" in petras.get(WATCHED).text
        petras.post(reverse("privacy:unwatch", args=[rosa.pk]))
        rosa.refresh_from_db()
        assert not rosa.is_vip

    def test_who_began_and_who_ended_it_stands_on_the_record(self, rosa, petra, petras):
        petras.post(WATCHED, {"name": rosa.name, "born_on": rosa.born_on.isoformat()})
        petras.post(reverse("privacy:unwatch", args=[rosa.pk]))
        kept = AccessEvent.objects.filter(actor=petra, patient_id=rosa.pk).order_by("pk")
        assert [each.what for each in kept] == ["watch", "unwatch"]
        assert {each.purpose for each in kept} == {"review"}

    def test_nobody_is_found_who_does_not_fit_exactly(self, rosa, petras):
        answer = petras.post(WATCHED, {"name": "Rosa", "born_on": rosa.born_on.isoformat()})
        assert "Nobody fits exactly" in answer.text

    def test_the_team_sees_nothing_of_it(self, rosa, amira, petras, browser_of):
        """Each page about her is the same, but for what is new on every page."""
        one_time = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"|data-csrf="[^"]*"')
        names = ("record", "patient", "edit_record", "call")
        pages = [reverse("team:patients"), *(reverse(f"team:{name}", args=[rosa.pk]) for name in names)]
        with time_machine.travel(timezone.now(), tick=False):
            shown = []
            for is_vip in (False, True):
                Patient.objects.filter(pk=rosa.pk).update(is_vip=is_vip)
                shown.append([one_time.sub("", browser_of(amira).get(page).text) for page in pages])
        assert "Rosa Martín" in shown[0][0]
        assert shown[0] == shown[1]
