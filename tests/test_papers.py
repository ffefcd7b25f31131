"""What the papers on security, safety and operations name is there: files, tests, links, numbers."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR
PAPERS = sorted(
    [
        ROOT / "SECURITY.md",
        ROOT / "docs/operations.md",
        *(ROOT / "docs/security").glob("*.md"),
        *(ROOT / "docs/safety").glob("*.md"),
    ]
)
ASVS = ROOT / "docs/security/asvs.csv"

ROOMS = ("accounts", "bench", "bin", "config", "deploy", "docs", "education", "locale", "static", "templates")
PATH = re.compile(rf"(?:(?:{'|'.join(ROOMS)}|tests|tracker)/[\w./-]+|[\w-]+\.(?:in|md|py|toml))(?:::\w+)*")
CODE = re.compile(r"`([^`]+)`")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
STATES = ("met", "partly", "not", "does not apply")
# Of ASVS 5.0.0: how many requirements each section has.
SECTIONS = (
    "1.1:2 1.2:10 1.3:12 1.4:3 1.5:3 2.1:3 2.2:3 2.3:5 2.4:2 3.1:1 3.2:3 3.3:5 3.4:8 3.5:8 3.6:1 "
    "3.7:5 4.1:5 4.2:5 4.3:2 4.4:4 5.1:1 5.2:6 5.3:3 5.4:3 6.1:3 6.2:12 6.3:8 6.4:6 6.5:8 6.6:4 6.7:2 "
    "6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:3 7.6:2 8.1:4 8.2:4 8.3:3 8.4:2 9.1:3 9.2:4 10.1:2 10.2:3 "
    "10.3:5 10.4:16 10.5:5 10.6:2 10.7:3 11.1:4 11.2:5 11.3:5 11.4:4 11.5:2 11.6:2 11.7:2 12.1:5 "
    "12.2:2 12.3:5 13.1:4 13.2:6 13.3:4 13.4:7 14.1:2 14.2:8 14.3:3 15.1:5 15.2:5 15.3:7 15.4:4 "
    "16.1:1 16.2:5 16.3:4 16.4:3 16.5:4 17.1:2 17.2:8 17.3:2 "
)
LEVELS = {"1": 70, "2": 183, "3": 92}


def text_of(paper: Path) -> str:
    return paper.read_text("utf-8")


def named_in(paper: Path) -> Iterator[str]:
    for span in CODE.findall(FENCED.sub("", text_of(paper))):
        for word in span.split():
            if PATH.fullmatch(word):
                yield word


@cache
def is_there(named: str) -> bool:
    """A path of the repository; after it, by two colons, what stands in it."""
    path, *parts = named.split("::")
    found = ROOT / path
    if not found.exists():
        return False
    words = text_of(found) if parts else ""
    return all(re.search(rf"^\s*(?:def|class) {part}\b", words, re.MULTILINE) for part in parts)


@cache
def rows() -> list[dict[str, str]]:
    with ASVS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_path_and_test_that_is_named_is_there(paper):
    assert not sorted({named for named in named_in(paper) if not is_there(named)})


def test_every_path_and_test_of_the_table_is_there():
    named = {word for row in rows() for cell in ("where", "test") for word in row[cell].split()}
    assert not sorted(each for each in named if not is_there(each))


def anchors(paper: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", text_of(paper)), re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", heading.lower().replace("`", "")) for heading in headings]
    return {each.replace(" ", "-") for each in plain}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_link_leads_somewhere(paper):
    lost = []
    for link in LINK.findall(FENCED.sub("", text_of(paper))):
        if link.startswith("https://"):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (paper.parent / path).resolve() if path else paper
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert not lost


# --- ASVS ---------------------------------------------------------------------------------------------------


def test_every_requirement_has_one_row_in_its_order():
    sections = {name: int(count) for name, count in (each.split(":") for each in SECTIONS.split())}
    wanted = [f"V{name}.{place}" for name, count in sections.items() for place in range(1, count + 1)]
    assert [row["number"] for row in rows()] == wanted
    assert Counter(row["level"] for row in rows()) == LEVELS


def test_every_row_says_where_or_why_not():
    for row in rows():
        assert row["state"] in STATES, row
        assert row["requirement"], row
        assert row["where"] or row["state"] in ("not", "does not apply"), row
    # Of a row of requirements that are not about us the first says why.
    reasons = {row["number"].rsplit(".", 1)[0]: row["remark"] for row in rows() if row["remark"]}
    for row in rows():
        if row["state"] != "met":
            assert row["remark"] or row["number"].rsplit(".", 1)[0] in reasons, row


def test_the_page_counts_as_the_table_does():
    page = text_of(ROOT / "docs/security/asvs.md")
    for levels in (("1", "2"), ("3",)):
        counted = Counter(row["state"] for row in rows() if row["level"] in levels)
        assert "| **all** | " + " | ".join(f"**{counted[each]}**" for each in STATES) + " |" in page
    told = set(re.findall(r"^\| (\d+\.\d+\.\d+) \|", page, re.MULTILINE))
    assert told == {row["number"][1:] for row in rows() if row["state"] in ("partly", "not")}


# --- Hazards ------------------------------------------------------------------------------------------------


def test_every_hazard_has_controls_a_test_and_a_risk_that_they_make_no_worse():
    page = text_of(ROOT / "docs/safety/hazards.md")
    found = re.findall(
        r"^\| H(\d+) \|.*?\|.*?\|.*?\| (.*?) \| (\d)×(\d) \| (\d)×(\d) \|$", page, re.MULTILINE
    )
    assert [int(number) for number, *_rest in found] == list(range(1, len(found) + 1))
    assert len(found) >= 30
    for number, controls, *risk in found:
        severity, likelihood, severity_after, likelihood_after = map(int, risk)
        assert severity * likelihood >= severity_after * likelihood_after, number
        assert severity * likelihood < 15 or severity_after * likelihood_after < 15, number
        assert "design:" in controls, number
        assert "test:" in controls or "people:" in controls, number
