"""What a patient is on, as short as a row of the board needs: "Aldesleukin · C2 D3"."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tracker.models import Course, Patient
from tracker.models.patients import CourseQuerySet

# From here on, a first cycle is counted in weeks: nobody says "day 40" of an interferon year.
COUNTED_IN_WEEKS = 29


def with_courses(path: str = "courses") -> Prefetch:
    """Fetches, for patients or rows that lead to them by `path`, what `in_words` needs."""
    return Prefetch(path, Course.objects.select_related("drug"))


def with_courses_now(today: dt.date, path: str = "courses") -> Prefetch:
    """The same for lists of many: those that may run, and none of the years before."""
    running = that_may_run(today).select_related("drug")
    return Prefetch(
        path, running.only("patient", "cycle", "started_on", "ended_on", "drug__code", "drug__name")
    )


def that_may_run(today: dt.date) -> CourseQuerySet:
    """`today` by any clock: it may be a day earlier where a patient is."""
    return Course.objects.exclude(ended_on__lt=today - dt.timedelta(days=1))


def in_words(courses: Iterable[Course], today: dt.date) -> str:
    """Every running course, with `drug` fetched."""
    going = (course for course in courses if course.is_running(today))
    lines = [f"{course.drug.name} · {place_in_words(course, today)}" for course in going]
    return "; ".join(lines) or _("not on treatment now")


def away_in_words(patient: Patient, today: dt.date) -> str:
    """Why nothing is expected of them; "" while it is, or before they have begun."""
    if patient.left_on and patient.has_left(today):
        return _("left the programme %(day)s") % {"day": date_format(patient.left_on, "j F Y")}
    if not (patient.paused_until and patient.is_paused(today)):
        return ""
    until = date_format(patient.paused_until, "j F")
    if patient.paused_from is None:
        return _("paused until %(until)s") % {"until": until}
    begun = date_format(patient.paused_from, "j F")
    return _("paused from %(begun)s until %(until)s") % {"begun": begun, "until": until}


def place_in_words(course: Course, today: dt.date) -> str:
    day = course.treatment_day(today)
    if course.cycle == 1 and day >= COUNTED_IN_WEEKS:
        return _("week %(week)d") % {"week": (day - 1) // 7 + 1}
    return _("C%(cycle)d D%(day)d") % {"cycle": course.cycle, "day": day}
