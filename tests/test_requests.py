"""Each request has a name, which stands in what it wrote down and in its answer."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AccessEvent
from config.requests import current_id

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.mark.django_db
def test_looks_of_one_request_carry_the_name_that_its_answer_has(rosa, dev, amira):
    browser = Client()
    browser.force_login(amira)
    first = browser.get(reverse("team:patients"))
    second = browser.get(reverse("team:patient", args=[rosa.pk]))
    names = [look.request_id for look in AccessEvent.objects.order_by("pk")]
    assert names == [first["X-Request-ID"]] * 2 + [second["X-Request-ID"]]
    assert all(UUID.fullmatch(name) for name in names)
    assert names[0] != names[2]
    assert current_id() == ""


def test_nobody_outside_names_a_request(client):
    assert (
        client.get("/healthz", headers={"X-Request-ID": "0123456789abcdef"})["X-Request-ID"]
        != "0123456789abcdef"
    )


@pytest.mark.parametrize("name", ["0123456789abcdef", "01HV7ZK3Q2J8-9.x_", "a" * 64])
def test_a_proxy_does(client, settings, name):
    settings.REQUEST_ID_FROM_PROXY = True
    assert client.get("/healthz", headers={"X-Request-ID": name})["X-Request-ID"] == name


@pytest.mark.parametrize(
    "name", ["", "short", "a" * 65, "-begins-with-a-stroke", "two words here", "línea-nueva", "a\tb-cdefgh"]
)
def test_what_is_not_well_formed_is_not_taken(client, settings, name):
    settings.REQUEST_ID_FROM_PROXY = True
    assert UUID.fullmatch(client.get("/healthz", headers={"X-Request-ID": name})["X-Request-ID"])


def test_errors_carry_it_too(client, db):
    assert UUID.fullmatch(client.get("/no-such-page/")["X-Request-ID"])
