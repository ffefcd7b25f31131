"""E-mail, by the mailer that the settings name."""

import smtplib
from dataclasses import dataclass

from django.core.mail import EmailMessage


class NotSent(Exception):
    """The message was not handed over; the words say why and repeat nothing of the message."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one address. `key` becomes its Message-ID: a mailbox can tell a second copy."""

    key: str
    to: str
    subject: str
    body: str


def send(mail: Mail) -> None:
    """Hand `mail` over to the mail server; raises NotSent. Each step of it has a time-out."""
    message = EmailMessage(mail.subject, mail.body, to=[mail.to], headers=_headers(mail.key))
    try:
        handed_over = message.send()
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors; a bad address is a ValueError
        raise NotSent(_reason(error)) from error
    if not handed_over:
        raise NotSent("no address")


def _headers(key: str) -> dict[str, str]:
    return {
        "Message-ID": f"<{key}@alerts.sidelight>",
        "Auto-Submitted": "auto-generated",  # no out-of-office answers, please (RFC 3834)
        "Importance": "high",
    }


def _reason(error: OSError | ValueError) -> str:
    """The kind of error and the server's code: its own words may repeat what we sent."""
    kind = type(error).__name__
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = {code for code, _answer in error.recipients.values()}
        return f"{kind} {', '.join(map(str, sorted(codes)))}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{kind} {error.smtp_code}"
    return kind
