"""A secret may lie in a file that NAME_FILE names."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.sealing import make_key
from config.secret_files import SECRETS, replaced, with_secret_files


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text("s3cret\n")
    return path


@pytest.mark.parametrize("name", [*SECRETS, "ANYMAIL_POSTMARK_SERVER_TOKEN"])
def test_every_secret_may_come_from_a_file(name, secret):
    told = with_secret_files({f"{name}_FILE": str(secret), "OTHER": "x"})
    assert told == {name: "s3cret", "OTHER": "x"}


@pytest.mark.parametrize(("written", "read"), [(b"a b", "a b"), (b"a\r\n", "a"), (b" a \n\n", " a ")])
def test_only_the_lines_end_is_taken_away(written, read, secret):
    secret.write_bytes(written)
    assert with_secret_files({"SECRET_KEY_FILE": str(secret)})["SECRET_KEY"] == read


def test_what_only_ends_like_it_is_left_alone(secret):
    told = {"AUDIT_ANCHOR_FILE": "/srv/anchors", "LOG_LEVEL_FILE": str(secret), "SECRET_KEY_FILE": ""}
    assert with_secret_files(told) == {"AUDIT_ANCHOR_FILE": "/srv/anchors", "LOG_LEVEL_FILE": str(secret)}


def test_both_at_once_are_refused_without_a_word_of_either(secret):
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY and SECRET_KEY_FILE are both set") as refused:
        with_secret_files({"SECRET_KEY": "another", "SECRET_KEY_FILE": str(secret)})
    assert "s3cret" not in str(refused.value)
    assert "another" not in str(refused.value)


@pytest.mark.parametrize("written", [b"", b"\n", b"two\nlines", b"\xff\xfe"])
def test_a_file_without_one_secret_is_refused(written, secret):
    secret.write_bytes(written)
    with pytest.raises(ImproperlyConfigured, match=r"SECRET_KEY_FILE: .*secret (must hold|cannot be read)"):
        with_secret_files({"SECRET_KEY_FILE": str(secret)})


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        with_secret_files({"SECRET_KEY_FILE": str(tmp_path / "nowhere")})


def test_no_setting_that_looks_like_a_secret_is_missing():
    """Whatever settings ask the environment for and is a key, a token or an address with one in it."""
    source = ast.parse((settings.BASE_DIR / "config/settings.py").read_text())
    asked = {
        str(node.args[0].value)
        for node in ast.walk(source)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    looks_secret = {
        name for name in asked if any(word in name for word in ("KEY", "URL", "TOKEN", "PASSWORD", "SECRET"))
    }
    no_secrets = {"BREACHED_PASSWORDS", "SITE_URL", "VAPID_PUBLIC_KEY"}
    assert looks_secret - no_secrets == set(SECRETS)


def test_production_starts_with_secrets_from_files_and_gives_its_cookies_locked_names(tmp_path):
    files = {
        "SECRET_KEY": "k" * 60,
        "ENCRYPTION_KEYS": make_key(),
        "DATABASE_URL": "postgresql://nobody@localhost/none",
    }
    environment = {"SIDELIGHT_MODE": "production", "ALLOWED_HOSTS": "a.example"}
    for name, value in files.items():
        (tmp_path / name).write_text(f"{value}\n")
        environment[f"{name}_FILE"] = str(tmp_path / name)
    asked = (
        "import os; from config import settings as s;"
        "print(s.SECRET_KEY == 'k' * 60, s.DATABASES['default']['NAME'], 'SECRET_KEY' in os.environ);"
        "print([v for n, v in sorted(vars(s).items()) if n.endswith('COOKIE_NAME')]);"
        "print({v for n, v in vars(s).items() if n.endswith(('COOKIE_SECURE', 'COOKIE_HTTPONLY'))});"
        "print({v for n, v in vars(s).items() if n.endswith('COOKIE_SAMESITE')},"
        " [n for n in vars(s) if n.endswith(('COOKIE_DOMAIN', 'COOKIE_PATH'))])"
    )
    told = subprocess.run(
        [sys.executable, "-c", asked], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )
    assert told.stdout.splitlines() == [
        "True none False",
        "['__Host-csrftoken', '__Host-django_language', '__Host-messages', '__Host-sessionid']",
        "{True}",
        "{'Lax'} []",
    ], told.stderr


def test_a_program_that_we_start_with_a_secret_of_ours_reads_no_file_of_the_sites():
    """The restore drill, with the environment of a site that keeps the address of its database in a file."""
    site = {"DATABASE_URL_FILE": "/run/secrets/database", "SECRET_KEY": "theirs", "PORT": "8000"}
    told = with_secret_files(replaced(site, {"DATABASE_URL": "postgresql:///restored", "SECRET_KEY": "ours"}))
    assert told == {"DATABASE_URL": "postgresql:///restored", "SECRET_KEY": "ours", "PORT": "8000"}
