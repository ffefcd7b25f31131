from typing import Any

from django.core.management.base import BaseCommand

from config.push import make_private_key, public_of


class Command(BaseCommand):
    help = "Makes a key for VAPID_PRIVATE_KEY. Keep it: with another, every phone has to subscribe anew."

    def handle(self, *args: Any, **options: Any) -> None:
        private_key = make_private_key()
        self.stdout.write(private_key)
        self.stderr.write(f"VAPID_PUBLIC_KEY, for the web server in its place: {public_of(private_key)}")
