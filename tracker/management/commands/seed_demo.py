from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tracker.demo.seed import NoLibrary, OtherPeople, seed


class Command(BaseCommand):
    help = "Fills an empty site with invented people and sixty days of their diaries. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Invented people do not belong on a production site. Set SIDELIGHT_MODE=demo.")
        try:
            made = seed(timezone.now())
        except OtherPeople as others:
            raise CommandError(
                "This database holds other people: invented ones may not come among them. Use an empty one."
            ) from others
        except NoLibrary as missing:
            raise CommandError(
                f"Load the shipped pages first: manage.py load_content ({missing})."
            ) from missing
        if options["verbosity"]:
            self.stdout.write("Invented people: made." if made else "Invented people: already there.")
