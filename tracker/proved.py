"""Somebody shows once more that it is they: before another team's chart, before a list is taken along."""

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.http import HttpResponse


def proved_lately[View: Callable[..., HttpResponse]](view: View) -> View:
    """Whoever has not done so within the last minutes is asked, then led on. What they had sent is kept."""
    asked: Any = reauthentication_required(view)
    return asked  # type: ignore[no-any-return]
