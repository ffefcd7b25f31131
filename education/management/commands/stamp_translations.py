"""Which translated files are up to date: write it down, or say which are not."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from education.languages import Language
from education.shipped import CONTENT, KINDS, read
from education.translated import BadPage, Files


class Command(BaseCommand):
    help = (
        "Writes into the translated pages under education/content that they translate the English as it is "
        "now. Do it after comparing the two. With --check: names those that are missing, stale or incomplete."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("language", nargs="?", choices=Language.values, help="es or ar.")
        parser.add_argument("slugs", nargs="*", metavar="slug", help="These pages alone.")
        parser.add_argument("--check", action="store_true", help="Write nothing; fail if anything is wrong.")

    def handle(self, *args: Any, language: str | None, slugs: list[str], check: bool, **options: Any) -> None:
        languages = [language] if language else Language.values
        try:
            self._check(languages) if check else self._stamp(languages, slugs)
        except BadPage as bad:
            raise CommandError(str(bad)) from bad

    def _check(self, languages: list[str]) -> None:
        wrong = [
            each
            for language in languages
            for kind, model in KINDS.items()
            for each in Files(CONTENT, language, kind).objections(_english(kind), model.words)
        ]
        if wrong:
            raise CommandError("\n".join(wrong))
        self.stdout.write("Every translated page says what the English says.")

    def _stamp(self, languages: list[str], slugs: list[str]) -> None:
        for language in languages:
            changed = sum(
                Files(CONTENT, language, kind).stamp(_english(kind), model.words, slugs)
                for kind, model in KINDS.items()
            )
            self.stdout.write(f"{language}: {changed} stamped")


def _english(kind: str) -> dict[str, Any]:
    return {page["slug"]: page for page in read(CONTENT, kind)}
