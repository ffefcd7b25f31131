"""The personas are whom they say they are."""

import pytest
from django.utils import timezone

from tracker.models import Course, Dose, EscalationStep, Patient
from tracker.models.patients import CourseQuerySet
from tracker.triage.report import Level


def courses(patient: Patient) -> CourseQuerySet:
    today = patient.today(timezone.now())
    return Course.objects.filter(patient=patient).running(today)


def test_rosa_is_on_day_3_of_her_second_cycle(rosa):
    [course] = courses(rosa)
    assert course.drug.code == "aldesleukin"
    assert course.cycle == 2
    assert course.treatment_day(rosa.today(timezone.now())) == 3


def test_joan_had_her_injection_the_day_after_chemotherapy(joan):
    [course] = courses(joan)
    [dose] = Dose.objects.filter(course=course)
    assert (dose.given_at.astimezone(joan.zone).date() - joan.last_chemo_on).days == 1


@pytest.mark.parametrize("level", [Level.URGENT, Level.EMERGENCY])
def test_the_team_tells_nurse_then_doctor_then_lead(team, level):
    steps = EscalationStep.objects.filter(policy__team=team, policy__level=level).order_by("position")
    assert [step.roles for step in steps] == [["nurse"], ["doctor"], ["lead"]]


def test_nobody_is_enrolled_twice_into_the_same_days(rosa, dev, joan, wei):
    for patient in (rosa, dev, joan, wei):
        assert courses(patient).count() == 1


def test_who_belongs_where(rosa, amira, ben, sara, noor, lena, team, other_team):
    assert set(team.members.all()) == {amira, ben, sara}
    assert set(other_team.members.all()) == {noor}
    assert not lena.is_care_team
    assert not lena.is_patient
    assert rosa.user.is_patient


def test_editors_and_admins_are_staff_through_their_groups(edith, eli, ada):
    assert all(user.is_staff and not user.is_superuser for user in (edith, eli, ada))
    assert edith.has_perm("education.change_article")
    assert not edith.has_perm("tracker.view_checkin")
    assert ada.has_perm("accounts.add_invitation")
    assert not ada.has_perm("tracker.change_checkin")
    assert not ada.has_perm("education.change_article")
