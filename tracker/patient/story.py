"""What came of a report: what went to the team, who saw it, and how it ended. Never the team's own notes."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Min
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.models import Alert, CheckIn, FlagEvent
from tracker.models.alerts import AlertQuerySet
from tracker.models.flags import Outcome, without_undone

OUTCOME_WORDS = {
    Outcome.CALLED: _("%s called you."),
    Outcome.ADVISED: _("%s told you what to do."),
    Outcome.SENT_IN: _("%s asked you to be seen the same day."),
    Outcome.NO_ANSWER: _("%s tried to reach you and got no answer. Please call us."),
    Outcome.WRONG_NUMBER: _("%s could not reach you: the number we have is wrong. Please call us."),
    Outcome.NOT_NEEDED: _("%s looked at this. There is nothing more to do."),
}


@dataclass(frozen=True, slots=True)
class Step:
    at: dt.datetime
    words: str


def story_of(check_in: CheckIn) -> list[Step]:
    """Received, sent on, seen, answered: what has happened so far, in its order."""
    sent = _with_those_before(check_in)
    steps = [Step(sent[-1].received_at, _received(sent[-1]))]
    steps += [Step(each.received_at, _received_correction(each)) for each in sent[:-1]]
    own = FlagEvent.objects.filter(check_in__in=sent).values("flag")
    events = list(FlagEvent.objects.filter(flag__in=own, at__gte=sent[-1].received_at).select_related("by"))
    lives = (without_undone(event for event in events if event.flag_id == flag) for flag in _flags(events))
    told = ((event, _in_words(event)) for life in lives for event in life)
    steps += [Step(event.at, words) for event, words in told if words]
    escalated = {
        (event.flag_id, event.detail.get("round"))
        for event in events
        if event.kind == FlagEvent.Kind.ESCALATED
    }
    steps += _alerts_sent(Alert.objects.filter(flag__in=own, created_at__gte=sent[-1].received_at), escalated)
    return sorted(steps, key=lambda step: step.at)


def _flags(events: Iterable[FlagEvent]) -> Iterable[UUID]:
    return dict.fromkeys(event.flag_id for event in events)


def _alerts_sent(alerts: AlertQuerySet, escalated: Collection[tuple[UUID, int | None]]) -> Iterator[Step]:
    """One step a round, once a mail server has taken its first message: what is queued has told nobody.

    `escalated` has the flags and rounds in which nobody had answered. The same person may be told again; only
    somebody new is another person.
    """
    sent = alerts.sent().order_by("round").values_list("flag", "round")
    words = gettext("We sent an alert to your care team.")
    known: set[int] = set()
    for flag, number, at, people in sent.annotate(at=Min("accepted_at"), people=ArrayAgg("recipient")):
        told = {each for each in people if each is not None}
        is_another = (flag, number) in escalated and not told <= known
        yield Step(at, gettext("We told another person of your team.") if is_another else words)
        words = gettext("We sent another alert to your care team.")
        known |= told


def _received(check_in: CheckIn) -> str:
    if check_in.is_call:
        return gettext("We received your request for a call.")
    name = check_in.reported_by.get_short_name()
    if check_in.is_message:
        return _received_message(check_in, name)
    if check_in.source == CheckIn.Source.PHONE:
        return gettext("We took your check-in by phone. %(name)s wrote it down.") % {"name": name}
    if check_in.relation:
        words = gettext("We received a check-in from %(name)s, %(relation)s.")
        return words % {"name": name, "relation": check_in.relation}
    return gettext("We received your check-in.")


def _received_message(check_in: CheckIn, name: str) -> str:
    if not check_in.relation:
        return gettext("We received your message.")
    words = gettext("We received a message from %(name)s, %(relation)s.")
    return words % {"name": name, "relation": check_in.relation}


def _received_correction(check_in: CheckIn) -> str:
    name = check_in.reported_by.get_short_name()
    if check_in.source == CheckIn.Source.PHONE:
        return gettext("%(name)s wrote down a correction.") % {"name": name}
    if check_in.relation:
        words = gettext("We received a correction from %(name)s, %(relation)s.")
        return words % {"name": name, "relation": check_in.relation}
    return gettext("We received your correction.")


def _with_those_before(check_in: CheckIn) -> list[CheckIn]:
    """A report and those that it corrects, the first one last."""
    sent = [check_in]
    while earlier := sent[-1].amends:
        sent.append(earlier)
    return sent


def _in_words(event: FlagEvent) -> str:
    """What the patient is told of one event; "" where there is nothing to say."""
    name = event.by.get_short_name() if event.by else ""
    match event.kind:
        case FlagEvent.Kind.SILENT | FlagEvent.Kind.RAISED | FlagEvent.Kind.REOPENED if (
            "silence" in event.detail
        ):
            return gettext("We have not heard from you since. We would like to know how you are.")
        case FlagEvent.Kind.RAISED | FlagEvent.Kind.JOINED | FlagEvent.Kind.REOPENED:
            if event.detail.get("told"):
                return gettext("It is on your care team’s list. An alert to them is on its way.")
            return gettext("It is on your care team’s list.")
        case FlagEvent.Kind.CAME_BACK:
            return gettext("Your care team will look at this again.")
        case FlagEvent.Kind.CLAIMED:
            return gettext("Seen by %s.") % name
        case FlagEvent.Kind.TAKEN_OVER:
            return gettext("%s is looking after this now.") % name
        case FlagEvent.Kind.HANDED_OVER:
            return gettext("%s is looking after this now.") % str(event.detail["name"]).partition(" ")[0]
        case FlagEvent.Kind.RESOLVED:
            return answered_in_words(event)
    return ""


def answered_in_words(event: FlagEvent) -> str:
    """How somebody answered, of the event that says so."""
    name = event.by.get_short_name() if event.by else ""
    return str(OUTCOME_WORDS[event.detail["outcome"]] % name)
