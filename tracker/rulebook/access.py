"""Who may look at rules, change drafts and publish them."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.http import Http404, HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from accounts.models import User

VIEW = "tracker.view_ruleset"
CHANGE = "tracker.change_ruleset"
PUBLISH = "tracker.publish_ruleset"


class RulesRequest(HttpRequest):
    """A request by somebody with the permission; the middleware has seen to the signing in."""

    user: User
    htmx: HtmxDetails


type View[**Rest] = Callable[Concatenate[RulesRequest, Rest], HttpResponse]


def needs[**Rest](*permissions: str) -> Callable[[View[Rest]], View[Rest]]:
    """404 for everybody who lacks one of them: the page is not theirs to know of."""

    def guard(view: View[Rest]) -> View[Rest]:
        @wraps(view)
        def guarded(request: RulesRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
            if not request.user.has_perms(permissions):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return guard
