"""How long somebody may be silent before the rules tell the care team of it."""

from .case import Case
from .holding import held
from .report import History, Level, PastDay, Report
from .rules import RuleSet

LONGEST = 14
"""Days. Rules that have told nobody by then are taken to tell nobody at all."""

WELL = Report(asked=frozenset({"nausea"}))
"""A day on which somebody was asked and had nothing."""


def told_after(rules: RuleSet, last: Level) -> int | None:
    """After how many whole days without a report, where the last one came to `last`; None for never.

    The rules themselves are asked, so that what patients read is what happens, whichever rules are in force.
    """
    return next((days for days in range(1, LONGEST + 1) if _is_told(rules, last, days)), None)


def _is_told(rules: RuleSet, last: Level, days: int) -> bool:
    history = History(days=(PastDay(days, WELL, level=last),))
    return any(each.rule.level > Level.NONE for each in held(Case(Report(), history), rules))
