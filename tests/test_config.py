"""What settings make of the environment."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.exceptions import ImproperlyConfigured

from config.mail import PROVIDERS, SMTP_TIMEOUT, mailers
from config.push import make_private_key, public_of, vapid
from config.sealing import make_key
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


POSTMARK = {"ANYMAIL_POSTMARK_SERVER_TOKEN": "secret"}


def test_a_provider_takes_the_place_of_a_mail_server(tmp_path):
    environment = POSTMARK | {"ANYMAIL_POSTMARK_MESSAGE_STREAM": "alerts", "ANYMAIL_MAILGUN_API_KEY": "other"}
    assert mailers("", tmp_path, "postmark", environment)["default"] == {
        "BACKEND": "config.mail_providers.Postmark",
        "OPTIONS": {"server_token": "secret", "message_stream": "alerts"},
    }


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_provider_can_be_made_of_what_it_needs(name, tmp_path, settings):
    needed = {f"ANYMAIL_{name.upper()}_{option.upper()}": "secret" for option in PROVIDERS[name][1]}
    if "api_url" in PROVIDERS[name][1]:
        needed[f"ANYMAIL_{name.upper()}_API_URL"] = "https://mail.example.org/"
    settings.MAILERS = mailers("", tmp_path, name, needed)
    made: Any = mail.mailers.default
    assert made.esp_name.lower() == name


@pytest.mark.parametrize(
    ("url", "provider", "environment", "words"),
    [
        ("", "pigeon", {}, "must be one of brevo, mailgun"),
        ("", "postmark", {}, "needs ANYMAIL_POSTMARK_SERVER_TOKEN in the environment"),
        ("", "postmark", {"ANYMAIL_POSTMARK_SERVER_TOKEN": ""}, "needs ANYMAIL_POSTMARK_SERVER_TOKEN"),
        ("", "mailgun", {"ANYMAIL_MAILGUN_API_KEY": "secret"}, "needs ANYMAIL_MAILGUN_SENDER_DOMAIN in"),
        (
            "",
            "postmark",
            POSTMARK | {"ANYMAIL_POSTMARK_STREAM": "x"},
            "Nothing is known of ANYMAIL_POSTMARK_STREAM",
        ),
        (
            "",
            "postmark",
            POSTMARK | {"ANYMAIL_POSTMARK_API_URL": "http://mail.example.org"},
            "must begin with https",
        ),
        ("smtp://localhost:25", "postmark", POSTMARK, "not both"),
    ],
)
def test_a_provider_that_could_not_send_is_refused_at_the_start(url, provider, environment, words, tmp_path):
    with pytest.raises(ImproperlyConfigured, match=words) as refused:
        mailers(url, tmp_path, provider, environment)
    assert "secret" not in str(refused.value)


def test_production_starts_with_a_provider_and_without_a_mail_server():
    told = site_url(ALLOWED_HOSTS="a.example", EMAIL_PROVIDER="postmark", **POSTMARK)
    assert told.stdout == "https://a.example\n"
    refused = site_url(ALLOWED_HOSTS="a.example", EMAIL_PROVIDER="postmark")
    assert "needs ANYMAIL_POSTMARK_SERVER_TOKEN" in refused.stderr


def test_the_key_is_kept_and_closed_to_others(tmp_path: Path):
    key = kept_secret_key(tmp_path / "var")
    assert len(key) >= 50
    assert kept_secret_key(tmp_path / "var") == key
    [kept] = (tmp_path / "var").iterdir()
    assert kept.stat().st_mode & 0o077 == 0


def site_url(**environment: str) -> subprocess.CompletedProcess[str]:
    """What a production site with this environment puts in front of the links in its e-mails."""
    production = {
        "SIDELIGHT_MODE": "production",
        "SECRET_KEY": "k" * 60,
        "ENCRYPTION_KEYS": make_key(),
        "DATABASE_URL": "postgresql://nobody@localhost/none",
        "PATH": os.environ["PATH"],
    }
    return subprocess.run(
        [sys.executable, "-c", "from config.settings import SITE_URL; print(SITE_URL)"],
        cwd=settings.BASE_DIR,
        env=production | environment,
        capture_output=True,
        text=True,
    )


def test_links_lead_to_the_first_host_unless_told_otherwise():
    assert site_url(ALLOWED_HOSTS="a.example,b.example").stdout == "https://a.example\n"
    told = site_url(ALLOWED_HOSTS=".example", SITE_URL="https://diary.example/")
    assert told.stdout == "https://diary.example\n"


@pytest.mark.parametrize("hosts", ["*", ".hospital.example"])
def test_production_does_not_start_with_links_that_lead_nowhere(hosts):
    refused = site_url(ALLOWED_HOSTS=hosts)
    assert refused.returncode == 1
    assert "set SITE_URL too" in refused.stderr


def test_the_web_server_may_know_the_public_half_of_the_push_key_alone():
    key = make_private_key()
    whole = vapid(key, "mailto:a@example.org")
    assert whole
    half = vapid("", "mailto:a@example.org", whole.public_key)
    assert half
    assert (half.private_key, half.public_key) == ("", whole.public_key)
    assert vapid("", "mailto:a@example.org") is None
    with pytest.raises(ImproperlyConfigured, match="VAPID_PUBLIC_KEY"):
        vapid(key, "mailto:a@example.org", public_of(make_private_key()))
