"""Channels that are down: all for hours by a clock that is passed in, then one at a time in real time.

All say no for four hours (less when it has to be short) while patients go on reporting and flags go on
escalating; then all are back. Then one says no, or nothing at all, while a worker tells people by the others.
"""

import datetime as dt
import itertools
import uuid
from collections.abc import Iterator, Sequence

from django.conf import settings
from django.db import connections
from django.test import override_settings
from django.utils import timezone

from config.mail import mailers
from config.phone import provider
from tests.faults.checker import check_messages, settle
from tests.faults.fakes import Providers, providers
from tests.faults.people import a_team, patients
from tests.faults.processes import a_worker
from tests.faults.verdict import Verdict, is_long
from tracker import checkins
from tracker.alerts import escalate
from tracker.alerts.deliver import Delivery
from tracker.models import Alert, Flag, Patient
from tracker.models.alerts import SENT
from tracker.models.flags import State
from tracker.triage.report import Report

OUTAGE = dt.timedelta(hours=4) if is_long() else dt.timedelta(minutes=30)
TURN = dt.timedelta(seconds=5)
BETWEEN_REPORTS = dt.timedelta(minutes=10)
BACK_WITHIN = 120.0  # seconds after the return, in which everything has to be delivered
OTHERS_WITHIN = 60.0  # seconds, for the channels that are up
AT_ONCE = 60 if is_long() else 25  # flags that are raised while one channel is down
MANNERS = (
    [(channel, how) for channel in ("email", "sms", "push", "webhook") for how in ("refusing", "silent")]
    if is_long()
    else [("email", "silent"), ("sms", "refusing")]
)


def main() -> None:
    verdict = Verdict("channels_down")
    with providers(takes=0) as fakes:
        team, nurse = a_team(fakes.http)
        everybody = iter(patients(team, OUTAGE // BETWEEN_REPORTS + len(MANNERS) * AT_ONCE))
        delays = all_down(verdict, fakes, everybody)
        Flag.objects.update(
            state=State.RESOLVED, owner=nurse, outcome="called", resolved_at=timezone.now(), next_due_at=None
        )
        for channel, how in MANNERS:
            delays += one_down(verdict, fakes, list(itertools.islice(everybody, AT_ONCE)), channel, how)
        connections.close_all()
        check_messages(verdict, fakes.ledger.arrived, timezone.now())
    verdict.acknowledged, verdict.delays = Flag.objects.count(), delays
    verdict.end()


def all_down(verdict: Verdict, fakes: Providers, everybody: Iterator[Patient]) -> list[float]:
    """Seconds from the return to the delivery of each message that waited for it."""
    for channel in fakes.channels.values():
        channel.state = "refusing"
    now = timezone.now() - OUTAGE - dt.timedelta(seconds=BACK_WITHIN)
    back_at, end = now + OUTAGE, now + OUTAGE + dt.timedelta(seconds=BACK_WITHIN)
    next_report = now
    urls = {
        "MAILERS": mailers(fakes.environment["EMAIL_URL"], settings.MAIL_DIR),
        "PHONE_PROVIDER": provider(fakes.environment["PHONE_URL"]),
    }
    with override_settings(**urls):
        while now <= end and (now < back_at or Alert.objects.waiting().exists()):
            if now >= next_report and now < back_at:
                report(next(everybody), now)
                next_report += BETWEEN_REPORTS
            if now >= back_at:
                for channel in fakes.channels.values():
                    channel.state = "up"
            turn(now)
            now += TURN
    waited = Alert.objects.filter(wanted_at__lte=back_at)
    sent = waited.filter(state__in=SENT).values_list("accepted_at", flat=True)
    delays = [(at - back_at).total_seconds() for at in sent if at]
    if late := waited.waiting().count():
        verdict.wrong.append(f"{late} messages did not go out within {BACK_WITHIN:.0f} s of the return")
    verdict.told.append(
        f"all channels down for {OUTAGE}: {len(delays)} messages waited, tried {attempts()} times; "
        f"the last went out {max(delays):.0f} s after the return"
    )
    return delays


def attempts() -> int:
    return sum(Alert.objects.values_list("attempts", flat=True))


def report(patient: Patient, now: dt.datetime) -> None:
    """Chest pain."""
    checkins.submit(
        patient_id=patient.pk,
        report=Report(red_flag_answer="yes", red_flags=frozenset({"chest_pain"})),
        id=uuid.uuid4(),
        by=patient.user,
        day=patient.today(now),
        reported_at=now,
        now=now,
    )


def turn(now: dt.datetime) -> None:
    """What a worker does at `now`, until nothing is left to be done then."""
    escalate.due(now)
    delivery = Delivery()
    delivery.begin(now)
    while delivery.is_busy:
        delivery.wait(20)
        delivery.collect(now)
        delivery.begin(now)
    delivery.close()


def one_down(
    verdict: Verdict, fakes: Providers, people: Sequence[Patient], channel: str, how: str
) -> list[float]:
    """Seconds until messages by the other channels arrived."""
    fakes.channels[channel].state = how
    with a_worker(fakes.environment):
        began = timezone.now()
        for patient in people:
            report(patient, timezone.now())
        others = Alert.objects.filter(created_at__gte=began).exclude(channel=channel)
        settle(OTHERS_WITHIN + 10, others)
        delays = [
            (at - wanted).total_seconds()
            for at, wanted in others.filter(state__in=SENT).values_list("accepted_at", "wanted_at")
            if at
        ]
        expected = others.exclude(state=Alert.State.CANCELLED).count()
        fakes.channels[channel].state = "up"
        settle()
    if len(delays) < expected or max(delays) > OTHERS_WITHIN:
        verdict.wrong.append(f"{channel} {how}: the others did not all go out within {OTHERS_WITHIN:.0f} s")
    verdict.told.append(
        f"{channel} {how}: {len(delays)} messages by the other channels, the last after {max(delays):.1f} s"
    )
    return delays


if __name__ == "__main__":
    main()
