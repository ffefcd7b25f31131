"""Migrations of triggers without what costs most of their time.

django-pgtrigger has Django build a model anew, and all that point to it, for each trigger that a migration
adds or removes. Ours are three hundred, and nobody asks a model within a migration for its triggers: their
SQL is written in the migration. Without it a new database takes little more than half the time.
"""

from collections.abc import Callable
from typing import Any

from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

type Forwards = Callable[[Any, str, ProjectState], None]


def quicken() -> None:
    """What a migration knows of triggers is written down, as before; the models stay as they are."""
    for operation in (AddTrigger, RemoveTrigger):
        operation.state_forwards = _without_building(operation.state_forwards)  # type: ignore[method-assign, assignment]


def _without_building(state_forwards: Forwards) -> Forwards:
    def quick(operation: Any, app_label: str, state: ProjectState) -> None:
        built = state.__dict__.pop("apps", None)  # a state that has built nothing builds nothing anew
        state_forwards(operation, app_label, state)
        if built is not None:
            state.__dict__["apps"] = built

    return quick
