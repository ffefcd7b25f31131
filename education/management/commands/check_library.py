"""Whether the pages that come with Sidelight may be shipped; for `make check`."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from education import known
from education.checks import Objection, objections
from education.shipped import CONTENT, KINDS, BadPage, read, translations_in

AWAITING = "Sidelight editors (awaiting a clinician's review)"
"""What a shipped page says until a clinician has read it. It names no role, and must not invent one."""


class Command(BaseCommand):
    help = (
        "Names every shipped page with something wrong in it: references, review, links, pictures, headings, "
        "reading grade, Spanish. Asks neither a database nor the network."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            wrong = [*faults(timezone.localdate())]
        except BadPage as bad:
            raise CommandError(str(bad)) from bad
        if wrong:
            raise CommandError("\n".join(wrong))
        self.stdout.write("Every shipped page may go out.")


def faults(today: dt.date) -> Iterator[str]:
    """One line for each objection: file, field, what is wrong."""
    there = known.shipped()
    for folder in KINDS:
        spanish = translations_in(CONTENT, folder)
        for page in read(CONTENT, folder):
            content = page | {"translations": spanish.get(page["slug"], {})}
            for each in objections(folder, content, today=today, known=there):
                if not _is_honest(each, page):
                    yield f"{folder}/{page['slug']}.toml: {each.field or 'the page'}: {each.text}"


def _is_honest(objection: Objection, page: dict[str, Any]) -> bool:
    """A page that no clinician has read yet may say so in place of a name and a role."""
    return objection.field == "reviewed_by" and page["reviewed_by"] == AWAITING
