from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tracker.models import RuleSet
from tracker.rulebook.in_force import unreadable
from tracker.rulebook.shipped import install
from tracker.triage.rules import RuleError


class Command(BaseCommand):
    help = (
        "Brings in the rules that come with Sidelight: in force where none are, else as a draft for review. "
        "Safe to repeat: it never takes the place of a clinic's rules."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            brought = install(timezone.now())
        except RuleError as error:
            raise CommandError(f"The rules that come with Sidelight cannot be read: {error}") from error
        if wrong := unreadable():  # better no new version than one that cannot weigh reports by them
            raise CommandError(f"This version cannot read the rules in force: {wrong}")
        if options["verbosity"]:
            self.stdout.write(_said(brought))


def _said(brought: RuleSet | None) -> str:
    if brought is None:
        return "The shipped rules are here already."
    if brought.is_draft:
        return f"{brought}: the shipped rules, a draft for two people to review and publish."
    return f"{brought}: the shipped rules, in force."
