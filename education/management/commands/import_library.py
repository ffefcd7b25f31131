"""Markdown files, as `export_library` writes them, become drafts: all of them or none."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from education.files import Unreadable
from education.importing import Imported, import_files
from education.upload import PASSED_OVER


class Command(BaseCommand):
    help = (
        "Reads every .md file under FOLDER but README.md, and makes a draft of each page that its file would "
        "change; a second person publishes it. If a file is wrong, all faults are named and none is imported."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--by", metavar="EMAIL", required=True, help="In whose name: an editor's e-mail address."
        )

    def handle(self, *args: Any, folder: Path, by: str, **options: Any) -> None:
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in _pages(folder)}
        if not files:
            raise CommandError(f"There is no .md file under {folder}.")
        try:
            tally = import_files(files, by=_editor(by), now=timezone.now())
        except Unreadable as bad:
            raise CommandError(f"Nothing was imported.\n{bad}") from bad
        if options["verbosity"]:
            self.stdout.write(", ".join(f"{tally[each]} {each}" for each in Imported if tally[each]))


def _pages(folder: Path) -> Iterator[Path]:
    """Not those of git, and no file that is none of a page."""
    for path in sorted(folder.rglob("*.md")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.name.lower() not in PASSED_OVER:
            yield path


def _editor(email: str) -> User:
    try:
        return User.objects.get(email__iexact=email, is_staff=True)
    except User.DoesNotExist as missing:
        raise CommandError(f"There is no editor with the address {email}.") from missing
