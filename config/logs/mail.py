"""Mail to ADMINS about errors: what the log says, and no more."""

import logging
import re
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from django.conf import settings
from django.core.mail import mail_admins

from config.logs.lines import Json, about, of_error
from config.logs.words import words_of

logger = logging.getLogger(__name__)

PAUSE = 60.0  # seconds in which the same error is not mailed again by the same process: mail may fail, too
A_KEY = re.compile(r"\S*\d\S*")


class ToAdmins(logging.Handler):
    """In place of Django's AdminEmailHandler: its mails hold the form, the cookies and the settings."""

    def __init__(self) -> None:
        super().__init__()
        self._line = Json()
        self._mailed: dict[str, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        if not settings.ADMINS or settings.DEBUG or not self._is_new(record):
            return
        mail = (_subject(record), f"{self._line.format(record)}\n")
        if settings.MAIL_AT_ONCE:
            _send(*mail)
        else:
            _hand().submit(_send, *mail)

    def _is_new(self, record: logging.LogRecord) -> bool:
        what = _what(record)
        now, before = time.monotonic(), self._mailed.get(what)
        if before is not None and now - before < PAUSE:
            return False
        if len(self._mailed) > 1000:
            self._mailed.clear()
        self._mailed[what] = now
        return True


def _what(record: logging.LogRecord) -> str:
    """The same for everybody whom one thing goes wrong with."""
    if errors := of_error(record):
        return str(errors[0])
    words = words_of(record).partition("\n")[0]
    return f"{record.pathname}:{record.lineno} {A_KEY.sub('', words)}"


@cache
def _hand() -> ThreadPoolExecutor:
    """Made on first use: threads do not outlive a fork. No answer waits for a mail server."""
    return ThreadPoolExecutor(1, thread_name_prefix="to-admins")


def _send(subject: str, body: str) -> None:
    try:
        mail_admins(subject, body)
    except Exception as error:  # whatever a mail server and its network can do
        logger.warning("mail to ADMINS failed: %s", type(error).__name__)


def _subject(record: logging.LogRecord) -> str:
    told, errors = about(record), of_error(record)
    what = errors[0].type if errors else told["message"].partition("\n")[0]
    return " · ".join(filter(None, (told["level"], what, told["route"])))[:200]
