"""A limit is changed in a draft, tried, refused to its author, and published by somebody else."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.conftest import DESK
from tests.team.conftest import send
from tests.triage.build import a_report
from tracker.models import Patient, RuleSet
from tracker.rulebook import draft as drafts
from tracker.rulebook.shipped import install, shipped_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clinic(rosa: Patient, ada: User, sara: User) -> RuleSet:
    """The shipped rules in force; Ada may change them and Sara may publish."""
    sara.groups.add(Group.objects.get(name="Rule reviewers"))
    published = install(timezone.now())
    assert published
    return published


@pytest.fixture
def page_of(open_page: Callable[..., Any], live_server: Any) -> Callable[..., Any]:
    """A page of the rules as somebody who is signed in: `page_of(ada, "/rules/")`."""

    def opened(user: User, path: str, size: dict[str, int] = DESK, **options: Any) -> Any:
        client = Client()
        client.force_login(user)
        page = open_page("/healthz", size, **options)
        cookie = client.cookies["sessionid"]
        page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
        page.goto(path)
        return page

    return opened


def test_a_limit_from_draft_to_the_next_check_in(clinic, page_of, rosa, ada, sara):
    slow = a_report(readings={"systolic": 93})
    before = send(rosa, slow, ago=dt.timedelta(hours=2)).check_in
    assert before.rules_version == clinic.version

    page = page_of(ada, "/rules/")
    page.get_by_role("button", name="Copy to a draft").click()
    draft = RuleSet.objects.drafts().get()
    page.get_by_role("link", name="Change the limits").click()
    row = page.get_by_role("group", name=limit_label("systolic_low"))
    row.get_by_label("For everybody").fill("94")
    page.get_by_role("button", name="Save").click()

    page.get_by_role("link", name="What has changed").click()
    page.locator("del", has_text="90").first.wait_for()
    page.locator("ins", has_text="94").first.wait_for()

    page.goto(f"/rules/{draft.version}/dry-run/")
    page.get_by_role("button", name="Run").click()
    page.get_by_role("heading", name="The last dry run").wait_for()
    assert page.locator(".outcome .differs").count() > 0
    assert "Rosa" not in page.content()

    page.goto(f"/rules/{draft.version}/publish/")
    page.get_by_text("somebody else has to read it").wait_for()
    assert page.get_by_role("button", name="Publish").count() == 0

    page = page_of(sara, f"/rules/{draft.version}/publish/")
    page.get_by_role("link", name="Rosa Martín").wait_for()
    page.get_by_label("I have read every change").check()
    page.get_by_role("button", name="Publish").click()
    page.get_by_text(f"{draft.version} is in force").wait_for()

    after = send(rosa, slow).check_in
    assert after.rules_version == draft.version
    assert after.level > before.level


def limit_label(name: str) -> str:
    label: str = shipped_data()["limits"][name]["label"]["en"]
    return label


def test_a_rule_is_rebuilt_line_by_line_without_scripts(clinic, page_of, ada):
    draft = drafts.begin(clinic, by=ada, now=timezone.now())
    page = page_of(ada, f"/rules/{draft.version}/new-rule/", java_script_enabled=False)
    page.get_by_label("Code").fill("warm_and_weary")
    page.get_by_label("Finding").fill("fever")
    page.get_by_label("Source").fill("Our own choice, for this test.")
    page.get_by_label("What the patient reads (en)").fill("You are warm and weary.")
    page.get_by_label("What the team reads (en)").fill("{seen}")
    page.locator("#id_when .many summary").first.click()
    page.locator("#id_when-symptoms").get_by_label("Tiredness", exact=True).check()
    page.locator("#id_when > .sentence > .more > summary").click()
    page.get_by_role("button", name="Put it in a group: all").click()
    page.locator("#id_when-add").select_option("reading")
    page.locator("button[value='add:when']").click()
    line = page.locator("#id_when-1")
    line.get_by_label("reading").select_option("temperature")
    line.get_by_label("how it is compared").first.select_option("at_least")
    line.get_by_label("number", exact=True).first.fill("warm")
    page.get_by_role("button", name="Save").last.click()
    page.get_by_role("link", name="Write a number, such as 90 or 38.5.").wait_for()
    assert page.get_by_label("What the patient reads (en)").input_value() == "You are warm and weary."
    page.locator("#id_when-1").get_by_label("number", exact=True).first.fill("37.5")
    page.get_by_role("button", name="Save").last.click()
    page.get_by_text("Saved: warm and weary.").wait_for()
    table = next(each for each in draft.as_data()["rule"] if each["code"] == "warm_and_weary")
    assert table["when"] == {
        "all": [{"answer": "fatigue", "at_least": 1}, {"reading": "temperature", "at_least": 37.5}]
    }


def test_every_page_is_accessible_and_fits(clinic, page_of, assert_usable, ada, sara):
    draft = drafts.begin(clinic, by=ada, now=timezone.now())
    drafts.remove_rule(draft, ada, timezone.now(), "chest_pain", reason="Only for this test.")
    base = f"/rules/{draft.version}/"
    page = page_of(ada, "/rules/")
    for address in (
        "",
        "changes/",
        "rules/systolic_90/",
        "limits/",
        "conditions/unwell/",
        "dry-run/",
        "publish/",
    ):
        page.goto(base + address)
        assert_usable(page)
    page.goto(base + "rules/systolic_90/")
    page.get_by_label("Source").fill("")
    page.get_by_role("button", name="Save").last.click()
    assert_usable(page)
