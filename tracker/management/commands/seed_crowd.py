import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tracker.demo.crowd.seed import (
    NoLibrary,
    NoSuchTeam,
    Size,
    SomebodyIsHere,
    TooMany,
    seed_crowd,
    settle,
)


class Command(BaseCommand):
    help = (
        "Fills a database with clinics of invented people and years of their diaries, to measure pages with."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--patients", type=int, default=2_000)
        parser.add_argument("--check-ins", type=int, default=1_000_000)
        parser.add_argument("--open-flags", type=int, default=200)
        parser.add_argument("--teams", type=int, default=4, help="how many new teams to make")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same crowd")
        parser.add_argument(
            "--team",
            action="append",
            default=[],
            help="the name of a team that is there, to put the crowd into; may be said again",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Invented people do not belong on a production site. Set SIDELIGHT_MODE=demo.")
        size = Size(options["patients"], options["check_ins"], options["open_flags"], options["teams"])
        if min(size.patients, size.teams) < 1 or min(size.check_ins, size.open_flags) < 0:
            raise CommandError("A crowd has at least one patient and one team, and no number below zero.")
        started = time.monotonic()

        def say(words: str) -> None:
            if options["verbosity"]:
                self.stdout.write(f"{time.monotonic() - started:6.0f} s  {words}")
                self.stdout.flush()

        self._seed(size, options, say)
        say("Tidying up …")
        settle()
        say("Done.")

    def _seed(self, size: Size, options: dict[str, Any], say: Any) -> None:
        try:
            seed_crowd(size, timezone.now(), seed=options["seed"], into=options["team"], say=say)
        except SomebodyIsHere as others:
            raise CommandError(
                "There are patients here. Say into which of the teams the crowd may go: --team NAME."
            ) from others
        except NoSuchTeam as missing:
            raise CommandError(f"There is no such team: {missing}.") from missing
        except NoLibrary as missing:
            raise CommandError(
                f"Load the shipped pages first: manage.py load_content ({missing})."
            ) from missing
        except TooMany as too_many:
            raise CommandError(
                "A patient has one open flag, and it takes a report: ask for fewer of them."
            ) from too_many
