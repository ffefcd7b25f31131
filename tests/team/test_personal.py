"""Limits of one patient's own and findings that are expected: set, kept, ended, and by whom."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent
from tests.team.conftest import CHEST_PAIN, LOW_PRESSURE, flagged, send
from tests.triage.build import a_report
from tracker.models import Flag, Mute, PatientLimit
from tracker.triage.report import Level

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
NAUSEA = a_report(nausea=3)
WORSE_NAUSEA = a_report(nausea=4)


@pytest.fixture
def amiras(amira, browser_of):
    return browser_of(amira)


@pytest.fixture
def bens(ben, browser_of):
    return browser_of(ben)


def chart(patient):
    return reverse("team:patient", args=[patient.pk])


def flag_page(flag):
    return reverse("team:flag", args=[flag.pk])


# --- Limits -------------------------------------------------------------------------------------------------


def a_limit(patient, **changed):
    form = {
        "sure": "systolic_low=82",
        "name": "systolic_low",
        "value": "82",
        "expires_on": (patient.today(timezone.now()) + 30 * DAY).isoformat(),
        "reason": "Her usual is low.",
    }
    return {**form, **changed}


def set_limit(browser, patient, **changed):
    return browser.post(
        reverse("team:set_limit", args=[patient.pk]), a_limit(patient, **changed), follow=True
    )


def test_a_limit_is_set_shown_and_goes_for_the_next_report(rosa, amira, amiras):
    page = set_limit(amiras, rosa).text
    limit = PatientLimit.objects.get()
    assert (limit.patient, limit.value, limit.set_by) == (rosa, 82, amira)
    for words in ("82 mmHg", "90 mmHg", "Her usual is low.", "Amira Nasser"):
        assert words in page
    before = send(rosa, LOW_PRESSURE).check_in  # 84/50
    assert not before.findings.filter(code="low_blood_pressure", level__gte=Level.URGENT)


def test_a_new_limit_takes_the_place_of_the_one_before(rosa, amiras, bens):
    set_limit(amiras, rosa)
    assert "now 82 mmHg until" in amiras.get(chart(rosa)).text
    page = set_limit(bens, rosa, value="86", sure="systolic_low=86")
    assert "86 mmHg instead of 90 mmHg" in page.text
    assert "It takes the place of 82 mmHg, set by Amira Nasser." in page.text
    assert [each.record.value for each in page.context["limits"]] == [86]
    assert PatientLimit.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"value": "20"}, "value", "It can be from"),
        ({"value": "900"}, "value", "mmHg"),
        ({"value": "low"}, "value", "Write a number, like 85."),
        ({"value": "nan"}, "value", "Write a number, like 85."),
        ({"value": ""}, "value", "Write a number."),
        ({"name": "nosuch"}, "name", ""),
        ({"name": ""}, "name", "Choose a limit."),
        ({"reason": "  "}, "reason", "Write why"),
        ({"expires_on": "2020-01-01"}, "expires_on", "Choose a day from"),
        ({"expires_on": "2099-01-01"}, "expires_on", "Choose a day from"),
        ({"expires_on": "soon"}, "expires_on", "Write the day like"),
    ],
)
def test_a_wrong_limit_is_said_beside_the_box_and_nothing_is_lost(changed, field, words, rosa, amiras):
    page = set_limit(amiras, rosa, **changed)
    assert list(page.context["limit_form"].errors) == [field]
    assert words in page.text
    typed = a_limit(rosa, **changed)
    form = page.context["limit_form"]
    assert all(form[name].value() == value for name, value in typed.items() if name != "sure")
    assert not PatientLimit.objects.exists()


def test_a_softer_limit_that_the_usual_does_not_explain_is_asked_about(rosa, amiras):
    """Rosa's usual is 124: 82 is no number to flag her by."""
    for sure in ("", "systolic_low=84"):
        page = set_limit(amiras, rosa, sure=sure)
        assert (
            "82 mmHg flags later than everybody’s 90 mmHg, and this patient’s usual (124 mmHg)" in page.text
        )
        assert not PatientLimit.objects.exists()
    assert 'value="systolic_low=82"' in page.text
    assert "checked" not in page.text.partition('name="sure"')[2].partition(">")[0]
    set_limit(amiras, rosa, sure="systolic_low=82")
    assert PatientLimit.objects.get().value == 82


def test_a_stricter_limit_needs_no_second_word(rosa, amiras):
    set_limit(amiras, rosa, value="100", sure="")
    assert PatientLimit.objects.get().value == 100


@pytest.mark.parametrize("reason", ["", "x", "expected"])
def test_a_reason_is_a_few_words(reason, rosa, amiras):
    page = set_limit(amiras, rosa, reason=reason)
    assert "Write why, in a few words: others have to know." in page.text


def test_a_limit_may_last_ninety_days_and_not_one_more(rosa, amiras):
    today = rosa.today(timezone.now())
    assert set_limit(amiras, rosa, expires_on=(today + 91 * DAY).isoformat()).context["limit_form"].errors
    set_limit(amiras, rosa, expires_on=(today + 90 * DAY).isoformat())
    assert PatientLimit.objects.get().expires_on == today + 90 * DAY


def test_the_allowed_range_is_said_before_anything_is_typed(rosa, amiras):
    page = amiras.get(chart(rosa))
    [words] = [
        words for name, words in page.context["limit_form"]["name"].field.choices if name == "systolic_low"
    ]
    assert "90 mmHg, can be 70 to" in words


def test_a_limit_is_ended_once_and_the_second_is_told_by_whom(rosa, amira, ben, amiras, bens):
    set_limit(amiras, rosa)
    end = reverse("team:end_limit", args=[PatientLimit.objects.get().pk])
    assert bens.post(end, follow=True).context["limits"] == []
    assert f"{ben} ended this at" in amiras.post(end, follow=True).text
    assert "ended this at" not in bens.post(end, follow=True).text
    assert PatientLimit.objects.get().ended_by == ben


def test_a_limit_that_the_rules_no_longer_know_is_shown_and_said_so(rosa, amira, amiras):
    now = timezone.now()
    PatientLimit.of(
        rosa, name="gone", value=1, reason="Old.", by=amira, expires_on=rosa.today(now) + DAY, now=now
    )
    assert "The rules in force do not know it" in amiras.get(chart(rosa)).text


# --- Mutes --------------------------------------------------------------------------------------------------


def first_line(browser, flag):
    return browser.get(flag_page(flag)).context["page"].lines[0]


def mute(browser, flag, **changed):
    finding = first_line(browser, flag).reason.findings[0]
    form = {"finding": finding.pk, "days": "5", "reason": "Expected in week 2.", **changed}
    return browser.post(reverse("team:mute", args=[flag.pk]), form, follow=True)


def test_a_finding_is_muted_for_some_days_with_a_reason(rosa, amira, amiras):
    flag = flagged(rosa, NAUSEA)
    page = mute(amiras, flag).text
    found = Mute.objects.earliest("muted_at")
    assert (found.muted_by, found.until) == (amira, rosa.today(timezone.now()) + 5 * DAY)
    assert "Muted by Amira Nasser until" in page
    assert "Expected in week 2." in page
    assert {each.rule for each in Mute.objects.all()} == {each.rule for each in flag.findings}
    assert "Muted by Amira Nasser until" in amiras.get(chart(rosa)).text


def test_the_same_again_raises_nothing_and_is_shown_as_muted(rosa, amiras):
    flag = flagged(rosa, NAUSEA, ago=HOUR)
    mute(amiras, flag)
    resolve(amiras, flag)
    again = send(rosa, NAUSEA)
    assert (again.check_in.level, again.flag) == (Level.NONE, None)
    assert all(each.muted for each in again.check_in.findings.all())


def resolve(browser, flag):
    form = {"outcome": "called", "seen": flag.reports}
    assert browser.post(reverse("team:resolve", args=[flag.pk]), form).status_code == 302


def test_a_mute_that_breaks_says_who_had_set_it_and_why_it_broke(rosa, amiras):
    flag = flagged(rosa, NAUSEA, ago=HOUR)
    mute(amiras, flag)
    resolve(amiras, flag)
    broken = flagged(rosa, WORSE_NAUSEA)
    assert broken.pk != flag.pk
    page = amiras.get(flag_page(broken)).text
    assert "Muted by Amira Nasser until" in page
    assert "Broken because: " in page
    assert "Nausea, severity: 3 → 4" in page


def test_a_muted_finding_beside_a_new_one_is_shown_as_muted(rosa, amiras):
    mute(amiras, flagged(rosa, NAUSEA, ago=HOUR))
    flag = flagged(rosa, a_report({"systolic": 84, "diastolic": 50}, nausea=3))
    lines = amiras.get(flag_page(flag)).context["page"].lines
    assert [line.reason.is_muted for line in lines if "Nausea" in line.reason.words] == [True]
    assert not lines[0].reason.is_muted


def test_an_emergency_cannot_be_muted(rosa, amiras):
    flag = flagged(rosa, CHEST_PAIN)
    assert first_line(amiras, flag).form is None
    assert "This cannot be muted" in mute(amiras, flag).text
    assert not Mute.objects.exists()


def test_a_finding_of_somebody_elses_report_is_not_muted_through_this_flag(rosa, dev, amiras):
    flag, other = flagged(rosa, NAUSEA), flagged(dev, NAUSEA)
    theirs = next(iter(other.findings))
    mute(amiras, flag, finding=theirs.pk)
    assert not Mute.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"days": "0"}, "days"),
        ({"days": "15"}, "days"),
        ({"days": "some"}, "days"),
        ({"days": ""}, "days"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 501}, "reason"),
    ],
)
def test_a_wrong_mute_is_said_beside_the_box_and_nothing_is_lost(changed, field, rosa, amiras):
    page = mute(amiras, flagged(rosa, NAUSEA), **changed)
    form = page.context["page"].lines[0].form
    assert list(form.errors) == [field]
    assert all(form[name].value() == value for name, value in changed.items())
    assert not Mute.objects.exists()


def test_a_mute_is_ended_from_the_chart_and_the_second_is_told_by_whom(rosa, ben, amiras, bens):
    mute(amiras, flagged(rosa, NAUSEA))
    end = reverse("team:end_mute", args=[Mute.objects.earliest("muted_at").pk])
    assert bens.post(end, {"next": chart(rosa)}, follow=True).redirect_chain[-1][0] == chart(rosa)
    assert f"{ben} ended this at" in amiras.post(end, follow=True).text


@pytest.mark.parametrize(
    "where", ["https://evil.example/team/", "//evil.example", "/admin/", "javascript:1", ""]
)
def test_ending_a_mute_leads_nowhere_else(where, rosa, amiras):
    mute(amiras, flagged(rosa, NAUSEA))
    answer = amiras.post(
        reverse("team:end_mute", args=[Mute.objects.earliest("muted_at").pk]), {"next": where}
    )
    assert answer["Location"] == chart(rosa) + "#mutes"


def test_what_was_just_resolved_can_still_be_muted_and_what_is_old_cannot(rosa, amiras):
    flag = flagged(rosa, NAUSEA)
    resolve(amiras, flag)
    assert first_line(amiras, flag).form
    with time_machine.travel(timezone.now() + 15 * DAY, tick=True):
        assert first_line(amiras, flag).form is None


def test_a_mute_is_told_once_and_is_part_of_what_happened_to_the_flag(rosa, ben, amiras, bens):
    send(rosa, a_report(asked=("nausea",)), ago=DAY)
    flag = flagged(rosa, NAUSEA)
    assert len(flag.findings) > 1
    page = mute(amiras, flag)
    assert page.text.count("Muted by Amira Nasser until") == 1
    assert amiras.get(chart(rosa)).text.count("Muted by Amira Nasser until") == 1
    [muted] = [each for each in page.context["page"].entries if each.what.startswith("Muted until")]
    assert muted.what.endswith(": Amira Nasser")
    assert muted.note == "Expected in week 2."
    bens.post(reverse("team:end_mute", args=[Mute.objects.earliest("muted_at").pk]))
    assert not Mute.objects.filter(ended_at=None).exists()
    entries = amiras.get(flag_page(flag)).context["page"].entries
    assert [each.what for each in entries][-1] == f"Mute ended: {ben}"


@pytest.mark.parametrize("reason", ["", "x", "expected"])
def test_a_mute_needs_a_reason_in_words(reason, rosa, amiras):
    assert "Write why, in a few words" in mute(amiras, flagged(rosa, NAUSEA), reason=reason).text
    assert not Mute.objects.exists()


def test_a_fever_after_chemotherapy_cannot_be_muted_and_says_what_it_is(joan, amiras):
    flag = flagged(joan, a_report({"temperature": 38.3}))
    line = first_line(amiras, flag)
    assert line.form is None
    assert "days after chemotherapy" in line.reason.words
    assert "This cannot be muted" in mute(amiras, flag).text
    assert not Mute.objects.exists()


def test_a_page_that_comes_back_with_an_error_is_a_look(rosa, amira, amiras):
    flag = flagged(rosa, NAUSEA)
    before = AccessEvent.objects.count()
    amiras.post(reverse("team:set_limit", args=[rosa.pk]), {})
    finding = next(iter(flag.findings)).pk
    amiras.post(reverse("team:mute", args=[flag.pk]), {"finding": finding})
    looks = AccessEvent.objects.order_by("pk").values_list("patient_id", "actor", "what")[before:]
    assert list(looks) == [(rosa.pk, amira.pk, "chart"), (rosa.pk, amira.pk, "flag")]
    assert not Flag.objects.filter(owner=amira).exists()
