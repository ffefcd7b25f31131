"""What settings make of the environment."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.mail import SMTP_TIMEOUT, mailers
from config.secret_key import kept_secret_key


@pytest.mark.parametrize(
    ("url", "tls", "ssl", "port"),
    [
        ("smtp+tls://nurse:s%40fe@mail.example.org:587", True, False, 587),
        ("smtp+ssl://nurse:s%40fe@mail.example.org:465", False, True, 465),
        ("smtp://nurse:s%40fe@mail.example.org:25", False, False, 25),
    ],
)
def test_the_mail_servers_address_says_whether_and_how_mail_is_encrypted(url, tls, ssl, port, tmp_path):
    assert mailers(url, tmp_path)["default"]["OPTIONS"] == {
        "host": "mail.example.org",
        "port": port,
        "username": "nurse",
        "password": "s@fe",
        "use_tls": tls,
        "use_ssl": ssl,
        "timeout": SMTP_TIMEOUT,
    }


@pytest.mark.parametrize(
    "url", ["smtp://u:secret@h:587/?tls=true", "smtps://u:secret@h:465", "consolemail://", "mail.example.org"]
)
def test_an_address_that_would_be_half_understood_is_refused_without_its_password(url, tmp_path):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL must be") as refused:
        mailers(url, tmp_path)
    assert "secret" not in str(refused.value)


def test_without_a_server_mail_goes_into_the_folder(tmp_path):
    assert mailers("", tmp_path)["default"]["OPTIONS"] == {"file_path": tmp_path}


def test_the_key_is_kept_and_closed_to_others(tmp_path: Path):
    key = kept_secret_key(tmp_path / "var")
    assert len(key) >= 50
    assert kept_secret_key(tmp_path / "var") == key
    [kept] = (tmp_path / "var").iterdir()
    assert kept.stat().st_mode & 0o077 == 0
