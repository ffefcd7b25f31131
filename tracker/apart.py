"""One of many: what goes wrong with it must neither keep the others from being done nor repeat its words."""

import logging
import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.db import InterfaceError, OperationalError


def apart[About, **Told](
    words: str,
) -> Callable[[Callable[Concatenate[About, Told], bool]], Callable[Concatenate[About, Told], bool]]:
    """The act is done alone: when it fails, that is logged, with `words` about its first argument, and False.

    The act opens its transaction itself. A database in trouble is everybody's: that is raised.
    """

    def keep_apart(
        act: Callable[Concatenate[About, Told], bool],
    ) -> Callable[Concatenate[About, Told], bool]:
        @wraps(act)
        def alone(about: About, /, *args: Told.args, **kwargs: Told.kwargs) -> bool:
            try:
                return act(about, *args, **kwargs)
            except (InterfaceError, OperationalError):
                raise
            except Exception as error:
                log_where(logging.getLogger(act.__module__), words, about, error)
                return False

        return alone

    return keep_apart


def log_where(logger: logging.Logger, words: str, about: Any, error: Exception) -> None:
    """Where it happened and no more: an error's own words may quote what a patient wrote, or a number."""
    where = "".join(traceback.format_tb(error.__traceback__))
    logger.error(words + ": %s at\n%s", getattr(about, "pk", about), type(error).__name__, where)  # noqa: G003
