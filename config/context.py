"""What every page is told about who is looking."""

from typing import Literal, TypedDict

from django.conf import settings
from django.http import HttpRequest

from accounts.models.users import TextSize

Shell = Literal["patient", "team", "plain"]


class Frame(TypedDict):
    """`shell` chooses the header and the density of the page; `demo` shows the banner.

    `text_size` is what the person has chosen, as a class of the whole page; "" for the usual size.
    """

    shell: Shell
    demo: bool
    text_size: str


def shell(request: HttpRequest) -> Frame:
    """A context processor; also serves error pages, for which nobody may have asked who is signed in."""
    return {"shell": _shell_for(request), "demo": settings.DEMO, "text_size": _text_size(request)}


def _text_size(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    chosen = getattr(user, "text_size", TextSize.NORMAL)  # of nobody who is signed in there is none
    return "" if chosen == TextSize.NORMAL else f"text-{chosen}"


def _shell_for(request: HttpRequest) -> Shell:
    """Staff who are patients themselves see the team's header: the board must always be one step away."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return "plain"
    if user.is_care_team:
        return "team"
    return "patient" if user.is_patient else "plain"
