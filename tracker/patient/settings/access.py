"""Whose settings these are: nobody decides about a diary but the patient whose diary it is."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, cast

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import User
from tracker.models import Patient


def own_diary_required[**P, Answer: HttpResponseBase](
    view: Callable[Concatenate[HttpRequest, Patient, P], Answer],
) -> Callable[Concatenate[HttpRequest, P], Answer]:
    """Hands the view the diary of whoever is signed in, by whose clock the page is made; others get 404.

    Whoever helps a patient with their diary is one of the others.
    """

    @wraps(view)
    def own(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> Answer:
        patient = get_object_or_404(Patient.objects.select_related("team", "user"), user=person_of(request))
        with timezone.override(patient.zone):
            return view(request, patient, *args, **kwargs)

    return own  # type: ignore[return-value]  # mypy wants the request to be positional only


def person_of(request: HttpRequest) -> User:
    return cast(User, request.user)  # nobody else gets past LoginRequiredMiddleware
