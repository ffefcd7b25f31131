"""A password that was stolen elsewhere is not taken, where the site has the list of them."""

import hashlib
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core import checks
from django.core.exceptions import ValidationError

from accounts import passwords
from accounts.passwords import NotFromABreach

STOLEN = [f"correct horse battery {number}" for number in range(500)]


def sha1(word: str) -> str:
    return hashlib.sha1(word.encode()).hexdigest().upper()


@pytest.fixture
def breached(tmp_path: Path, settings: Any) -> Path:
    path = tmp_path / "pwned.txt"
    lines = sorted(f"{sha1(word)}:{1 + number * 977}" for number, word in enumerate(STOLEN))
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode())
    settings.BREACHED_PASSWORDS = str(path)
    return path


def is_taken(word: str) -> bool:
    try:
        NotFromABreach().validate(word)
    except ValidationError:
        return False
    return True


def test_each_that_is_listed_is_refused_and_no_other(breached):
    assert [word for word in STOLEN if is_taken(word)] == []
    assert all(is_taken(f"{word}!") for word in STOLEN)


def test_one_line_without_an_end_is_a_list_too(breached):
    breached.write_text(f"{sha1('alone')}:3")
    assert (is_taken("alone"), is_taken("together")) == (False, True)
    breached.write_text("")
    assert is_taken("alone")


def test_a_long_list_costs_a_few_dozen_lines(breached):
    with patch.object(passwords, "_hash_from", wraps=passwords._hash_from) as read:
        assert is_taken("nobody has this one")
    assert 1 < read.call_count <= breached.stat().st_size.bit_length() + 1


def test_without_a_list_or_with_one_that_is_gone_people_still_get_a_password(settings, breached, caplog):
    settings.BREACHED_PASSWORDS = ""
    assert is_taken(STOLEN[0])
    settings.BREACHED_PASSWORDS = str(breached.with_name("gone.txt"))
    assert is_taken(STOLEN[0])
    assert "cannot be read" in caplog.text


def test_what_is_no_list_is_found_before_the_site_starts(breached):
    def found() -> list[str]:
        told = (each.id or "" for each in checks.run_checks(tags=["security"]))
        return [each for each in told if each.startswith("accounts.")]

    assert found() == []
    breached.write_text("".join(reversed(breached.read_text().splitlines(keepends=True))))
    assert found() == ["accounts.E002"]
    breached.write_text("password\nletmein\n")
    assert found() == ["accounts.E002"]
    breached.unlink()
    assert found() == ["accounts.E001"]


@pytest.mark.django_db
def test_whoever_chooses_one_reads_why(breached, amira, client):
    client.force_login(amira)
    refused = client.post("/accounts/password/set/", {"password1": STOLEN[7], "password2": STOLEN[7]})
    assert "stolen somewhere" in refused.text
    amira.refresh_from_db()
    assert not amira.check_password(STOLEN[7])
