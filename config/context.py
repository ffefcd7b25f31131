"""What every page is told about who is looking, and at whose diary."""

from collections.abc import Callable
from functools import partial
from typing import Literal, TypedDict

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.models.users import TextSize
from tracker.patient import access
from tracker.patient.access import Diary
from tracker.patient.expected import OwnTreatment, own_treatment
from tracker.team.emergencies.banner import Banner, banners

Shell = Literal["patient", "team", "plain"]


class Frame(TypedDict):
    """`shell` chooses the header and the density of the page; `demo` shows the banner.

    `text_size` is what the person has chosen, as a class of the whole page; "" for the usual size.
    `diary` is the one that is open; None on pages of the team and for people without any. What its patient is
    on is asked for by the page that shows it.
    """

    shell: Shell
    demo: bool
    text_size: str
    diary: Diary | None
    own_treatment: Callable[[], OwnTreatment] | None
    emergency_looks: list[Banner]


def shell(request: HttpRequest) -> Frame:
    """A context processor; also serves error pages, for which nobody may have asked who is signed in."""
    diary = _diary(request)
    return {
        "shell": _shell_for(request),
        "demo": settings.DEMO,
        "text_size": _text_size(request),
        "diary": diary,
        "own_treatment": partial(own_treatment, diary.patient, timezone.now()) if diary else None,
        "emergency_looks": _emergencies(request),
    }


def _emergencies(request: HttpRequest) -> list[Banner]:
    """Charts of other teams that are open to somebody who works here; no page may forget to say so."""
    return banners(request, timezone.now()) if _shell_for(request) == "team" else []


def _text_size(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    chosen = getattr(user, "text_size", TextSize.NORMAL)  # of nobody who is signed in there is none
    return "" if chosen == TextSize.NORMAL else f"text-{chosen}"


def _shell_for(request: HttpRequest) -> Shell:
    """Staff who have a diary to open see the team's header: the board must always be one step away."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return "plain"
    if user.is_care_team:
        return "team"
    return "patient" if access.diaries(request, timezone.now()) else "plain"


def _diary(request: HttpRequest) -> Diary | None:
    """Whoever came through the door has it open; others of the patient's shell, the one that they chose."""
    opened: Diary | None = getattr(request, "diary", None)
    if opened is None and _shell_for(request) == "patient":
        return access.chosen(request, timezone.now())
    return opened
