"""The sets of rules that triage goes by: drafts, the one in force, and those that were.

A draft changes, a published set never does: the database refuses it. What a set says is stored row by row, so
that a rule can be edited, searched and compared; `RuleSet.as_data` puts it back into the tables that
tracker.triage.rules.parse reads.
"""

import datetime as dt
import re
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tracker.models.base import LEVEL_CHOICES
from tracker.triage.conditions import KINDS, Not
from tracker.triage.report import Level

NAMED = "is"
"""The kind of a condition that is no more than the name of a shared one."""

_VERSION = re.compile(r"(?P<month>\d{4}\.\d{2})-(?P<number>\d+)")
_RULE_COLUMNS = ("code", "level", "finding", "source", "when")

of_drafts_only = pgtrigger.Trigger(
    name="of_drafts_only",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    # First the lock, which waits for a publisher at work, then a look of its own at what they left: nothing
    # slips into the set under their hands.
    func="""
        PERFORM 1 FROM tracker_ruleset
         WHERE id IN (OLD.rule_set_id, NEW.rule_set_id) ORDER BY id FOR SHARE;
        PERFORM 1 FROM tracker_ruleset
         WHERE id IN (OLD.rule_set_id, NEW.rule_set_id) AND state <> 'draft';
        IF FOUND THEN
            RAISE EXCEPTION 'pgtrigger: Cannot % rows of a rule set that is no draft', lower(TG_OP);
        END IF;
        IF (TG_OP = 'DELETE') THEN RETURN OLD; END IF;
        RETURN NEW;
    """,
)


class RuleSetQuerySet(models.QuerySet["RuleSet"]):
    def published(self) -> Self:
        """The one set in force, or none."""
        return self.filter(state=RuleSet.State.PUBLISHED)

    def drafts(self) -> Self:
        return self.filter(state=RuleSet.State.DRAFT)

    def current(self) -> "RuleSet | None":
        return self.published().first()

    def next_version(self, today: dt.date) -> str:
        """The month and the next free number in it: "2026.11-3"."""
        month = f"{today:%Y.%m}"
        taken = map(_VERSION.fullmatch, self.values_list("version", flat=True))
        numbers = [int(each["number"]) for each in taken if each and each["month"] == month]
        return f"{month}-{max(numbers, default=0) + 1}"

    @transaction.atomic
    def from_data(self, data: Mapping[str, Any], *, now: dt.datetime, **fields: Any) -> "RuleSet":
        """A draft with the rules of `data`, tables that triage.rules.parse has accepted.

        `fields` are the draft's own: `made_by` and what it was `copied_from`, or the version that it was
        `shipped` as; `version` when it is not that of the data.
        """
        draft: RuleSet = self.create(
            **{"version": data["version"], "made_at": now, "changed_at": now, "shared": _shared(data)}
            | fields
        )
        rows = [Rule.from_data(table, draft, position) for position, table in enumerate(data["rule"])]
        Rule.objects.bulk_create(rows)
        trees = [
            row
            for rule, table in zip(rows, data["rule"], strict=True)
            for row in condition_rows(table["when"], draft, rule=rule)
        ]
        for name, table in data.get("conditions", {}).items():
            trees += condition_rows(table, draft, name=name)
        Condition.objects.bulk_create(trees)
        return draft


@pghistory.track(exclude=["shared"])
class RuleSet(models.Model):
    """Rules under one version. Check-ins and findings name that version for ever."""

    CASE: ClassVar = "case:"

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("In force")
        RETIRED = "retired", _("Retired")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.CharField(
        _("version"),
        max_length=20,
        validators=[RegexValidator(_VERSION, _("Write year, month and a number, such as 2026.11-3."))],
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    # What is no rule and no condition, as the rule file has it: limits, groups, advice, drug_names.
    shared = models.JSONField(_("limits, groups and advice"), default=dict)
    # Rule code → why somebody took an emergency rule away or made it weaker. CASE and the id of a worked case
    # → why the publisher lets it come to less than its author says.
    reasons = models.JSONField(_("reasons"), default=dict, blank=True)
    shipped = models.CharField(_("came with Sidelight as"), max_length=20, blank=True)
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="copies", verbose_name=_("copied from")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"))
    editors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", verbose_name=_("everybody who changed it"), blank=True
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("changed by")
    )
    changed_at = models.DateTimeField(_("changed at"))
    # Counts the changes: a dry run and a publisher name the one they saw.
    revision = models.PositiveIntegerField(_("revision"), default=0)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("published by")
    )
    published_at = models.DateTimeField(_("published at"), null=True)
    retired_at = models.DateTimeField(_("retired at"), null=True)

    objects: ClassVar[RuleSetQuerySet] = RuleSetQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("rule set")
        verbose_name_plural = _("rule sets")
        ordering = ["-made_at", "-version"]
        permissions = [("publish_ruleset", "Can publish a rule set")]
        constraints = [
            models.UniqueConstraint(
                fields=["version"],
                name="ruleset_version_once",
                violation_error_message=_("Another rule set has this version."),
            ),
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="published"), name="ruleset_one_published"
            ),
            models.UniqueConstraint(
                fields=["shipped"], condition=~models.Q(shipped=""), name="ruleset_shipped_once"
            ),
            models.CheckConstraint(
                condition=models.Q(made_by=None, shipped__gt="")
                | models.Q(made_by__isnull=False, shipped=""),
                name="ruleset_is_shipped_or_made_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="draft") | models.Q(published_by=None, published_at=None),
                name="ruleset_draft_has_no_publisher",
            ),
            models.CheckConstraint(
                # Nobody publishes a set as it was shipped to an empty database: it comes with Sidelight.
                condition=models.Q(state="draft")
                | models.Q(made_by=None, changed_by=None)
                | models.Q(published_by__isnull=False),
                name="ruleset_is_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(published_by=models.F("made_by"))
                & ~models.Q(published_by=models.F("changed_by")),
                name="ruleset_is_not_published_by_its_author",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(published_at__isnull=False),
                name="ruleset_has_a_time_when_published",
            ),
            models.CheckConstraint(
                condition=models.Q(state="retired", retired_at__isnull=False)
                | (~models.Q(state="retired") & models.Q(retired_at=None)),
                name="ruleset_has_a_time_when_retired",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_is_kept",
                operation=pgtrigger.Delete,
                condition=~pgtrigger.Q(old__state="draft"),
            ),
            pgtrigger.Trigger(
                name="published_only_retires",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__state="draft"),
                func="""
                    IF (OLD.state, NEW.state) IS DISTINCT FROM ('published', 'retired')
                    OR to_jsonb(OLD) - 'state' - 'retired_at' <> to_jsonb(NEW) - 'state' - 'retired_at' THEN
                        RAISE EXCEPTION 'pgtrigger: Cannot update a rule set that is no draft';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.version

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def limits(self) -> dict[str, Any]:
        """Named limits: name → value, reading, lowest, highest, label by language."""
        return dict(self.shared.get("limits", {}))

    def was_made_by(self, user: User) -> bool:
        """Whether `user` had a hand in it, and so cannot be the second person."""
        return user.pk in (self.made_by_id, self.changed_by_id) or self.editors.filter(pk=user.pk).exists()

    @property
    def excused_cases(self) -> dict[str, str]:
        """Worked case → why it may come to less than its author says."""
        said = ((name.partition(self.CASE)[2], why) for name, why in self.reasons.items())
        return {case: why for case, why in said if case}

    def as_data(self) -> dict[str, Any]:
        """The tables that triage.rules.parse reads, as a rule file would have them. Two queries."""
        below: dict[uuid.UUID | None, list[Condition]] = defaultdict(list)
        for each in self.conditions.order_by("position", "name"):
            below[each.parent_id].append(each)
        roots = below[None]
        when = {root.rule_id: root.as_data(below) for root in roots if root.rule_id}
        return {
            "version": self.version,
            **self.shared,
            "conditions": {root.name: root.as_data(below) for root in roots if root.name},
            "rule": [rule.as_data() | {"when": when[rule.pk]} for rule in self.rules.order_by("position")],
        }


@pghistory.track()
class Rule(models.Model):
    """One rule of one set. Its condition hangs on it as a tree of Condition rows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rule_set = models.ForeignKey(RuleSet, models.CASCADE, related_name="rules", verbose_name=_("rule set"))
    code = models.CharField(_("code"), max_length=80)
    position = models.PositiveIntegerField(_("position"))
    level = models.PositiveSmallIntegerField(_("level"), choices=LEVEL_CHOICES)
    finding = models.CharField(_("finding"), max_length=60)
    # patient and team: language → words; do, helps, call_when: language → lines.
    words = models.JSONField(_("words"), default=dict)
    source = models.TextField(_("source"))
    # Counts the changes, so that nobody saves over another's.
    revision = models.PositiveIntegerField(_("revision"), default=0)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("changed by")
    )

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ["rule_set", "position"]
        constraints = [
            models.UniqueConstraint(fields=["rule_set", "code"], name="rule_code_once_a_set"),
            models.CheckConstraint(
                condition=models.Q(level__lte=Level.EMERGENCY), name="rule_level_is_known"
            ),
            models.CheckConstraint(condition=~models.Q(source=""), name="rule_has_a_source"),
        ]
        triggers = [of_drafts_only]

    def __str__(self) -> str:
        return self.code

    @classmethod
    def from_data(cls, table: Mapping[str, Any], rule_set: RuleSet, position: int) -> Self:
        return cls(
            rule_set=rule_set,
            position=position,
            code=table["code"],
            level=Level.from_word(table["level"]),
            finding=table["finding"],
            source=table["source"],
            words={key: value for key, value in table.items() if key not in _RULE_COLUMNS},
        )

    def as_data(self) -> dict[str, Any]:
        """Its table in a rule file, without `when`."""
        return {
            "code": self.code,
            "level": Level(self.level).word,
            "finding": self.finding,
            **self.words,
            "source": self.source,
        }


class Condition(models.Model):
    """One node of a condition. A root hangs on a rule, or has a name that other conditions use."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rule_set = models.ForeignKey(
        RuleSet, models.CASCADE, related_name="conditions", verbose_name=_("rule set")
    )
    rule = models.ForeignKey(
        Rule, models.CASCADE, null=True, related_name="conditions", verbose_name=_("rule")
    )
    name = models.CharField(_("name"), max_length=80, blank=True)
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, related_name="children", verbose_name=_("inside")
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    kind = models.CharField(_("kind"), max_length=40)
    # The condition's table in a rule file, without what is nested in it.
    parts = models.JSONField(_("parts"), default=dict)

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["rule_set", "rule", "position"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rule__isnull=False, name="", parent=None)
                | models.Q(rule=None, name__gt="", parent=None)
                | models.Q(rule=None, name="", parent__isnull=False),
                name="condition_hangs_on_one_thing",
            ),
            models.UniqueConstraint(
                fields=["rule"], condition=models.Q(rule__isnull=False), name="condition_one_root_a_rule"
            ),
            models.UniqueConstraint(
                fields=["rule_set", "name"], condition=~models.Q(name=""), name="condition_name_once_a_set"
            ),
            models.UniqueConstraint(fields=["parent", "position"], name="condition_one_a_position"),
        ]
        triggers = [of_drafts_only]

    def __str__(self) -> str:
        return self.name or self.kind

    def as_data(self, below: Mapping[uuid.UUID | None, list["Condition"]]) -> dict[str, Any]:
        """Its table in a rule file. `below` has the children of every row, in order."""
        nested = [child.as_data(below) for child in below.get(self.pk, [])]
        if not nested:
            return dict(self.parts)
        return {self.kind: nested[0] if self.kind == Not.key else nested, **self.parts}


def condition_rows(
    table: Mapping[str, Any], rule_set: RuleSet, *, position: int = 0, **hangs_on: Any
) -> Iterator[Condition]:
    """The rows of a condition's table, parents first. `hangs_on` is the root's rule, name or parent.

    What makes no sense is kept as it is: triage says what is wrong with it.
    """
    kind = next((key for key in table if key == NAMED or key in KINDS), "")
    nested = _nested(table.get(kind))
    row = Condition(
        rule_set=rule_set,
        position=position,
        kind=kind,
        parts={key: value for key, value in table.items() if not (nested and key == kind)},
        **hangs_on,
    )
    yield row
    for place, each in enumerate(nested):
        yield from condition_rows(each, rule_set, position=place, parent=row)


def _nested(value: Any) -> list[Mapping[str, Any]]:
    """The conditions inside a condition's first part; none in a leaf."""
    if isinstance(value, Mapping):
        return [value]
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _shared(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in ("version", "rule", "conditions")}
