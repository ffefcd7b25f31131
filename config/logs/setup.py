"""Where logs go, from the settings; and nothing that dies may say its last words past them."""

import logging
import logging.config
import sys
import threading
import warnings
from types import TracebackType
from typing import Any

from config.logs.failures import place

FORMATTERS = {"json": {"()": "config.logs.lines.Json"}, "plain": {"()": "config.logs.lines.Plain"}}

logger = logging.getLogger(__name__)


def settings_of(*, production: bool, level: str) -> dict[str, Any]:
    """For Django's LOGGING. `closed`: what is not caught is logged like the rest, and not printed."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "closed": production,
        "formatters": FORMATTERS,
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "json" if production else "plain"},
            "admins": {"class": "config.logs.mail.ToAdmins", "level": "ERROR"},
        },
        "loggers": {
            "django": {
                "handlers": [],
                "level": "NOTSET",
            },  # in place of Django's own mail, which holds it all
            "django.request": {"level": "ERROR"},  # what was refused is told by config.requests
            "django.db.backends": {"level": "WARNING"},  # else LOG_LEVEL=DEBUG logs every row
            # What makes PDFs complains of every rule of our stylesheets that is for screens.
            "weasyprint": {"level": "ERROR"},
            "fido2": {"level": "WARNING"},  # else it names each passkey that is shown
        },
        "root": {"handlers": ["stderr", "admins"], "level": level},
    }


def configure(told: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG."""
    is_closed = told.get("closed", False)
    logging.config.dictConfig({name: value for name, value in told.items() if name != "closed"})
    if not is_closed:
        return
    logging.raiseExceptions = False  # it would print a record that cannot be written, with all that is in it
    sys.excepthook = _died
    sys.unraisablehook = lambda told: _died(told.exc_type, told.exc_value, told.exc_traceback)
    threading.excepthook = lambda told: _died(told.exc_type, told.exc_value, told.exc_traceback)
    warnings.showwarning = _warned


def _died(
    kind: type[BaseException], error: BaseException | None, traceback: TracebackType | None = None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error or kind(), traceback)
        return
    logger.critical("not caught", exc_info=error or kind())


def _warned(
    message: Any, category: type[Warning], filename: str, lineno: int, file: Any = None, line: Any = None
) -> None:
    """Its words may hold a value: a time without a zone, say."""
    logger.warning("%s at %s:%d", category.__name__, place(filename), lineno)
