"""E-mail, by the mailer that the settings name: a mail server, or a provider through Anymail."""

import smtplib
from dataclasses import dataclass

from anymail.exceptions import (
    AnymailAPIError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
)
from anymail.message import AnymailStatus
from django.core.mail import EmailMessage

from tracker.alerts.channels import NotSent, Receipt, Refused

NO_MAILBOX = (550, 551, 553)
POLICY = b"5.7."  # says who may send to it, and nothing of whether it exists (RFC 3463)
TAKEN = frozenset({"queued", "sent"})  # as Anymail puts what providers say


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one address. `key` becomes its Message-ID: a mailbox can tell a second copy."""

    key: str
    to: str
    subject: str
    body: str


def send(mail: Mail) -> Receipt:
    """Hand `mail` over to the mail server or provider; raises NotSent. Each step of it has a time-out."""
    message = EmailMessage(mail.subject, mail.body, to=[mail.to], headers=_headers(mail.key))
    try:
        handed_over = message.send()
    except Exception as error:  # what a provider answers may trip its parser in any way
        raise (Refused if _is_for_good(error, message) else NotSent)(_reason(error)) from error
    if not handed_over:
        raise Refused("no address")
    status = getattr(message, "anymail_status", None)
    return Receipt("taken by the mail server") if status is None else _receipt(status)


def _receipt(status: AnymailStatus) -> Receipt:
    """A provider gives the message a name of its own. One that does not say that it took it has not."""
    said = sorted(filter(None, status.status or ()))
    if not said or not TAKEN.issuperset(said):
        raise NotSent("no receipt")
    name = status.message_id if isinstance(status.message_id, str | int) else ""
    return Receipt(", ".join(said), str(name))


def _headers(key: str) -> dict[str, str]:
    return {
        "Message-ID": f"<{key}@alerts.sidelight>",
        "Auto-Submitted": "auto-generated",  # no out-of-office answers, please (RFC 3834)
        "Importance": "high",
    }


def _is_for_good(error: Exception, message: EmailMessage) -> bool:
    """There is no such mailbox (RFC 5321: 550, 551, 553), or what we have is no address.

    Whatever else a server or provider answers is about us, and not about the address: a wrong key, too many
    messages, no leave to relay.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(_is_no_mailbox(*said) for said in error.recipients.values())
    if hasattr(message, "anymail_status"):  # a provider had it
        return isinstance(error, (AnymailRecipientsRefused, AnymailInvalidAddress))
    # A certificate that is not believed is a ValueError too, and the server's.
    return isinstance(error, ValueError) and not isinstance(error, OSError)


def _is_no_mailbox(code: int, answer: bytes) -> bool:
    return code in NO_MAILBOX and not answer.lstrip().startswith(POLICY)


def _reason(error: Exception) -> str:
    """The kind of error and the other side's code: its own words may repeat what we sent."""
    kind = type(error).__name__
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = {code for code, _answer in error.recipients.values()}
        return f"{kind} {', '.join(map(str, sorted(codes)))}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{kind} {error.smtp_code}"
    if isinstance(error, AnymailAPIError):
        return f"HTTP {error.status_code}" if error.status_code else type(error.__cause__ or error).__name__
    return kind
