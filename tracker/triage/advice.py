"""What the patient reads: put together from the level, what was found and the drug."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from .report import History, Level
from .rules import Lines, Rule, RuleSet
from .symptoms import LANGUAGE
from .words import isolated, say


@dataclass(frozen=True, slots=True)
class Advice:
    """One action a line. Telephone numbers are still in braces until `fill`."""

    headline: str
    steps: tuple[str, ...] = ()
    helps: tuple[str, ...] = ()
    call_when: tuple[str, ...] = ()
    language: str = LANGUAGE

    def fill(
        self,
        *,
        emergency_number: str = "",
        team_phone: str = "",
        line_24h: str = "",
        crisis_line: str = "",
        is_open: bool = True,
    ) -> Advice:
        """With the care team's own numbers; a line that needs a number we do not have is left out.

        While the team is closed the line that never closes comes before theirs.
        """
        numbers = {
            "{emergency_number}": isolated(emergency_number, self.language)
            or say("phrase", "emergency_number", language=self.language),
            "{team_phone}": isolated(team_phone, self.language),
            "{line_24h}": isolated(line_24h, self.language),
            "{crisis_line}": isolated(crisis_line, self.language),
        }
        return (self if is_open or not line_24h else self._after_hours()).filled(numbers)

    def filled(self, values: Mapping[str, str]) -> Advice:
        def lines(texts: tuple[str, ...]) -> tuple[str, ...]:
            kept = (
                text for text in texts if all(value or name not in text for name, value in values.items())
            )
            return tuple(_replace(text, values) for text in kept)

        return replace(
            self,
            headline=_replace(self.headline, values),
            steps=lines(self.steps),
            helps=lines(self.helps),
            call_when=lines(self.call_when),
        )

    def _after_hours(self) -> Advice:
        return replace(self, steps=_night_first(self.steps), call_when=_night_first(self.call_when))


def compose(
    level: Level,
    held: Sequence[Rule],
    history: History,
    rules: RuleSet,
    *,
    muted: bool = False,
) -> Advice:
    """The level's words, with the steps of the rules that made it that level and all else from every rule."""
    language = history.language if history.language in rules.advice else LANGUAGE
    words = rules.advice[language][level]
    do = [line for rule in held if rule.level == level for line in _in(language, rule.do)]
    helps = [line for rule in held for line in _in(language, rule.helps)]
    call_when = [line for rule in held for line in _in(language, rule.call_when)]
    known = [say("phrase", "team_knows", language=language)] if muted else []
    advice = Advice(
        headline=words.headline,
        steps=_once(words.steps[:1], do, words.steps[1:], known),
        helps=_once(words.helps, helps),
        call_when=_once(words.call_when, call_when),
        language=language,
    )
    return advice.filled({"{drug}": _drugs(history, rules, language)})


def _in(language: str, lines: Lines) -> tuple[str, ...]:
    return lines.get(language) or lines.get(LANGUAGE, ())


def _night_first(lines: tuple[str, ...]) -> tuple[str, ...]:
    night = [line for line in lines if "{line_24h}" in line]
    team = next((place for place, line in enumerate(lines) if "{team_phone}" in line), len(lines))
    before = [line for line in lines[:team] if line not in night]
    after = [line for line in lines[team:] if line not in night]
    return (*before, *night, *after)


def _once(*parts: Iterable[str]) -> tuple[str, ...]:
    """All lines in order, each said once."""
    return tuple(dict.fromkeys(line for part in parts for line in part))


def _drugs(history: History, rules: RuleSet, language: str) -> str:
    """What the person is on now, as they would say it; "" when we do not know."""
    taken = [each.drug for each in history.treatments if each.days_since_end is None]
    words = rules.drug_names.get(language) or rules.drug_names.get(LANGUAGE, {})
    names = list(dict.fromkeys(words.get(drug, drug) for drug in taken))
    joined = [", ".join(names[:-1]), names[-1]] if len(names) > 1 else names
    return f" {say('phrase', 'and', language=language)} ".join(joined)


def _replace(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(name, value)
    return text
