"""Why a flag was raised, in lines that a nurse reads once: findings that say the same stand together."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.models import Finding, Mute
from tracker.models.base import level_word
from tracker.triage.mutes import can_be_muted
from tracker.triage.report import Level
from tracker.triage.symptoms import LABELS
from tracker.triage.units import UNITS
from tracker.triage.words import measure, number, say

BETWEEN = "; "
"""What triage writes between the things that a rule saw."""

# Known before anything was reported: said beside what was reported, and never a line of its own.
CIRCUMSTANCES = frozenset(
    {
        "drugs",
        "hours_since_dose",
        "treatment_day",
        "days_since_chemo",
        "days_since_end",
        "compared",
        "earlier_today",
    }
)

ATTRIBUTES = {
    "frequency": _("how often"),
    "severity": _("severity"),
    "interference": _("in the way"),
    "amount": _("how much"),
    "presence": _("presence"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One line, and the findings behind it, worst first: those that add nothing to read are another's.

    `mutes` quieted it, were broken by it, or have been set on it since. `is_muted`: it raises nothing, or
    nothing any more. Findings may be of several reports of one flag: `at` is when that came which is said.
    """

    words: str
    findings: tuple[Finding, ...]
    mutes: tuple[Mute, ...] = ()
    is_muted: bool = False

    @property
    def level(self) -> int:
        return self.findings[0].level

    @property
    def at(self) -> dt.datetime:
        return self.findings[0].check_in.received_at

    @property
    def was_corrected(self) -> bool:
        """Whether the patient has taken it back since."""
        return all(map(_was_corrected, self.findings))

    @property
    def can_be_muted(self) -> bool:
        expected = all(can_be_muted(each.code, Level(each.level), each.inputs) for each in self.findings)
        return expected and not self.was_corrected and (not self.mutes or bool(self.broken))

    @property
    def quotes(self) -> list[str]:
        """The patient's own words that a rule read in the note, where the line does not say them itself."""
        read = dict.fromkeys(words for each in self.findings for words in quotes(each))
        return [words for words in read if words not in self.words]

    @property
    def rules(self) -> list[tuple[Finding, list[tuple[str, str]]]]:
        """Each finding with everything that its rule saw."""
        return [(each, list(facts(each.inputs))) for each in self.findings]

    @property
    def broken(self) -> list[tuple[Mute, list[str]]]:
        """Each mute that this report was too bad for, with what had become worse."""
        return [(each.mute, worse(each.mute, each)) for each in self.findings if each.mute and not each.muted]


def reasons(findings: Iterable[Finding], in_force: Iterable[Mute] = ()) -> list[Reason]:
    """The worst first and of those the first that is given; then what was muted, then what was taken back.

    `in_force` are the patient's mutes of now.
    """
    ordered = sorted(findings, key=lambda each: -each.level)
    standing = [each for each in ordered if not _was_corrected(each)]
    expected = [each for each in standing if each.muted]
    loud, quiet = ([each for each in standing if _is_expected(each, expected) is it] for it in (False, True))
    taken_back = [each for each in ordered if _was_corrected(each)]
    now = {mute.rule: mute for mute in in_force}
    groups = ((loud, False), (quiet, True), (taken_back, False))
    return [
        Reason(_sentence(words), tuple(behind), tuple(_mutes(behind, now)), is_muted)
        for group, is_muted in groups
        for words, behind in _lines(group)
    ]


def telling(findings: Iterable[Finding]) -> list[Reason]:
    """Worst first, without what was muted; what was taken back only if nothing else is left."""
    lines = [each for each in reasons(findings) if not each.is_muted]
    return [each for each in lines if not each.was_corrected] or lines


def _is_expected(finding: Finding, muted: Iterable[Finding]) -> bool:
    """Muted, or found again by a later report of the flag when it was muted."""
    return finding.muted or any(
        each.rule == finding.rule and each.check_in.received_at > finding.check_in.received_at
        for each in muted
        if each.check_in_id and finding.check_in_id
    )


def _was_corrected(finding: Finding) -> bool:
    """By a later report of the same flag; Finding.objects.of_flags knows."""
    return getattr(finding, "was_corrected", False)


def _lines(findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    lines: list[tuple[list[str], list[Finding]]] = []
    said: set[str] = set()
    for finding in findings:
        parts = finding.team_words.split(BETWEEN)
        same = next((line for line in lines if _adds_nothing(finding, line[1])), None)
        if same is not None:
            same[0].extend(part for part in _of_chemotherapy(finding, parts) if part not in same[0])
            same[1].append(finding)
            continue
        fresh = [part for part in parts if _gist(part) not in said]
        if not fresh:  # it saw something more, and says nothing that a line does not say already
            next(behind for words, behind in lines if _gists(words) & _gists(parts)).append(finding)
            continue
        said.update(_gists(fresh))
        lines.append((fresh, [finding]))
    return [(BETWEEN.join(parts), behind) for parts, behind in lines]


def _of_chemotherapy(finding: Finding, parts: Iterable[str]) -> Iterator[str]:
    """The one circumstance that makes another thing of the same reading."""
    days = finding.inputs.get("days_since_chemo")
    words = None if days is None else say("phrase", "chemo", days=days)
    yield from (part for part in parts if part == words)


def _adds_nothing(finding: Finding, others: Iterable[Finding]) -> bool:
    """Whether it is about nothing but what the others are about."""
    about = subjects(finding)
    return bool(about) and about <= frozenset[str]().union(*map(subjects, others))


def _mutes(findings: Iterable[Finding], in_force: Mapping[str, Mute]) -> Iterable[Mute]:
    """Each once: those of the report, then those of now."""
    then = [each.mute for each in findings if each.mute]
    now = [in_force[each.rule] for each in findings if each.rule in in_force]
    return {mute.pk: mute for mute in [*then, *now]}.values()


def quotes(finding: Finding) -> list[str]:
    """The words of the note that the rule read, as the patient typed them."""
    return quotes_in(finding.inputs)


def quotes_in(inputs: Mapping[str, Any]) -> list[str]:
    """The same of what a finding keeps of what its rule saw."""
    noted = inputs.get("note")
    return [str(words) for words in noted.values()] if isinstance(noted, Mapping) else []


def subjects(finding: Finding) -> frozenset[str]:
    """What a finding is about: codes of symptoms and signs, kinds of reading, and whatever else was seen."""
    found: set[str] = set()
    for key, seen in finding.inputs.items():
        if key in ("symptoms", "readings", "red_flags", "note"):
            found.update(seen)
        elif key not in CIRCUMSTANCES:
            found.add(key)
    return frozenset(found)


def facts(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Everything that a rule saw: what, and how it was."""
    for key, seen in inputs.items():
        match key, seen:
            case "symptoms", {}:
                yield from ((_name(code), _answers(answer)) for code, answer in seen.items())
            case "readings", {}:
                yield from (
                    (say("reading", kind), _measured(kind, reading)) for kind, reading in seen.items()
                )
            case "compared", {}:
                yield from ((_("%s before") % _name(code), _before(was)) for code, was in seen.items())
            case "note", {}:
                yield gettext("wrote"), " … ".join(f"“{words}”" for words in dict.fromkeys(seen.values()))
            case "red_flags", _:
                yield gettext("serious signs"), _value(seen)
            case "earlier_today", {}:
                yield from ((_("%s told at") % _reading_or_name(code), at) for code, at in seen.items())
            case _, {}:
                yield _name(key), ", ".join(f"{_name(name)} {_value(value)}" for name, value in seen.items())
            case _:
                yield _name(key), _value(seen)


def _answers(answer: Mapping[str, Any]) -> str:
    return ", ".join(f"{ATTRIBUTES.get(name, name)} {_value(value)}" for name, value in answer.items())


def _measured(kind: str, reading: Mapping[str, Any]) -> str:
    shown = measure(kind, reading["value"])
    usual = reading.get("usual")
    return shown if usual is None else f"{shown}, {say('phrase', 'usual', usual=number(usual))}"


def _before(was: Mapping[str, Any]) -> str:
    return ", ".join(filter(None, (_value(was.get("with")), _answers(was.get("answer", {})))))


def _reading_or_name(code: str) -> str:
    return say("reading", code) if code in UNITS else _name(code)


def worse(mute: Mute, finding: Finding) -> list[str]:
    """What had become worse since a finding was muted, in words: "Nausea, severity: 2 → 3"."""
    before = {name: value for name, value, _sign in _measures(mute.inputs)}
    seen = [each for each in _measures(finding.inputs) if {each[0], _label(each[0])} & before.keys()]
    new = [each for each in _measures(finding.inputs) if _label(each[0]) == each[0] not in before]
    changes = [_change(*each, before.get(each[0])) for each in [*new, *seen]]
    if finding.level > mute.level:
        changes.insert(
            0,
            gettext("level: %(before)s → %(now)s")
            % {"before": level_word(mute.level), "now": level_word(finding.level)},
        )
    return [words for words in changes if words]


def _measures(inputs: Mapping[str, Any]) -> Iterator[tuple[str, float, int]]:
    """What a mute is held against: name, value, and 1 where a higher one is worse, -1 where a lower is."""
    for code, answer in inputs.get("symptoms", {}).items():
        label = LABELS.get(code, code)
        yield label, 1, 1
        for attribute, value in answer.items():
            yield f"{label}, {ATTRIBUTES.get(attribute, attribute)}", value, 1
    for kind, reading in inputs.get("readings", {}).items():
        yield say("reading", kind), reading["value"], -1 if reading.get("worse") == "lower" else 1
    for code in [*inputs.get("red_flags", ()), *inputs.get("note", ())]:
        yield LABELS.get(code, _name(code)), 1, 1
    for key, unit in (("weight_gain", "kg"), ("weight_loss", "percent")):
        if key in inputs:
            yield f"{_name(key)} ({unit})", inputs[key][unit], 1
    if "hours_since_urine" in inputs:
        yield _name("hours_since_urine"), inputs["hours_since_urine"], 1


def _label(name: str) -> str:
    """The symptom of one of its answers: a new symptom is said once, without each of its answers."""
    return name.partition(", ")[0]


def _change(name: str, now: float, sign: int, before: float | None) -> str:
    """ "" when it is no worse."""
    if before is None:
        return gettext("new: %(what)s") % {"what": name}
    if sign * now <= sign * before:
        return ""
    return f"{name}: {number(before)} → {number(now)}"


def _gists(parts: Iterable[str]) -> frozenset[str]:
    return frozenset(map(_gist, parts))


def _gist(part: str) -> str:
    """What a part is about, without what it is compared with: "Nausea, severe (mild yesterday)"."""
    return part.partition(" (")[0].casefold()


def _name(code: str) -> str:
    return LABELS.get(code, code.replace("_", " "))


def _value(seen: object) -> str:
    if isinstance(seen, list):
        return ", ".join(map(_value, seen))
    return _name(seen) if isinstance(seen, str) else "–" if seen is None else str(seen)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
