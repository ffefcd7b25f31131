"""The rules for people: as a document to sign, or what is wrong with a file of them."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tracker.management.rule_sets import CANNOT, chosen
from tracker.triage.booklet import booklet
from tracker.triage.rules import RuleError, load
from tracker.triage.sense import objections

WRONG = 1


class Command(BaseCommand):
    help = "Write a rule set as a document for clinicians, or check a file of rules."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--markdown", action="store_true", help="Write the rules as a document.")
        what.add_argument("--check", metavar="FILE", help="Say what is wrong in FILE.")
        parser.add_argument(
            "--rules",
            default="",
            metavar="FILE|VERSION",
            help="The rules of a file, or of a version in the database, in place of those we ship.",
        )

    def handle(self, *args: Any, check: str | None, rules: str, **options: Any) -> None:
        if check:
            self._check(Path(check))
        else:
            self.stdout.write(booklet(chosen(rules)), ending="")

    def _check(self, path: Path) -> None:
        try:
            found = load(path)
        except RuleError as error:
            self.stderr.write(f"{path}: {error}")
            sys.exit(WRONG)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path} cannot be read: {error}", returncode=CANNOT) from error
        if wrong := objections(found):
            self.stderr.write("\n".join(f"{path}: {each}" for each in wrong))
            sys.exit(WRONG)
        self.stdout.write(f"{path}: {len(found.rules)} rules, version {found.version}. Nothing is wrong.")
