"""Counts that a page was opened."""

import datetime as dt
import re

from django.db import connection
from django.http import HttpRequest

from education.models import Kind

MACHINE = re.compile(r"bot|crawl|spider|slurp|preview|monitor|curl|wget|python|http-?client", re.IGNORECASE)

# One statement, which does not wait until it is on a disk: a count may be lost, a reader must not wait.
COUNT = """
WITH soon AS (SELECT set_config('synchronous_commit', 'off', true))
INSERT INTO education_pageread AS kept (kind, slug, language, day, views)
SELECT %s, %s, %s, %s, 1 FROM soon
ON CONFLICT (kind, slug, language, day) DO UPDATE SET views = kept.views + 1
"""


def count(request: HttpRequest, kind: Kind, slug: str, language: str, today: dt.date) -> None:
    """A person who is no colleague, as far as that can be told simply."""
    if is_reader(request):
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [kind, slug, language, today])


def is_reader(request: HttpRequest) -> bool:
    agent = request.headers.get("User-Agent", "")
    is_looked_at = request.method == "GET" and "Sec-Purpose" not in request.headers  # not fetched beforehand
    user = request.user
    is_colleague = user.is_authenticated and (user.is_staff or user.is_care_team)
    return is_looked_at and bool(agent) and not MACHINE.search(agent) and not is_colleague
