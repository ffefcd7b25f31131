"""A report in the patient's words, line by line."""

from collections.abc import Iterator

from django.utils.text import capfirst
from django.utils.translation import gettext

from tracker.patient.doses import doses_in_words
from tracker.patient.forms import RED_FLAG_WORDS
from tracker.patient.plan import labels, said
from tracker.triage.report import Reading, Report
from tracker.triage.shown import Person, is_as_typed, shown
from tracker.triage.symptoms import RED_FLAGS
from tracker.triage.words import number, say, together


def told_by(report: Report, person: Person, language: str) -> list[tuple[str, str]]:
    """What was told and how, in the person's units; "" stands for a plain yes."""
    names = labels(language)
    lines = [(str(capfirst(RED_FLAG_WORDS[code])), "") for code in RED_FLAGS if code in report.red_flags]
    if report.red_flag_answer == "yes" and not report.red_flags:
        lines.append((gettext("One of the serious signs"), ""))
    lines += [(names[code], said(answer, language)) for code, answer in report.answers.items()]
    lines += _readings(report, person, language)
    lines += doses_in_words(report.doses, language)
    if report.hours_since_urine is not None:
        lines.append(
            (gettext("Hours since you last passed urine"), number(report.hours_since_urine, language))
        )
    return lines


def _readings(report: Report, person: Person, language: str) -> Iterator[tuple[str, str]]:
    """What was measured; as it was typed while it could not be read, or may mean another number."""
    pair = {kind: report.readings[kind] for kind in ("systolic", "diastolic") if kind in report.readings}
    if pair:
        unit = say("unit", "systolic", language=language)
        best = f"{together((each.best for each in pair.values()), language)} {unit}"
        first = next(iter(pair.values()))
        yield say("reading", "blood_pressure", language=language), _as_told(first, best, language)
    for kind, reading in report.readings.items():
        if kind not in pair:
            best = _in_own_units(kind, reading, person, language)
            yield say("reading", kind, language=language), _as_told(reading, best, language)


def _in_own_units(kind: str, reading: Reading, person: Person, language: str) -> str:
    """In the person's units; beside it what they typed, where that is another number."""
    if reading.best is None:
        return ""
    best = shown(kind, reading.best, person, typed=reading.typed, language=language)
    if is_as_typed(kind, reading.best, person, reading.typed):
        return best
    return gettext("%(reading)s. You typed %(typed)s.") % {"reading": best, "typed": reading.typed}


def _as_told(reading: Reading, best: str, language: str) -> str:
    if reading.best is None:
        return reading.typed
    if reading.is_doubtful:
        return gettext("You typed %(typed)s. Not clear yet.") % {
            "typed": reading.typed or number(reading.value or 0, language)
        }
    return best
