from typing import Any

from django.core.management.base import BaseCommand, CommandError

from education.shipped import BadPage, Outcome, load


class Command(BaseCommand):
    help = "Loads the pages that come with Sidelight. Safe to repeat: it never overwrites an editor's change."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            tally = load()
        except BadPage as bad:
            raise CommandError(str(bad)) from bad
        if not options["verbosity"]:
            return
        for folder in dict.fromkeys(folder for folder, _outcome in tally):
            counts = (f"{tally[folder, outcome]} {outcome}" for outcome in Outcome if tally[folder, outcome])
            self.stdout.write(f"{folder}: {', '.join(counts)}")
