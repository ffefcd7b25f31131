"""A sign of life to somebody outside, who raises the alarm when it stops."""

import logging
from concurrent.futures import ThreadPoolExecutor

from tracker.alerts.channels import NotSent
from tracker.alerts.channels.http import post

logger = logging.getLogger(__name__)


class DeadMan:
    """Pings an address from a thread of its own: a slow one holds up no alert. No address, no ping."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="dead-man")

    def ping(self) -> None:
        if self._url:
            self._pool.submit(_ping, self._url)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _ping(url: str) -> None:
    try:
        answer = post(url)
    except NotSent as error:
        logger.warning("the dead-man's address did not answer: %s", error)
    else:
        if not answer.is_success:
            logger.warning("the dead-man's address answered %s", answer)
