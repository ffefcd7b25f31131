from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.lost_phone import forget_second_factor
from accounts.models import User


class Command(BaseCommand):
    help = "Takes away the passkeys, app and recovery codes of somebody who lost them; signs them out."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError("Nobody has this address.")
        gone = forget_second_factor(user)
        self.stdout.write(f"Taken away: {gone}. With a code by e-mail they set up a new second step.")
