"""A patient signed in."""

import pytest
from django.test import Client

from tests.patient.conftest import signed_in
from tracker.models import Patient


@pytest.fixture
def as_rosa(rosa: Patient) -> Client:
    return signed_in(rosa)
