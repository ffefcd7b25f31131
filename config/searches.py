"""Names that somebody searches for, in an address that shows nobody: no history of pages, no log has them.

A search is sent by POST, and answered with an address in which such fields are sealed: so going back, loading
anew, the next page of a list and polls work as they do with words, and nothing is kept here. It opens for
whoever searched, and for nobody else. Fields that stand in an address in plain words are not read.
"""

import json
from collections.abc import Sequence

from django.http import HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from config.sealing import NotOurs, seal, unseal

NAME = "sealed"
LONGEST = 200  # characters of a field: what is longer is cut, as by those who read it


def to_results(view: str, sent: QueryDict, names: Sequence[str], by: int) -> HttpResponseRedirect:
    """Where `view` shows what was asked for; `names` are the fields that nobody should read there."""
    fields = {name: value[:LONGEST] for name in names if (value := sent.get(name, "").strip())}
    query = QueryDict(mutable=True)
    for name, values in sent.lists():
        if name not in (*names, NAME, "csrfmiddlewaretoken"):
            query.setlist(name, [value for value in values if value])
    if fields:
        query[NAME] = seal(json.dumps({"search": fields, "by": by}))
    return redirect(reverse(view) + (f"?{query.urlencode()}" if query.urlencode() else ""))


def asked(query: QueryDict, names: Sequence[str], by: int) -> QueryDict:
    """The query with its sealed fields in words. What does not open, or was another's, asks for nothing."""
    found = query.copy()
    for name in names:
        found.pop(name, None)
    if fields := _opened(query.get(NAME, ""), by):
        found.update({name: fields[name] for name in names if name in fields})
    else:
        found.pop(NAME, None)
    return found


def _opened(sealed: str, by: int) -> dict[str, str]:
    """Nothing of what is no search: other things are sealed with the same keys."""
    try:
        told = json.loads(unseal(sealed))
    except (NotOurs, json.JSONDecodeError):
        return {}
    is_search = isinstance(told, dict) and told.keys() == {"search", "by"}
    return told["search"] if is_search and told["by"] == by else {}
