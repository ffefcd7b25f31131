from pathlib import Path

from tracker.triage.booklet import booklet
from tracker.triage.rules import default_rules

SIGNED = Path(__file__).parent.parent.parent / "docs" / "rules.md"


def test_the_page_that_clinicians_sign_has_the_shipped_rules() -> None:
    """After a change: .venv/bin/python manage.py rules --markdown > docs/rules.md"""
    assert SIGNED.read_text("utf-8") == booklet(default_rules())
