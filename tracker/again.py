"""Acts that PostgreSQL may ask to try again: two at once that were in each other's way."""

import logging
import random
import time
from collections.abc import Callable
from functools import wraps

from django.db import OperationalError, transaction

logger = logging.getLogger(__name__)

CLASHED = frozenset({"40001", "40P01"})  # serialization_failure, deadlock_detected
TRIES = 4
LONGEST_PAUSE = 0.2  # seconds before the second try; twice as long before each further one


def again_if_it_clashed[**Told, Result](act: Callable[Told, Result]) -> Callable[Told, Result]:
    """Runs the act anew, a moment later, when its transaction was the one that PostgreSQL gave up.

    The act opens its transaction itself. Inside another one nothing is tried again: that is lost as a whole.
    """

    @wraps(act)
    def tried(*args: Told.args, **kwargs: Told.kwargs) -> Result:
        for number in range(1, TRIES):
            try:
                return act(*args, **kwargs)
            except OperationalError as error:
                if _state(error) not in CLASHED or transaction.get_connection().in_atomic_block:
                    raise
                logger.warning("%s clashed with another, try %d", act.__name__, number)
                time.sleep(random.uniform(0, LONGEST_PAUSE * 2 ** (number - 1)))  # noqa: S311 -- no secret
        return act(*args, **kwargs)

    return tried


def _state(error: OperationalError) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)
