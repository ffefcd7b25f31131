"""What was seen, in the words that the team reads."""

from dataclasses import replace
from typing import Any

import pytest

from tests.triage.build import a_day, a_history, a_report, yes
from tracker.triage.case import Case
from tracker.triage.phrases import in_words, seen
from tracker.triage.report import Answer, History, Level, OpenFlag, Report, Treatment
from tracker.triage.tables import build

NAMES = {"bcg": "BCG", "aldesleukin": "interleukin-2"}
WEIGHED = a_history(days=(a_day(1, readings={"weight": 80}), a_day(3, readings={"weight": 79})))


def told(condition: dict[str, Any], report: Report | None = None, history: History | None = None) -> str:
    case = Case(report or a_report(), history or a_history())
    evidence = build(condition).holds(case)
    assert evidence is not None
    return seen(evidence, case, NAMES)


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ({}, "ticked, no detail given"),
        ({"frequency": 0, "severity": 0}, "none"),
        ({"severity": 1, "interference": 4}, "mild"),
        ({"severity": 0, "interference": 2, "frequency": 1}, "somewhat in the way"),
        ({"frequency": 3, "interference": 1}, "often"),
        ({"interference": 4}, "stops everything"),
        ({"presence": 1}, "yes"),
        ({"presence": 0}, "none"),
    ],
)
def test_an_answer_is_told_by_how_bad_it_is_else_by_its_highest_part(
    answer: dict[str, int], word: str
) -> None:
    assert in_words(answer) == word


@pytest.mark.parametrize(
    ("condition", "report", "history", "words"),
    [
        (
            {"red_flag": ["faint", "seizure"]},
            a_report(flags=("seizure", "faint")),
            None,
            "Fainted or nearly fainted; Seizure",
        ),
        (
            {"red_flag": ["unspecified"]},
            Report(red_flag_answer="yes"),
            None,
            "said yes to the red-flag question, did not say which",
        ),
        (
            {"reading": "pulse", "over": 1},
            a_report(readings={"pulse": 112}),
            None,
            "Pulse 112 beats a minute",
        ),
        (
            {"reading": "spo2", "over": 1},
            a_report(readings={"spo2": 91.5}),
            a_history(usual={"spo2": 97}),
            "Oxygen 91.5%, usual 97",
        ),
        (
            {"reading": "diastolic", "over": 1},
            a_report(readings={"diastolic": 120}),
            a_history(usual={"systolic": 130}),
            "Blood pressure –/120 mmHg, usual 130/–",
        ),
        (
            {"reading": "diastolic", "over": 1},
            a_report(readings={"systolic": 190, "diastolic": 120}),
            a_history(usual={"diastolic": 80}),
            "Blood pressure 190/120 mmHg",
        ),
        (
            {"all": [{"reading": each, "over": 1} for each in ("systolic", "pulse", "diastolic")]},
            a_report(readings={"systolic": 84, "diastolic": 50, "pulse": 120}),
            None,
            "Blood pressure 84/50 mmHg; Pulse 120 beats a minute",
        ),
        (
            {"weight_gain_days": 1, "over": 1},
            a_report(readings={"weight": 81.4}),
            WEIGHED,
            "Weight 81.4 kg; 1.4 kg more than yesterday",
        ),
        (
            {"weight_gain_days": 3, "over": 1},
            a_report(readings={"weight": 81}),
            WEIGHED,
            "Weight 81 kg; 2 kg more than 3 days ago",
        ),
        (
            {"weight_loss_days": 3, "over": 1},
            a_report(readings={"weight": 76}),
            WEIGHED,
            "Weight 76 kg; 5% less than yesterday",
        ),
        (
            {"weight_loss_days": 3, "over": 1},
            a_report(readings={"weight": 77.3}),
            a_history(days=(a_day(3, readings={"weight": 79}),)),
            "Weight 77.3 kg; 2.2% less than 3 days ago",
        ),
        (
            {"since_urine": "hours", "over": 12},
            a_report(hours_since_urine=13.5),
            None,
            "No urine for 13.5 hours",
        ),
        (
            {"drug": ["bcg", "aldesleukin", "a-new-one"]},
            None,
            a_history("aldesleukin", "a-new-one", "bcg", "bcg"),
            "on interleukin-2, a-new-one, BCG",
        ),
        (
            {"hours_since_dose": "bcg", "at_most": 24},
            None,
            a_history(Treatment("bcg", hours_since_dose=5.5)),
            "on BCG; 5.5 hours after a dose",
        ),
        (
            {"hours_since_dose": "bcg", "at_most": 48},
            None,
            a_history(Treatment("bcg", hours_since_dose=29.85)),
            "on BCG; 30 hours after a dose",
        ),
        (
            {"treatment_day": "bcg", "at_least": 2},
            None,
            a_history(Treatment("bcg", treatment_day=4)),
            "on BCG; treatment day 4",
        ),
        (
            {"days_since_end": "bcg", "at_most": 14},
            None,
            a_history(Treatment("bcg", days_since_end=9)),
            "on BCG; 9 days after the last treatment",
        ),
        (
            {"since_chemo": "days", "at_most": 14},
            None,
            a_history(days_since_chemo=9),
            "9 days after chemotherapy",
        ),
        ({"missed": "days", "at_least": 1}, None, a_history(days=(a_day(2),)), "no report yesterday"),
        ({"missed": "days", "at_least": 1}, None, a_history(days=(a_day(3),)), "no report for 2 days"),
        (
            {"last_level": "urgent"},
            None,
            a_history(days=(replace(a_day(2), level=Level.EMERGENCY),)),
            "the last report, 2 days ago, was emergency",
        ),
        (
            {"last_level": "urgent"},
            None,
            a_history(days=(replace(a_day(1), level=Level.URGENT),)),
            "yesterday’s report was urgent",
        ),
        (
            {"open_flag": "urgent", "acknowledged": True},
            None,
            replace(a_history(), open_flags=(OpenFlag(1, Level.URGENT, acknowledged=True),)),
            "yesterday’s urgent flag was answered",
        ),
        (
            {"since_chemo": "days", "at_most": 14},
            None,
            a_history(days_since_chemo=1),
            "the day after chemotherapy",
        ),
        (
            {"open_flag": "urgent"},
            None,
            replace(a_history(), open_flags=(OpenFlag(2, Level.URGENT, acknowledged=False),)),
            "nobody has answered the urgent flag of 2 days ago",
        ),
        (
            {"open_flag": "urgent", "acknowledged": True},
            None,
            replace(a_history(), open_flags=(OpenFlag(2, Level.URGENT, acknowledged=True),)),
            "the urgent flag of 2 days ago was answered",
        ),
        (
            {"lasting": "nausea", "at_least": 2, "days": 2},
            a_report(nausea=2),
            a_history(days=(a_day(1, nausea=2),)),
            "Nausea, moderate (moderate yesterday); moderate or worse for 2 days",
        ),
        (
            {"worse": "nausea", "by": 1, "than": "last_day"},
            a_report(nausea=3),
            a_history(days=(a_day(0, nausea=2),)),
            "Nausea, severe (moderate earlier today)",
        ),
        (
            {"worse": "nausea", "by": 1, "than": "last_day"},
            a_report(nausea=3),
            a_history(days=(a_day(2, nausea=2),)),
            "Nausea, severe (moderate 2 days ago)",
        ),
        (
            {"worse": "nausea", "by": 1, "than": "baseline"},
            a_report(nausea=3),
            a_history(baseline={"nausea": 1}, days=(a_day(2, nausea=2),)),
            "Nausea, severe (mild at baseline)",
        ),
        (
            {"worse": "nausea", "by": 1, "than": "week_low"},
            a_report(nausea=3),
            a_history(days=(a_day(2, nausea=2),)),
            "Nausea, severe (moderate at best this week)",
        ),
        (
            {"worse": "nausea", "by": 1, "than": "last_day", "if_unknown": True},
            a_report(nausea=3),
            None,
            "Nausea, severe",
        ),
        (
            {"answer": ["rash", "nausea"], "at_least": 1},
            a_report(rash=yes(), nausea=Answer()),
            None,
            "Rash; Nausea, ticked, no detail given",
        ),
        (
            {"any": [{"red_flag": ["faint"]}, {"answer": "faint", "at_least": 1}]},
            a_report(flags=("faint",), faint=yes()),
            a_history(days=(a_day(1, asked=("faint",)),)),
            "Fainted or nearly fainted",
        ),
        (
            {"any": [{"red_flag": ["chest_pain"]}, {"answer": "chest_pain", "at_least": 1}]},
            a_report(flags=("chest_pain",), chest_pain=3),
            None,
            "Chest pain or pressure; Chest pain or pressure, severe",
        ),
    ],
)
def test_what_was_seen_is_told_most_telling_first(
    condition: dict[str, Any], report: Report | None, history: History | None, words: str
) -> None:
    assert told(condition, report, history) == words


def test_a_note_is_told_in_its_own_words_each_once() -> None:
    condition = {"note": ["chest_pain", "fever", "rigors"]}
    words = told(condition, Report(note="My chest hurts. I have a fever and I am shaking with cold."))
    assert words.startswith("wrote: “chest hurts … ")
    assert words.endswith("”")
    evidence = {"note": {"faint": " passed out ", "unwell": "passed out"}}
    assert seen(evidence, Case(a_report(), a_history()), {}) == "wrote: “passed out”"


def test_the_note_comes_before_readings_and_readings_before_symptoms_and_drugs() -> None:
    parts: list[dict[str, Any]] = [
        {"drug": ["bcg"]},
        {"answer": ["nausea"], "at_least": 1},
        {"reading": "pulse", "over": 100},
        {"note": ["chest_pain"]},
        {"red_flag": ["faint"]},
    ]
    report = replace(a_report(readings={"pulse": 112}, flags=("faint",), nausea=1), note="My chest hurts.")
    assert told({"all": parts}, report, a_history("bcg")) == (
        "Fainted or nearly fainted; wrote: “chest hurts”; Pulse 112 beats a minute; Nausea, mild; on BCG"
    )


def test_two_findings_about_one_symptom_tell_its_last_time_alike() -> None:
    case = Case(a_report(nausea=3, rash=yes()), a_history(days=(a_day(1, nausea=1), a_day(2, rash=yes()))))
    evidence = build({"answer": ["nausea", "rash"], "at_least": 1}).holds(case)
    assert evidence is not None
    words = "Nausea, severe (mild yesterday); Rash (yes 2 days ago)"
    assert [seen(evidence, case, {}), seen(evidence, case, {})] == [words, words]
