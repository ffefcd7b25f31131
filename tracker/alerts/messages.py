"""What a message says, and how it is sent: the level, initials, a link, and nothing of anybody's health.

Everything is in the language of whoever gets it: the worker has no request that would say another.
"""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Language, PushDevice
from tracker.alerts import overdue
from tracker.alerts.channels import NotSent, Receipt, Refused, email, webhook, webpush
from tracker.alerts.channels.phone import Message
from tracker.alerts.webhooks import may_be_told
from tracker.models import Alert, Channel, Notice
from tracker.triage.report import Level

type Send = Callable[[], Receipt]

PAGES_NAMED = 20
"""Of those overdue, in a letter to an editor."""
STAFF_READ = (Language.ENGLISH, Language.SPANISH)
"""What alerts can be read in, and read aloud in; Arabic is there for patients only."""


def prepare(row: Alert | Notice, now: dt.datetime) -> Send:
    """Everything that takes the database; what is left can be done by another thread.

    Raises NotSent, or Refused where the address is no more.
    """
    if row.channel == Channel.WEBHOOK and not may_be_told(row.address):
        raise Refused("not an address that WEBHOOKS_TO names")
    subject, body = words_for(row) if isinstance(row, Alert) else notice_words(row)
    match row.channel:
        case Channel.EMAIL:
            return partial(email.send, email.Mail(str(row.pk), row.address, subject, body))
        case Channel.PUSH:
            return partial(webpush.send, _push(row, subject))
        case Channel.SMS | Channel.VOICE:
            return _phone(row, subject)
        case Channel.WEBHOOK if isinstance(row, Alert):
            return partial(webhook.send, _event(row, now))
    raise Refused("no such channel")


def words_for(alert: Alert) -> tuple[str, str]:
    """Subject and body, with times by the team's clock. A webhook gets neither."""
    context = {
        "alert": alert,
        "flag": alert.flag,
        "initials": initials(alert),
        "link": link(alert),
    }
    with timezone.override(alert.flag.team.zone), translation.override(language_of(alert)):
        return (
            render_to_string("email/alert_subject.txt", context).strip(),
            render_to_string("email/alert.txt", context),
        )


def notice_words(notice: Notice) -> tuple[str, str]:
    """Subject and body."""
    context: dict[str, Any] = {"notice": notice, "person": notice.recipient, "site": settings.SITE_URL}
    context["link"] = link(notice)
    if notice.kind == Notice.Kind.OVERDUE_PAGES:
        late = overdue.links(timezone.now())
        context |= {"pages": late[:PAGES_NAMED], "more": len(late[PAGES_NAMED:])}
    if notice.kind == Notice.Kind.ANCHOR:
        context["anchor"] = notice.about.split()[-1]  # behind its day
    with translation.override(notice.recipient.mail_language):
        return (
            render_to_string(f"email/{notice.kind}_subject.txt", context).strip(),
            render_to_string(f"email/{notice.kind}.txt", context),
        )


def language_of(alert: Alert) -> str:
    """Of whoever is told; a team's webhook and staff who read what alerts are not in get the site's own."""
    chosen = alert.recipient.language if alert.recipient else ""
    return chosen if chosen in STAFF_READ else settings.LANGUAGE_CODE


def initials(alert: Alert) -> str:
    return "".join(f"{letter}." for letter in alert.patient.initials)


def link(row: Alert | Notice) -> str:
    """Where the message leads: the flag, what the team wrote, an emergency look, or the front door."""
    if isinstance(row, Alert):
        return f"{settings.SITE_URL}{reverse('team:flag', args=[row.flag_id])}"
    if row.kind in (Notice.Kind.EMERGENCY, Notice.Kind.EMERGENCY_OVERDUE):
        return f"{settings.SITE_URL}{reverse('emergencies:told', args=[row.about.partition(':')[0]])}"
    if row.kind == Notice.Kind.ERASURE:
        return f"{settings.SITE_URL}{reverse('privacy:requests')}"
    place = "patient:messages" if row.kind == Notice.Kind.MESSAGE else "home"
    return f"{settings.SITE_URL}{reverse(place)}"


def _push(row: Alert | Notice, title: str) -> webpush.Push:
    device = PushDevice.objects.in_use().filter(pk=row.address).first()
    if device is None:
        raise Refused("the device was retired")
    if settings.VAPID is None or not settings.VAPID.private_key:
        raise NotSent("push messages are not set up")
    topic = row.flag_id.hex if isinstance(row, Alert) else row.pk.hex
    return webpush.Push(
        endpoint=device.endpoint,
        p256dh=device.p256dh,
        auth=device.auth,
        body={"title": title, "url": link(row), "tag": topic},
        topic=topic,
        private_key=settings.VAPID.private_key,
        contact=settings.VAPID.contact,
    )


def _phone(row: Alert | Notice, subject: str) -> Send:
    provider = settings.PHONE_PROVIDER
    if provider is None:
        raise NotSent("no provider of text messages and calls is set up")
    report_to = settings.SITE_URL + reverse("alerts:phone_report", args=[row.pk, row.attempts])
    if row.channel == Channel.VOICE:
        language = language_of(row) if isinstance(row, Alert) else settings.LANGUAGE_CODE
        return partial(provider.call, Message(row.address, f"{subject}. Sidelight.", report_to, language))
    return partial(provider.text, Message(row.address, f"{subject}. {link(row)}", report_to))


def _event(alert: Alert, now: dt.datetime) -> webhook.Event:
    return webhook.Event(
        key=str(alert.pk),
        url=alert.address,
        secret=alert.flag.team.webhook_secret,
        sent_at=int(now.timestamp()),
        body={
            "type": "flag.waiting",
            "level": Level(alert.level).word,
            "initials": initials(alert),
            "link": link(alert),
            "round": str(alert.round),
            "waiting_since": alert.flag.waiting_since.isoformat(),
        },
    )
