"""Who may enter the officers' pages, and how what they look at is kept."""

import datetime as dt
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Concatenate

from django.http import Http404, HttpRequest, HttpResponse

from accounts.groups import REVIEW
from accounts.models import AccessEvent, User
from config.database.asking import Opening, opened
from tracker.models import Patient


class OfficerRequest(HttpRequest):
    """A request by a privacy officer; the middleware has seen to the signing in."""

    user: User


type View[**Rest] = Callable[Concatenate[OfficerRequest, Rest], HttpResponse]


def officer_required[**Rest](view: View[Rest]) -> View[Rest]:
    """404 for everybody else: the page is not theirs to know of."""

    @wraps(view)
    def guarded(request: OfficerRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if not request.user.has_perm(REVIEW):
            raise Http404
        with opened(Opening.PRIVACY_OFFICE):
            return view(request, *args, **kwargs)

    return guarded


def keep_reviewed(
    request: OfficerRequest,
    seen: Iterable[Patient],
    now: dt.datetime,
    what: AccessEvent.What = AccessEvent.What.REVIEW,
) -> None:
    """Who reads the record of looks is on it: of each patient who was named, or of nobody."""
    of = {(each.team_id, each.pk) for each in seen}
    AccessEvent.objects.keep(
        of or [(None, None)],
        by=request.user,
        what=what,
        purpose=AccessEvent.Purpose.REVIEW,
        now=now,
    )
