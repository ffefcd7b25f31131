"""Compares what clients were answered with what is in the database and with what reached the providers."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connections
from django.db.models import QuerySet

from tests.faults.fakes import Ledger
from tests.faults.phones import History
from tests.faults.verdict import Verdict, percentile
from tracker.alerts.deliver import LEASE
from tracker.alerts.queue import BUNDLE
from tracker.models import Alert, Channel, CheckIn, Finding, Flag, FlagEvent
from tracker.models.alerts import WAITING
from tracker.triage.report import Level

SETTLED_BY = (LEASE + BUNDLE).total_seconds() + 60
"""Seconds in which all that waits must have gone out: a dead worker's lease, a bundle's pause, retries."""


def settle(seconds: float = SETTLED_BY, alerts: QuerySet[Alert] | None = None) -> float:
    """Wait until none of `alerts` waits to be sent, or for `seconds`; returns how long it took."""
    began = time.monotonic()
    ours = Alert.objects.all() if alerts is None else alerts
    while ours.filter(state__in=WAITING).exists() and time.monotonic() - began < seconds:
        time.sleep(0.5)
    return time.monotonic() - began


def check(scenario: str, history: History, ledger: Ledger, until: datetime) -> Verdict:
    connections.close_all()
    verdict = Verdict(scenario)
    check_reports(verdict, history)
    check_messages(verdict, ledger.arrived, until)
    verdict.told.append(
        f"from when a message was wanted until it arrived: median {percentile(verdict.delays, 0.5):.1f} s, "
        f"99 % within {percentile(verdict.delays, 0.99):.1f} s"
    )
    return verdict


def check_reports(verdict: Verdict, history: History) -> None:
    """Every acknowledged report is there once, with its finding and its flag; nothing that nobody sent is."""
    lines = list(history.read())
    invoked = {str(each["report"]) for each in lines}
    acknowledged = {str(each["report"]): bool(each["serious"]) for each in lines if each["what"] == "ok"}
    serious = {report for report, is_serious in acknowledged.items() if is_serious}
    kept = keys(CheckIn.objects.filter(amends=None).values_list("pk", flat=True))
    found = keys(Finding.objects.filter(level=Level.EMERGENCY).values_list("check_in", flat=True))
    flagged = keys(FlagEvent.objects.exclude(check_in=None).values_list("check_in", flat=True))
    verdict.acknowledged = len(acknowledged)
    verdict.lost = len(acknowledged.keys() - kept) + len(serious - found) + len(serious - flagged)
    double = CheckIn.objects.count() - len(kept)
    for count, words in [
        (len(kept - invoked), "reports are there that nobody sent"),
        (double, "reports were kept twice"),
        (len(invoked - acknowledged.keys()), "reports were never acknowledged"),
    ]:
        if count:
            verdict.wrong.append(f"{count} {words}")
    unknown = Counter(str(each["what"]) for each in lines)["unknown"]
    verdict.told.append(
        f"{len(acknowledged)} reports acknowledged, {len(serious)} of them emergencies; "
        f"{unknown} times no answer came and the same was sent again"
    )


def check_messages(verdict: Verdict, arrived: Mapping[str, list[float]], until: datetime) -> None:
    """Every alert that still mattered reached its provider, once; and every flag told somebody.

    `until` is when all was quiet: a flag that escalates while the workers are stopped is not looked at.
    """
    wanted: dict[str, list[datetime]] = defaultdict(list)
    alerts = Alert.objects.filter(wanted_at__lte=until)
    for alert in alerts.exclude(state=Alert.State.CANCELLED):
        wanted[key_of(alert)].append(alert.wanted_at)
    delays: list[float] = []
    for key, moments in wanted.items():
        times = sorted(arrived.get(key, ()))
        verdict.undelivered += max(0, len(moments) - len(times))
        delays += [at - since.timestamp() for since, at in zip(sorted(moments), times, strict=False)]
    for key, times in arrived.items():
        verdict.delivered += len(times)
        verdict.duplicates += max(0, len(times) - len(wanted.get(key, [*times[:1]])))
    verdict.delays = delays
    verdict.undelivered += Flag.objects.filter(level__gte=Level.URGENT, alerts=None).count()
    if unmarked := alerts.waiting().count():
        verdict.wrong.append(f"{unmarked} alerts still wait")
    verdict.told.append(f"{Flag.objects.count()} flags, {sum(map(len, wanted.values()))} messages")


def key_of(alert: Alert) -> str:
    """By what its provider can tell that it is this one; see fakes.Ledger."""
    return f"{alert.flag_id.hex}/{alert.address}" if alert.channel == Channel.PUSH else str(alert.pk)


def keys(values: Iterable[object]) -> set[str]:
    return {str(each) for each in values}
