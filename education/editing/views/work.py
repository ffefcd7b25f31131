"""What waits for whom."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from education.documents import KINDS
from education.editing.views.common import framed, staff
from education.editing.work import work_of


@staff
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    if not any(
        request.user.has_perm(f"education.change_{model._meta.model_name}") for model in KINDS.values()
    ):
        raise PermissionDenied
    found = work_of(request.user, timezone.localdate())
    return framed(request, "work", {"title": _("Work on the library"), "work": found})
