"""What triage can read and nobody can have meant: what never holds, codes and braces that nobody knows.

`rules.parse` takes such rules, so that a set which is in force goes on being read. Whoever writes rules is
told: at the field, by `manage.py rules --check`, and before a set is published.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from . import conditions as kinds
from .conditions import EVERY, Condition, Range
from .conditions.kinds import Bound
from .document import URINE_HOURS_MAX
from .limits import Limit
from .rules import SEEN, Rule, RuleError, RuleSet, default_rules
from .slips import nearest
from .symptoms import HIGHEST, LANGUAGE, SYMPTOMS
from .units import LIMITS, UNITS
from .words import listed, measure, number, say

FAR_BACK = 60
"""Days that reports are remembered for."""
LONG_AGO = 3_650  # days
MUCH_WEIGHT = 50.0  # kg within days; nobody gains more
WORST_ALONE: Mapping[str, int] = {"presence": 1, "frequency": 3}
"""How bad a symptom can get that is asked for nothing else (grading.how_bad)."""

NUMBERS = ("{emergency_number}", "{team_phone}", "{line_24h}", "{crisis_line}", "{drug}")
"""What lines for the patient may leave to be filled in."""
_MAY_HOLD: Mapping[str, tuple[str, ...]] = {
    "patient": (),
    "team": (SEEN,),
    "do": NUMBERS,
    "helps": NUMBERS,
    "call_when": NUMBERS,
}
_BRACES = re.compile(r"\{[^{}]*\}|[{}]")


@dataclass(frozen=True, slots=True)
class Problem:
    """A part of a condition ("": all of it), and what is wrong with it."""

    part: str
    text: str


def objections(
    rules: RuleSet, *, drugs: Collection[str] = (), findings: Collection[str] = ()
) -> list[RuleError]:
    """All that cannot be meant. `drugs` and `findings` are known beside ours and those of the set itself."""
    return list(_Reader(rules, drugs, findings).objections())


def problems(condition: Condition) -> Iterator[Problem]:
    """Why one condition can never hold. What is in it is not looked into, but for readings that clash."""
    if isinstance(condition, Range):
        yield from _range(condition)
    yield from _kind(condition)


def strange_words(part: str, words: str) -> str:
    """What is wrong with the braces in a rule's words; "" when nothing is."""
    known = _MAY_HOLD[part]
    strange = [each for each in _BRACES.findall(words) if each not in known]
    if not strange:
        return ""
    allowed = (
        f"only {listed(known, 'and')} {'is' if len(known) == 1 else 'are'} filled in here"
        if known
        else ("nothing is filled in here")
    )
    return f"{strange[0]} would be shown as it stands: {allowed}"


def known_findings(rules: RuleSet | None = None) -> frozenset[str]:
    """Those of the shipped rules and, of a set, those it says are its own."""
    shipped = frozenset(rule.finding for rule in default_rules().rules)
    return shipped.union(rules.own_findings) if rules else shipped


class _Reader:
    def __init__(self, rules: RuleSet, drugs: Collection[str], findings: Collection[str]) -> None:
        self._rules = rules
        self._named = frozenset(rules.conditions.values())
        self._drugs = frozenset(default_rules().drug_names[LANGUAGE]).union(drugs, rules.own_drugs)
        self._findings = known_findings(rules).union(findings)

    def objections(self) -> Iterator[RuleError]:
        for drug in dict.fromkeys(each for names in self._rules.drug_names.values() for each in names):
            if drug not in self._drugs:
                yield RuleError("file", f"drug_names.{drug}", self._no_drug(drug))
        for name, condition in self._rules.conditions.items():
            for key, text in self._within(condition, f"conditions.{name}", top=True):
                yield RuleError("file", key, text)
        for rule in self._rules.rules:
            yield from self._rule(rule)

    def _rule(self, rule: Rule) -> Iterator[RuleError]:
        if rule.finding not in self._findings:
            hint = nearest(rule.finding, self._findings)
            yield RuleError(
                rule.code,
                "finding",
                f"there is no finding {rule.finding!r}{hint or '; name it in own.findings if it is new'}",
            )
        for part in _MAY_HOLD:
            for language, said in cast(Mapping[str, Any], getattr(rule, part)).items():
                for words in [said] if isinstance(said, str) else said:
                    if wrong := strange_words(part, words):
                        yield RuleError(rule.code, f"{part}.{language}", wrong)
        for key, text in self._within(rule.when, "when"):
            yield RuleError(rule.code, key, text)

    def _within(self, condition: Condition, key: str, *, top: bool = False) -> Iterator[tuple[str, str]]:
        """In this condition and those in it; one with a name is looked at where it has its name."""
        if condition in self._named and not top:
            return
        for wrong in problems(condition):
            yield f"{key}.{wrong.part}" if wrong.part else key, wrong.text
        for part in ("drugs", "dose_cycle"):
            for drug in getattr(condition, part, ()):
                if drug not in self._drugs:
                    yield f"{key}.{part}", self._no_drug(drug)
        for each in kinds.inside(condition):
            yield from self._within(each, key)

    def _no_drug(self, drug: str) -> str:
        hint = nearest(drug, self._drugs)
        return f"there is no drug {drug!r}{hint or '; name it in own.drugs if it is one of yours'}"


# --- Numbers ------------------------------------------------------------------------------------------------


def _range(it: Range) -> Iterator[Problem]:
    what, low, high = _span(it)
    bad = False
    for part in ("at_least", "over", "at_most", "below"):
        bound: Bound = getattr(it, part)
        if bound is not None and (wrong := _bound(it, bound, what, low, high)):
            yield Problem(part, wrong)
            bad = True
    if not bad and not _Interval.of(it).narrowed(_Interval(low, high)).has_any:
        yield Problem(_last_bound(it), "no number is both: nothing could ever make this hold")


def _span(it: Range) -> tuple[str, float, float]:
    """What the number is, and the lowest and highest it can be."""
    match it:
        case kinds.Measured():
            span = LIMITS[it.kind]
            return _reading(it.kind), span.lowest, span.highest
        case kinds.FromUsual():
            width = 100.0 if it.by == "percent" else LIMITS[it.kind].highest - LIMITS[it.kind].lowest
            return f"a difference of {_reading(it.kind)}", -width, width
        case kinds.WeightGain():
            return "weight gained", 0, MUCH_WEIGHT
        case kinds.WeightLoss():
            return "weight lost, in percent,", 0, 100
        case kinds.UrineHours():
            return "a number of hours without urine", 0, URINE_HOURS_MAX
        case kinds.SinceDose():
            return "a number of hours since a dose", 0, LONG_AGO * 24
        case kinds.MissedDays():
            return "a number of days without a report", 0, FAR_BACK
        case kinds.TreatmentDay():
            return "a day of treatment", 1, LONG_AGO
    return "a number of days", 0, LONG_AGO


def _bound(it: Range, bound: float | Limit, what: str, low: float, high: float) -> str:
    """What is wrong with one end of a range; "" when nothing is."""
    if not isinstance(bound, Limit):
        return "" if low <= bound <= high else f"{what} lies from {_shown(it, low)} to {_shown(it, high)}"
    of = _limited(it)
    if not of:
        return "a limit cannot stand here: write a number"
    if bound.reading != of:
        return f"“{bound.label[LANGUAGE].partition(':')[0]}” is no limit of {_reading(of)}"
    if all(low <= each <= high for each in (bound.lowest, bound.value, bound.highest)):
        return ""
    return (
        f"{what} lies from {_shown(it, low)} to {_shown(it, high)}, and the limit goes"
        f" from {number(bound.lowest)} to {number(bound.highest)}"
    )


def _limited(it: Range) -> str:
    """What a limit in this condition must be of; "" where there can be none."""
    match it:
        case kinds.Measured():
            return it.kind
        case kinds.FromUsual():
            return it.kind if it.by == "units" else ""
        case kinds.WeightGain():
            return "weight"
        case kinds.UrineHours():
            return "urine"
    return ""


def _shown(it: Range, value: float) -> str:
    return measure(it.kind, value) if isinstance(it, kinds.Measured) else number(value)


def _reading(kind: str) -> str:
    name = say("reading", kind) if kind in UNITS else "time without urine"
    return f"the {name[:1].lower()}{name[1:]}"


def _last_bound(it: Range) -> str:
    return [part for part in ("at_least", "over", "at_most", "below") if getattr(it, part) is not None][-1]


@dataclass(frozen=True, slots=True)
class _Interval:
    """Numbers from `low` to `high`; `open_low` and `open_high` leave that end out."""

    low: float = float("-inf")
    high: float = float("inf")
    open_low: bool = False
    open_high: bool = False

    @classmethod
    def of(cls, it: Range) -> _Interval:
        """With every limit at its value for everybody."""
        whole = cls()
        for bound, exact in ((it.at_least, True), (it.over, False)):
            if bound is not None:
                whole = whole.narrowed(cls(low=_value(bound), open_low=not exact))
        for bound, exact in ((it.at_most, True), (it.below, False)):
            if bound is not None:
                whole = whole.narrowed(cls(high=_value(bound), open_high=not exact))
        return whole

    def narrowed(self, other: _Interval) -> _Interval:
        low, open_low = max((self.low, self.open_low), (other.low, other.open_low))
        high, closed = min((self.high, not self.open_high), (other.high, not other.open_high))
        return _Interval(low, high, open_low, not closed)

    @property
    def has_any(self) -> bool:
        return self.low < self.high or (self.low == self.high and not self.open_low and not self.open_high)


def _value(bound: float | Limit) -> float:
    return bound.value if isinstance(bound, Limit) else bound


# --- What is no number --------------------------------------------------------------------------------------


def _kind(it: Condition) -> Iterator[Problem]:
    match it:
        case kinds.Answered():
            if it.attribute != "worst":
                highest = max((_asked(code, it.attribute) for code in _codes(it)), default=0)
            else:
                highest = max(map(_worst, _codes(it)), default=0)
            if highest < it.at_least:
                yield Problem("at_least", _never(it, highest))
        case kinds.Composite():
            if all("presence" in SYMPTOMS[code].attributes for code in _codes(it)):
                yield Problem("symptoms", "these are asked with yes or no: they have no composite grade")
        case kinds.Worse():
            highest = max(map(_worst, _codes(it)), default=0)
            if not 1 <= it.by <= highest:
                yield Problem("by", f"must be from 1 to {highest}: no answer rises further")
        case kinds.Lasting():
            if max(map(_worst, _codes(it)), default=0) < it.at_least:
                yield Problem("at_least", _never(it, max(map(_worst, _codes(it)), default=0)))
            if not 1 <= it.days <= FAR_BACK:
                yield Problem("days", f"must be from 1 to {FAR_BACK}")
        case kinds.WeightGain() | kinds.WeightLoss():
            if not 1 <= it.days <= FAR_BACK:
                yield Problem("days", f"must be from 1 to {FAR_BACK}")
        case kinds.OnDrug():
            if not 0 <= it.ended_within_days <= LONG_AGO:
                yield Problem("ended_within_days", f"must be from 0 to {LONG_AGO}")
        case kinds.CountOf():
            if not 1 <= it.at_least <= len(it.conditions):
                yield Problem("at_least", f"must be from 1 to {len(it.conditions)}, as many as there are")
        case kinds.AllOf():
            yield from _clashes(it)


def _codes(it: Any) -> list[str]:
    codes: Iterable[str] = SYMPTOMS if EVERY in it.symptoms else it.symptoms
    return [code for code in codes if code not in it.exclude]


def _asked(code: str, attribute: str) -> int:
    return HIGHEST[attribute] if attribute in SYMPTOMS[code].attributes else 0


def _worst(code: str) -> int:
    attributes = SYMPTOMS[code].attributes
    return WORST_ALONE.get(attributes[0], 4) if len(attributes) == 1 else 4


def _never(it: Any, highest: int) -> str:
    if not _codes(it):
        return "no symptom is left"
    if not highest:
        return f"none of these is asked for its {it.attribute}"
    return f"none of these can be worse than {highest}"


def _clashes(it: kinds.AllOf) -> Iterator[Problem]:
    """One reading that would have to be two things at once: over 110, and below 80."""
    found: dict[str, _Interval] = {}
    for each in _all_of(it):
        if isinstance(each, kinds.Measured):
            span = LIMITS[each.kind]
            whole = found.get(each.kind, _Interval(span.lowest, span.highest))
            alone = _Interval(span.lowest, span.highest).narrowed(_Interval.of(each))
            narrowed = whole.narrowed(alone)
            if whole.has_any and alone.has_any and not narrowed.has_any:
                yield Problem("", f"{_reading(each.kind)} cannot be all of these at once")
            found[each.kind] = narrowed


def _all_of(it: kinds.AllOf) -> Iterator[Condition]:
    for each in it.conditions:
        if isinstance(each, kinds.AllOf):
            yield from _all_of(each)
        else:
            yield each
