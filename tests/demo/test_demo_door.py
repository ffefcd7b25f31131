"""One click signs in as an invented person: in the demonstration, and nowhere else."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as real_settings
from django.test import Client
from django.urls import clear_url_caches, include, path, set_urlconf

from accounts.models import User
from config import urls as site
from config.sealing import make_key
from tracker.demo import PERSONAS

pytestmark = pytest.mark.django_db


class DemoSite:
    """The site's addresses as they are in demo mode."""

    handler500 = site.handler500
    urlpatterns = [*site.urlpatterns, path("demo/", include("tracker.demo.urls"))]


@pytest.fixture
def demo(settings: Any) -> Iterator[Any]:
    settings.ROOT_URLCONF = DemoSite
    settings.DEMO, settings.TESTING = True, False
    clear_url_caches()
    yield settings
    set_urlconf(None)
    clear_url_caches()


def signed_in_as(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_everybody_is_there_with_a_button(client, demo):
    for persona in PERSONAS:
        User.objects.create_user(persona.email, name=persona.name)
    page = client.get("/demo/")
    assert page.status_code == 200
    for persona in PERSONAS:
        assert persona.name in page.text
        assert f"/demo/be/{persona.key}/" in page.text


def test_one_click_signs_in(client, demo, amira):
    answer = client.post("/demo/be/amira/")
    assert answer.url == "/"
    assert signed_in_as(client) == str(amira.pk)


def test_being_somebody_else_leaves_nothing_of_the_one_before(client, demo, amira, ben):
    client.force_login(amira)
    session = client.session
    session["drawer"] = "hers"
    session.save()
    client.post("/demo/be/ben/")
    assert signed_in_as(client) == str(ben.pk)
    assert "drawer" not in client.session


def test_a_link_signs_nobody_in(client, demo, amira):
    assert client.get("/demo/be/amira/").status_code == 405
    assert signed_in_as(client) is None


def test_only_the_personas_can_be_signed_in_as(client, demo):
    User.objects.create_user("maud@example.org", name="Maud")
    assert client.post("/demo/be/maud/").status_code == 404
    assert signed_in_as(client) is None


def test_a_persona_who_has_not_been_made_is_not_offered_and_not_found(client, demo, ben):
    page = client.get("/demo/").text
    assert "/demo/be/ben/" in page
    assert "/demo/be/amira/" not in page
    assert client.post("/demo/be/amira/").status_code == 404


def test_without_a_token_of_our_own_page_nobody_is_signed_in(demo, amira):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/demo/be/amira/").status_code == 403


def test_outside_demo_mode_there_is_no_such_address(client, amira):
    assert not real_settings.DEMO
    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/be/amira/").status_code == 404


@pytest.mark.parametrize("mode", [{"DEMO": False}, {"DEMO": True, "PRODUCTION": True}])
def test_the_views_refuse_outside_demo_mode_even_if_they_were_reachable(client, demo, amira, mode):
    for name, value in mode.items():
        setattr(demo, name, value)
    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/be/amira/").status_code == 404
    assert signed_in_as(client) is None


@pytest.mark.parametrize("attempt", [{"DEMO": "1"}, {"DEMO": "true", "DEBUG": "1"}])
def test_no_variable_turns_production_into_the_demonstration(attempt):
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": "postgresql://nobody@localhost/none",
        "SECRET_KEY": "x" * 60,
        "ENCRYPTION_KEYS": make_key(),
        "ALLOWED_HOSTS": "diary.example.org",
        "SIDELIGHT_MODE": "production",
    }
    asked = "from config import settings as s; print(s.DEMO, s.PRODUCTION, s.DEBUG)"
    said = subprocess.check_output([sys.executable, "-c", asked], env=environment | attempt, text=True)
    assert said.split() == ["False", "True", "False"]
