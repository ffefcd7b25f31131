from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.resealing import seal_everything_anew


class Command(BaseCommand):
    help = "Seals the secrets of second factors under the first of ENCRYPTION_KEYS. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        done = seal_everything_anew()
        self.stdout.write(f"Sealed anew: {done.sealed}.")
        if done.lost:
            raise CommandError(
                f"{len(done.lost)} could be opened with none of the keys. Their people have to set up their "
                f"second step again: {', '.join(map(str, done.lost))}"
            )
