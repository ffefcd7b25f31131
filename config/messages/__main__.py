"""`python -m config.messages update | compile | check [language …]`."""

import argparse
import sys

from config.messages.catalogs import compile_all, read, said, update
from config.messages.faults import faults
from config.messages.sources import NEEDED, find, needed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m config.messages", description=__doc__)
    parser.add_argument("act", choices=["update", "compile", "check"])
    parser.add_argument(
        "languages", nargs="*", metavar="language", help=f"of {', '.join(NEEDED)}; all unless named"
    )
    asked = parser.parse_args()
    languages = asked.languages or list(NEEDED)
    if unknown := set(languages) - set(NEEDED):
        parser.error(f"nobody speaks {', '.join(sorted(unknown))} here")
    if asked.act == "compile":
        compile_all()
        return 0
    return _update(languages) if asked.act == "update" else _check(languages)


def _update(languages: list[str]) -> int:
    found = find()
    for language in languages:
        update(language, found)
        entries = [entry for entry in read(language) if entry.id]
        done = [entry for entry in entries if not entry.fuzzy and all(said(entry))]
        print(f"{language}: {len(entries)} messages, {len(done)} translated")
    compile_all()
    return 0


def _check(languages: list[str]) -> int:
    found = find()
    wrong = 0
    for language in languages:
        for fault in faults(read(language), needed(language, found)):
            wrong += 1
            print(f"{language}: {fault}")
    if wrong:
        print(f"{wrong} faults. `make messages` brings the catalogs up to date with the code.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
