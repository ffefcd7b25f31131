"""`docs/access.csv`: of every address and method, what each role is answered. The one place that says it."""

import csv
from pathlib import Path

from tests.access.addresses import addresses

TABLE = Path(__file__).parents[2] / "docs" / "access.csv"
METHODS = ("GET", "POST")

ROLES = {
    "nobody": "Not signed in",
    "rosa": "Rosa, the patient whose data stand behind the addresses",
    "dev": "Dev, another patient of her team",
    "lena": "Lena, her daughter, who may see and write her diary",
    "amira": "Amira, nurse of her team",
    "ben": "Ben, doctor of her team",
    "sara": "Sara, lead of her team and rule reviewer",
    "noor": "Noor, nurse of another team",
    "nia": "Nia, nurse of another team, who has Rosa's chart open in an emergency",
    "fay": "Fay, who was a nurse of her team",
    "edith": "Edith, editor",
    "ada": "Ada, admin",
    "petra": "Petra, privacy officer",
}
"""As the columns stand in the table."""

MUST_NOT_SEE = ("nobody", "dev", "noor", "fay", "edith", "ada", "petra")
"""Whoever does not care for Rosa: no page and no header may show them a word of her health."""

type Key = tuple[str, str]
"""Route and method."""
type Cells = dict[str, str]
"""Role → what is answered."""


def read() -> dict[Key, Cells]:
    if not TABLE.exists():
        return {}
    with TABLE.open(newline="") as file:
        return {
            (row["address"].removeprefix("/"), row["method"]): {role: row[role] for role in ROLES}
            for row in csv.DictReader(file)
        }


def write(rows: dict[Key, Cells]) -> None:
    """In the order of the addresses, so that a change is a line of a diff."""
    with TABLE.open("w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["address", "method", *ROLES])
        for route, method in sorted(rows):
            out.writerow([f"/{route}", method, *(rows[route, method][role] for role in ROLES)])


def update(role: str, found: dict[Key, str]) -> None:
    """What this role is answered now; what is no address any more goes."""
    known, nothing, there = read(), dict.fromkeys(ROLES, ""), addresses()
    new = {key: {**nothing, **known.get(key, {}), role: word} for key, word in found.items()}
    write({key: cells for key, cells in (known | new).items() if key[0] in there})
