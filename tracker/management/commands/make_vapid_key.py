from typing import Any

from django.core.management.base import BaseCommand

from config.push import make_private_key


class Command(BaseCommand):
    help = "Makes a key for VAPID_PRIVATE_KEY. Keep it: with another, every phone has to subscribe anew."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(make_private_key())
