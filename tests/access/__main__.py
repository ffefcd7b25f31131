"""Writes docs/access.csv as the site answers now: `python -m tests.access`. Then read what `git diff` says.

`python -m tests.access team/reports/ privacy/` writes the lines of addresses that begin so. Needs a database,
as every test does: `python -m config.postgres throwaway --` in front makes one.
"""

import os
import sys

import pytest

os.environ["WRITE_ACCESS_TABLE"] = " ".join(each for each in sys.argv[1:] if not each.startswith("-"))
options = [each for each in sys.argv[1:] if each.startswith("-")]
sys.exit(pytest.main(["-q", "--no-header", "-k", "answered", "tests/access/test_table.py", *options]))
