"""How long a patient's chart takes on the server: with 84 days of reports, and after years of them.

    SIDELIGHT_MODE=test .venv/bin/python -m config.postgres throwaway -- \
        .venv/bin/python -m bench.chart [--times 60] [--reports 3000]

It fills the database that it is given, so give it one that is deleted afterwards. The aim is 150 ms at p95.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import time
import uuid
from collections.abc import Callable
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

    from tracker.models import Patient

A_DAY = dt.timedelta(days=1)
AIM = 150  # milliseconds


def _seeded() -> tuple[Client, Patient, str]:
    """Somebody on interleukin-2 who reported today, their nurse's browser, and the chart's address."""
    from django.core.management import call_command
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from tests.browsers import show_second_factor
    from tests.people import BY_KEY, HARBOUR, make_team, member, patient
    from tests.team.conftest import send
    from tests.triage.build import a_report
    from tracker.models import Flag

    call_command("migrate", verbosity=0)
    team = make_team(HARBOUR)
    rosa, nurse = patient(BY_KEY["rosa"], team), member("amira", team)
    told = a_report(
        {"systolic": 112, "diastolic": 72, "pulse": 84, "temperature": 37.2, "weight": 61.5, "spo2": 97},
        asked=("cough", "vomiting", "swelling", "rash"),
        chills=3, nausea=2, fatigue=3, itching=1, headache=1, diarrhea=1, muscle_aches=2, appetite_loss=2,
    )  # fmt: skip
    send(rosa, told)
    assert Flag.objects.exists()
    rosa.enrolled_on = rosa.today(timezone.now()) - 3000 * A_DAY
    rosa.save()
    browser = Client(headers={"host": "localhost"})
    browser.force_login(nurse)
    show_second_factor(browser, nurse)
    return browser, rosa, reverse("team:patient", args=[rosa.pk])


def _more_reports(patient: Patient, days: range) -> None:
    """The same report on each of these days ago, with two steps of a flag's life for each."""
    from tracker.models import CheckIn, FlagEvent

    kept, event = CheckIn.objects.latest("received_at"), FlagEvent.objects.latest("id")
    copies = []
    for ago in days:
        copy, earlier = CheckIn(**_values(kept)), ago * A_DAY
        copy.pk, copy.day = uuid.uuid4(), kept.day - earlier
        copy.received_at, copy.reported_at = kept.received_at - earlier, kept.reported_at - earlier
        copies.append(copy)
    CheckIn.objects.bulk_create(copies, batch_size=500)
    FlagEvent.objects.bulk_create(
        [
            FlagEvent(**_values(event) | {"id": None, "at": event.at - ago * A_DAY})
            for ago in days
            for _twice in range(2)
        ],
        batch_size=500,
    )


def _values(row: object) -> dict[str, object]:
    fields = row._meta.concrete_fields  # type: ignore[attr-defined]
    return {field.attname: getattr(row, field.attname) for field in fields}


def _timed(what: Callable[[], object], times: int) -> tuple[list[float], list[float]]:
    """Milliseconds of so many calls, after some that warm up: by the clock, and of our own processor time."""
    for _ in range(5):
        what()
    taken, worked = [], []
    for _ in range(times):
        started, busy = time.perf_counter(), time.process_time()
        what()
        taken.append(1000 * (time.perf_counter() - started))
        worked.append(1000 * (time.process_time() - busy))
    return taken, worked


def _show(name: str, timed: tuple[list[float], list[float]]) -> None:
    for how, taken in zip(("by the clock", "of processor time"), timed, strict=True):
        late = sorted(taken)[int(0.95 * len(taken))]
        print(f"{name:<28} {how:<18} median {median(taken):6.1f} ms   p95 {late:6.1f} ms   aim {AIM} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description="How long a patient's chart takes on the server.")
    parser.add_argument("--times", type=int, default=60)
    parser.add_argument("--reports", type=int, default=3000, help="in the long history")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    settings.DEBUG = False
    browser, patient, address = _seeded()
    done = 1
    for reports in (84, asked.reports):
        _more_reports(patient, range(done, reports))
        connection.cursor().execute("ANALYZE")  # as autovacuum has done long since on a site that runs
        done = reports
        for days in (28, 84):

            def look(days: int = days) -> None:
                assert browser.get(f"{address}?days={days}").status_code == 200

            _show(f"{reports} reports, {days} days shown", _timed(look, asked.times))


if __name__ == "__main__":
    main()
