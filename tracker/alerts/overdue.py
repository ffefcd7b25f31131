"""A letter to the library's editors, once a week, while pages are overdue for their review."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import User
from education.overdue import desk_address, overdue_pages
from tracker.models import Channel, Notice

EDITORS = "Editors"  # the group, as accounts.groups has it
AT = dt.time(8)  # on Monday, by the site's clock; later in the week if nothing was overdue then
OF_USE_FOR = dt.timedelta(days=6)


def due(now: dt.datetime) -> int:
    """Queue this week's letter to every editor who has not had it; returns to how many.

    What is overdue is looked up again when the letter is written.
    """
    week = _week(now)
    if not week or not (editors := list(_not_told(week))) or not overdue_pages(timezone.localdate(now)):
        return 0
    Notice.objects.bulk_create([_letter(editor, week, now) for editor in editors], ignore_conflicts=True)
    return len(editors)


def _week(now: dt.datetime) -> str:
    """2026-W48; nothing before Monday morning."""
    here = timezone.localtime(now)
    year, week, day = here.isocalendar()
    return "" if day == 1 and here.time() < AT else f"{year}-W{week:02}"


def _not_told(week: str) -> models.QuerySet[User]:
    told = Notice.objects.filter(recipient=models.OuterRef("pk"), kind=Notice.Kind.OVERDUE_PAGES, about=week)
    editors = User.objects.filter(groups__name=EDITORS, is_active=True, is_staff=True)
    return editors.exclude(email=None).exclude(models.Exists(told))


def _letter(editor: User, week: str, now: dt.datetime) -> Notice:
    return Notice(
        recipient=editor,
        kind=Notice.Kind.OVERDUE_PAGES,
        about=week,
        channel=Channel.EMAIL,
        address=editor.email or "",
        created_at=now,
        wanted_at=now,
        due_at=now,
        expires_at=now + OF_USE_FOR,
    )


def links(now: dt.datetime) -> list[tuple[str, dt.date | None, str]]:
    """What the letter lists: each page's name, when its review was due, and where an editor changes it."""
    return [
        (str(page), page.next_review_on, settings.SITE_URL + desk_address(page))
        for page in overdue_pages(timezone.localdate(now))
    ]
