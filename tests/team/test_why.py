"""Why a flag was raised: lines that name each thing once, with every rule behind them."""

from typing import Any

import pytest

from tests.team.conftest import flagged
from tests.triage.build import a_report
from tracker.models import Finding, Mute
from tracker.team.notes import marked
from tracker.team.why import facts, reasons, telling, worse
from tracker.triage.report import Level


def finding(words: str, level: Level = Level.URGENT, rule: str = "a_rule", **inputs: object) -> Finding:
    return Finding(rule=rule, level=level, team_words=words, inputs=inputs, rules_version="1")


def a_mute(level: Level = Level.ROUTINE, **inputs: object) -> Mute:
    return Mute(rule="a_rule", level=level, inputs=inputs)


SEVERE = finding("Nausea, severe (mild yesterday)", rule="severe", symptoms={"nausea": {"severity": 3}})
WORSE = finding(
    "Nausea, severe (none at baseline)", Level.ROUTINE, rule="worse", symptoms={"nausea": {"severity": 3}}
)


def test_a_symptom_is_named_once_and_both_rules_stand_behind_it():
    [line] = reasons([WORSE, SEVERE])
    assert (line.words, line.level) == ("Nausea, severe (mild yesterday)", Level.URGENT)
    assert [each.rule for each in line.findings] == ["severe", "worse"]


def test_a_finding_about_one_thing_more_says_only_that():
    both = finding(
        "Nausea, severe (mild yesterday); Fatigue, moderate (none yesterday)",
        Level.ROUTINE,
        symptoms={"nausea": {"severity": 3}, "fatigue": {"severity": 2}},
    )
    assert [line.words for line in reasons([both, SEVERE])] == [
        "Nausea, severe (mild yesterday)",
        "Fatigue, moderate (none yesterday)",
    ]


def test_a_finding_that_says_nothing_new_is_no_line_of_its_own():
    words = "Blood pressure 80/120 mmHg; Dizziness, mild"
    low = finding(words, Level.EMERGENCY, readings={"systolic": {}}, symptoms={"dizziness": {}})
    high = finding(words, Level.EMERGENCY, readings={"diastolic": {}}, symptoms={"dizziness": {}})
    [line] = reasons([low, high])
    assert line.findings == (low, high)


def test_what_is_worse_stands_first_and_what_was_muted_last():
    muted = finding("Itching, severe", symptoms={"itching": {"severity": 3}})
    muted.muted = True
    chest = finding("Chest pain", Level.EMERGENCY, red_flags=["chest_pain"])
    lines = reasons([muted, SEVERE, chest])
    assert [line.words for line in lines] == ["Chest pain", SEVERE.team_words, "Itching, severe"]
    assert [line.is_muted for line in lines] == [False, False, True]


def test_the_board_says_each_thing_once_and_nothing_that_was_muted():
    muted = finding("Itching, severe", symptoms={"itching": {"severity": 3}})
    muted.muted = True
    assert [line.words for line in telling([muted, WORSE, SEVERE])] == [SEVERE.team_words]


def test_a_fever_after_chemotherapy_says_so_in_its_line():
    fever = finding("Temperature 38.3 °C, usual 36.4", readings={"temperature": {"value": 38.3}})
    after = finding(
        "Temperature 38.3 °C, usual 36.4; 8 days after chemotherapy",
        readings={"temperature": {"value": 38.3}},
        days_since_chemo=8,
    )
    [line] = reasons([fever, after])
    assert line.words == "Temperature 38.3 °C, usual 36.4; 8 days after chemotherapy"


def test_what_was_taken_back_stands_last_and_is_told_only_if_nothing_else_is_left():
    chest: Any = finding("Chest pain", Level.EMERGENCY, red_flags=["chest_pain"])
    chest.was_corrected = True  # as Finding.objects.of_flags says it
    assert [(line.words, line.was_corrected) for line in reasons([chest, SEVERE])] == [
        (SEVERE.team_words, False),
        ("Chest pain", True),
    ]
    assert [line.words for line in telling([chest, SEVERE])] == [SEVERE.team_words]
    assert [line.words for line in telling([chest])] == ["Chest pain"]
    assert not reasons([chest])[0].can_be_muted


def test_a_muted_finding_never_hides_behind_one_that_is_not():
    muted = finding("Nausea, severe", symptoms={"nausea": {"severity": 3}})
    muted.muted = True
    assert [line.is_muted for line in reasons([muted, SEVERE])] == [False, True]


@pytest.mark.parametrize(
    ("held", "can_be"),
    [
        (SEVERE, True),
        (finding("Chest pain", Level.EMERGENCY, red_flags=["chest_pain"]), False),
        (finding("Wrote", note={"suicidal_thoughts": "better off dead"}), False),
        (finding("No report for 3 days", missed_days=3), False),
    ],
)
def test_what_nobody_may_expect_cannot_be_muted(held, can_be):
    assert reasons([held])[0].can_be_muted is can_be


def test_the_words_of_the_note_are_quoted_once():
    noted = {"chest_pain": "an elephant on my chest"}
    again = finding("Wrote", Level.URGENT, note=noted)
    [line] = reasons([finding("Wrote", Level.EMERGENCY, note=noted), again])
    assert line.quotes == ["an elephant on my chest"]
    [line] = reasons([finding("Wrote: “an elephant on my chest”", note=noted)])
    assert line.quotes == []


def test_everything_that_a_rule_saw_is_named():
    inputs = {
        "symptoms": {"nausea": {"severity": 3, "frequency": 2}},
        "compared": {"nausea": {"with": "last_day", "answer": {"severity": None}}},
        "drugs": ["aldesleukin", "bcg"],
        "hours_since_urine": 14,
    }
    assert dict(facts(inputs)) == {
        "Nausea": "severity 3, how often 2",
        "Nausea before": "last day, severity –",
        "drugs": "aldesleukin, bcg",
        "hours since urine": "14",
    }


@pytest.mark.parametrize(
    ("then", "now", "because"),
    [
        (
            {"symptoms": {"nausea": {"severity": 2}}},
            {"symptoms": {"nausea": {"severity": 3}}},
            ["Nausea, severity: 2 → 3"],
        ),
        (
            {"symptoms": {"nausea": {"severity": 2}}},
            {"symptoms": {"nausea": {"severity": 1}, "fatigue": {"severity": 2}}},
            ["new: Tiredness"],
        ),
        (
            {"readings": {"systolic": {"value": 92, "worse": "lower"}}},
            {"readings": {"systolic": {"value": 88, "worse": "lower"}}},
            ["Upper blood pressure: 92 → 88"],
        ),
        (
            {"readings": {"temperature": {"value": 37.6, "worse": "higher"}}},
            {"readings": {"temperature": {"value": 37.5, "worse": "higher"}}},
            [],
        ),
        ({"note": {"fever": "hot"}}, {"note": {"fever": "hot", "rigors": "shaking"}}, ["new: rigors"]),
        ({"weight_gain": {"kg": 1.2}}, {"weight_gain": {"kg": 1.8}}, ["weight gain (kg): 1.2 → 1.8"]),
    ],
)
def test_what_broke_a_mute_is_said_and_nothing_else(then, now, because):
    assert worse(a_mute(**then), finding("Words", Level.ROUTINE, **now)) == because


def test_a_higher_level_breaks_a_mute_and_is_said_first():
    said = worse(a_mute(symptoms={"nausea": {"severity": 2}}), SEVERE)
    assert said == ["level: routine → urgent", "Nausea, severity: 2 → 3"]


# --- The words of a note ------------------------------------------------------------------------------------


def test_what_a_rule_read_is_marked_and_everything_is_escaped():
    text = "<b>Chest</b> hurts & my CHEST HURTS"
    assert marked(text, ["chest hurts"]) == (
        "&lt;b&gt;Chest&lt;/b&gt; hurts &amp; my <mark>CHEST HURTS</mark>"
    )


def test_a_passage_inside_another_is_marked_with_it():
    assert marked("bad chest pain", ["chest pain", "bad chest pain", " "]) == "<mark>bad chest pain</mark>"


def test_words_that_are_not_there_mark_nothing():
    assert marked("fine (really)", ["pain", "(.*)"]) == "fine (really)"


# --- On the page --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_flags_page_names_each_symptom_once_and_folds_the_rules_away(rosa, amira, browser_of):
    flag = flagged(rosa, a_report({"systolic": 84, "diastolic": 50}, dizziness=3, nausea=4))
    page = browser_of(amira).get(f"/team/flags/{flag.pk}/")
    why = [line.reason.words for line in page.context["page"].lines]
    assert sum("Nausea" in words for words in why) == 1
    rules = {each.rule for each in flag.findings}
    assert len(rules) > 1
    folded = page.text[page.text.index("Which rule") :]
    for rule in rules:
        assert rule in folded
        assert rule not in page.text[: page.text.index("Which rule")]
