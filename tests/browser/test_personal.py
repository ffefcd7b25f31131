"""Agreements for one patient, in a browser: a limit that runs out, a mute that breaks, a note that waits."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.looks import EVERY_SIZE
from tests.browser.test_patient import SENT, open_as, press
from tests.browser.test_team import amiras_page
from tests.patient.conftest import CHECK_IN
from tests.team.conftest import LOW_PRESSURE, browser_of, flagged, send
from tests.triage.build import a_report
from tracker.alerts import watch
from tracker.models import CheckIn, Flag, Mute, NoteToRead, Patient, PatientLimit
from tracker.triage.report import Answer, Level

__all__ = ["amiras_page", "browser_of", "open_as"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
NAUSEA = a_report(nausea=Answer(frequency=2, severity=3))


def chart(patient: Patient) -> str:
    return reverse("team:patient", args=[patient.pk])


def flag_page(flag: Flag) -> str:
    return reverse("team:flag", args=[flag.pk])


def test_a_limit_of_ones_own_holds_until_its_last_day(rosa: Patient, amiras_page: Any) -> None:
    last_day = rosa.today(timezone.now()) + 7 * DAY
    page = amiras_page(chart(rosa))
    page.get_by_text("Set a limit").click()
    page.get_by_label("Limit", exact=True).select_option("systolic_low")
    page.get_by_label("For this patient").fill("50")
    page.get_by_label("Until the end of").fill(last_day.isoformat())
    page.get_by_label("Reason").fill("Her usual is low.")
    page.get_by_role("button", name="Set", exact=True).click()
    page.locator("#div_id_value .error", has_text="It can be from 70 to 110 mmHg.").wait_for()
    assert page.get_by_label("Reason").input_value() == "Her usual is low."
    page.get_by_label("For this patient").fill("80")
    page.get_by_role("button", name="Set", exact=True).click()
    page.locator("#div_id_value .error", has_text="80 mmHg flags later than everybody’s 90 mmHg").wait_for()
    page.get_by_label("Yes, flag later for this patient").check()
    page.get_by_role("button", name="Set", exact=True).click()
    page.locator("#limits td", has_text="80 mmHg").wait_for()
    assert PatientLimit.objects.get().expires_on == last_day
    assert send(rosa, LOW_PRESSURE).check_in.level < Level.URGENT  # 84/50
    with time_machine.travel(timezone.now() + 8 * DAY, tick=True):
        assert send(rosa, LOW_PRESSURE).check_in.level >= Level.URGENT


def test_a_muted_finding_breaks_when_it_gets_worse(rosa: Patient, amiras_page: Any, open_as: Any) -> None:
    flag = flagged(rosa, NAUSEA, ago=2 * HOUR)
    page = amiras_page(flag_page(flag))
    page.get_by_role("button", name="Claim").click()
    page.get_by_text("Mute for some days").click()
    page.get_by_label("Days").fill("3")
    page.get_by_label("Reason").fill("Expected in week 2.")
    page.get_by_role("button", name="Mute", exact=True).click()
    page.get_by_text("Muted by Amira Nasser until").first.wait_for()
    page.get_by_label("Called the patient").check()
    page.get_by_role("button", name="Resolve").click()
    page.wait_for_url("**/team/")

    phone = open_as(rosa, CHECK_IN)
    report_nausea(phone, severity=3)
    phone.get_by_text("Your care team knows of").wait_for()
    assert not Flag.objects.unresolved()
    phone.goto(CHECK_IN)
    report_nausea(phone, severity=4)
    broken = Flag.objects.unresolved().get()
    page.goto(flag_page(broken))
    page.get_by_text("Broken because: Nausea, severity: 3 → 4").wait_for()
    expect(page.get_by_text("Muted by Amira Nasser until").first).to_be_visible()


def report_nausea(phone: Any, severity: int) -> None:
    press(phone, "No, none of these")
    phone.locator("#id_s_nausea").check()
    phone.locator(f'[name="nausea-severity"][value="{severity}"]').check()
    phone.locator('[name="nausea-frequency"][value="2"]').check()
    press(phone, "Continue")
    press(phone, "Send")
    phone.wait_for_url(SENT)


def test_a_note_is_read_in_one_press(rosa: Patient, amiras_page: Any) -> None:
    send(
        rosa,
        replace(a_report(chills=1), note="My scan is on Friday.\nWhich visit should I move?"),
        ago=30 * HOUR,
    )
    page = amiras_page(reverse("team:board"))
    page.get_by_role("link", name="Notes (1)").click()
    page.get_by_text("Which visit should I move?").wait_for()
    expect(page.get_by_text("Overdue by 6 h")).to_be_visible()
    page.get_by_role("button", name="I have read it").click()
    page.get_by_text("Every note has been read.").wait_for()
    assert NoteToRead.objects.get(read_by__name="Amira Nasser")


def test_a_rating_that_the_note_denies_is_asked_about_after_it_was_saved(rosa: Patient, open_as: Any) -> None:
    phone = open_as(rosa, CHECK_IN)
    rate_breathlessness(phone, 4, note="No trouble breathing at all. Walked the dog, feeling great.")
    first = CheckIn.objects.get()
    assert first.level >= Level.URGENT
    question = phone.get_by_text("You chose very severe breathlessness: is that right?")
    question.wait_for()
    phone.get_by_text("Yes, that is right").click()
    press(phone, "Send my answer")
    phone.get_by_text("We received your correction.").wait_for()
    assert CheckIn.objects.current().get().told.confirmed == {"shortness_of_breath"}
    assert CheckIn.objects.current().get().level == first.level
    assert not question.count()


def test_a_rating_that_was_a_slip_is_changed_where_it_stands(rosa: Patient, open_as: Any) -> None:
    phone = open_as(rosa, CHECK_IN)
    rate_breathlessness(phone, 4, note="No trouble breathing at all. Walked the dog, feeling great.")
    phone.get_by_text("No, I will change it").click()
    press(phone, "Send my answer")
    phone.wait_for_url("**/check-in/?correct=*")
    mild = phone.locator('[name="shortness_of_breath-severity"][value="1"]')
    mild.wait_for(state="attached")
    expect(phone.locator("#id_s_shortness_of_breath")).to_be_visible()
    mild.check()
    press(phone, "Continue")
    press(phone, "Send")
    phone.get_by_text("We received your correction.").wait_for()
    corrected = CheckIn.objects.current().get()
    assert corrected.told.answers["shortness_of_breath"].severity == 1
    assert Flag.objects.get().is_unresolved  # a correction closes no flag


def rate_breathlessness(phone: Any, severity: int, note: str) -> None:
    press(phone, "No, none of these")
    phone.locator("#id_s_shortness_of_breath").check()
    phone.locator(f'[name="shortness_of_breath-severity"][value="{severity}"]').check()
    phone.locator("#id_note").fill(note)
    press(phone, "Continue")
    press(phone, "Send")
    phone.wait_for_url(SENT)


def test_everybody_can_use_limits_mutes_and_notes(
    rosa: Patient, amira: Any, amiras_page: Any, assert_usable: Any
) -> None:
    now = timezone.now()
    watch.beat("worker", now)
    flag = flagged(rosa, replace(NAUSEA, note="Sick since noon."), ago=26 * HOUR)
    for finding in flag.findings:
        Mute.of(finding, by=amira, until=rosa.today(now) + DAY, reason="Expected.", now=now - HOUR)
    PatientLimit.of(
        rosa, name="systolic_low", value=85, reason="Low.", by=amira, expires_on=rosa.today(now), now=now
    )
    send(rosa, a_report({"systolic": 82, "diastolic": 50}, nausea=Answer(frequency=2, severity=4)))
    page = amiras_page(reverse("team:notes"))
    for path in (reverse("team:notes"), chart(rosa), flag_page(flag)):
        page.goto(path)
        for folded in page.locator("summary").all():
            folded.click()
        assert_usable(page, EVERY_SIZE)
    page.get_by_role("button", name="Mute", exact=True).first.click()
    assert_usable(page, EVERY_SIZE)


def test_everybody_can_answer_a_question_about_a_rating(
    rosa: Patient, amira: Any, open_as: Any, assert_usable: Any
) -> None:
    type(rosa.team).objects.update(crisis_line="988")
    phone = open_as(rosa, CHECK_IN)
    rate_breathlessness(phone, 4, note="No trouble breathing at all.")
    assert_usable(phone)
    now = timezone.now()
    for finding in send(rosa, NAUSEA).check_in.findings.all():
        Mute.of(finding, by=amira, until=rosa.today(now), reason="Expected.", now=now)
    phone.goto(CHECK_IN)
    press(phone, "No, none of these")
    phone.locator("#id_s_nausea").check()
    phone.locator('[name="nausea-severity"][value="3"]').check()
    phone.locator('[name="nausea-frequency"][value="2"]').check()
    phone.locator("#id_note").fill("Feeling great, walked the dog for an hour.")
    press(phone, "Continue")
    press(phone, "Send")
    phone.locator(".error", has_text="You chose severe nausea: is that right?").wait_for()
    assert_usable(phone)
    phone.goto("/emergency/")
    assert_usable(phone)
