"""The front door, and the two questions a monitor asks."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.groups import REVIEW
from config.context import shell
from config.database.role import too_strong
from tracker.alerts import watch

HOMES = {"team": "team:board", "patient": "patient:today"}


@require_safe
def home(request: HttpRequest) -> HttpResponseRedirect:
    """To the page that this person came for: the board, the diary, the admin, the looks, or the library."""
    frame = shell(request)["shell"]
    return redirect(HOMES.get(frame) or _home_of(request))


def _home_of(request: HttpRequest) -> str:
    """Of somebody who has neither a team nor a diary."""
    if request.user.is_staff:
        return "admin:index"
    return "privacy:review" if request.user.has_perm(REVIEW) else "education:index"


def not_here(request: HttpRequest, **_where: str) -> HttpResponse:
    """For an address of somebody else's app that this house does not open."""
    raise Http404


@login_not_required
@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers at all."""
    return HttpResponse("alive\n", content_type="text/plain")


@login_not_required
@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 when reports can be taken and alerts go out; 503 with what is wrong otherwise."""
    problems = _database_problems()
    if not problems and (worker := watch.problem(timezone.now())):
        problems["worker"] = worker
    return JsonResponse({"ready": not problems, "problems": problems}, status=503 if problems else 200)


def _database_problems() -> dict[str, str]:
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return {"database": "It does not answer."}
    if pending:
        return {"migrations": f"{len(pending)} have not been applied."}
    why = "" if settings.TESTING else too_strong()
    return {"role": why} if why else {}
