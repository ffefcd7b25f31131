"""The admin: who may do what there, and that every page of it opens."""

import datetime as dt
import re
import uuid
from typing import Any

import pghistory.models
import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from model_bakery import baker

from accounts.models import (
    AccessEvent,
    AuditAnchor,
    AuditSeal,
    CareTeam,
    Invitation,
    Membership,
    PushDevice,
    SignedIn,
    Tries,
    UnsealedEvent,
    User,
)
from education.models import Edition, PageRead
from tests.rulebook.build import a_draft, a_dry_run
from tracker import checkins, emergencies, messaging, moving
from tracker.models import (
    Alert,
    AlertEvent,
    BoardChoice,
    Call,
    Canary,
    CannedReply,
    Carer,
    CheckIn,
    ClinicianGrade,
    Course,
    Deletion,
    Dose,
    EmergencyReview,
    ErasureRequest,
    EscalationStep,
    Flag,
    Heartbeat,
    InboxItem,
    LegalHold,
    LookReview,
    Message,
    MessageWay,
    Mute,
    NoteToRead,
    Notice,
    OfflineDevice,
    Patient,
    PatientLimit,
    Restriction,
    RetentionRule,
    SealingKey,
    Shift,
    ShiftNote,
    ShownPage,
    SilentDay,
    StepPerson,
    Swap,
)
from tracker.triage.report import Answer, Level, Report

pytestmark = pytest.mark.django_db

OURS = [model for model in admin.site._registry if model._meta.app_label in ("accounts", "tracker")]
LIBRARY = [model for model in admin.site._registry if model._meta.app_label == "education"]
RULES = ("ruleset", "rule", "condition", "dryrun")
RECORDS = (
    "checkin",
    "cliniciangrade",
    "finding",
    "patientlimit",
    "mute",
    "notetoread",
    "message",
    "messageway",
    "silentday",
    "call",
    "carer",
    "careevent",
    "transfer",
    "shownpage",
    "emergencyaccess",
    "offlinedevice",
    "inboxitem",
    "flag",
    "flagevent",
    "alert",
    "alertevent",
)
POLICIES = ("escalationpolicy", "escalationstep", "stepperson", "shift", "swap", "cannedreply")
READ_ONLY = [
    apps.get_model("tracker", name) for name in (*RECORDS, *POLICIES, "notice", "canary", "heartbeat", *RULES)
] + [AccessEvent, PushDevice, ShiftNote]


def address(model: type[Model], *parts: object) -> str:
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    return base + "".join(f"{part}/" for part in parts)


def name(model: type[Model]) -> str:
    return model.__name__


@pytest.fixture
def page(client: Client, ada: User) -> Client:
    """Ada's browser."""
    client.force_login(ada)
    return client


@pytest.fixture
def roots(root: User) -> Client:
    """A superuser's browser."""
    client = Client()
    client.force_login(root)
    return client


def an_edition() -> Edition:
    """A version of a page that readers were shown."""
    now = timezone.now()
    at = {"made_at": now, "saved_at": now, "published_at": now}
    content = {"slug": "nausea", "code": "nausea", "plain_name": "Nausea"}
    return Edition.objects.create(
        kind="symptoms", slug="nausea", state="published", number=1, content=content, **at
    )


@pytest.fixture
def a_row_of_everything(rosa: Patient, amira: User, ada: User, other_team: CareTeam) -> None:
    make_a_row_of_everything(rosa, amira, ada, other_team)


def make_a_row_of_everything(rosa: Patient, amira: User, ada: User, other_team: CareTeam) -> None:
    """Rosa wrote of chest pain, which was claimed; somebody was invited; a worker lives."""
    now = timezone.now()
    submitted = checkins.submit(
        patient_id=rosa.pk,
        report=Report(
            red_flags=frozenset({"chest_pain"}),
            answers={"nausea": Answer(frequency=3, severity=3)},
            note="It began after lunch.",
        ),
        id=uuid.uuid4(),
        by=rosa.user,
        day=rosa.today(now),
        reported_at=now,
        now=now,
    )
    assert submitted.flag
    submitted.flag.claim(by=amira, now=now)
    today = rosa.today(now)
    finding = submitted.check_in.findings.filter(level__lt=Level.EMERGENCY).first()
    assert finding
    Mute.of(finding, by=amira, until=today, reason="Expected after lunch.", now=now)
    judged = {"day": today, "term": "Nausea", "version": "5.0", "grade": 2}
    ClinicianGrade.of(rosa, by=amira, now=now, **judged)
    PatientLimit.of(
        rosa, name="systolic_low", value=84, reason="Always low.", by=amira, expires_on=today, now=now
    )
    baker.make(
        Invitation,
        user=amira,
        team=rosa.team,
        role="lead",
        invited_by=ada,
        created_at=now,
        expires_at=now + dt.timedelta(days=7),
    )
    AccessEvent.objects.create(team=rosa.team, patient_id=rosa.pk, actor=amira, what="chart", at=now)
    messaging.send(patient_id=rosa.pk, id=uuid.uuid4(), by=rosa.user, body="About the dates.", now=now)
    MessageWay.objects.create(team=rosa.team, patient=rosa, told_by="email")
    baker.make(CannedReply, team=rosa.team, language="en", title="Thanks", body="Thank you.")
    Heartbeat.objects.create(worker="worker-1", beat_at=now)
    Canary.objects.create(started_at=now)
    SilentDay.objects.create(team=rosa.team, patient=rosa, day=rosa.today(now), level=1, judged_at=now)
    about = {"name": "Lena", "relation": "daughter", "email": "lena@example.org", "scope": "report"}
    Carer.asked(rosa, until=today, now=now, **about)
    device, _token = OfflineDevice.issue(rosa, to=rosa.user, name="Firefox", now=now)
    InboxItem.of(device, b"?", now).save()
    Call.end(rosa, by=amira, now=now, seen=None, outcome=Call.Outcome.WELL)
    ShiftNote.objects.create(team=rosa.team, words="Ring Rosa before noon.", by=amira, at=now)
    moving.ask(rosa.pk, to_team=other_team, reason="She moves.", by=amira, now=now)
    Alert.objects.get().record(AlertEvent.Kind.ACCEPTED, now=now)
    baker.make(Notice, recipient=rosa.user, kind="reminder", address=rosa.user.email)
    baker.make(Shift, team=rosa.team, person=amira, weekday=1)
    baker.make(
        Swap, team=rosa.team, person=amira, made_by=amira, starts_at=now, ends_at=now + dt.timedelta(hours=8)
    )
    baker.make(StepPerson, step=EscalationStep.objects.first(), person=amira)
    baker.make(PushDevice, user=amira, endpoint="https://push.example/1")
    baker.make(
        ShownPage,
        team=rosa.team,
        patient=rosa,
        check_in=submitted.check_in,
        edition=an_edition(),
        title="Nausea",
    )
    a_dry_run(a_draft(by=ada), by=ada)
    emergencies.open_chart(rosa, by=ada, reason="here", words="She cannot speak.", now=now)


def test_every_model_that_an_admin_may_touch_is_there():
    ours = {
        model
        for label in ("accounts", "tracker")
        for model in apps.get_app_config(label).get_models()
        if not issubclass(model, pghistory.models.Event)
    }
    # What opens reports nobody needs to see; who wants to hear a sound, where somebody is signed in and how
    # often they mistyped is theirs alone. Seals are checked by a command, reviews are for privacy officers.
    by_officers = {AuditAnchor, AuditSeal, EmergencyReview, LookReview, UnsealedEvent}
    by_officers |= {Deletion, ErasureRequest, LegalHold, Restriction, RetentionRule}
    assert ours - {SealingKey, BoardChoice, SignedIn, Tries} - by_officers <= set(OURS)


def test_lists_search_and_pages_open_and_ask_few_questions_of_the_database(
    roots, a_row_of_everything, dev, joan, django_assert_max_num_queries
):
    for model in OURS:
        row = model._default_manager.first()
        assert row is not None, model
        with django_assert_max_num_queries(16):
            assert roots.get(address(model)).status_code == 200, model
        for words in ("Rosa", str(uuid.uuid4())):
            found = roots.post(address(model), {"q": words}, follow=True)
            assert found.status_code == 200, model
            assert f"q={words}" not in found.request["QUERY_STRING"], model
        for page in ("change", "history"):
            assert roots.get(address(model, row.pk, page)).status_code == 200, (model, page)


def test_what_may_be_added_has_a_page_to_add_it(roots):
    for model in OURS:
        expected = 403 if model in READ_ONLY else 200
        assert roots.get(address(model, "add")).status_code == expected, model


def test_what_was_written_once_is_refused_any_change(roots, a_row_of_everything):
    for model in READ_ONLY:
        row = model._default_manager.first()
        for page, sent in (("change", {}), ("delete", {"post": "yes"})):
            assert roots.post(address(model, row.pk, page), sent).status_code == 403, (model, page)
        assert roots.post(address(model, "add"), {}).status_code == 403, model
        roots.post(address(model), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
        assert model._default_manager.filter(pk=row.pk).exists(), model


# --- Who may ------------------------------------------------------------------------------------------------


def test_editors_do_not_see_people_or_patients(client, edith):
    client.force_login(edith)
    for model in OURS:
        assert client.get(address(model)).status_code == 403, model


@pytest.mark.parametrize("model", LIBRARY, ids=name)
def test_editors_keep_the_library_and_admins_do_not(client, page, edith, model):
    assert page.get(address(model)).status_code == 403
    page.force_login(edith)
    assert page.get(address(model)).status_code == 200
    is_counted = model is PageRead  # nobody writes down how often a page was read
    assert page.get(address(model, "add")).status_code == (403 if is_counted else 200)


def test_editors_are_shown_nothing_but_the_library(client, edith):
    client.force_login(edith)
    text = client.get("/admin/").text
    assert "/admin/education/article/" in text
    assert "/admin/tracker/" not in text
    assert "/admin/accounts/" not in text


@pytest.mark.parametrize("path", ["/admin/", "/admin/tracker/patient/", "/admin/accounts/user/"])
def test_care_teams_and_patients_have_no_business_here(client, noor, rosa, path):
    for user in (noor, rosa.user):
        client.force_login(user)
        assert client.get(path).status_code == 302


PATIENTS = [
    model
    for model in OURS
    if model in (Patient, ShiftNote, Notice, AccessEvent)
    or any(field.name == "patient" for field in model._meta.get_fields() if field.concrete)
]


@pytest.mark.parametrize("model", PATIENTS, ids=name)
def test_admins_look_after_people_and_see_no_record_of_a_patient(page, a_row_of_everything, model):
    row = model._default_manager.first()
    assert row is not None
    for address_of in (address(model), address(model, row.pk, "change"), address(model, row.pk, "history")):
        answer = page.get(address_of)
        # The history of a row that the database does not show them leads to the first page.
        assert answer.status_code == 403 or answer.headers["Location"] == "/admin/"


def test_admins_are_shown_what_they_look_after(page):
    text = page.get("/admin/").text
    assert "/admin/accounts/user/" in text
    assert not [model for model in PATIENTS if f'"{address(model)}"' in text]


# --- People -------------------------------------------------------------------------------------------------


def test_an_admin_s_looks_at_a_patient_s_account_are_kept_and_of_a_closed_record_there_are_none(page, rosa):
    """The wall shows an admin no patient, and so not by itself whose account is one's."""
    places = (address(User), address(User, rosa.user_id, "change"))
    assert ["Rosa" in page.get(place).text for place in places] == [True, True]
    kept = AccessEvent.objects.filter(patient_id=rosa.pk).order_by("pk")
    assert [each.what for each in kept] == ["list", "record"]
    Patient.objects.filter(pk=rosa.pk).update(restricted_at=timezone.now())
    page.cookies.pop("messages", None)
    assert ["Rosa" in page.get(place).text for place in places] == [False, False]
    assert kept.count() == 2


def test_nobody_raises_themselves_to_superuser(page, ada):
    fields = {"name": ada.name, "email": ada.email, "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    page.post(address(User, ada.pk, "change"), fields | memberships())
    ada.refresh_from_db()
    assert not ada.is_superuser


def test_a_superuser_s_address_is_out_of_an_admin_s_reach(page):
    root = User.objects.create_superuser("root@example.org", name="Root")
    answer = page.post(address(User, root.pk, "change"), {"name": "Root", "email": "ada2@example.org"})
    assert answer.status_code == 403


def test_nobody_feels_their_way_to_a_password(page):
    assert page.get(address(User), {"password__startswith": "pbkdf2"}).status_code == 400


def test_a_person_is_added_with_an_address_in_small_letters(page, groups):
    page.post(
        address(User, "add"), {"name": "Nia", "email": "Nia@Example.org", "is_active": "on"} | memberships()
    )
    nia = User.objects.get(name="Nia")
    assert nia.email == "nia@example.org"
    assert not nia.has_usable_password()


def memberships(**fields: Any) -> dict[str, Any]:
    counts = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}
    return {f"memberships-{key}": value for key, value in counts.items()} | fields


# --- Teams and their policies -------------------------------------------------------------------------------


def a_team_form() -> dict[str, Any]:
    form = {
        "name": "Bridge Clinic",
        "phone": "555 0320",
        "line_24h": "555 0300",
        "emergency_number": "112",
        "time_zone": "Europe/Paris",
        "cover_days": ["1", "2", "3"],
        "cover_from": "08:00",
        "cover_until": "17:00",
        "note_hours": 24,
    }
    return form | memberships()


def test_a_team_is_made_with_its_cover_and_first_policies(page):
    answer = page.post(address(CareTeam, "add"), a_team_form())
    assert answer.status_code == 302, answer.context["errors"]
    team = CareTeam.objects.get(name="Bridge Clinic")
    assert team.cover_days == [1, 2, 3]
    assert [policy.level for policy in team.escalation_policies.all()] == [3, 2, 1]
    first = EscalationStep.objects.filter(policy__team=team, position=0)
    assert [step.roles for step in first] == [["nurse"]] * 3


def test_saving_a_team_again_leaves_the_policies_of_its_lead_alone(page, team):
    team.escalation_policies.get(level=3).steps.exclude(position=0).delete()
    saved = a_team_form() | {"name": team.name, "memberships-INITIAL_FORMS": 0}
    answer = page.post(address(CareTeam, team.pk, "change"), saved)
    assert answer.status_code == 302, answer.context["errors"]
    assert team.escalation_policies.get(level=3).steps.count() == 1


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("time_zone", "Europe/Atlantis"),
        ("phone", "ask at the desk"),
        ("cover_until", "07:00"),
        ("cover_days", ["8"]),
        ("cover_days", []),
        ("crisis_line", "ask at the desk"),
        ("note_hours", "0"),
    ],
)
def test_a_team_s_mistakes_are_told_beside_the_field(page, field, wrong):
    answer = page.post(address(CareTeam, "add"), a_team_form() | {field: wrong})
    assert answer.status_code == 200
    assert "errorlist" in answer.text


# --- Patients -----------------------------------------------------------------------------------------------


def a_patient_form(user: User, team: CareTeam, drug: Any) -> dict[str, Any]:
    return {
        "name": "Nia Blake",
        "user": user.pk,
        "team": team.pk,
        "born_on": "1970-01-01",
        "phone": "555 0199",
        "language": "en",
        "enrolled_on": "2026-11-01",
        "report_by": "20:00",
        "extra_readings": ["spo2"],
        "courses-TOTAL_FORMS": 1,
        "courses-INITIAL_FORMS": 0,
        "courses-0-drug": drug.pk,
        "courses-0-cycle": 1,
        "courses-0-started_on": "2026-11-02",
    }


def test_a_patient_is_enrolled_with_a_course_that_carries_the_team(roots, rosa, lena):
    drug = rosa.courses.first().drug
    answer = roots.post(address(Patient, "add"), a_patient_form(lena, rosa.team, drug))
    assert answer.status_code == 302, answer.context["errors"]
    nia = Patient.objects.get(name="Nia Blake")
    assert nia.extra_readings == ["spo2"]
    assert Course.objects.get(patient=nia).team == rosa.team


def test_a_dose_takes_team_and_patient_from_its_course(roots, rosa):
    course = rosa.courses.first()
    form = {"course": course.pk, "given_at_0": "2026-11-20", "given_at_1": "09:30"}
    assert roots.post(address(Dose, "add"), form).status_code == 302
    dose = Dose.objects.get(given_at=dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC))
    assert (dose.patient, dose.team) == (rosa, rosa.team)


@pytest.mark.parametrize(
    "model", [Patient, CheckIn, Flag, Alert, PatientLimit, Mute, NoteToRead, Message], ids=name
)
def test_opening_a_patient_s_record_is_written_down(roots, a_row_of_everything, root, rosa, model):
    roots.get(address(model, model._default_manager.get().pk, "change"))
    look = AccessEvent.objects.get(actor=root, purpose="administration")
    assert look.patient_id == rosa.pk
    assert look.what == AccessEvent.What.RECORD


def test_reading_the_record_of_looks_is_on_it(roots, a_row_of_everything, root, rosa):
    """The list, and each row's roots."""
    read = AccessEvent.objects.filter(actor=root, what=AccessEvent.What.REVIEW, patient_id=rosa.pk)
    roots.get(address(AccessEvent))
    assert read.count() == 1
    roots.get(address(AccessEvent, AccessEvent.objects.earliest("pk").pk, "change"))
    assert read.count() == 2


def test_who_is_given_another_address_hears_of_it_at_the_old_one(
    page, lena, mailoutbox, django_capture_on_commit_callbacks
):
    """And is signed out: else whoever was in with the old one stays in."""
    hers = Client()
    hers.force_login(lena)
    fields = {"name": lena.name, "is_active": "on"} | memberships()
    for email, told in ((lena.email, []), ("new@example.org", [["lena@example.org"]])):
        with django_capture_on_commit_callbacks(execute=True):
            page.post(address(User, lena.pk, "change"), fields | {"email": email})
        assert [message.to for message in mailoutbox] == told
        assert hers.get("/settings/").status_code == (302 if told else 200)
    assert "new@" not in str(mailoutbox[0].body)
    assert page.get("/admin/").status_code == 200


def test_a_membership_is_given_and_taken_away(page, lena, team):
    page.post(address(Membership, "add"), {"team": team.pk, "user": lena.pk, "role": "nurse"})
    membership = Membership.objects.get(user=lena)
    page.post(address(Membership, membership.pk, "delete"), {"post": "yes"})
    assert not Membership.objects.filter(user=lena).exists()


def test_whom_an_admin_searches_for_stands_in_no_address(page, ada, rosa, amira):
    for number in range(101):  # a second page
        User.objects.create(email=f"m{number}@example.net", name=f"Martina {number}")
    people = address(User)
    found = page.post(people, {"q": "Martin", "is_active__exact": "1"}, follow=True)
    assert found.context["cl"].result_count == 101
    assert 'value="Martin"' in found.text
    assert "is_active__exact=1" in found.request["QUERY_STRING"]
    addresses = re.findall(r'(?:href|action)="([^"]*)"', found.text)
    leading_on = [each for each in addresses if "sealed" in each]
    assert len(leading_on) > 100  # of each row, to come back by, and of the next page
    assert not [each for each in (*addresses, found.request["QUERY_STRING"]) if "martin" in each.lower()]
    more = next(each for each in leading_on if "p=2" in each).replace("&amp;", "&")
    assert page.get(people + more).context["cl"].result_count == 101
    row = page.get(next(each for each in leading_on if "/change/" in each).replace("&amp;", "&"))
    assert "sealed%3D" in row.text or "sealed=" in row.text
