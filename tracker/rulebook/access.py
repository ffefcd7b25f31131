"""Who may look at rules, change drafts and publish them."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from tracker.models import RuleSet

VIEW = "tracker.view_ruleset"
CHANGE = "tracker.change_ruleset"
PUBLISH = "tracker.publish_ruleset"


def who_may_publish(rule_set: RuleSet) -> list[User]:
    """By name: those who may publish and had no hand in this draft."""
    codename = PUBLISH.partition(".")[2]
    may = Q(is_superuser=True) | Q(user_permissions__codename=codename)
    may |= Q(groups__permissions__codename=codename)
    people = User.objects.filter(may, is_active=True).distinct()
    return sorted((each for each in people if not rule_set.was_made_by(each)), key=str)


def may_copy(user: User, rule_set: RuleSet) -> bool:
    """Who changes rules; and who publishes them, for going back to a set that was in force.

    Nobody copies a draft: whoever had a hand in it could publish the copy.
    """
    if rule_set.is_draft:
        return False
    is_retired = rule_set.state == RuleSet.State.RETIRED
    return user.has_perm(CHANGE) or (is_retired and user.has_perm(PUBLISH))


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
