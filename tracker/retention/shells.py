"""What is left of somebody when all that was theirs has gone: a key that looks and seals rest on.

The record of looks names patients and people by key and is never changed (docs/decisions). With the row that
the key leads to emptied, it leads to nobody.
"""

import datetime as dt
from typing import Any

from django.apps import apps
from django.db.models import Q

from accounts.models import SignedIn, User
from tracker.models import EmergencyAccess, ErasureRequest, Patient
from tracker.retention.deleting import NOBODY, Going, carry_out, forget_in_the_admins_log

KIND = "identity"

EMPTY_PATIENT = {
    "name": NOBODY,
    "born_on": "1900-01-01",
    "record_number": "",
    "phone": "",
    "contact_name": "",
    "contact_relation": "",
    "contact_phone": "",
    "allergies": "",
    "last_chemo_on": None,
    "extra_readings": "{}",
    "usual_systolic": None,
    "usual_diastolic": None,
    "usual_pulse": None,
    "usual_spo2": None,
    "usual_temperature": None,
    "usual_weight": None,
    "remind_at": None,
    "is_vip": "false",
}
EMPTY_USER = {
    "name": "",
    "email": None,
    "phone": "",
    "password": "!",
    "is_active": "false",
    "last_login": None,
}


def is_shell(patient: Patient) -> bool:
    return patient.name == NOBODY


def not_shells() -> Q:
    return ~Q(name=NOBODY)


def make_shell(patient: Patient, now: dt.datetime) -> int:
    """Within a transaction that holds the patient. Who works here too keeps their account."""
    user: User = patient.user
    going = Going()
    history: Any = apps.get_model("tracker.PatientEvent")
    going.add(history._meta.db_table, _keys(history, pgh_obj_id=patient.pk))
    going.add("tracker_patient", [patient.pk])
    going.blank["tracker_patient"] = EMPTY_PATIENT
    for model, columns in ((EmergencyAccess, {"words": NOBODY}), (ErasureRequest, {"reason": ""})):
        table = model._meta.db_table
        going.add(table, _keys(model, patient=patient))
        going.blank[table] = columns
    if user.is_only_a_patient:
        _account(going, user)
    forget_in_the_admins_log("tracker_patient", [patient.pk])
    forget_in_the_admins_log("accounts_user", [user.pk])
    return carry_out(going, patient, KIND, now)


def _account(going: Going, user: User) -> None:
    history: Any = apps.get_model("accounts.UserEvent")
    going.add(history._meta.db_table, _keys(history, pgh_obj_id=user.pk))
    for label in ("account.EmailAddress", "mfa.Authenticator"):
        model: Any = apps.get_model(label)
        going.add(model._meta.db_table, _keys(model, user=user))
    SignedIn.objects.filter(user=user).end()
    going.add("accounts_user", [user.pk])
    going.blank["accounts_user"] = EMPTY_USER


def _keys(model: Any, **whose: Any) -> list[Any]:
    return list(model._base_manager.filter(**whose).order_by("pk").values_list("pk", flat=True))
