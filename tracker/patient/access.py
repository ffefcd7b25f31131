"""Who may open a diary: the person whose diary it is, and nobody else."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import User
from tracker.models import Patient


def patient_required[**P](
    view: Callable[Concatenate[HttpRequest, Patient, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Hands the view the signed-in person's own Patient, by whose clock the page is made; others get 404."""

    @wraps(view)
    def own(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = cast(User, request.user)  # nobody else gets past LoginRequiredMiddleware
        patients = Patient.objects.visible_to(user).select_related("team", "user")
        patient = get_object_or_404(patients, user=user)
        with timezone.override(patient.zone):
            return view(request, patient, *args, **kwargs)

    return own  # type: ignore[return-value]  # mypy wants the request to be positional only
