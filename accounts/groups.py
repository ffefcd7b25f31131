"""What editors and admins may do. `manage.py make_groups` writes it down; it is safe to repeat.

A command and not a migration: Django makes the permissions only after the last migration has run.
"""

from collections.abc import Mapping
from types import MappingProxyType

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User

REVIEW = "accounts.review_accessevent"
"""What a privacy officer may."""

KEEP = ("view", "add", "change")
EVERYTHING = (*KEEP, "delete")
LOOK = ("view",)
RULES = dict.fromkeys(("tracker.rule", "tracker.condition", "tracker.dryrun"), LOOK)

# Group → model, by its label → what may be done with it.
MAY: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "Editors": {
            "education.cytokine": EVERYTHING,
            "education.cytokinetranslation": EVERYTHING,
            "education.symptom": KEEP,
            "education.symptomtranslation": EVERYTHING,
            "education.drug": EVERYTHING,
            "education.drugtranslation": EVERYTHING,
            "education.drugsymptom": EVERYTHING,
            "education.article": EVERYTHING,
            "education.articletranslation": EVERYTHING,
            "education.pageread": LOOK,
            "education.image": EVERYTHING,
            "education.edition": ("view", "publish"),
        },
        # People, teams and rules: no right to any record of a patient, and none to who looked at them.
        "Admins": {
            "accounts.user": KEEP,
            "accounts.careteam": KEEP,
            "accounts.membership": EVERYTHING,
            "accounts.invitation": KEEP,
            "accounts.pushdevice": LOOK,
            "tracker.escalationpolicy": LOOK,
            "tracker.escalationstep": LOOK,
            "tracker.stepperson": LOOK,
            "tracker.shift": LOOK,
            "tracker.swap": LOOK,
            "tracker.cannedreply": LOOK,
            "tracker.canary": LOOK,
            "tracker.heartbeat": LOOK,
            "tracker.ruleset": ("view", "change", "publish"),
            **RULES,
        },
        # Search and review who looked at whom, on pages of their own: no right to any record of a patient.
        "Privacy officers": {"accounts.accessevent": ("review",)},
        # Clinicians who read and publish what others have written.
        "Rule reviewers": {"tracker.ruleset": ("view", "publish"), **RULES},
    }
)


@transaction.atomic
def make_groups() -> None:
    """Make the groups, and give them exactly what MAY says."""
    for name, models in MAY.items():
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.set(permissions(models))


def permissions(models: Mapping[str, tuple[str, ...]]) -> list[Permission]:
    """Raises LookupError for a model, or a permission, that does not exist."""
    wanted = [
        (model._meta.app_label, f"{act}_{model._meta.model_name}")
        for model, acts in ((apps.get_model(label), acts) for label, acts in models.items())
        for act in acts
    ]
    found = {
        (permission.content_type.app_label, permission.codename): permission
        for permission in Permission.objects.select_related("content_type")
    }
    return [found[each] for each in wanted]


def privacy_officers() -> QuerySet[User]:
    """Those who are told of seals and of emergencies."""
    codename = REVIEW.partition(".")[2]
    officers = Group.objects.filter(permissions__codename=codename)
    return User.objects.filter(is_active=True, groups__in=officers).distinct().order_by("name", "pk")
