"""What every page is told about who is looking."""

from typing import Literal, TypedDict

from django.conf import settings
from django.http import HttpRequest

Shell = Literal["patient", "team", "plain"]


class Frame(TypedDict):
    """`shell` chooses the header and the density of the page; `demo` shows the banner."""

    shell: Shell
    demo: bool


def shell(request: HttpRequest) -> Frame:
    """A context processor; also serves error pages, for which nobody may have asked who is signed in."""
    return {"shell": _shell_for(request), "demo": settings.DEMO}


def _shell_for(request: HttpRequest) -> Shell:
    """Staff who are patients themselves see the team's header: the board must always be one step away."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return "plain"
    if user.is_care_team:
        return "team"
    return "patient" if user.is_patient else "plain"
