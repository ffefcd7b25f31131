"""The pages of the rules: look, copy to a draft, try it, publish it. Editing has a module of its own."""

from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import AccessEvent, User
from tracker.models import DryRun, RuleSet
from tracker.rulebook import draft as drafts
from tracker.rulebook import publish as publishing
from tracker.rulebook.access import CHANGE, PUBLISH, VIEW, RulesRequest, may_copy, needs, who_may_publish
from tracker.rulebook.draft import ChangedMeanwhile, NotADraft
from tracker.rulebook.dry_run import Running
from tracker.rulebook.editing import require_form
from tracker.rulebook.forms import DryRunForm, PublishForm
from tracker.rulebook.opened import Opened, draft_or_404, in_words, no_longer_a_draft, opened_set, page
from tracker.rulebook.outcome import Outcome
from tracker.rulebook.vocabulary import label
from tracker.triage.report import Level
from tracker.triage.sentences import definition, outline, sentence
from tracker.triage.symptoms import LABELS
from tracker.triage.words import plain

SEARCH_MAX = 100  # characters; what is longer is cut, not refused
STEP, LONG_STEP = 1.5, 8.0
"""Seconds of a dry run in one request: by script, which asks again at once, and by hand."""
KEPT = 3600  # seconds that a dry run waits for its next step

# --- Looking ------------------------------------------------------------------------------------------------


@require_safe
@needs(VIEW)
def index(request: RulesRequest) -> HttpResponse:
    sets = RuleSet.objects.select_related("made_by", "changed_by", "published_by").annotate(
        size=Count("rules")
    )
    found = [(each, may_copy(request.user, each)) for each in sets]
    states = [(state, [each for each in found if each[0].state == state]) for state in RuleSet.State]
    return page(request, "index", states=[(state, found) for state, found in states if found])


@require_safe
@needs(VIEW)
def rule_set(request: RulesRequest, version: str) -> HttpResponse:
    opened = opened_set(version)
    search = request.GET.get("q", "").strip()[:SEARCH_MAX]
    lines = [line for line in _lines(opened) if search.casefold() in line["text"]]
    levels = [
        (level, [line for line in lines if line["level"] == level]) for level in sorted(Level, reverse=True)
    ]
    return page(
        request,
        "rule_set",
        opened,
        levels=[(level, found) for level, found in levels if found],
        found=len(lines),
        search=search,
        limits=sorted(opened.rules.limits.values(), key=label),
        conditions=[(name, definition(name, opened.rules)) for name in sorted(opened.rules.conditions)],
        may_publish=opened.rule_set.is_draft and request.user.has_perm(PUBLISH),
        may_copy=may_copy(request.user, opened.rule_set),
        publishers=who_may_publish(opened.rule_set) if opened.rule_set.is_draft else [],
        before=_before(opened.rule_set),
        groups=[
            (name, [LABELS.get(each, each) for each in all_of])
            for name, all_of in opened.rules.groups.items()
        ],
    )


def _before(rule_set: RuleSet) -> RuleSet | None:
    """The set that the one in force took the place of."""
    if rule_set.state != RuleSet.State.PUBLISHED:
        return None
    return RuleSet.objects.filter(state=RuleSet.State.RETIRED).order_by("-retired_at").first()


def _lines(opened: Opened) -> list[dict[str, Any]]:
    """Each rule with its sentence, and whether it differs from the one in force."""
    changed = opened.changes.by_code if opened.rule_set.is_draft else {}
    lines = []
    for rule in opened.rules.rules:
        when = sentence(rule.when, opened.rules)
        words = [rule.code, plain(rule.code), rule.finding, when, rule.source, *rule.patient.values()]
        lines.append(
            {
                "code": rule.code,
                "level": rule.level,
                "when": outline(rule.when, opened.rules),
                "change": changed.get(rule.code),
                "text": " ".join(words).casefold(),
            }
        )
    return lines


@require_safe
@needs(VIEW)
def differences(request: RulesRequest, version: str) -> HttpResponse:
    return page(request, "changes", opened_set(version))


# --- Drafts as a whole --------------------------------------------------------------------------------------


@require_POST
@needs(VIEW)
def copy(request: RulesRequest, version: str) -> HttpResponse:
    copied = opened_set(version).rule_set
    if not may_copy(request.user, copied):
        raise Http404
    draft = drafts.begin(copied, by=request.user, now=timezone.now())
    messages.success(request, _("Draft %(version)s is ready to be changed.") % {"version": draft.version})
    return redirect("rulebook:rule_set", draft.version)


@require_form
@needs(VIEW, CHANGE)
def discard(request: RulesRequest, version: str) -> HttpResponse:
    draft = draft_or_404(version)
    if request.method != "POST":
        return page(request, "discard", Opened(draft))
    draft.delete()
    messages.success(request, _("Draft %(version)s is thrown away.") % {"version": version})
    return redirect("rulebook:index")


# --- Trying and publishing ----------------------------------------------------------------------------------


@require_form
@needs(VIEW)
def dry_run(request: RulesRequest, version: str) -> HttpResponse:
    """Begins one; the page then goes on with it, step by step."""
    draft = draft_or_404(version)
    form = DryRunForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _under_way(request, draft).put(
            Running.begin(draft, days=form.cleaned_data["days"], now=timezone.now())
        )
        return redirect("rulebook:dry_run", version)
    opened = Opened(draft)
    last = draft.dry_runs.select_related("against", "run_by").order_by("-run_at").first()
    return page(
        request,
        "dry_run",
        opened,
        form=form,
        running=_under_way(request, draft).get(),
        outcome=_outcome(request, last),
        is_fresh=publishing.dry_run_of(draft, opened.current) is not None,
    )


def _outcome(request: RulesRequest, last: DryRun | None) -> Outcome | None:
    """Those of one's own patients who are named in it are on the record of looks."""
    if last is None:
        return None
    outcome = Outcome(last, request.user)
    AccessEvent.objects.keep(
        ((each.team_id, each.pk) for each, _moved in outcome.patients),
        by=request.user,
        what=AccessEvent.What.TRIAL,
        purpose=AccessEvent.Purpose.CARE,
        now=timezone.now(),
    )
    return outcome


@require_POST
@needs(VIEW)
def dry_run_step(request: RulesRequest, version: str) -> HttpResponse:
    """Some more of one's own dry run, as much as a page may take."""
    draft = draft_or_404(version)
    kept = _under_way(request, draft)
    running = kept.get()
    if running is not None:
        try:
            running.go_on(draft, seconds=STEP if request.htmx else LONG_STEP)
        except ChangedMeanwhile:
            kept.drop()
            messages.warning(request, _("The draft, or the set in force, has changed: run it again."))
        else:
            if running.is_over:
                kept.drop()
                running.keep(draft, by=request.user)
            else:
                kept.put(running)
    return redirect("rulebook:dry_run", version)


class _UnderWay:
    """Where a dry run is kept between its steps: in the cache, for whoever began it."""

    def __init__(self, draft: RuleSet, by: User) -> None:
        self._key = f"dry-run-{draft.pk}-{by.pk}"

    def get(self) -> Running | None:
        kept = cache.get(self._key)
        return Running.from_json(kept) if kept else None

    def put(self, running: Running) -> None:
        cache.set(self._key, running.as_json(), KEPT)

    def drop(self) -> None:
        cache.delete(self._key)


def _under_way(request: RulesRequest, draft: RuleSet) -> _UnderWay:
    return _UnderWay(draft, request.user)


@require_form
@needs(VIEW, PUBLISH)
def publish(request: RulesRequest, version: str) -> HttpResponse:
    draft = draft_or_404(version)
    opened = Opened(draft)
    last = publishing.dry_run_of(draft, opened.current)
    missed = publishing.missed_cases(last)
    form = PublishForm(request.POST or None, initial={"seen": draft.revision}, missed=len(missed))
    if request.method == "POST" and form.is_valid():
        try:
            publishing.publish(draft, by=request.user, now=timezone.now(), **form.answers())
        except ChangedMeanwhile:
            messages.warning(request, _("The draft has changed since you read it. Please read it again."))
            return redirect("rulebook:publish", version)
        except NotADraft:
            return no_longer_a_draft(request, draft)
        except publishing.CannotPublish as why_not:
            messages.warning(request, _why_not(why_not))
            return redirect("rulebook:publish", version)
        messages.success(request, _("%(version)s is in force.") % {"version": version})
        return redirect("rulebook:rule_set", version)
    hindrance = publishing.hindrance(draft, request.user, opened.current)
    return page(
        request,
        "publish",
        opened,
        form=form,
        hindrance=_why_not(hindrance) if hindrance else "",
        publishers=who_may_publish(draft),
        outcome=_outcome(request, last),
        missed=missed,
        reasons=[(code, draft.reasons.get(code, "")) for code in drafts.weakened(draft)],
    )


def _why_not(hindrance: publishing.CannotPublish) -> str:
    if isinstance(hindrance, publishing.IsTheAuthor):
        return _("You have changed this draft, so somebody else has to read it and publish it.")
    if isinstance(hindrance, publishing.Unexplained):
        return _(
            "An emergency rule goes, is made milder or holds less often, and nobody has said why: %(rules)s."
        ) % {"rules": ", ".join(hindrance.args[0])}
    if isinstance(hindrance, publishing.CannotBeMeant):
        return " ".join(in_words(each) for each in hindrance.args)
    if isinstance(hindrance, publishing.Unacknowledged):
        return _("Worked cases come to less than they need. Say why that may be.")
    return _("Nobody has seen a dry run of the draft as it stands now, beside the rules in force now.")
