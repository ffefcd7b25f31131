"""Migrations without what costs most of their time: nine tenths of a new database was building models anew.

Django keeps a class for each model as a migration knows it. Whenever something changes, it builds that class
anew and all that it is related to, which for us is nearly everything: all points to patients, teams and
people. What is written to the database is the same without. Before a migration runs code of ours, Django
builds all of them (`is_delayed`).
"""

from collections.abc import Callable
from typing import Any

from django.db.migrations.state import ModelState, ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

type Model = tuple[str, str]
type Change = Callable[..., None]


def quicken() -> None:
    for operation in (AddTrigger, RemoveTrigger):
        operation.state_forwards = _no_model(operation.state_forwards)  # type: ignore[method-assign]
    ProjectState.add_model = _one_model(ProjectState.add_model, _of_state)  # type: ignore[method-assign]
    ProjectState.add_field = _one_model(ProjectState.add_field, _by_name)  # type: ignore[method-assign]
    ProjectState._append_option = _one_model(ProjectState._append_option, _by_name)  # type: ignore[attr-defined]


def _no_model(state_forwards: Change) -> Change:
    """Of a trigger no model knows: its SQL is written in the migration."""

    def quick(operation: Any, app_label: str, state: ProjectState) -> None:
        _without_building(state, state_forwards, operation, app_label, state)

    return quick


def _one_model(change: Change, of: Callable[..., Model]) -> Change:
    """The models around it need not know yet of a new model, column or constraint."""

    def quick(state: ProjectState, *args: Any, **named: Any) -> None:
        _without_building(state, change, state, *args, **named)
        if "apps" in state.__dict__:
            state.is_delayed = True
            state._reload({of(*args)})  # type: ignore[attr-defined]

    return quick


def _without_building(state: ProjectState, change: Change, *args: Any, **named: Any) -> None:
    built = state.__dict__.pop("apps", None)  # a state that has built nothing builds nothing anew
    change(*args, **named)
    if built is not None:
        state.__dict__["apps"] = built


def _of_state(model: ModelState) -> Model:
    return model.app_label, model.name_lower


def _by_name(app_label: str, model_name: str, *_rest: Any) -> Model:
    return app_label, model_name.lower()
