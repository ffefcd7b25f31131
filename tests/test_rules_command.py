"""`manage.py rules`. No test here has a database."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.triage.test_conditions import MINIMAL
from tracker.triage.notes import CONCEPTS
from tracker.triage.rules import default_rules

SHIPPED = Path(__file__).parent.parent / "tracker" / "triage" / "defaults.toml"


def rules(**options: object) -> str:
    out = io.StringIO()
    call_command("rules", stdout=out, stderr=out, **options)
    return out.getvalue()


def test_the_document_has_every_rule_limit_condition_and_concept() -> None:
    text, shipped = rules(markdown=True), default_rules()
    assert f"Version **{shipped.version}**, {len(shipped.rules)} rules." in text
    for rule in shipped.rules:
        assert text.count(f"\n| `{rule.code}` |") == 1
        assert rule.patient["en"].partition("{")[0] in text
        assert rule.source.replace("|", "\\|") in text
    for name in (*shipped.limits, *shipped.conditions, *CONCEPTS):
        assert f"| {name.replace('_', ' ')} |" in text


def test_the_document_runs_from_the_worst_level_down_and_ends_with_two_signatures() -> None:
    text = rules(markdown=True)
    places = [text.index(f"## {level}: ") for level in ("Emergency", "Urgent", "Routine", "None")]
    assert places == sorted(places)
    assert text.endswith(
        "| name | profession | date | signature |\n"
        + "| --- | --- | --- | --- |\n"
        + 2 * ("| &nbsp; | &nbsp; | &nbsp; | &nbsp; |\n")
    )


def test_every_row_of_a_table_has_the_cells_of_its_head() -> None:
    head = 0
    for line in rules(markdown=True).splitlines():
        cells = line.replace("\\|", "").count("|")
        if line.startswith("|"):
            head = head or cells
            assert cells == head, line
        else:
            head = 0


def test_no_name_of_a_number_is_left_in_the_document() -> None:
    assert "{" not in rules(markdown=True)


def test_the_rules_of_another_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(MINIMAL.replace('"You feel sick."', '"You | feel sick: call {team_phone}."'), "utf-8")
    text = rules(markdown=True, rules=str(path))
    assert "Version **test-1**, 1 rules." in text
    assert "| `one` | “sick”; and on filgrastim. | You \\| feel sick: call [number]. | A test. |" in text


def test_a_file_in_which_nothing_is_wrong() -> None:
    assert rules(check=str(SHIPPED)).endswith("Nothing is wrong.\n")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("rules = [", "file, syntax"),
        (MINIMAL.replace("at_least = 2", "at_least = 9"), "when.at_least: must be a value of the scale"),
        (MINIMAL.replace('level = "urgent"', 'level = "dire"'), "one, level: must be none, routine"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, problem: str) -> None:
    path, out = tmp_path / "broken.toml", io.StringIO()
    path.write_text(text, "utf-8")
    with pytest.raises(SystemExit) as stop:
        call_command("rules", check=str(path), stderr=out)
    assert stop.value.code == 1
    assert out.getvalue().startswith(str(path))
    assert problem in out.getvalue()


def test_what_cannot_be_meant_is_wrong_too(tmp_path: Path) -> None:
    path, out = tmp_path / "mistyped.toml", io.StringIO()
    path.write_text(SHIPPED.read_text("utf-8").replace("aldesleukin", "aldesleukinn"), "utf-8")
    with pytest.raises(SystemExit) as stop:
        call_command("rules", check=str(path), stderr=out)
    assert stop.value.code == 1
    assert (
        "drug_names.aldesleukinn: there is no drug 'aldesleukinn'; did you mean aldesleukin?"
        in out.getvalue()
    )


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as caught:
        rules(check=str(tmp_path / "nowhere.toml"))
    assert caught.value.returncode == 2
