"""Rosa's world, as the table of who is answered what has it."""

from tests.access.conftest import world

__all__ = ["world"]
