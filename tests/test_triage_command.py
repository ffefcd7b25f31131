"""`manage.py triage`. No test here has a database, but those that say so."""

import io
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from tests.triage.build import NOON
from tracker.models import RuleSet
from tracker.triage.rules import default_rules

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "tracker" / "triage" / "defaults.toml"
FEVER = {
    "id": "fever",
    "title": "Warm",
    "days": [{"day": 0, "readings": {"temperature": 38.4}}],
    "expected": {"level": "urgent", "findings": ["fever"], "must_not": ["frighten anybody"]},
}
SEIZURE = {"id": "fit", "days": [{"day": 0, "red_flags": ["seizure"]}], "expected": {"level": "urgent"}}
CALM = {"id": "calm", "days": [{"day": 0}], "expected": {"level": "routine"}}
OPEN = {"id": "open", "days": [{"day": 0}]}

type Kept = Callable[..., str]


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """Writes something to a file, and gives its name."""

    def keep(what: Any, name: str = "case.json") -> str:
        path = tmp_path / name
        path.write_text(what if isinstance(what, str) else json.dumps(what), "utf-8")
        return str(path)

    return keep


def triage(*arguments: str) -> tuple[int, str, str]:
    """Exit status, what was written, what was complained of."""
    out, err, status = io.StringIO(), io.StringIO(), 0
    try:
        call_command("triage", *arguments, stdout=out, stderr=err)
    except SystemExit as stop:
        status = int(str(stop.code))
    return status, out.getvalue(), err.getvalue()


def test_text_tells_level_findings_reasons_checks_and_screen(kept: Kept) -> None:
    warm = {"id": "warm", "title": "In °F", "days": [{"day": 0, "readings": {"temperature": 101.3}}]}
    status, said, complaints = triage(kept(warm))
    assert (status, complaints) == (0, "")
    assert "warm: URGENT  In °F" in said
    for part in ("fever", "Temperature 38.5 °C", "temperature_unit", "Did you mean 101.3 °F (38.5 °C)?"):
        assert part in said


def test_json_is_one_object_a_line(kept: Kept) -> None:
    status, said, _ = triage(kept([FEVER, SEIZURE]), "--format", "json")
    first, second = map(json.loads, said.splitlines())
    assert status == 0
    assert list(first) == ["id", "level", "findings", "checks", "screen", "reasons", "rules"]
    assert (first["id"], first["level"], first["rules"]) == ("fever", "urgent", default_rules().version)
    assert "fever" in first["findings"]
    assert first["screen"][0] == "Call your care team or the 24-hour line now, today."
    assert first["reasons"][0].startswith("Temperature 38.4 °C")
    assert (second["level"], second["findings"]) == ("emergency", ["seizure"])


def test_json_stays_json_beside_expectations(kept: Kept) -> None:
    status, said, report = triage(kept([FEVER, SEIZURE]), "--format", "json", "--expect")
    assert [json.loads(line)["id"] for line in said.splitlines()] == ["fever", "fit"]
    assert status == 1
    assert "fit: MISSED" in report


def test_too_low_and_too_high_are_counted_apart(kept: Kept) -> None:
    status, said, _ = triage(kept([FEVER, SEIZURE, CALM, OPEN]), "--expect")
    assert status == 1
    assert "fever: urgent, as expected" in said
    assert "fit: MISSED, the level is emergency, not urgent (over-triage)" in said
    assert "calm: MISSED, the level is none, not routine (under-triage)" in said
    assert "fever: a person must check that it does not frighten anybody" in said
    assert (
        "4 cases: 1 as expected, 2 missed. Under-triage: 1. Over-triage: 1."
        " Without an expectation: 1. For a person to check: 1." in said
    )


def test_all_as_expected_is_a_success(kept: Kept) -> None:
    assert triage(kept(FEVER), "--expect")[0] == 0


def test_misses_are_nobodys_business_without_expect(kept: Kept) -> None:
    status, said, _ = triage(kept(SEIZURE))
    assert status == 0
    assert "MISSED" not in said


def test_notes_are_counted_by_serious_and_harmless(kept: Kept) -> None:
    notes = [
        {"id": "n1", "note": "I have crushing chest pain now", "level": "emergency", "lang": "en"},
        {"id": "n2", "note": "Slept well.", "level": "none", "lang": "en"},
        {"id": "n3", "note": "Slept well.", "level": "urgent", "lang": "en"},
        {"id": "n4", "note": "Slept well."},
    ]
    lines = "\n".join(map(json.dumps, notes))
    status, said, _ = triage(kept(notes), kept(f"{lines}\n", "notes.jsonl"), "--expect")
    assert status == 1
    assert "8 notes: " in said
    assert " of 4." in said.splitlines()[-1]
    assert said.splitlines()[-1].endswith("Harmless notes raised: 0 of 2.")
    assert "n3: MISSED, the level is none, not urgent or emergency (under-triage)" in said


def test_a_dash_reads_the_input(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(FEVER)))
    assert "fever: URGENT" in triage("-")[1]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "is not JSON"),
        ("[]", "there is no case in this file"),
        ('{"id": "x", "days": [{"day": 0, "answers": {"hiccups": {}}}]}', "days[0].answers.hiccups"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_what_cannot_be_read_is_said_and_the_rest_is_judged(kept: Kept, text: str, problem: str) -> None:
    broken, good = kept(text, "broken.json"), kept(FEVER)
    status, said, complaints = triage(broken, good, "--expect")
    assert status == 2
    assert complaints.startswith(broken)
    assert problem in complaints
    assert "fever: urgent, as expected" in said


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    for name in ("nowhere.json", "bytes.json", "."):
        status, said, complaints = triage(str(tmp_path / name))
        assert (status, said) == (2, "")
        assert str(tmp_path) in complaints


def test_what_means_nothing_is_remarked_on(kept: Kept) -> None:
    case = {
        "id": "odd",
        "patient": {"shoe_size": 44, "treatments": [{"drug": "aspirin"}]},
        "days": [{"day": 0}],
        "expected": {"level": "none"},
    }
    status, said, complaints = triage(kept(case), "--expect")
    assert (
        "1 cases: 1 as expected, 0 missed. Under-triage: 0. Over-triage: 0. Passed over, see above: 2."
        in said
    )
    assert status == 0
    assert complaints.splitlines() == [
        "odd: patient.shoe_size means nothing to us",
        "odd: no rule knows the drug aspirin",
    ]


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"patient": {"limits": {"systolic low": 85}}}, "no limit systolic low; did you mean systolic_low?"),
        ({"patient": {"limits": {"shoes": 3}}}, "there is no limit shoes"),
        ({"patient": {"treatments": [{"drug": "aldesleukine"}]}}, "did you mean aldesleukin?"),
        ({"patient": {"language": "fr"}}, "there is no language fr; there are ar, en, es"),
        ({"expected": {"level": "none", "findings": ["low_bp"]}}, "there is no finding low_bp"),
        ({"expected": {"level": "none", "findings": ["low_mod"]}}, "did you mean low_mood?"),
        ({"expected": {"level": "none", "checks": ["pulse_rang"]}}, "did you mean pulse_range?"),
        ({"days": None}, "days: is missing"),
        ({"id": None}, "id: is missing"),
        ({"days": None, "dayz": [{"day": 0}]}, "dayz: there is no such part; did you mean days?"),
    ],
)
def test_what_does_not_exist_is_an_error_and_never_passes(kept: Kept, parts: Any, problem: str) -> None:
    case = {"id": "odd", "days": [{"day": 0}], "expected": {"level": "none"}} | parts
    file = kept({name: part for name, part in case.items() if part is not None})
    status, said, complaints = triage(file, "--expect")
    assert status == 2
    assert complaints.startswith(file)
    assert problem in complaints
    assert "as expected" not in said


def test_a_reader_who_has_seen_enough_gets_no_traceback(kept: Kept) -> None:
    file = kept([FEVER | {"id": f"fever-{n}"} for n in range(400)])
    command = f"{sys.executable} manage.py triage --format json {file} | head -1"
    environment = {"PATH": os.environ["PATH"]}
    ran = subprocess.run(command, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ran.stderr == ""
    assert json.loads(ran.stdout)["id"] == "fever-0"


def test_the_rules_of_a_file(kept: Kept) -> None:
    text = SHIPPED.read_text("utf-8").replace(f'version = "{default_rules().version}"', 'version = "mine-1"')
    said = triage(kept(FEVER), "--format", "json", "--rules", kept(text, "mine.toml"))[1]
    assert json.loads(said)["rules"] == "mine-1"


@pytest.mark.parametrize("name", ["nowhere.toml", "broken.toml", ""])
def test_rules_that_cannot_be_read(kept: Kept, tmp_path: Path, name: str) -> None:
    kept('version = "x"\n[[rule]]\ncode = "one"\nlevel = "dire"\n', "broken.toml")
    with pytest.raises(CommandError) as caught:
        call_command("triage", kept(FEVER), rules=str(tmp_path / name))
    assert caught.value.returncode == 2
    assert name in str(caught.value)


def test_the_rules_of_a_version_in_the_database(kept: Kept, ada: User) -> None:
    data = tomllib.loads(SHIPPED.read_text("utf-8"))
    RuleSet.objects.from_data(data, now=NOON, version="2031.1-1", made_by=ada)
    said = triage(kept(FEVER), "--format", "json", "--rules", "2031.1-1")[1]
    assert json.loads(said)["rules"] == "2031.1-1"
    with pytest.raises(CommandError, match="no file and no rule set"):
        call_command("triage", kept(FEVER), rules="2031.1-2")


def test_without_a_site_and_without_a_database(kept: Kept) -> None:
    """A clinician's own computer: nothing is set, and nothing listens."""
    environment = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG")}
    ran = subprocess.run(
        [sys.executable, "manage.py", "triage", "--expect", kept(FEVER)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "1 cases: 1 as expected" in ran.stdout
