"""The library as Markdown files, for a clinic that keeps its content in git."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from education.exporting import files_of
from education.files import FOLDER_OF
from education.shipped import KINDS


class Command(BaseCommand):
    help = (
        "Writes each page, published or not, to FOLDER/<kind>/<address>.md, and its translations beside it. "
        "Writes over what is there; removes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--kind", choices=FOLDER_OF, help="This kind of page alone.")

    def handle(self, *args: Any, folder: Path, kind: str | None, **options: Any) -> None:
        kinds = [FOLDER_OF[kind]] if kind else [*KINDS]
        count = 0
        for each in kinds:
            for name, text in files_of(KINDS[each]._default_manager.order_by("slug")):
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8", newline="\n")
                count += 1
        if options["verbosity"]:
            self.stdout.write(f"{count} files written to {folder}")
