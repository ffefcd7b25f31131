"""The same walk with the first wall taken down: row-level security alone shows nobody a stranger's row.

The rules of `tracker.models.rights`, from which every `visible_to` and every door is made, let everybody see
and do everything. What is then found is what the database hands over.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from django.db.models import Q

from tests.access.table import MUST_NOT_SEE
from tests.access.walking import forbidden, walk
from tests.access.world import World
from tracker.models import rights
from tracker.statement import Statement

pytestmark = pytest.mark.django_db

RULES = ("is_own", "is_in_care_of", "is_open_in_an_emergency", "is_cared_for_by")


@contextmanager
def everybody_may_see_everything() -> Iterator[None]:
    with (
        _without_rules(),
        patch.object(rights, "worked_on_by", lambda rows, *_asked, **_rest: rows),
        patch.object(rights, "works_in", lambda *_asked: True),
        patch.object(Statement, "run", _made_anew),
    ):
        yield


@contextmanager
def _without_rules() -> Iterator[None]:
    with ExitStack() as taken:
        for name in RULES:
            taken.enter_context(patch.object(rights, name, _always))
        yield


ORDINARY_RUN = Statement.run


def _made_anew(statement: Statement[Any], **given: Any) -> list[Any]:
    """As if none had been worked out by the rules that are taken down, and without keeping this one."""
    return ORDINARY_RUN(Statement(statement._make), **given)


def _always(*_asked: Any, **_rest: Any) -> Q:
    return Q()


def shown(world: World, role: str) -> list[str]:
    """Where somebody who must not see Rosa was shown something of her."""
    with everybody_may_see_everything():
        return [
            f"{seen}: {word!r}"
            for seen in walk(world, role, methods=("GET",))
            for word in forbidden(seen, role)
            if word in seen.answer.text
        ]


@pytest.mark.parametrize("role", MUST_NOT_SEE)
def test_the_database_shows_nobody_a_strangers_row(role: str, world: World) -> None:
    assert shown(world, role) == []


def test_without_the_second_wall_a_stranger_would_be_shown_them(world: World, settings: Any) -> None:
    """The walk would notice: asked as the owner, who stands behind no wall, the pages tell everything."""
    settings.DATABASE_ROLE_OF_REQUESTS = ""
    told = shown(world, "noor")
    assert {line.partition("/<")[0] for line in told} >= {"GET /team/patients", "GET /team/flags"}, told
