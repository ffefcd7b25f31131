"""The pages of the rules: who may, what is shown, and that nothing typed is lost."""

import datetime as dt
import html
import re
from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from tests.rulebook.build import NOW, a_draft, a_dry_run, publish, small
from tests.rulebook.test_tree import sent
from tests.team.conftest import send
from tests.triage.build import a_report
from tracker.models import RuleSet
from tracker.rulebook import draft as drafts
from tracker.rulebook import views
from tracker.rulebook.forms import RuleForm
from tracker.rulebook.shipped import shipped_data
from tracker.rulebook.tree import Node, branch
from tracker.rulebook.vocabulary import Vocabulary

pytestmark = pytest.mark.django_db

LIMITS = {
    "low": {
        "reading": "systolic",
        "value": 90,
        "lowest": 70,
        "highest": 110,
        "label": {"en": "Low blood pressure"},
    }
}


@pytest.fixture
def reviewer(sara: User, groups: None) -> User:
    """Sara, who may read and publish."""
    sara.groups.add(Group.objects.get(name="Rule reviewers"))
    return sara


@pytest.fixture
def in_force(ada: User, amira: User) -> RuleSet:
    return publish(a_draft(ada, small(limits=LIMITS)), by=amira)


@pytest.fixture
def draft(in_force: RuleSet, ada: User) -> RuleSet:
    return drafts.begin(in_force, by=ada, now=NOW)


@pytest.fixture
def browser_of() -> Callable[[User | None], Client]:
    def browser(user: User | None) -> Client:
        client = Client(raise_request_exception=False)
        if user is not None:
            client.force_login(user)
        return client

    return browser


@pytest.fixture
def page(browser_of, ada) -> Client:
    """Ada's browser."""
    client: Client = browser_of(ada)
    return client


def form_of(draft: RuleSet, code: str, /, **typed: Any) -> dict[str, Any]:
    """What a browser sends for a rule's page, with some fields typed over."""
    rule = draft.rules.get(code=code)
    when = next(each["when"] for each in draft.as_data()["rule"] if each["code"] == code)
    tree = sent(branch(Node.of(when), Vocabulary.of(draft)))
    words = RuleForm.initial_of(rule)
    return {**words, **{key: tree.getlist(key) for key in tree}, "seen": rule.revision, "act": "save"} | typed


# --- Who may ------------------------------------------------------------------------------------------------

OF_DRAFT = "/rules/2026.11-8"
# Address → who gets 200; for everybody else it is not there.
PAGES = {
    "/rules/": ("ada", "sara"),
    f"{OF_DRAFT}/": ("ada", "sara"),
    "/rules/2026.11-7/": ("ada", "sara"),
    f"{OF_DRAFT}/changes/": ("ada", "sara"),
    f"{OF_DRAFT}/rules/fainting/": ("ada", "sara"),
    "/rules/2026.11-7/rules/fainting/": ("ada", "sara"),
    f"{OF_DRAFT}/dry-run/": ("ada", "sara"),
    f"{OF_DRAFT}/publish/": ("ada", "sara"),
    f"{OF_DRAFT}/limits/": ("ada",),
    f"{OF_DRAFT}/new-rule/": ("ada",),
    f"{OF_DRAFT}/discard/": ("ada",),
    f"{OF_DRAFT}/rules/fainting/remove/": ("ada",),
    f"{OF_DRAFT}/conditions/fainting/": ("ada",),
}
# Address → who may press it.
ACTS = {
    "/rules/2026.11-7/copy/": ("ada",),
    f"{OF_DRAFT}/discard/": ("ada",),
    f"{OF_DRAFT}/limits/": ("ada",),
    f"{OF_DRAFT}/new-rule/": ("ada",),
    f"{OF_DRAFT}/rules/fainting/": ("ada",),
    f"{OF_DRAFT}/rules/fainting/remove/": ("ada",),
    f"{OF_DRAFT}/rules/fainting/put-back/": ("ada",),
    f"{OF_DRAFT}/conditions/fainting/": ("ada",),
    f"{OF_DRAFT}/dry-run/": ("ada", "sara"),
    f"{OF_DRAFT}/dry-run/step/": ("ada", "sara"),
    f"{OF_DRAFT}/publish/": ("ada", "sara"),
}
PEOPLE = ("ada", "sara", "amira", "ben", "noor", "edith", "lena")


@pytest.fixture
def everybody(reviewer, ada, amira, ben, noor, edith, lena) -> dict[str, User]:
    return dict(zip(PEOPLE, (ada, reviewer, amira, ben, noor, edith, lena), strict=True))


@pytest.mark.parametrize("address", PAGES)
def test_a_page_opens_for_those_who_may_and_is_not_there_for_others(address, everybody, draft, browser_of):
    answers = {name: browser_of(user).get(address).status_code for name, user in everybody.items()}
    assert answers == {name: 200 if name in PAGES[address] else 404 for name in PEOPLE}
    assert browser_of(None).get(address).status_code == 302


@pytest.mark.parametrize("address", ACTS)
def test_nobody_else_presses_its_buttons(address, everybody, draft, browser_of):
    before = draft.as_data()
    for name, user in everybody.items():
        if name not in ACTS[address]:
            assert browser_of(user).post(address, {"seen": 0}).status_code == 404, name
    assert browser_of(None).post(address).status_code == 302
    assert RuleSet.objects.count() == 2
    assert RuleSet.objects.get(pk=draft.pk).as_data() == before


@pytest.mark.parametrize("address", [*PAGES, *ACTS])
def test_a_draft_that_is_not_there_is_not_found(address, page, in_force):
    expected = (
        {200, 302} if address.startswith(("/rules/2026.11-7/",)) or address == "/rules/" else {404, 405}
    )
    assert page.get(address).status_code in expected | {405}


@pytest.mark.parametrize(
    "address",
    [each for each in dict.fromkeys([*PAGES, *ACTS]) if each.startswith(OF_DRAFT) and each != f"{OF_DRAFT}/"],
)
def test_a_published_set_has_no_page_that_changes_it(address, page, draft, in_force):
    if address.endswith(("/changes/", "/rules/fainting/")):
        return
    published = address.replace("2026.11-8", "2026.11-7")
    assert page.get(published).status_code in (404, 405)
    assert page.post(published).status_code == 404


def test_reviewers_read_a_draft_s_rule_and_get_no_form(browser_of, reviewer, draft):
    answer = browser_of(reviewer).get(f"{OF_DRAFT}/rules/low_pressure/")
    assert "NEWS2 scores 90 or less 3." in answer.text
    assert "<textarea" not in answer.text


def test_the_way_to_the_rules_is_in_the_header_and_in_the_admin(page, browser_of, reviewer, draft, edith):
    assert page.get("/admin/").text.count('href="/rules/"') == 2
    assert 'href="/rules/"' in page.get("/learn/").text
    assert 'href="/rules/"' in browser_of(reviewer).get("/team/").text
    assert 'href="/rules/"' not in browser_of(edith).get("/admin/").text


# --- Looking ------------------------------------------------------------------------------------------------


def test_the_list_shows_every_set_by_state(page, draft):
    text = page.get("/rules/").text
    assert text.index("Draft") < text.index("In force")
    assert "2026.11-7" in text
    assert "2026.11-8" in text


def test_rules_are_found_by_what_they_say(page, draft):
    text = page.get(f"{OF_DRAFT}/", {"q": "upper blood"}).text
    assert "1 rule speaks of" in text
    assert "low_pressure" in text
    assert "nausea_any" not in text


def test_changed_rules_are_marked_and_said_old_and_new(page, draft):
    page.post(f"{OF_DRAFT}/rules/nausea_any/", form_of(draft, "nausea_any", **{"when-at_least": "3"}))
    assert page.get(f"{OF_DRAFT}/").text.count("changed</span>") == 1
    text = page.get(f"{OF_DRAFT}/changes/").text
    assert "<del>moderate</del><ins>severe</ins>" in text
    assert "low_pressure" not in text


def test_a_rule_that_changes_by_what_it_shares_is_named(page, draft):
    seen = drafts.mark(draft.as_data()["conditions"]["fainting"])
    form = {"when-node": "red_flag", "when-red_flags": ["faint"], "seen": seen, "act": "save"}
    answer = page.post(f"{OF_DRAFT}/conditions/fainting/", form)
    assert "Emergency rules become harder to hold by it: fainting. Say why." in answer.text
    form["reason"] = "Asked in another way by now."
    page.post(f"{OF_DRAFT}/conditions/fainting/", form)
    text = page.get(f"{OF_DRAFT}/changes/").text
    assert "“fainting”" in text
    assert "Rules that mean something else by what they share" in text


def test_a_draft_of_an_older_set_says_so(page, draft, ada, sara):
    other = drafts.begin(RuleSet.objects.published().get(), by=ada, now=NOW)
    RuleSet.objects.published().update(state="retired", retired_at=NOW)
    publish(other, by=sara)
    assert "is in force by now" in page.get(f"{OF_DRAFT}/").text


def test_a_draft_says_by_name_who_may_publish_it(page, draft, reviewer, ada):
    for address in (f"{OF_DRAFT}/", f"{OF_DRAFT}/publish/"):
        text = page.get(address).text
        assert f"<b>{reviewer}</b>" in text
        assert f"<b>{ada}</b>" not in text
    drafts.remove_rule(draft, reviewer, NOW, "nausea_any")
    assert "Nobody is left who may publish it" in page.get(f"{OF_DRAFT}/").text


def test_a_reviewer_goes_back_to_the_set_before_and_somebody_else_publishes_it(
    browser_of, reviewer, ada, amira, in_force, draft
):
    RuleSet.objects.published().update(state="retired", retired_at=NOW)
    publish(draft, by=amira)
    browser = browser_of(reviewer)
    assert "Before this set, 2026.11-7 was in force." in browser.get(f"{OF_DRAFT}/").text
    assert browser.post(f"{OF_DRAFT}/copy/").status_code == 404
    assert "Copy to a draft" in browser.get("/rules/2026.11-7/").text
    assert browser.post("/rules/2026.11-7/copy/")["Location"] == "/rules/2026.11-9/"
    back = RuleSet.objects.drafts().get()
    assert back.as_data() == in_force.as_data() | {"version": "2026.11-9"}
    assert f"<b>{ada}</b>" in browser.get("/rules/2026.11-9/").text


# --- Changing -----------------------------------------------------------------------------------------------


def test_copying_makes_a_draft_and_opens_it(page, in_force):
    answer = page.post("/rules/2026.11-7/copy/")
    draft = RuleSet.objects.drafts().get()
    assert answer["Location"] == f"/rules/{draft.version}/"


def test_a_rule_is_saved_from_its_form(page, draft, ada):
    typed = {
        "level": "1",
        "patient_en": "Low.",
        "helps_en": " Drink. \n\n Rest. ",
        "when-0-number1": "88,5",
    }
    answer = page.post(f"{OF_DRAFT}/rules/low_pressure/", form_of(draft, "low_pressure", **typed))
    assert answer.status_code == 302
    rule = next(each for each in draft.as_data()["rule"] if each["code"] == "low_pressure")
    assert (rule["level"], rule["patient"]["en"]) == ("routine", "Low.")
    assert rule["helps"] == {"en": ["Drink.", "Rest."]}
    assert rule["when"]["all"][0] == {"reading": "systolic", "at_most": 88.5}
    assert draft.rules.get(code="low_pressure").changed_by == ada


def test_saving_without_a_change_changes_no_word(page, draft):
    before = draft.as_data()
    for code in ("fainting", "low_pressure", "nausea_any"):
        assert page.post(f"{OF_DRAFT}/rules/{code}/", form_of(draft, code)).status_code == 302
    assert draft.as_data() == before


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(page, draft):
    typed = {"when-0-number1": "eighty", "source": "", "patient_en": "Call us, then sit down."}
    answer = page.post(f"{OF_DRAFT}/rules/low_pressure/", form_of(draft, "low_pressure", **typed))
    assert answer.status_code == 200
    for words in ("Write a number, such as 90", "Say where the rule comes from", "eighty", "then sit down"):
        assert words in answer.text
    assert draft.rules.get(code="low_pressure").revision == 0


def test_a_button_of_a_line_saves_nothing_and_loses_nothing(page, draft):
    typed = {"act": "add:when", "when-add": "note", "when-0-number1": "eighty", "patient_en": "Half a sen"}
    answer = page.post(f"{OF_DRAFT}/rules/low_pressure/", form_of(draft, "low_pressure", **typed))
    assert "The note says one of" in answer.text
    assert "eighty" in answer.text
    assert "Half a sen" in answer.text
    assert "error-summary" not in answer.text
    assert draft.rules.get(code="low_pressure").revision == 0


def test_who_saves_second_is_shown_what_the_first_has_made_of_it(page, draft, edith):
    second = form_of(draft, "nausea_any", **{"when-at_least": "4"})
    table = draft.as_data()["rule"][2]
    drafts.change_rule(draft, edith, NOW, "nausea_any", table | {"source": "Edith was here"}, seen=0)
    answer = page.post(f"{OF_DRAFT}/rules/nausea_any/", second)
    assert "Edith Moreau has changed this" in answer.text
    assert 'name="seen" value="1"' in answer.text
    again = page.post(f"{OF_DRAFT}/rules/nausea_any/", second | {"seen": "1"})
    assert again.status_code == 302
    assert draft.as_data()["rule"][2]["when"]["at_least"] == 4


def test_an_emergency_rule_made_milder_asks_for_a_reason(page, draft):
    table = draft.as_data()["rule"][0]
    drafts.add_rule(draft, page_user(page), NOW, table | {"code": "fainting_too"})
    milder = form_of(draft, "fainting", level="2")
    answer = page.post(f"{OF_DRAFT}/rules/fainting/", milder)
    assert "Say why this emergency rule is made milder" in answer.text
    assert page.post(f"{OF_DRAFT}/rules/fainting/", milder | {"reason": "Too many."}).status_code == 302


def page_user(page: Client) -> User:
    return User.objects.get(pk=page.session["_auth_user_id"])


def test_the_last_emergency_rule_stays(page, draft):
    answer = page.post(f"{OF_DRAFT}/rules/fainting/remove/", {"reason": "None faint."})
    assert "at least one rule for an emergency" in answer.text
    assert draft.rules.filter(code="fainting").exists()


def test_a_rule_is_removed_and_put_back(page, draft):
    assert page.post(f"{OF_DRAFT}/rules/nausea_any/remove/").status_code == 302
    assert "removed" in page.get(f"{OF_DRAFT}/changes/").text
    page.post(f"{OF_DRAFT}/rules/nausea_any/put-back/")
    assert "says the same as the set in force" in page.get(f"{OF_DRAFT}/changes/").text


def test_a_new_rule_is_added(page, draft):
    form = form_of(draft, "nausea_any", code="nausea_worse")
    assert page.post(f"{OF_DRAFT}/new-rule/", form).status_code == 302
    again = page.post(f"{OF_DRAFT}/new-rule/", form)
    assert "another rule has this code" in again.text
    wrong = page.post(f"{OF_DRAFT}/new-rule/", form | {"code": "Not a code"})
    assert "Write small letters" in wrong.text


def test_limits_are_saved_or_told_what_is_wrong(page, draft):
    form = {"seen": drafts.mark(draft.limits), "low-value": "85", "low-lowest": "60", "low-highest": "110"}
    wrong = page.post(f"{OF_DRAFT}/limits/", form | {"low-value": "120"})
    assert "between the lowest and the highest" in wrong.text
    assert page.post(f"{OF_DRAFT}/limits/", form).status_code == 302
    draft.refresh_from_db()
    assert draft.limits["low"] == LIMITS["low"] | {"value": 85, "lowest": 60}
    late = page.post(f"{OF_DRAFT}/limits/", form)
    assert "Somebody has changed the limits" in late.text
    assert page.post(f"{OF_DRAFT}/limits/", given_back(late)).status_code == 302


def given_back(answer: Any) -> dict[str, str]:
    """What a page's form sends when nothing in it is touched."""
    fields = re.findall(r"<(?:input|textarea)[^>]*>", answer.text)
    named = {name[1]: each for each in fields if (name := re.search(r'name="([^"]+)"', each))}
    values = {name: re.search(r'value="([^"]*)"', each) for name, each in named.items()}
    return {name: value[1] if value else "" for name, value in values.items()}


def test_limits_that_ask_for_a_reason_are_saved_with_it_from_the_same_page(page, draft):
    """Ada alone is at work: nobody else is to be blamed."""
    emergency = draft.as_data()["rule"][1] | {"level": "emergency", "code": "low_emergency"}
    emergency["when"] = {"reading": "systolic", "at_most": "$low"}
    drafts.add_rule(draft, page_user(page), NOW, emergency)
    put_in_force_again(draft)
    copy = drafts.begin(RuleSet.objects.published().get(), by=page_user(page), now=NOW)
    address = f"/rules/{copy.version}/limits/"
    form = given_back(page.get(address)) | {"low-value": "85"}
    asked = page.post(address, form)
    assert "Say why." in asked.text
    answer = page.post(address, given_back(asked) | {"reason": "Ours run low."})
    assert answer.status_code == 302
    copy.refresh_from_db()
    assert copy.limits["low"]["value"] == 85


def put_in_force_again(draft: RuleSet) -> None:
    """The draft in place of the set in force, by somebody who had no hand in it."""
    RuleSet.objects.published().update(state="retired", retired_at=NOW)
    assert draft.made_by
    publish(draft, by=User.objects.exclude(pk=draft.made_by.pk).first())


def test_a_draft_is_not_copied(page, draft):
    assert "Copy to a draft" not in page.get(f"{OF_DRAFT}/").text
    assert page.get("/rules/").text.count("Copy to a draft") == 1
    assert page.post(f"{OF_DRAFT}/copy/").status_code == 404
    assert RuleSet.objects.drafts().count() == 1


def test_a_rule_that_would_stay_weaker_is_not_put_back_and_the_page_says_why(page, draft, in_force):
    """Meanwhile another set was published, in which the condition of the rule is wider."""
    wider = drafts.begin(in_force, by=page_user(page), now=NOW)
    table = {"any": [{"red_flag": ["faint", "seizure"]}, {"answer": "faint", "at_least": 1}]}
    seen = drafts.mark(wider.as_data()["conditions"]["fainting"])
    drafts.change_condition(wider, page_user(page), NOW, "fainting", table, seen=seen)
    put_in_force_again(wider)
    answer = page.post(f"{OF_DRAFT}/rules/fainting/put-back/", follow=True)
    assert answer.status_code == 200
    assert "fainting would still be harder to hold than in force" in answer.text


def test_a_draft_is_thrown_away_after_a_question(page, draft):
    assert "Throw draft" in page.get(f"{OF_DRAFT}/discard/").text
    page.post(f"{OF_DRAFT}/discard/")
    assert not RuleSet.objects.drafts().exists()


def test_nothing_in_a_field_breaks_the_form(page, draft):
    """Each field with one odd text, the next with the next; tests/fuzz sends any to any, by chance."""
    texts = ["'\"<script>", "9" * 5000, "-1", "NaN", "1e400", "٣", "²", "%", "😀" * 300]
    plain = form_of(draft, "low_pressure")
    for name, text in zip(plain, cycle(texts), strict=False):
        answer = page.post(f"{OF_DRAFT}/rules/low_pressure/", plain | {name: text})
        assert answer.status_code in (200, 302), name
    for text in texts:
        assert page.get(f"{OF_DRAFT}/", {"q": text}).status_code == 200


# --- Publishing ---------------------------------------------------------------------------------------------


def test_the_author_reads_why_somebody_else_has_to_publish(page, draft):
    a_dry_run(draft, page_user(page), against=RuleSet.objects.current(), result=NOTHING)
    assert "somebody else has to read it" in page.get(f"{OF_DRAFT}/publish/").text
    answer = page.post(f"{OF_DRAFT}/publish/", {"sure": "on", "seen": draft.revision}, follow=True)
    assert "somebody else has to read it" in answer.text
    assert RuleSet.objects.get(pk=draft.pk).is_draft


NOTHING: dict[str, Any] = {
    "reports": 0,
    "now": [0] * 4,
    "then": [0] * 4,
    "rules": {},
    "patients": {},
}


def test_a_second_person_publishes_after_a_dry_run(browser_of, reviewer, draft, in_force):
    browser = browser_of(reviewer)
    form = {"sure": "on", "seen": draft.revision}
    answer = browser.post(f"{OF_DRAFT}/publish/", form, follow=True)
    assert "Nobody has seen a dry run" in answer.text
    run_dry(browser)
    answer = browser.post(f"{OF_DRAFT}/publish/", {"seen": draft.revision})
    assert "Tick this when you have read them" in answer.text
    answer = browser.post(f"{OF_DRAFT}/publish/", form, follow=True)
    assert "2026.11-8 is in force" in answer.text
    draft.refresh_from_db()
    in_force.refresh_from_db()
    assert (draft.state, draft.published_by, in_force.state) == ("published", reviewer, "retired")


def run_dry(browser: Client) -> str:
    """Begun, and gone on with until it is over; the last page."""
    answer = browser.post(f"{OF_DRAFT}/dry-run/", {"days": "7"}, follow=True)
    assert "of 0 reports are weighed" in answer.text
    answer = browser.post(f"{OF_DRAFT}/dry-run/step/", follow=True)
    assert "Under way" not in answer.text
    return str(answer.text)


def test_a_dry_run_goes_in_steps_that_each_come_back_soon(page, draft, rosa, joan, monkeypatch):
    monkeypatch.setattr(views, "LONG_STEP", 0)
    for patient in (rosa, joan):
        send(patient, a_report(nausea=2), ago=dt.timedelta(hours=2))
    answer = page.post(f"{OF_DRAFT}/dry-run/", {"days": "7"}, follow=True)
    said = []
    while "Under way" in answer.text:
        said.append(next(done for done in "012" if f"{done} of 2 reports are weighed" in answer.text))
        answer = page.post(f"{OF_DRAFT}/dry-run/step/", follow=True)
    assert said == ["0", "1", "2"]
    assert "2 reports." in answer.text
    assert draft.dry_runs.get().result["reports"] == 2
    page.post(f"{OF_DRAFT}/dry-run/step/")
    assert draft.dry_runs.count() == 1


def test_a_dry_run_of_a_draft_that_changed_meanwhile_is_begun_again(page, draft, ada):
    page.post(f"{OF_DRAFT}/dry-run/", {"days": "7"})
    drafts.remove_rule(draft, ada, NOW, "nausea_any")
    answer = page.post(f"{OF_DRAFT}/dry-run/step/", follow=True)
    assert "has changed: run it again" in answer.text
    assert not draft.dry_runs.exists()


# --- Worked cases -------------------------------------------------------------------------------------------


@pytest.fixture
def blind(ada: User, amira: User) -> RuleSet:
    """A copy of the shipped rules that holds low oxygen for an emergency at 60 only."""
    shipped = publish(a_draft(ada, shipped_data() | {"version": "2026.11-7"}), by=amira)
    draft = drafts.begin(shipped, by=ada, now=NOW)
    limits = draft.limits
    limits["spo2_very_low"] = limits["spo2_very_low"] | {"value": 80}
    why = "For this test."
    drafts.change_limits(draft, ada, NOW, limits, seen=drafts.mark(draft.limits), reason=why)
    return draft


def test_cases_that_a_draft_would_miss_are_told_and_need_a_reason(browser_of, reviewer, blind):
    browser = browser_of(reviewer)
    text = run_dry(browser)
    missed = [each["id"] for each in blind.dry_runs.get().result["cases"]]
    assert missed
    assert all(case in text for case in missed)
    form = {"sure": "on", "seen": 1}
    answer = browser.post(f"{OF_DRAFT}/publish/", form)
    assert "Say why it is right that these cases come to less" in answer.text
    browser.post(f"{OF_DRAFT}/publish/", form | {"why_missed": "We measure on the ear."})
    blind.refresh_from_db()
    assert blind.state == "published"
    assert blind.excused_cases == dict.fromkeys(missed, "We measure on the ear.")
    assert blind.reasons["spo2_92"] == "For this test."


def test_a_draft_that_misses_no_case_asks_for_no_reason(browser_of, reviewer, draft):
    browser = browser_of(reviewer)
    assert "None of the worked cases" in run_dry(browser)
    assert "why_missed" not in browser.get(f"{OF_DRAFT}/publish/").text


# --- What cannot be meant -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"when-0-number1": "9000"}, "lies from 40 mmHg to 300 mmHg"),
        ({"when-0-bound2": "over", "when-0-number2": "120"}, "nothing could ever make this hold"),
        (
            {"team_en": "{sean} hello {0} {"},
            "{sean} would be shown as it stands: only {seen} is filled in here",
        ),
        ({"do_en": "Call {seen}."}, "{seen} would be shown as it stands"),
        ({"finding": "low_blood_presure"}, "did you mean low_blood_pressure?"),
        ({"when-1-0-number1": "-10"}, "Leave the minus out"),
    ],
)
def test_what_cannot_be_meant_is_refused_beside_its_field(page, draft, typed, says):
    answer = page.post(f"{OF_DRAFT}/rules/low_pressure/", form_of(draft, "low_pressure", **typed))
    assert answer.status_code == 200
    assert html.escape(says, quote=True) in answer.text
    assert draft.rules.get(code="low_pressure").revision == 0


def test_a_finding_may_be_new_on_purpose(page, draft):
    form = form_of(draft, "low_pressure", finding="low_magnesium")
    assert "say so below" in page.post(f"{OF_DRAFT}/rules/low_pressure/", form).text
    assert page.post(f"{OF_DRAFT}/rules/low_pressure/", form | {"new_finding": "on"}).status_code == 302
    draft.refresh_from_db()
    assert draft.as_data()["own"] == {"findings": ["low_magnesium"]}


def test_what_could_never_hold_is_not_published(browser_of, reviewer, ada, amira, draft):
    """It came from a file of an older Sidelight."""
    data = small(version="2026.11-20")
    data["rule"][2]["when"] = {"reading": "pulse", "over": 9000}
    odd = a_draft(ada, data)
    answer = browser_of(reviewer).get("/rules/2026.11-20/publish/")
    assert "the pulse lies from 20 beats a minute" in answer.text
    drafts.remove_rule(odd, ada, NOW, "low_pressure")


def test_an_emergency_rule_made_harder_to_hold_asks_for_a_reason(page, draft):
    table = draft.as_data()["rule"][0]
    drafts.add_rule(draft, page_user(page), NOW, table | {"code": "fainting_too"})
    harder = form_of(draft, "fainting") | {"when-node": "red_flag", "when-red_flags": ["faint"]}
    answer = page.post(f"{OF_DRAFT}/rules/fainting/", harder)
    assert "made milder, or harder to hold" in answer.text
    assert page.post(f"{OF_DRAFT}/rules/fainting/", harder | {"reason": "Ticks do."}).status_code == 302


# --- The sentence while it is typed -------------------------------------------------------------------------


def test_the_sentence_is_said_as_typed_and_nothing_is_saved(page, draft):
    form = form_of(draft, "low_pressure", act="preview", **{"when-0-number1": "88"})
    text = page.post(f"{OF_DRAFT}/rules/low_pressure/", form).text
    assert "The upper blood pressure is 88 mmHg or less; and not:" in text
    assert "error-summary" not in text
    typed = page.post(f"{OF_DRAFT}/rules/low_pressure/", form | {"when-0-number1": "eight"}).text
    assert "once every field is filled in" in typed
    assert 'value="eight"' in typed
    assert draft.rules.get(code="low_pressure").revision == 0


def test_a_shared_condition_is_spelled_out_as_typed(page, draft):
    address = f"{OF_DRAFT}/conditions/fainting/"
    assert "Fainted or nearly fainted is ticked as a serious sign; or" in page.get(address).text
    form = {"when-node": "red_flag", "when-red_flags": ["faint"], "seen": "", "act": "preview"}
    text = page.post(address, form).text
    assert "Fainted or nearly fainted is ticked as a serious sign." in text
    assert "error-summary" not in text


def test_numbers_have_their_unit_beside_them(page, draft):
    text = page.get(f"{OF_DRAFT}/rules/low_pressure/").text
    assert '<span class="unit" id="id_when-0_unit1">mmHg</span>' in text
    pulse = form_of(draft, "low_pressure", act="preview", **{"when-0-kind": "pulse"})
    text = page.post(f"{OF_DRAFT}/rules/low_pressure/", pulse).text
    assert '<span class="unit" id="id_when-0_unit1">beats a minute</span>' in text


def test_a_draft_that_changed_is_read_again(browser_of, reviewer, draft, ada):
    browser = browser_of(reviewer)
    drafts.remove_rule(draft, ada, NOW, "nausea_any")
    answer = browser.post(f"{OF_DRAFT}/publish/", {"sure": "on", "seen": 0}, follow=True)
    assert "has changed since you read it" in answer.text
    assert RuleSet.objects.get(pk=draft.pk).is_draft
