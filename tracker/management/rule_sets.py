"""Which rules a command goes by."""

from pathlib import Path

from django.core.management.base import CommandError

from tracker.triage.rules import RuleError, RuleSet, default_rules, load, parse

CANNOT = 2
"""Exit status: what was asked for cannot be read. 1 is left for "it was read, and is not as it should be"."""


def chosen(name: str) -> RuleSet:
    """The shipped rules (""), those of a file, or those that the database keeps under a version.

    Only a version that we do not ship needs the database. Raises CommandError.
    """
    if name in ("", default_rules().version):
        return default_rules()
    path = Path(name)
    try:
        return load(path) if path.suffix == ".toml" or path.exists() else _kept(name)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{name} cannot be read: {error}", returncode=CANNOT) from error
    except RuleError as error:
        raise CommandError(f"{name}: {error}", returncode=CANNOT) from error


def _kept(version: str) -> RuleSet:
    from django.db import DatabaseError

    from tracker.models import RuleSet as KeptRuleSet

    try:
        return parse(KeptRuleSet.objects.get(version=version).as_data())
    except KeptRuleSet.DoesNotExist as error:
        raise CommandError(f"There is no file and no rule set {version}.", returncode=CANNOT) from error
    except DatabaseError as error:
        said = str(error).splitlines()[0]
        raise CommandError(
            f"There is no file {version}, and no database to look for a rule set in: {said}",
            returncode=CANNOT,
        ) from error
