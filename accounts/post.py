"""Mail that a page sends: handed on, so that the page answers whoever asks in the same time, known or not.

A process that is killed in that second loses the mail; its reader asks for a new code.
"""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

log = logging.getLogger(__name__)
AT_ONCE = 2
PAUSE = 0.5  # seconds; or the work of sending would slow down the very answer that must tell nothing


@cache
def _hands() -> ThreadPoolExecutor:
    """Made on first use: threads do not outlive a fork."""
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="post")


def tell(address: str, language: str, template: str) -> None:
    """A notice of few words, once what it tells of has been committed."""
    with translation.override(language):
        told = EmailMessage(
            render_to_string(f"{template}_subject.txt").strip(),
            render_to_string(f"{template}_message.txt"),
            to=[address],
        )
    transaction.on_commit(lambda: send_later(told))


def send_later(message: EmailMessage) -> None:
    if settings.MAIL_AT_ONCE:
        message.send()
    else:
        _hands().submit(copy_context().run, _send, message)  # with the request's name, for the log


def _send(message: EmailMessage) -> None:
    time.sleep(PAUSE)
    try:
        message.send()
    except Exception as error:  # whatever a mail server and its network can do
        # Neither the address nor the code.
        log.error("A mail could not be sent: %s", type(error).__name__)
