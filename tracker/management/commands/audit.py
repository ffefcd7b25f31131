"""`manage.py audit`: seals, anchors and verifies the record of who looked at whom."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.audit import sealing
from accounts.audit.verifying import verify
from tracker import anchoring

SHOWN = 50
"""Faults that are printed one by one: of a table that was emptied nobody reads more."""


class Command(BaseCommand):
    help = "Verify the record of who looked at whom, or tell its newest seal outside of the database."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("anchor", help="seal what waits; print the newest seal, and mail, write and post it")
        acts.add_parser("seal", help="seal what waits, as the worker does every minute")
        check = acts.add_parser("verify", help="find any change, removal, reordering or insertion")
        check.add_argument(
            "--anchor",
            action="append",
            default=[],
            metavar="HASH",
            help="as an anchor was told: a hash, or NUMBER:HASH; may be given several times",
        )

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        {"anchor": self.anchor, "seal": self.seal, "verify": self.verify}[act](**options)

    def anchor(self, **options: Any) -> None:
        told = anchoring.anchor(timezone.now())
        if told is None:
            raise CommandError("Nobody has looked at anything yet: there is nothing to tell.")
        self.stdout.write(told)

    def seal(self, **options: Any) -> None:
        self.stdout.write(f"{sealing.due(timezone.now())} sealed")

    def verify(self, *, anchor: list[str], **options: Any) -> None:
        found = verify(anchor)
        self.stdout.write(
            f"{found.events} looks in {found.seals} seals; {found.waiting} wait for the next one."
        )
        self.stdout.write(f"Newest seal: {found.head or 'none'}")
        if not found.faults:
            self.stdout.write("Nothing was changed, taken away, moved or put in.")
            return
        for fault in found.faults[:SHOWN]:
            self.stdout.write(f"- {fault}")
        if len(found.faults) > SHOWN:
            self.stdout.write(f"- and {len(found.faults) - SHOWN} more")
        raise CommandError("The record of looks is not as it was written.", returncode=1)
