"""Queries whose SQL is worked out once: for the widest ones Django takes longer than PostgreSQL does."""

from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property
from typing import Any

from django.db import connections, models
from django.db.models.sql.compiler import SQLCompiler


class Given(models.Expression):
    """A value that a statement is made without, and run with."""

    def __init__(self, name: str, output_field: "models.Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return "%s", [self]


class Statement[Row]:
    """The query that `make` returns, with `Given` where a value differs from run to run.

    Rows are what the query's own would be: with annotations and `select_related`, or tuples of `values_list`.
    """

    def __init__(self, make: Callable[[], models.QuerySet[Any, Row]]) -> None:
        self._make = make

    def run(self, **given: Any) -> list[Row]:
        """What is given beyond what the query asks for does no harm."""
        made, compiler, sql, parameters = self._compiled
        filled = tuple(given[each.name] if isinstance(each, Given) else each for each in parameters)
        ready = copy(compiler)
        ready.connection = connections[made.db]  # this thread's
        ready.as_sql = lambda *_args, **_options: (sql, filled)  # type: ignore[method-assign]
        rows = made.all()
        rows.query.get_compiler = lambda *_args, **_options: ready  # type: ignore[method-assign]
        return list(rows)

    @cached_property
    def _compiled(self) -> tuple[models.QuerySet[Any, Row], SQLCompiler, str, Sequence[Any]]:
        """Each thread that comes first works out a query of its own: doing so changes the query."""
        made = self._make()
        compiler = made.query.get_compiler(made.db)
        return made, compiler, *compiler.as_sql()
