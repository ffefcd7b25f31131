"""Findings that a nurse expects, and when they are worse than she expected.

A mute quiets what a rule finds, and whatever other rules find of the same at the same level or below, while
nothing they see is worse than when it was set. It never quiets an emergency, what may be the first sign of
one, anything found in the days after chemotherapy, nor what a red flag or a silence has raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .report import Level, Mute
from .rules import Rule, RuleSet
from .symptoms import RED_FLAGS

NEVER_EXPECTED: Mapping[str, str] = {
    "red_flag_unspecified": "a yes that names nothing is read as the worst it can mean",
    "fever": "may be the first sign of an infection, and looks like every fever before it",
    "possible_infection": "kills within hours when white cells are low",
    "possible_bcg_infection": "an infection with live bacteria",
    "low_temperature": "may be the first sign of an infection",
    "possible_spleen_problem": "a spleen may tear",
    "possible_blood_clot": "a clot may reach the lungs",
    "possible_stroke": "every minute counts",
    "seizure": "may come again",
    "confusion": "may be the brain, an infection or the drug",
    "faint": "may be the heart, or blood that is lost",
    "chest_pain": "may be the heart or the lungs",
    "heart_problem": "a rhythm or a heart attack",
    "shortness_of_breath": "fluid, a clot or the lungs",
    "low_oxygen": "falls before people feel it",
    "fast_breathing": "among the first signs of sepsis",
    "slow_breathing": "may stop",
    "low_blood_pressure": "fluid that leaks, sepsis or bleeding",
    "capillary_leak": "the boxed warning of interleukin-2",
    "less_urine": "the kidneys, or fluid that leaks",
    "possible_anaphylaxis": "the next one may close the throat",
    "infusion_reaction": "the next one may be worse",
    "heavy_bleeding": "is lost blood",
    "blood_in_stool_or_vomit": "bleeding that nobody sees",
    "bleeding_or_bruising": "platelets may be low",
    "severe_belly_pain": "the bowel may have torn",
    "jaundice": "the liver may fail",
    "suicidal_thoughts": "the boxed warning of interferon alfa",
    "harm_to_others": "as above",
    "limb_problem": "a limb may be lost within hours",
    "missed_logs_after_severe": "silence is no sign of being well",
    "unacknowledged_alert": "is quiet once somebody answers",
}
"""Findings that nobody may expect, and why: they may be the first of something deadly, and the second looks
no worse than the first. From the boxed warnings and "report at once" of the drugs' labels; that the others
may be muted is our own choice, to be reviewed."""

_NEVER_EXPECTED_INPUTS = (
    "red_flags",
    "open_flag",
    "last_level",
    "missed_days",
    "days_since_chemo",
    "wants_call",
)
_NEVER_EXPECTED_NOTES = (
    "suicidal_thoughts",
    "suicide_plan",
    "harm_to_others",
    "reads_serious",  # which may be about anything
    "doubtful",
)
_WORSE_WHEN_MORE = ("hours_since_urine",)
_CHANGES = {"weight_gain": "kg", "weight_loss": "percent"}


def is_muted(rule: Rule, inputs: Mapping[str, Any], mutes: Iterable[Mute], rules: RuleSet) -> bool:
    """Whether one of the mutes quiets what the rule has found in these inputs."""
    return can_be_muted(rule.finding, rule.level, inputs) and any(
        _is_about(mute, rule, rules) and quiets(mute, rule.level, inputs) for mute in mutes
    )


def quiets(mute: Mute, level: Level, inputs: Mapping[str, Any]) -> bool:
    """Whether a finding that the mute is about, at this level and with these inputs, is as expected."""
    return level <= mute.level and not _is_worse(inputs, mute.inputs)


def can_be_muted(finding: str, level: Level, inputs: Mapping[str, Any]) -> bool:
    """An emergency and its first signs, a red flag, thoughts of harm, a silence, a note without a sign and a
    wish to be called are never expected."""
    told = {*inputs.get("symptoms", {}), *inputs.get("note", {})}
    return (
        level < Level.EMERGENCY
        and finding not in NEVER_EXPECTED
        and not any(inputs.get(key) for key in _NEVER_EXPECTED_INPUTS)
        and told.isdisjoint((*RED_FLAGS, *_NEVER_EXPECTED_NOTES))
    )


def _is_about(mute: Mute, rule: Rule, rules: RuleSet) -> bool:
    """The same rule, or another that finds the same: two rules may see one thing."""
    return mute.rule == rule.code or any(
        each.code == mute.rule and each.finding == rule.finding for each in rules.rules
    )


def _is_worse(now: Mapping[str, Any], then: Mapping[str, Any]) -> bool:
    return (
        _answers_are_worse(now.get("symptoms", {}), _part(then, "symptoms"))
        or not _part(now, "note").keys() <= _part(then, "note").keys()
        or any(
            _reading_is_worse(reading, _part(_part(then, "readings"), kind))
            for kind, reading in now.get("readings", {}).items()
        )
        or any(_is_more(now.get(key), then.get(key)) for key in _WORSE_WHEN_MORE)
        or any(
            _is_more(_part(now, key).get(unit), _part(then, key).get(unit)) for key, unit in _CHANGES.items()
        )
    )


def _answers_are_worse(now: Mapping[str, Any], then: Mapping[str, Any]) -> bool:
    """A symptom that was not there, or an answer that is higher or was not given."""
    return any(
        code not in then or any(_is_more(value, _part(then, code).get(name)) for name, value in given.items())
        for code, given in now.items()
    )


def _reading_is_worse(now: Mapping[str, Any], then: Mapping[str, Any]) -> bool:
    """Further out the way that the rule worries about; where it names none, any change."""
    value, expected = now["value"], then.get("value")
    if not isinstance(expected, int | float):
        return True
    match now.get("worse"):
        case "lower":
            return bool(value < expected)
        case "higher":
            return bool(value > expected)
    return bool(value != expected)


def _is_more(now: float | None, then: Any) -> bool:
    return now is not None and (not isinstance(then, int | float) or now > then)


def _part(inputs: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A mute's inputs come from storage: what is not there, or not a table, expects nothing."""
    value = inputs.get(key)
    return value if isinstance(value, Mapping) else {}
