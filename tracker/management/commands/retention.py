"""`manage.py retention`: what is older than its team keeps it goes now, or is only counted."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from tracker.retention.applying import due, plan

TURNS = 10_000
"""More than any site has to do: what cannot be deleted must not keep the command running for ever."""


class Command(BaseCommand):
    help = "Delete what is older than each team's schedule keeps it, as the worker does every hour."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="tell what would go, and delete nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        self.tell() if dry_run else self.delete()

    def tell(self) -> None:
        self.stdout.write(f"{'team':30} {'kind':12} {'months':>8} {'patients':>9} {'rows':>9}")
        for each in plan(timezone.now()):
            months = "for good" if each.months is None else str(each.months)
            self.stdout.write(
                f"{str(each.team)[:30]:30} {each.kind.code:12} {months:>8} {each.patients:>9} {each.rows:>9}"
            )
        self.stdout.write("Nothing was deleted. Held patients are not counted.")

    def delete(self) -> None:
        done = 0
        for _turn in range(TURNS):
            many = due(timezone.now())
            if not many:
                break
            done += many
        self.stdout.write(f"{done} rows were deleted or emptied. /privacy/ shows which.")
