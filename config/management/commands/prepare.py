"""Everything between new code and a running site, in one process."""

import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

STEPS = {
    "Languages": ["compile_catalogs"],
    "Database": ["migrate", "--no-input"],
    "Cache table": ["createcachetable"],
    "Groups of staff": ["make_groups"],
    "Shipped pages": ["load_content"],
    "Shipped rules": ["load_rules"],
    "Static files": ["collectstatic", "--no-input"],
}
DEMO_STEPS = {"Invented people": ["seed_demo"]}


class Command(BaseCommand):
    help = "Make the site ready: migrations, shipped pages and rules, static files and, in the demo, people."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        steps = {**STEPS, **DEMO_STEPS} if settings.DEMO else STEPS
        for title, command in steps.items():
            started = time.monotonic()
            self.stdout.write(f"{title}: ", ending="")
            self.stdout.flush()  # the first seeding takes half a minute, which silence would make longer
            call_command(*command, verbosity=0)
            self.stdout.write(f"ready ({time.monotonic() - started:.1f} s)")
        if settings.DEMO:
            self._introduce_people()

    def _introduce_people(self) -> None:
        from tracker.demo import PERSONAS

        self.stdout.write("\nWho can sign in (codes arrive as files in var/mail):")
        for persona in PERSONAS:
            self.stdout.write(f"  {persona.name:<24} {persona.email:<36} {persona.role}")
        self.stdout.write("")
