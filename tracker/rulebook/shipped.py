"""The rules that come with Sidelight, put into the database of a clinic."""

import datetime as dt
import tomllib
from importlib import resources
from typing import Any

from django.db import transaction

from tracker.models import RuleSet
from tracker.triage.rules import parse


def shipped_data() -> dict[str, Any]:
    """The tables of the rules that we ship."""
    return tomllib.loads(resources.files("tracker.triage").joinpath("defaults.toml").read_text("utf-8"))


@transaction.atomic
def install(now: dt.datetime, data: dict[str, Any] | None = None) -> RuleSet | None:
    """Bring the shipped rules (or `data`) in, once a version: in force where nothing is, else as a draft.

    A clinic's own rules are never replaced: somebody has to publish the draft. None: they are here already.
    """
    data = shipped_data() if data is None else data
    parse(data)
    version = data["version"]
    if RuleSet.objects.filter(shipped=version).exists():
        return None
    taken = RuleSet.objects.filter(version=version).exists()
    number = RuleSet.objects.next_version(now.date()) if taken else version
    draft = RuleSet.objects.from_data(data, now=now, shipped=version, version=number)
    if not RuleSet.objects.published().exists():
        RuleSet.objects.filter(pk=draft.pk).update(state=RuleSet.State.PUBLISHED, published_at=now)
        draft.refresh_from_db()
    return draft
