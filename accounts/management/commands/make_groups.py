from typing import Any

from django.core.management.base import BaseCommand

from accounts.groups import MAY, make_groups


class Command(BaseCommand):
    help = "Makes the groups of staff and says what each may do. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        make_groups()
        if options["verbosity"]:
            self.stdout.write(f"Groups: {', '.join(MAY)}")
