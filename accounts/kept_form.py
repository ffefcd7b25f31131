"""A form that came too late: sealed, in the session, until the same person has signed in again.

Nothing is sent by itself. They see what they typed, and send it or not.
"""

import datetime as dt
import json
from dataclasses import dataclass

from django.http import HttpRequest

from accounts.models import User
from config.sealing import NotOurs, seal, unseal

KEY = "kept_form"
KEPT_FOR = dt.timedelta(hours=1)
LARGEST = 400 * 1024  # characters; a page of the library in three languages, with its marks, is shorter
NOT_TYPED = ("csrfmiddlewaretoken",)
NEVER = ("account_", "mfa_", "choose_language")
"""Views, by how their names begin: what is typed there is a secret, or quickly chosen again."""
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True)
class KeptForm:
    """What was to be sent, and where."""

    address: str
    fields: list[tuple[str, str]]

    @property
    def typed(self) -> list[str]:
        """What looks like words that somebody wrote, to be shown; the admin's buttons have names with a _."""
        return [value for name, value in self.fields if " " in value.strip() and not name.startswith("_")]


def keep(request: HttpRequest, user: User, now: dt.datetime) -> str:
    """What this request wanted to send, sealed; "" where there is nothing to keep."""
    is_form = request.method == "POST" and request.content_type in FORMS and not request.FILES
    if not is_form or "HX-Request" in request.headers or _is_never_kept(request):
        return ""
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    fields = [pair for pair in fields if pair[0] not in NOT_TYPED]
    if not fields or any("password" in name for name, _value in fields):
        return ""
    what = {
        "user": user.pk,
        "until": (now + KEPT_FOR).timestamp(),
        "address": request.get_full_path(),
        "fields": fields,
    }
    text = json.dumps(what, ensure_ascii=False)
    return seal(text) if len(text) <= LARGEST else ""


def _is_never_kept(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.view_name.startswith(NEVER)


def found(request: HttpRequest, user: User, now: dt.datetime) -> KeptForm | None:
    """What this person was about to send. Another's is thrown away, and so is what is too old."""
    try:
        what = json.loads(unseal(request.session[KEY]))
    except (KeyError, NotOurs, ValueError):
        what = {}
    if what.get("user") != user.pk or what["until"] < now.timestamp():
        request.session.pop(KEY, None)
        return None
    return KeptForm(what["address"], [(name, value) for name, value in what["fields"]])


def throw_away(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


def is_sent(request: HttpRequest, user: User, now: dt.datetime) -> None:
    """What goes now to where it was to go is not offered once more."""
    if request.method != "POST" or KEY not in request.session:
        return
    kept = found(request, user, now)
    if kept and kept.address == request.get_full_path():
        throw_away(request)
