"""Where a team's webhook may lead."""

import pytest
from django.forms.models import modelform_factory
from django.utils import timezone

from accounts.models import CareTeam
from tracker.admin.teams import TeamForm
from tracker.alerts.channels import Refused
from tracker.alerts.messages import prepare
from tracker.alerts.webhooks import may_be_told
from tracker.models import Alert, Channel

NAMED = ["https://bridge.hospital.example/hooks", "https://pager.example:8443/"]


@pytest.fixture
def named(settings):
    settings.WEBHOOKS_TO, settings.SITE_URL = NAMED, "https://diary.example"


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("https://bridge.hospital.example/hooks", True),
        ("https://bridge.hospital.example/hooks/flags?team=1", True),
        ("https://pager.example:8443/", True),
        ("https://diary.example/alerts/canary/", True),
        ("https://bridge.hospital.example/other", False),
        ("https://bridge.hospital.example/hooks/../admin", False),
        ("https://bridge.hospital.example/hooks/%2e%2e/admin", False),
        ("https://bridge.hospital.example/hooks-of-another", False),
        ("http://bridge.hospital.example/hooks", False),
        ("https://pager.example/", False),
        ("https://pager.example:8443.evil.example/", False),
        ("https://diary.example.evil.example/", False),
        ("https://diary.example@evil.example/", False),
        ("http://127.0.0.1:5432/", False),
        ("http://169.254.169.254/latest/", False),
    ],
)
def test_it_leads_to_what_the_site_has_named_and_to_ourselves(address, may, named):
    assert may_be_told(address) is may


def test_another_is_refused_beside_its_field_and_when_it_is_told(named):
    form = modelform_factory(CareTeam, form=TeamForm, fields=["webhook_url"])
    told = form({"webhook_url": "http://127.0.0.1:5432/", "cover_days": ["1"]})
    assert "has to name it first" in str(told.errors["webhook_url"])
    assert "webhook_url" not in form({"webhook_url": NAMED[0], "cover_days": ["1"]}).errors
    with pytest.raises(Refused, match="WEBHOOKS_TO"):
        prepare(Alert(channel=Channel.WEBHOOK, address="http://127.0.0.1:5432/"), timezone.now())
