"""The pages on which a draft is changed: a rule, a condition that several rules use, the limits."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tracker.models import Rule, RuleSet
from tracker.rulebook import draft as drafts
from tracker.rulebook import tree
from tracker.rulebook.access import CHANGE, VIEW, RulesRequest, needs
from tracker.rulebook.changes import described
from tracker.rulebook.draft import ChangedMeanwhile, NeedsReason, NotADraft
from tracker.rulebook.forms import LimitForm, ReasonForm, RuleForm, WeakerForm
from tracker.rulebook.opened import Opened, draft_or_404, in_words, no_longer_a_draft, opened_set, page
from tracker.rulebook.vocabulary import Vocabulary, label
from tracker.triage.rules import RuleError, parse
from tracker.triage.sentences import definition, outline, sentence, spelled_out
from tracker.triage.words import plain

SAVE, PREVIEW = "save", "preview"
LONGEST_REVISION = 10  # digits; Python will not read a number of thousands of them

require_form = require_http_methods(["GET", "HEAD", "POST"])


@dataclass
class Editor:
    """The page of a rule (it has a `form`) or of a condition that several rules use: what is shown and typed.

    `seen` says which state of it the page began with.
    """

    request: RulesRequest
    opened: Opened
    vocabulary: Vocabulary
    branch: tree.Branch
    seen: str
    form: RuleForm | None = None
    weaker: WeakerForm | None = None
    problem: str = ""
    checked: bool = False
    says: tuple[str, list[str]] = ("", [])
    """The condition as sentences, and how they are joined; none when it cannot be said yet."""

    def is_valid(self) -> bool:
        self.checked = True
        parts = [
            self.branch.is_valid(),
            self.form is None or self.form.is_valid(),
            self.weaker is None or self.weaker.is_valid(),
        ]
        return all(parts)

    def preview(self) -> None:
        """Say the condition as it is typed, if it can be read."""
        self.says = ("", [])
        if self.branch.is_valid():
            data = self.opened.rule_set.as_data()
            rule = data["rule"][0] | {"when": self.branch.table()}
            try:
                when = parse(data | {"rule": [rule]}).rules[0].when
                self.says = (outline if self.form else spelled_out)(when, self.opened.rules)
            except RuleError as wrong:
                self.problem = in_words(wrong)

    @property
    def units(self) -> str:
        """The places beside numbers, which a preview renews too."""
        return ",".join(f"#id_{each.path}_unit{n}" for each in self.branch.leaves() for n in "12")

    @property
    def errors(self) -> list[tuple[str, str]]:
        """(Id of a field, what is wrong), for the list on top of the page."""
        if not self.checked:
            return []
        own = [("", self.problem)] if self.problem else []
        form = [*(self.form.errors.items() if self.form else ()), *self._of_reason]
        of_form = [(f"id_{name}", problem) for name, problems in form for problem in map(str, problems)]
        return [*own, *of_form, *self.branch.errors()]

    @property
    def _of_reason(self) -> list[tuple[str, Any]]:
        return [*self.weaker.errors.items()] if self.weaker else []

    def press(self, command: str) -> None:
        """One of the tree's buttons: nothing is saved, nothing typed is lost."""
        node: tree.Node | None = tree.as_typed(self.branch)
        try:
            node = tree.act(self.branch, command)
        except tree.TooDeep:
            messages.warning(self.request, _("Groups cannot be put deeper into each other."))
        self.branch = tree.branch(node or tree.new("all"), self.vocabulary)

    def keep(self, save: Callable[[], None], saved: str) -> HttpResponse | None:
        """Save and go back to the set; None when the page has to be shown again, with what was typed."""
        draft = self.opened.rule_set
        try:
            save()
        except RuleError as wrong:
            self.problem = in_words(wrong)
        except NotADraft:
            return no_longer_a_draft(self.request, draft)
        else:
            messages.success(self.request, _("Saved: %(what)s.") % {"what": saved})
            return redirect("rulebook:rule_set", draft.version)
        return None

    def was_late(self, who: object, says: str, seen: str) -> None:
        """Somebody else was quicker: what they have made of it is said, and what was typed stays."""
        self.seen = seen
        self.problem = _(
            "%(who)s has changed this since you opened it. It now says: %(says)s. "
            "Save again to put your version in its place."
        ) % {"who": who, "says": says}


def _sent(post: QueryDict, vocabulary: Vocabulary) -> tree.Branch:
    return tree.posted(post, vocabulary) or tree.branch(tree.new("all"), vocabulary)


# --- One rule -----------------------------------------------------------------------------------------------


@require_form
@needs(VIEW)
def rule(request: RulesRequest, version: str, code: str) -> HttpResponse:
    """A form, for a draft and those who may change it; else what the rule says."""
    opened = opened_set(version)
    found = get_object_or_404(opened.rule_set.rules, code=code)
    if opened.rule_set.is_draft and request.user.has_perm(CHANGE):
        return _edit(request, opened, found)
    if request.method == "POST":
        raise Http404
    shown = next(each for each in opened.rules.rules if each.code == code)
    return page(request, "rule", opened, rule=found, said=described(shown, opened.rules))


@require_form
@needs(VIEW, CHANGE)
def new_rule(request: RulesRequest, version: str) -> HttpResponse:
    return _edit(request, Opened(draft_or_404(version)), None)


def _edit(request: RulesRequest, opened: Opened, found: Rule | None) -> HttpResponse:
    vocabulary = Vocabulary.of(opened.rule_set)
    if request.method != "POST":
        return _editor_page(_untouched(request, opened, vocabulary, found), found)
    form = _rule_form(opened, found, data=request.POST)
    branch = _sent(request.POST, vocabulary)
    editor = Editor(request, opened, vocabulary, branch, request.POST.get("seen", ""), form)
    command = request.POST.get("act", SAVE)
    if command in (PREVIEW, SAVE):
        editor.preview()
    if command == PREVIEW:
        editor.form = _rule_form(opened, found, initial=form.typed())
    elif command != SAVE:
        editor.press(command)
        editor.form = _rule_form(opened, found, initial=form.typed())
    elif editor.is_valid() and (saved := _save_rule(editor, form, found)):
        return saved
    return _editor_page(editor, found)


def _untouched(request: RulesRequest, opened: Opened, vocabulary: Vocabulary, found: Rule | None) -> Editor:
    """As it is kept; a new rule begins with one empty sentence."""
    if found is None:
        branch = tree.branch(tree.new("answer"), vocabulary)
        return Editor(request, opened, vocabulary, branch, "", _rule_form(opened, None))
    tables = {each["code"]: each for each in opened.rule_set.as_data()["rule"]}
    branch = tree.branch(tree.Node.of(tables[found.code]["when"]), vocabulary)
    initial = RuleForm.initial_of(found, opened.rule_set.reasons.get(found.code, ""))
    form = _rule_form(opened, found, initial=initial)
    shown = next(each for each in opened.rules.rules if each.code == found.code)
    says = outline(shown.when, opened.rules)
    return Editor(request, opened, vocabulary, branch, str(found.revision), form, says=says)


def _rule_form(opened: Opened, found: Rule | None, **options: Any) -> RuleForm:
    form = RuleForm(found, findings=drafts.known_findings(opened.rule_set), **options)
    if found is None or found.code not in drafts.emergencies():
        del form.fields["reason"]
    return form


def _save_rule(editor: Editor, form: RuleForm, found: Rule | None) -> HttpResponse | None:
    draft, by, now = editor.opened.rule_set, editor.request.user, timezone.now()
    table = form.table(editor.branch.table())

    def save() -> None:
        new_finding = form.cleaned_data["new_finding"]
        if found is None:
            drafts.add_rule(draft, by, now, table, new_finding=new_finding)
            return
        seen = int(editor.seen) if editor.seen.isdecimal() and len(editor.seen) < LONGEST_REVISION else -1
        reason = form.cleaned_data.get("reason", "")
        drafts.change_rule(
            draft, by, now, found.code, table, seen=seen, reason=reason, new_finding=new_finding
        )

    try:
        return editor.keep(save, plain(table["code"]))
    except NeedsReason:
        form.add_error("reason", _("Say why this emergency rule is made milder, or harder to hold."))
    except ChangedMeanwhile:
        _show_the_others(editor, table["code"])
    return None


def _show_the_others(editor: Editor, code: str) -> None:
    draft = RuleSet.objects.select_related("changed_by").get(pk=editor.opened.rule_set.pk)
    theirs = draft.rules.select_related("changed_by").filter(code=code).first()
    if theirs is None:
        editor.was_late(draft.changed_by, _("nothing, the rule was removed"), "")
        return
    rules = Opened(draft).rules
    now = next(each for each in rules.rules if each.code == code)
    editor.was_late(theirs.changed_by, sentence(now.when, rules), str(theirs.revision))


def _editor_page(editor: Editor, found: Rule | None) -> HttpResponse:
    return page(editor.request, "edit_rule", editor.opened, editor=editor, rule=found)


@require_form
@needs(VIEW, CHANGE)
def remove_rule(request: RulesRequest, version: str, code: str) -> HttpResponse:
    """An emergency rule in force goes only with a reason."""
    opened = Opened(draft_or_404(version))
    found = get_object_or_404(opened.rule_set.rules, code=code)
    is_emergency = code in drafts.emergencies()
    form = ReasonForm(request.POST or None) if is_emergency else None
    problem = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        reason = form.cleaned_data["reason"] if form else ""
        try:
            drafts.remove_rule(opened.rule_set, request.user, timezone.now(), code, reason=reason)
        except RuleError as wrong:
            problem = in_words(wrong)
        except NotADraft:
            return no_longer_a_draft(request, opened.rule_set)
        else:
            messages.success(request, _("Removed: %(rule)s.") % {"rule": plain(code)})
            return redirect("rulebook:rule_set", version)
    return page(request, "remove_rule", opened, rule=found, form=form, problem=problem)


@require_POST
@needs(VIEW, CHANGE)
def put_back(request: RulesRequest, version: str, code: str) -> HttpResponse:
    draft = draft_or_404(version)
    try:
        drafts.put_back(draft, request.user, timezone.now(), code)
    except Rule.DoesNotExist as gone:
        raise Http404 from gone
    except RuleError as wrong:
        messages.warning(request, in_words(wrong))
    except NeedsReason as weaker:
        messages.warning(request, _why_not_put_back(weaker))
    except NotADraft:
        return no_longer_a_draft(request, draft)
    else:
        messages.success(request, _("As it is in force again: %(rule)s.") % {"rule": plain(code)})
    return redirect("rulebook:differences", version)


def _why_not_put_back(weaker: NeedsReason) -> str:
    return _(
        "Nothing was changed: %(rules)s would still be harder to hold than in force, by a condition or limit "
        "that several rules share. Change that back first, or say why on the page of the rule."
    ) % {"rules": ", ".join(weaker.codes)}


# --- What several rules share -------------------------------------------------------------------------------


@require_form
@needs(VIEW, CHANGE)
def condition(request: RulesRequest, version: str, name: str) -> HttpResponse:
    opened = Opened(draft_or_404(version))
    table = opened.rule_set.as_data()["conditions"].get(name)
    if table is None:
        raise Http404
    vocabulary = Vocabulary.of(opened.rule_set, leave_out=name)
    if request.method != "POST":
        branch = tree.branch(tree.Node.of(table), vocabulary)
        says = spelled_out(opened.rules.conditions[name], opened.rules)
        editor = Editor(
            request, opened, vocabulary, branch, drafts.mark(table), weaker=WeakerForm(), says=says
        )
        return _condition_page(editor, name)
    branch = _sent(request.POST, vocabulary)
    reason = WeakerForm(request.POST)
    editor = Editor(request, opened, vocabulary, branch, request.POST.get("seen", ""), weaker=reason)
    command = request.POST.get("act", SAVE)
    if command in (PREVIEW, SAVE):
        editor.preview()
    elif command != SAVE:
        editor.press(command)
    if command == SAVE and editor.is_valid() and (saved := _save_condition(editor, name, reason)):
        return saved
    return _condition_page(editor, name)


def _save_condition(editor: Editor, name: str, reason: WeakerForm) -> HttpResponse | None:
    draft, by, now = editor.opened.rule_set, editor.request.user, timezone.now()

    def save() -> None:
        drafts.change_condition(
            draft, by, now, name, editor.branch.table(), seen=editor.seen, **reason.cleaned_data
        )

    try:
        return editor.keep(save, f"“{plain(name)}”")
    except NeedsReason as weaker:
        reason.add_error("reason", _why_weaker(weaker))
    except ChangedMeanwhile:
        theirs = Opened(RuleSet.objects.select_related("changed_by").get(pk=draft.pk))
        seen = drafts.mark(theirs.rule_set.as_data()["conditions"][name])
        editor.was_late(theirs.rule_set.changed_by, definition(name, theirs.rules), seen)
    return None


def _why_weaker(weaker: NeedsReason) -> str:
    rules = ", ".join(weaker.codes)
    return _("Emergency rules become harder to hold by it: %(rules)s. Say why.") % {"rules": rules}


def _condition_page(editor: Editor, name: str) -> HttpResponse:
    return page(editor.request, "edit_condition", editor.opened, editor=editor, name=name)


@require_form
@needs(VIEW, CHANGE)
def limits(request: RulesRequest, version: str) -> HttpResponse:
    opened = Opened(draft_or_404(version))
    named = sorted(opened.rules.limits.values(), key=label)
    forms = [LimitForm(request.POST or None, limit=each) for each in named]
    reason = WeakerForm(request.POST or None)
    problem = ""
    # What the page began with goes back to it, so that nobody's later change is saved over unseen.
    seen = request.POST.get("seen", "") if request.POST else drafts.mark(opened.rule_set.limits)
    if request.method == "POST" and not [form for form in (*forms, reason) if not form.is_valid()]:
        changed = opened.rule_set.limits
        new = {form.limit.name: changed[form.limit.name] | form.cleaned_data for form in forms}
        try:
            drafts.change_limits(
                opened.rule_set, request.user, timezone.now(), new, seen=seen, **reason.cleaned_data
            )
        except NeedsReason as weaker:
            reason.add_error("reason", _why_weaker(weaker))
        except ChangedMeanwhile:
            seen = drafts.mark(draft_or_404(version).limits)
            problem = _("Somebody has changed the limits since you opened them. Save again to keep yours.")
        except RuleError as wrong:
            problem = in_words(wrong)
        except NotADraft:
            return no_longer_a_draft(request, opened.rule_set)
        else:
            messages.success(request, _("The limits are saved."))
            return redirect("rulebook:rule_set", version)
    return page(request, "limits", opened, forms=forms, reason=reason, seen=seen, problem=problem)
