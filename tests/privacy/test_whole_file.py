"""A patient's own file is whole: every table with a way to a patient is in it, or named with a reason."""

import json
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from accounts.models import AccessEvent, Invitation
from tests.patient.conftest import signed_in
from tests.privacy.conftest import A_DAY
from tracker.exchange.diary_json import PARTS
from tracker.exchange.tables import IN_FILE, LEFT_OUT

pytestmark = pytest.mark.django_db
PEOPLE = {"tracker.Patient", "accounts.User"}


def leads_to_a_person(model: type[models.Model]) -> bool:
    """By a key of its own; a table that hangs on such a row carries the person's key too, or is named."""
    fields: list[Any] = [field for field in model._meta.get_fields() if isinstance(field, models.ForeignKey)]
    targets = {field.related_model._meta.label for field in fields}
    names = {field.name for field in model._meta.get_fields()}
    return bool(targets & PEOPLE) or "patient_id" in names or model._meta.label in PEOPLE


def through_another(found: set[str]) -> set[str]:
    """Tables without a person's key that hang on a row of one that has it, however far."""
    more = set(found)
    while True:
        hang = {
            model._meta.label
            for model in apps.get_models()
            for field in model._meta.get_fields()
            if isinstance(field, models.ForeignKey)
            and field.related_model._meta.label in more & (set(IN_FILE) | PEOPLE)
        }
        if hang <= more:
            return more
        more |= hang


def test_every_table_with_a_way_to_a_patient_is_in_the_file_or_left_out_for_a_reason():
    direct = {model._meta.label for model in apps.get_models() if leads_to_a_person(model)}
    events = {
        model._meta.label
        for model in apps.get_models()
        if hasattr(model, "pgh_obj") and model.pgh_obj.field.related_model._meta.label in direct
    }
    wanted = through_another(direct | events)
    named = set(IN_FILE) | set(LEFT_OUT)
    assert wanted - named == set(), "name these in tracker/exchange/tables.py"
    assert named - {model._meta.label for model in apps.get_models()} == set()
    assert set(IN_FILE) & set(LEFT_OUT) == set()
    assert set(IN_FILE.values()) <= set(PARTS)
    assert all(LEFT_OUT.values())


def test_a_row_of_every_table_that_is_named_is_in_it(whole, amira, django_assert_max_num_queries):
    now = timezone.now()
    Invitation.objects.create(
        user=whole.user, team=whole.team, invited_by=amira, created_at=now, expires_at=now + A_DAY
    )
    browser = signed_in(whole)
    with django_assert_max_num_queries(60):
        told = json.loads(browser.post("/settings/download/json/").getvalue())
    empty = {part for part in set(IN_FILE.values()) if not told[part]}
    assert empty == set()
    text = json.dumps(told, ensure_ascii=False)
    for there in ("It began after lunch.", "About the dates.", "Lena", "Firefox", "Nausea", "reminder"):
        assert there in text
    assert told["privacy"].keys() == {"requests", "closed", "held", "deleted"}
    assert [each["why"] for each in told["emergencies"]] == ["here"]
    assert "She cannot speak." not in text
    assert AccessEvent.objects.filter(patient_id=whole.pk, actor=whole.user, what="download").exists()
