"""The world in which everybody opens everything, made once for all tests of this folder.

It stands in the database meanwhile: a test that makes personas of its own meets them there twice, and belongs
elsewhere.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.access.world import World, opened


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), opened() as made:
        yield made
