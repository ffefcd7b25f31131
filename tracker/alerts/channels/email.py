"""E-mail, by the mailer that the settings name."""

import smtplib
from dataclasses import dataclass

from django.core.mail import EmailMessage

from tracker.alerts.channels import NotSent, Receipt, Refused

NO_MAILBOX = (550, 551, 553)


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one address. `key` becomes its Message-ID: a mailbox can tell a second copy."""

    key: str
    to: str
    subject: str
    body: str


def send(mail: Mail) -> Receipt:
    """Hand `mail` over to the mail server; raises NotSent. Each step of it has a time-out."""
    message = EmailMessage(mail.subject, mail.body, to=[mail.to], headers=_headers(mail.key))
    try:
        handed_over = message.send()
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors; a bad address is a ValueError
        raise (Refused if _is_for_good(error) else NotSent)(_reason(error)) from error
    if not handed_over:
        raise Refused("no address")
    return Receipt("taken by the mail server")


def _headers(key: str) -> dict[str, str]:
    return {
        "Message-ID": f"<{key}@alerts.sidelight>",
        "Auto-Submitted": "auto-generated",  # no out-of-office answers, please (RFC 3834)
        "Importance": "high",
    }


def _is_for_good(error: OSError | ValueError) -> bool:
    """The server knows no such mailbox (RFC 5321: 550, 551, 553), or what we have is no address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code in NO_MAILBOX for code, _answer in error.recipients.values())
    return isinstance(error, ValueError)


def _reason(error: OSError | ValueError) -> str:
    """The kind of error and the server's code: its own words may repeat what we sent."""
    kind = type(error).__name__
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = {code for code, _answer in error.recipients.values()}
        return f"{kind} {', '.join(map(str, sorted(codes)))}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{kind} {error.smtp_code}"
    return kind
