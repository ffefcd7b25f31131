"""That every field has been thought of, and that the watch sees a canary wherever one can get out."""

import logging

import pytest
from django.core.cache import cache
from django.core.mail import send_mail
from django.test import Client

from tests.canaries import fields
from tests.canaries.fields import BY_DESIGN, NO_WORDS, WORDS, Sink
from tracker.alerts.channels import NotSent
from tracker.alerts.channels.http import post
from tracker.models import Patient

CANARY = "Zebra canary 4711"


def test_every_field_about_a_patient_has_been_thought_of():
    """A new field with words goes into WORDS, and its words must show nowhere; or NO_WORDS says why not."""
    there = {label for label, _field in fields.fields()}
    assert there - WORDS - set(NO_WORDS) == set()
    assert (WORDS | set(NO_WORDS)) - there == set()
    assert not WORDS & set(NO_WORDS)
    assert {field for field, _sink in BY_DESIGN} <= WORDS


@pytest.fixture
def kept(rosa, canaries):
    Patient.objects.filter(pk=rosa.pk).update(allergies=CANARY)
    return canaries


def sinks(canaries) -> set[str]:
    found, canaries.found = canaries.found, []
    return {each.partition(", is in ")[2].partition(":")[0] for each in found}


def test_a_canary_is_seen_wherever_it_gets_out(kept, settings):
    logging.getLogger("tracker.x").error("a note: %s", CANARY)
    assert sinks(kept) == {Sink.LOG.value}
    send_mail("A subject", f"words and {CANARY.upper()}", None, ["sara@example.org"])
    assert sinks(kept) == {Sink.MAIL.value}
    with pytest.raises(NotSent):
        post("http://127.0.0.1:9/", data={"note": CANARY})
    assert sinks(kept) == {Sink.PUSH.value}
    cache.get(f"note-{CANARY.replace(' ', '')}")
    assert sinks(kept) == set()
    cache.get("note")
    cache.set("note", {"of": [CANARY]})
    assert sinks(kept) == {Sink.CACHE.value}
    Client(SERVER_NAME="localhost").get("/healthz", {"note": CANARY})
    assert sinks(kept) == {Sink.ADDRESS.value}
    Client(SERVER_NAME="localhost").get("/healthz", headers={"referer": f"https://testserver/?q={CANARY}"})
    assert sinks(kept) == {Sink.ADDRESS.value}


def test_a_field_holds_its_canary_however_it_is_written(rosa, canaries):
    rosa.contact_name = "Canary Contact"
    rosa.save()
    Patient.objects.filter(pk=rosa.pk).update(contact_phone="0555 canary")
    rosa.courses.update(regimen="Canary regimen")
    assert {"canary contact", "0555 canary", "canary regimen"} <= set(canaries.kept)
    assert canaries.kept["canary regimen"] == "tracker.Course.regimen"
