"""Queries whose SQL is worked out once: for the widest ones Django takes longer than PostgreSQL does."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models.query import RawQuerySet
from django.db.models.sql.compiler import SQLCompiler


class Given(models.Expression):
    """A value that a statement is made without, and run with."""

    def __init__(self, name: str, output_field: "models.Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return "%s", [self]


class Statement[Row: models.Model]:
    """The query that `make` returns, with `Given` where a value differs from run to run.

    Rows have the model's own columns and the annotations, as PostgreSQL hands those over. `select_related`
    does not reach them.
    """

    def __init__(self, make: Callable[[], models.QuerySet[Row]]) -> None:
        self._make = make

    def run(self, **given: Any) -> RawQuerySet:
        sql, parameters = self._compiled
        filled = [given[each.name] if isinstance(each, Given) else each for each in parameters]
        return self._model._default_manager.raw(sql, filled)

    @cached_property
    def _model(self) -> type[Row]:
        return self._make().model

    @cached_property
    def _compiled(self) -> tuple[str, Sequence[Any]]:
        return self._make().query.sql_with_params()
