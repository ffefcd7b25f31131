"""The figures of a cohort: each with its title, one sentence, its picture and its table."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from tracker.team.cohort.cohort import Cohort
from tracker.team.cohort.pictures.common import Figure
from tracker.team.cohort.pictures.grades import worst_grades
from tracker.team.cohort.pictures.reports import completion, flags
from tracker.team.cohort.pictures.symptoms import symptoms_by_week
from tracker.team.cohort.pictures.waits import answers, late

__all__ = ["FIGURES", "Figure", "figure"]

FIGURES: Mapping[str, Callable[[Cohort], Figure]] = MappingProxyType(
    {
        "grades": worst_grades,
        "symptoms": symptoms_by_week,
        "completion": completion,
        "flags": flags,
        "answers": answers,
        "late": late,
    }
)


def figure(cohort: Cohort, name: str) -> Figure:
    """Raises KeyError for a name that is none."""
    return FIGURES[name](cohort)
