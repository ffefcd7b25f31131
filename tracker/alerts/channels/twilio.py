"""Twilio's interface for text messages and calls (API version 2010-04-01), and what it reports back."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin
from xml.sax.saxutils import escape

from tracker.alerts.channels import NotSent, Receipt, Refused
from tracker.alerts.channels.http import post
from tracker.alerts.channels.phone import Message

VERSION = "2010-04-01"
# Numbers that can never be reached: not valid, not a mobile, no route, stopped by their owner.
FOR_GOOD = frozenset({21211, 21214, 21217, 21219, 21610, 21612, 21614})

DELIVERED = frozenset({"delivered", "read", "completed", "answered"})
UNDELIVERED = frozenset({"undelivered", "failed", "busy", "no-answer", "canceled"})


@dataclass(frozen=True, slots=True)
class Twilio:
    """One account. `sender` is a number of it, `address` where its API is: a test has it elsewhere."""

    account: str
    token: str
    sender: str
    address: str = "https://api.twilio.com"

    def text(self, message: Message) -> Receipt:
        return self._send("Messages", message, Body=message.words, StatusCallback=message.report_to)

    def call(self, message: Message) -> Receipt:
        """Reads the words aloud twice, since people pick up in the middle of a sentence."""
        said = f'<Say language="{escape(message.language)}">{escape(message.words)}</Say>'
        return self._send(
            "Calls",
            message,
            Twiml=f'<Response>{said}<Pause length="1"/>{said}</Response>',
            StatusCallback=message.report_to,
            StatusCallbackEvent="completed",
        )

    def is_from_twilio(self, url: str, fields: Mapping[str, str], signature: str) -> bool:
        """Whether a report that came to `url` with these form fields was signed with our token."""
        signed = url + "".join(f"{name}{fields[name]}" for name in sorted(fields))
        made = hmac.new(self.token.encode(), signed.encode(), hashlib.sha1)  # as Twilio does
        return hmac.compare_digest(base64.b64encode(made.digest()), signature.encode())

    def _send(self, resource: str, message: Message, **fields: str) -> Receipt:
        path = f"/{VERSION}/Accounts/{self.account}/{resource}.json"
        answer = post(
            urljoin(self.address, path),
            auth=(self.account, self.token),
            data={"To": message.to, "From": self.sender, **fields},
        )
        said = answer.json()
        name, status, code = (said.get(each) for each in ("sid", "status", "code"))
        if answer.is_success and isinstance(name, str):
            return Receipt(status if isinstance(status, str) else "", name)
        if not isinstance(code, int):
            raise NotSent(str(answer))
        raise (Refused if code in FOR_GOOD else NotSent)(f"{answer}, code {code}")
