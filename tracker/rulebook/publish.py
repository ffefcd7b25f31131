"""A second person puts a draft in force."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from tracker.models import DryRun, RuleSet
from tracker.rulebook import draft as drafts
from tracker.rulebook.draft import ChangedMeanwhile, NotADraft
from tracker.rulebook.worked import MissedCase
from tracker.triage.rules import parse


class CannotPublish(Exception):
    """What stands in the way is the class."""


class IsTheAuthor(CannotPublish):
    """Whoever had a hand in a draft does not publish it."""


class NeedsDryRun(CannotPublish):
    """Nobody has seen what it does as it stands now, beside the set in force now."""


class Unexplained(CannotPublish):
    """An emergency rule goes, is milder or holds less often, and no reason is given."""


class CannotBeMeant(CannotPublish):
    """Something in it could never hold, or names what nobody knows; what it is stands in the arguments."""


class Unacknowledged(CannotPublish):
    """Worked cases come to less than they need, and the publisher has not said why that may be."""


def dry_run_of(draft: RuleSet, in_force: RuleSet | None) -> DryRun | None:
    """The last dry run, if nothing has changed since: neither the draft nor what it is compared with."""
    return draft.dry_runs.filter(revision=draft.revision, against=in_force).order_by("-run_at").first()


def hindrance(draft: RuleSet, by: User, in_force: RuleSet | None) -> CannotPublish | None:
    """Why `by` cannot publish the draft as it stands; None when nothing is in the way."""
    if draft.was_made_by(by):
        return IsTheAuthor(by)
    if wrong := drafts.objections(parse(draft.as_data())):
        return CannotBeMeant(*wrong)
    if drafts.unexplained(draft):
        return Unexplained(drafts.unexplained(draft))
    return None if dry_run_of(draft, in_force) else NeedsDryRun(draft)


def missed_cases(dry_run: DryRun | None) -> list[MissedCase]:
    """The worked cases that a draft would miss, as its dry run found."""
    return [MissedCase.from_json(each) for each in dry_run.result.get("cases", ())] if dry_run else []


@transaction.atomic
def publish(draft: RuleSet, *, by: User, seen: int, now: dt.datetime, why_missed: str = "") -> None:
    """Put the draft in force, and retire the set that was. `seen` is the draft's revision on the page.

    `why_missed`: why worked cases may come to less than their authors say. New check-ins go by the set from
    the commit on. Raises NotADraft, ChangedMeanwhile and CannotPublish.
    """
    locked = RuleSet.objects.drafts().select_for_update(of=("self",)).filter(pk=draft.pk).first()
    if locked is None:
        raise NotADraft(draft)
    in_force = RuleSet.objects.current()
    if locked.revision != seen:
        raise ChangedMeanwhile(draft)
    if why_not := hindrance(locked, by, in_force):
        raise why_not
    missed = missed_cases(dry_run_of(locked, in_force))
    if missed and not why_missed.strip():
        raise Unacknowledged(missed)
    drafts.check(locked.as_data())
    why = {f"{RuleSet.CASE}{each.id}": why_missed.strip() for each in missed}
    _retire(in_force, now)
    RuleSet.objects.filter(pk=draft.pk).update(
        state=RuleSet.State.PUBLISHED, published_by=by, published_at=now, reasons=locked.reasons | why
    )
    draft.refresh_from_db()


def _retire(in_force: RuleSet | None, now: dt.datetime) -> None:
    """Compare and swap: whoever publishes another draft at this moment waits here, and comes too late."""
    if in_force is None:
        return
    won = (
        RuleSet.objects.published().filter(pk=in_force.pk).update(state=RuleSet.State.RETIRED, retired_at=now)
    )
    if not won:
        raise NeedsDryRun(in_force)
