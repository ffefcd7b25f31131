"""Rule sets as tests need them: small ones, in the tables of a rule file."""

import copy
import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from tracker.models import DryRun, RuleSet

NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)

SMALL: dict[str, Any] = {
    "version": "2026.11-7",
    "groups": {"watched": ["swelling", "dizziness"]},
    "conditions": {
        "fainting": {"any": [{"red_flag": "faint"}, {"answer": "faint", "at_least": 1}]},
        "unwell": {"any": [{"is": "fainting"}, {"answer": "@watched", "at_least": 3}]},
    },
    "drug_names": {"en": {"aldesleukin": "interleukin-2"}},
    "advice": {
        "emergency": {"en": {"headline": "Call {emergency_number} now.", "steps": ["Do not wait."]}},
        "urgent": {"en": {"headline": "Call your care team today."}},
        "routine": {"en": {"headline": "We will look at this."}},
        "none": {"en": {"headline": "Saved."}},
    },
    "rule": [
        {
            "code": "fainting",
            "level": "emergency",
            "finding": "faint",
            "when": {"is": "unwell"},
            "patient": {"en": "Fainting needs help at once."},
            "team": {"en": "{seen}"},
            "do": {"en": ["Lie down."]},
            "source": "UKONS triage: collapse goes to the emergency services.",
        },
        {
            "code": "low_pressure",
            "level": "urgent",
            "finding": "low_blood_pressure",
            "when": {
                "all": [
                    {"reading": "systolic", "at_most": 90},
                    {"not": {"below_usual": "systolic", "at_most": 10}},
                ]
            },
            "patient": {"en": "Your blood pressure is low."},
            "team": {"en": "{seen}"},
            "source": "NEWS2 scores 90 or less 3.",
        },
        {
            "code": "nausea_any",
            "level": "routine",
            "finding": "nausea",
            "when": {"answer": "nausea", "at_least": 2},
            "patient": {"en": "Your nausea is worth a look."},
            "team": {"en": "{seen}"},
            "source": "Our own choice, for tests.",
        },
    ],
}
"""Three rules, a shared condition inside another, and a group."""

EMPTY: dict[str, Any] = SMALL | {"rule": [], "conditions": {}}


def small(**parts: Any) -> dict[str, Any]:
    """The small set with other parts; free to be changed."""
    return copy.deepcopy(SMALL) | parts


def a_draft(by: User | None, data: dict[str, Any] = SMALL, **fields: Any) -> RuleSet:
    return RuleSet.objects.from_data(data, now=NOW, made_by=by, **fields)


def publish(draft: RuleSet, by: User | None) -> RuleSet:
    """Straight into the database, whatever the house thinks of it."""
    RuleSet.objects.filter(pk=draft.pk).update(state="published", published_by=by, published_at=NOW)
    draft.refresh_from_db()
    return draft


def behind(first: Callable[[], object], second: Callable[[], object]) -> Exception | None:
    """What `second` raises, which begins while `first` is not committed, and waits for it if it must."""

    def one() -> Exception | None:
        try:
            second()
        except Exception as error:
            return error
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            came = pool.submit(one)
            while not (came.done() or _somebody_waits()):
                pass
        return came.result()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0])


def a_dry_run(draft: RuleSet, by: User, **fields: Any) -> DryRun:
    values = {"revision": draft.revision, "days": 7, "run_at": NOW, "result": {}} | fields
    return DryRun.objects.create(rule_set=draft, run_by=by, **values)
