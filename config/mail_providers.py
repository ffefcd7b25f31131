"""The providers of e-mail that EMAIL_PROVIDER may name: Anymail's, with an end to every request of theirs.

Their own time-out begins anew with each byte: an answer that drips would outlast the worker's lease. And a
redirect would be followed with our key in its headers.
"""

import requests
from anymail.backends import brevo, mailgun, postal, postmark, resend, sparkpost

from tracker.alerts.channels.http import ends


class WithAnEnd:
    def create_session(self) -> requests.Session:
        return ends(super().create_session())  # type: ignore[misc]


class Brevo(WithAnEnd, brevo.EmailBackend):
    pass


class Mailgun(WithAnEnd, mailgun.EmailBackend):
    pass


class Postal(WithAnEnd, postal.EmailBackend):
    pass


class Postmark(WithAnEnd, postmark.EmailBackend):
    pass


class Resend(WithAnEnd, resend.EmailBackend):
    pass


class SparkPost(WithAnEnd, sparkpost.EmailBackend):
    pass
