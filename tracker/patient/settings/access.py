"""Settings of a person belong to whoever is signed in; those of a diary go through the diary's own door."""

from typing import cast

from django.http import HttpRequest

from accounts.models import User


def person_of(request: HttpRequest) -> User:
    return cast(User, request.user)  # nobody else gets past LoginRequiredMiddleware
