"""The address at which somebody reads what they searched for."""

from django.http import QueryDict

from accounts.models import User
from config import searches

NAMES = ("q", "person", "patient")


def results(view: str, by: User, **asked: str) -> str:
    sent = QueryDict(mutable=True)
    sent.update(asked)
    return searches.to_results(view, sent, NAMES, by.pk).url
