from typing import Any

from django.core.management.base import BaseCommand

from config.messages.catalogs import compile_all


class Command(BaseCommand):
    help = "Makes of locale/ what Django reads, where that is out of date. Safe to repeat."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        made = compile_all()
        if options["verbosity"]:
            self.stdout.write(f"Compiled: {', '.join(made) or 'nothing, all is up to date'}")
