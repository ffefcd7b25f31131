"""A rule set as its pages open it, and what all of them say."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tracker.models import RuleSet
from tracker.rulebook.access import CHANGE, RulesRequest
from tracker.rulebook.changes import Changes, changes
from tracker.rulebook.in_force import in_force
from tracker.triage.rules import RuleError, parse
from tracker.triage.rules import RuleSet as TriageRules
from tracker.triage.words import plain


@dataclass
class Opened:
    """A set with what triage reads in it, and what it is compared with."""

    rule_set: RuleSet

    @cached_property
    def rules(self) -> TriageRules:
        return parse(self.rule_set.as_data()) if self.rule_set.is_draft else in_force(self.rule_set.pk)

    @cached_property
    def current(self) -> RuleSet | None:
        return RuleSet.objects.current()

    @cached_property
    def changes(self) -> Changes:
        """Against the set in force, or the shipped rules where nothing is."""
        return changes(in_force(self.current.pk if self.current else None), self.rules)

    @property
    def is_stale(self) -> bool:
        """Another set was published after this draft was copied: what that one changed would go back."""
        copied = self.rule_set.copied_from_id
        return bool(self.rule_set.is_draft and copied and self.current and copied != self.current.pk)


def opened_set(version: str) -> Opened:
    sets = RuleSet.objects.select_related("made_by", "changed_by", "published_by", "copied_from")
    return Opened(get_object_or_404(sets, version=version))


def draft_or_404(version: str) -> RuleSet:
    return get_object_or_404(RuleSet.objects.drafts(), version=version)


def page(
    request: RulesRequest, template: str, opened: "Opened | None" = None, **context: Any
) -> HttpResponse:
    context["opened"] = opened
    context["rule_set"] = opened.rule_set if opened else None
    context["may_edit"] = request.user.has_perm(CHANGE) and (opened is None or opened.rule_set.is_draft)
    return render(request, f"tracker/rulebook/{template}.html", context)


def in_words(wrong: RuleError) -> str:
    return _("The set would not hold together. %(where)s: %(problem)s.") % {
        "where": plain(wrong.rule) if wrong.rule != "file" else wrong.key,
        "problem": wrong.problem,
    }


def no_longer_a_draft(request: RulesRequest, draft: RuleSet) -> HttpResponse:
    messages.warning(
        request, _("%(version)s is no draft any more: nothing was changed.") % {"version": draft}
    )
    return redirect("rulebook:index")
