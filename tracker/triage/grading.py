"""From the answers about one symptom to one number.

Two numbers, for two uses. The *composite* (0–3) joins frequency, severity and interference as a committee
of cancer clinicians voted (Basch and others, Clinical Trials 2021); it is not a CTCAE grade, and it can hide
a very severe symptom that does not get in the way, so triage reads the raw answers too. The *grade* (0–4) is
what charts draw: the severity the person chose, on the scale they chose it from.
"""

from __future__ import annotations

from collections.abc import Mapping

from .report import Answer, Report
from .symptoms import RED_FLAGS, SYMPTOMS

RED_FLAG_GRADE = 3
PRESENT_GRADE = 2
"""Where a plain "yes" stands on a 0–4 chart: a red flag is severe, anything else moderate. Our choice."""

AT_THE_LEAST = 1

# Each row runs over the values 0–4 of the last attribute.
_FREQUENCY = (0, 1, 1, 2, 3)
_SEVERITY = (0, 1, 2, 3, 3)
_INTERFERENCE = (0, 1, 1, 2, 2)

# Rows: the first attribute 1–4. A first attribute of 0 settles the matter: no symptom, grade 0.
_FREQUENCY_SEVERITY = ((1, 1, 1, 2, 2), (1, 1, 2, 2, 2), (1, 1, 2, 3, 3), (1, 1, 2, 3, 3))
_FREQUENCY_INTERFERENCE = ((1, 1, 1, 2, 2), (1, 1, 1, 2, 2), (1, 1, 2, 3, 3), (1, 1, 2, 3, 3))
_SEVERITY_INTERFERENCE = ((1, 1, 1, 2, 2), (1, 1, 2, 2, 3), (1, 2, 2, 3, 3), (2, 2, 2, 3, 3))

# Blocks: frequency 1–4. Rows: severity 0–4. Columns: interference 0–4.
_ALL_THREE = (
    ((0, 1, 1, 2, 2), (1, 1, 1, 2, 2), (1, 2, 2, 2, 3), (2, 2, 2, 3, 3), (2, 2, 3, 3, 3)),
    ((0, 1, 1, 2, 2), (1, 1, 1, 2, 2), (2, 2, 2, 3, 3), (2, 2, 2, 3, 3), (2, 2, 3, 3, 3)),
    ((1, 1, 1, 2, 2), (1, 1, 1, 2, 2), (2, 2, 2, 3, 3), (2, 2, 3, 3, 3), (2, 2, 3, 3, 3)),
    ((1, 1, 1, 2, 2), (1, 1, 2, 2, 3), (2, 2, 2, 3, 3), (2, 2, 3, 3, 3), (2, 2, 3, 3, 3)),
)


def composite(
    frequency: int | None = None,
    severity: int | None = None,
    interference: int | None = None,
    amount: int | None = None,
) -> int | None:
    """0–3 from the attributes that the symptom has, each 0–4; None when it has none of them.

    An amount is graded as interference is. Pass None only for what is not asked about the symptom: what was
    skipped leaves no composite, which `composites` sees to.
    """
    effect = amount if interference is None else interference
    asked = [value for value in (frequency, severity, effect) if value is not None]
    if not asked or asked[0] == 0:
        return 0 if asked else None
    match frequency, severity, effect:
        case int(), int(), int():
            return _ALL_THREE[frequency - 1][severity][effect]
        case int(), int(), None:
            return _FREQUENCY_SEVERITY[frequency - 1][severity]
        case int(), None, int():
            return _FREQUENCY_INTERFERENCE[frequency - 1][effect]
        case None, int(), int():
            return _SEVERITY_INTERFERENCE[severity - 1][effect]
        case int(), None, None:
            return _FREQUENCY[frequency]
        case None, int(), None:
            return _SEVERITY[severity]
    return _INTERFERENCE[asked[0]]


def composite_of(code: str, answer: Answer) -> int | None:
    """None for a yes/no symptom, and when an attribute was skipped (unless the first is 0: no symptom)."""
    attributes = SYMPTOMS[code].attributes
    values = {attribute: getattr(answer, attribute) for attribute in attributes}
    if "presence" in values:
        return None
    if values[attributes[0]] == 0:
        return 0
    return None if None in values.values() else composite(**values)


def how_bad(given: Mapping[str, int]) -> int:
    """0–4 for a symptom's answers: the highest of those that say how bad it is.

    How often says that only where nothing else was asked or answered, and then as its composite does: a mild
    symptom that comes now and then is mild. What was ticked and not described counts as the mildest it can
    be: people in trouble skip questions.
    """
    if not given:
        return AT_THE_LEAST
    told = [value for attribute, value in given.items() if attribute != "frequency"]
    often = given.get("frequency", 0)
    bad = max(told) if told else _FREQUENCY[often]
    return bad or min(often, AT_THE_LEAST)


def rise(before: Answer, after: Mapping[str, int]) -> int:
    """How many points worse: the largest rise in an attribute that says how bad it is and that both give.

    How often counts only where that is all that both give. 0 when they share nothing.
    """
    if not after:
        return AT_THE_LEAST if before.worst == 0 else 0
    earlier = before.answered()
    shared = [name for name in after if name in earlier]
    telling = [after[name] - earlier[name] for name in shared if name != "frequency"]
    if telling:
        return max(telling)
    if not shared:
        return 0
    return _FREQUENCY[after["frequency"]] - _FREQUENCY[earlier["frequency"]]


def composites(report: Report) -> dict[str, int]:
    """Symptom code → composite 0–3, for every symptom asked whose questions were all answered."""
    graded = ((code, composite_of(code, answer)) for code, answer in _asked(report))
    return {code: grade for code, grade in graded if grade is not None}


def grades(report: Report) -> dict[str, int]:
    """Symptom code → 0–4 for charts, for every symptom asked: 0 is "asked, none", absent is "not known".

    The severity where it was given, else the highest of the other answers. A red flag that was ticked counts
    even if the symptom behind it was not asked about.
    """
    graded = {code: grade for code, answer in _asked(report) if (grade := _grade(code, answer)) is not None}
    for code in report.red_flags & SYMPTOMS.keys():
        graded[code] = max(graded.get(code, 0), RED_FLAG_GRADE)
    return graded


def _asked(report: Report) -> list[tuple[str, Answer]]:
    answers = ((code, report.answer(code)) for code in SYMPTOMS)
    return [(code, answer) for code, answer in answers if answer is not None]


def _grade(code: str, answer: Answer) -> int | None:
    if "presence" not in SYMPTOMS[code].attributes:
        return answer.worst if answer.severity is None else answer.severity
    if not answer.presence:
        return answer.presence
    return RED_FLAG_GRADE if code in RED_FLAGS else PRESENT_GRADE
