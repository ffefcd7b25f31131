"""What a note says about the patient now, mechanism by mechanism. The corpora are tried in notes/."""

from __future__ import annotations

import json
import tomllib
from collections import defaultdict
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.triage import notes
from tracker.triage.assess import assess
from tracker.triage.notes import CONCEPTS, read_note
from tracker.triage.notes.language import CLASSES, SCOPES, InvalidLanguage, language, read
from tracker.triage.notes.patterns import InvalidPattern
from tracker.triage.report import History, Level, Report
from tracker.triage.rules import default_rules

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
CORPORA = Path(__file__).parent / "notes"


def concepts(text: str, code: str = "en") -> set[str]:
    return {each.concept for each in read_note(text, code).mentions}


def values(text: str, **usual: float) -> dict[str, float]:
    return {each.kind: each.value for each in read_note(text, "en", usual).values}


def level(text: str, code: str = "en") -> Level:
    return assess(Report(note=text), History(language=code), default_rules(), NOON).level


class TestWordsAreComposed:
    @pytest.mark.parametrize(
        ("text", "concept"),
        [
            ("my chest feels tight", "chest_pain"),
            ("there is a crushing weight on my breastbone", "chest_pain"),
            ("passed out in the shower this morning", "faint"),
            ("his speech is slurred and his face has dropped", "stroke_signs"),
            ("my throat is closing up", "severe_allergy"),
            ("calf is hot, hard and swollen", "leg_clot"),
            ("no wee since yesterday", "less_urine"),
            ("nothing stays down", "vomiting"),
            ("I do not want to be alive", "suicidal_thoughts"),
            ("missed two injections this week", "missed_or_wrong_dose"),
        ],
    )
    def test_body_part_and_sensation_make_a_sign(self, text, concept):
        assert concept in concepts(text)

    def test_a_mention_keeps_the_words_as_they_were_typed(self):
        (mention,) = read_note("Well: My CHEST is Tight, since lunch").mentions
        assert mention.words == "CHEST is Tight"

    @pytest.mark.parametrize(
        ("text", "quoted"),
        [
            ("Cannot keep water down.", "Cannot keep water down"),
            ("I've not been able to keep food down", "not been able to keep food down"),
            ("no wee since yesterday", "no wee since"),
            ("No rash but chest pain", "chest pain"),
            ("It did not help. Chest pain now", "Chest pain"),
        ],
    )
    def test_a_word_that_turns_it_round_is_quoted_along(self, text, quoted):
        assert quoted in [mention.words for mention in read_note(text).mentions]

    def test_every_concept_can_be_said_in_english(self):
        said = {each["codes"][0] for each in corpus("corpus_en_ways.jsonl")}
        assert said <= set(CONCEPTS) | {"spo2", "pulse", "systolic", "temperature", "breaths", "weight"}


class TestDenial:
    @pytest.mark.parametrize(
        "text",
        [
            "no chest pain",
            "no chest pain, breathlessness or fever",
            "chest pain? no",
            "chest pain: none",
            "fever, chest pain, seizures: none of these",
            "I have not fainted",
            "denies chest pain",
            "haven't had any chest pain and no fever",
        ],
    )
    def test_what_is_denied_is_not_there(self, text):
        assert not concepts(text)

    def test_what_is_denied_is_kept_as_denied(self):
        assert read_note("no chest pain today").denied == {"chest_pain"}

    @pytest.mark.parametrize(
        "text",
        [
            "no fever but my chest is tight",
            "no fever. My chest is tight",
            "no fever, my chest is tight",
            "no fever today chest feels tight",
            "no fever though chest is tight",
        ],
    )
    def test_a_denial_ends_where_something_else_is_said(self, text):
        assert concepts(text) == {"chest_pain"}

    @pytest.mark.parametrize(
        ("text", "concept"),
        [
            ("can't breathe", "breathless_at_rest"),
            ("he is not making sense", "confusion"),
            ("the bleeding won't stop", "heavy_bleeding"),
            ("can't keep anything down", "vomiting"),
        ],
    )
    def test_a_sign_may_itself_be_told_with_a_no(self, text, concept):
        assert concept in concepts(text)

    def test_no_relief_denies_nothing(self):
        assert "chest_pain" in concepts("chest pain, no relief from the tablets")

    def test_a_cross_is_a_no(self):
        assert not concepts("fever ❌ chest pain ❌")


class TestWhose:
    @pytest.mark.parametrize(
        "text",
        [
            "my neighbour collapsed in the street",
            "our dog had a seizure",
            "my wife has chest pain with her gallstones, I'm fine",
            "a friend of mine passed out",
        ],
    )
    def test_other_people_are_not_the_patient(self, text):
        assert not concepts(text)

    @pytest.mark.parametrize(
        "text",
        [
            "typing for mum, she has chest pain",
            "he collapsed in the kitchen",
            "husband passed out this morning",
            "This is her daughter. She passed out.",
        ],
    )
    def test_a_carer_writes_of_the_patient(self, text):
        assert concepts(text) & {"chest_pain", "faint"}

    def test_who_tells_it_is_not_who_has_it(self):
        assert "confusion" in concepts("my wife says I was talking nonsense all night")


class TestWhen:
    @pytest.mark.parametrize(
        "text",
        [
            "had a seizure as a kid",
            "heart attack in 2012, two stents",
            "I fainted once, thirty years ago",
            "chest pain before my operation last year",
            "mum had a stroke in 2015 so I always check my face in the mirror",
            "collapsed at the shops back in '09",
        ],
    )
    def test_long_ago_is_not_now(self, text):
        assert not concepts(text)

    def test_what_is_back_is_now(self):
        assert "chest_pain" in concepts("the same band round my chest as before my stents in 2016")

    def test_a_sign_that_has_settled_is_over(self):
        assert not concepts("the vomiting all night has stopped now")

    @pytest.mark.parametrize(
        "text",
        [
            "leg pink and warm, swelling going down nicely",
            "both ankles a touch puffy by bedtime, same as for years",
        ],
    )
    def test_swelling_that_goes_down_or_was_always_there_is_no_news(self, text):
        assert not concepts(text)

    @pytest.mark.parametrize(
        "text",
        [
            "swelling in my feet isnt going down nicely",
            "leg swelling not going down",
            "ankles more swollen than ever",
            "ankles puffy, worse than usual",
        ],
    )
    def test_swelling_that_stays_or_grows_is(self, text):
        assert "swelling" in concepts(text)

    def test_an_event_of_today_counts_although_it_is_over(self):
        assert "faint" in concepts("passed out at ten, fine now")


class TestWhetherItHappened:
    @pytest.mark.parametrize(
        "text",
        [
            "if I get chest pain I will ring",
            "told to watch out for chest pain",
            "worried about getting a seizure",
            "could this drug ever cause a heart attack?",
            "what happens if I pass out?",
            "the nurse explained about left shoulder pain",
            "our safety video: chest pain, cold sweat, fits",
        ],
    )
    def test_what_might_be_is_not(self, text):
        assert not concepts(text)

    @pytest.mark.parametrize(
        "text", ["if I stand up I pass out", "should I worry, my chest is tight", "is my chest pain normal?"]
    )
    def test_what_is_asked_about_may_be_there(self, text):
        assert concepts(text)

    def test_what_is_wished_is_a_wish_and_has_not_happened(self):
        assert concepts("most nights I wouldn't mind not waking up") == {"suicidal_thoughts"}
        assert "confusion" in concepts("he is not waking up properly")

    def test_what_never_came_with_a_dose_is_no_missed_dose(self):
        assert not concepts("never had that with the jab before")
        assert "missed_or_wrong_dose" in concepts("never had my jab this week")

    def test_a_dentists_injection_wears_off(self):
        assert not concepts("dentist numbed me so my lip is hanging and I talk funny till it wears off")
        assert "stroke_signs" in concepts("my face feels like the dentist numbed me")
        assert "stroke_signs" in concepts("my lip is hanging and I talk funny")

    def test_nothing_on_one_side_is_a_stroke_only_where_it_should_be_seen(self):
        assert not concepts("right shoulder aches, nothing on the left")
        assert "stroke_signs" in concepts("I see nothing on the left")


class TestSayings:
    @pytest.mark.parametrize(
        "text",
        [
            "dying to see the baby",
            "it was breathtaking up there",
            "lost at chess to my grandson",
            "bloody freezing in here",
            "bought a chest of drawers",
            "sick to death of car parks",
            "new glasses, everything was a blur before",
            "couldn't breathe for laughing",
            "work is a pain in the neck",
        ],
    )
    def test_a_saying_means_something_else(self, text):
        assert level(text) < Level.URGENT


class TestSpelling:
    @pytest.mark.parametrize(
        ("text", "concept"),
        [
            ("cant brethe sitting here", "breathless_at_rest"),
            ("my tung is swolen", "severe_allergy"),
            ("chestpain since noon", "chest_pain"),
            ("he had a seezure", "seizure"),
            ("MY CHEST IS TIGHT", "chest_pain"),
        ],
    )
    def test_slips_are_understood(self, text, concept):
        assert concept in concepts(text)

    def test_short_words_are_never_guessed(self):
        assert not concepts("the tight chess game was a treat for my hear")


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "kind", "value"),
        [
            ("temp 38.4", "temperature", 38.4),
            ("101 fever", "temperature", 38.3),
            ("38,5 de temperature", "temperature", 38.5),
            ("temperature thirty eight point six", "temperature", 38.6),
            ("temp one oh two", "temperature", 38.9),
            ("temp 38 4", "temperature", 38.4),
            ("bp 84/50", "systolic", 84),
            ("84 over 50", "systolic", 84),
            ("eighty four over fifty", "systolic", 84),
            ("sats 88", "spo2", 88),
            ("heart rate 151", "pulse", 151),
            ("breathing 28 times a minute", "breaths", 28),
            ("weight 81.5 kg", "weight", 81.5),
        ],
    )
    def test_a_number_is_what_the_words_beside_it_say(self, text, kind, value):
        assert values(text)[kind] == pytest.approx(value, abs=0.05)

    @pytest.mark.parametrize(
        "text",
        [
            "101 Dalmatians with the kids",
            "39 at bingo",
            "ring if it goes over 38.0",
            "38 degrees outside, sunny",
            "my neighbour has a temp of 39",
            "ran 10 km",
        ],
    )
    def test_other_numbers_are_left_alone(self, text):
        assert not values(text)

    def test_numbers_in_a_row_are_all_read(self):
        read = [each.value for each in read_note("oximeter 90 then 89 then 91").values]
        assert read == [90, 89, 91]

    def test_the_usual_value_is_not_a_reading(self):
        assert values("pulse 118, usually 66") == {"pulse": 118}

    def test_pounds_are_told_by_the_usual_weight(self):
        assert values("weight 176", weight=80)["weight"] == pytest.approx(79.8, abs=0.1)

    @pytest.mark.parametrize(
        "text",
        [
            "up 3 kilos since Friday",
            "gained 7 lb this week",
            "scale went from 79.4 to 82.1",
            "3 lb since yesterday",
        ],
    )
    def test_weight_put_on_fast_is_a_sign(self, text):
        assert "weight_gain" in concepts(text)

    @pytest.mark.parametrize("text", ["lost 3 kilos", "up 1 kilo since May", "gained 4 kilos over the year"])
    def test_weight_put_on_slowly_is_not(self, text):
        assert "weight_gain" not in concepts(text)

    @pytest.mark.parametrize(("hours", "told"), [(14, True), (12, True), (3, False)])
    def test_hours_without_urine_are_counted(self, hours, told):
        assert ("less_urine" in concepts(f"last pee was {hours} hours ago")) is told

    def test_six_loose_stools_are_many(self):
        assert "diarrhea" in concepts("diarrhoea 6 times today")
        assert "diarrhea" not in concepts("diarrhoea 2 times today")


class TestEveryText:
    @settings(deadline=None)
    @given(st.text(max_size=300), st.sampled_from(["en", "es", "xx"]))
    def test_no_text_is_too_odd(self, text, code):
        note = read_note(text, code, {"weight": 80.0})
        assert {each.concept for each in note.mentions} <= set(CONCEPTS)

    @settings(deadline=None, max_examples=40)
    @given(
        st.lists(
            st.sampled_from(
                [
                    "no",
                    "not",
                    "chest",
                    "pain",
                    ",",
                    ".",
                    "?",
                    "but",
                    "38.4",
                    "84",
                    "/",
                    "50",
                    "mum",
                    "if",
                    "I",
                    "years",
                    "ago",
                    "ok",
                ]
            )
        )
    )
    def test_no_order_of_words_is_too_odd(self, words):
        read_note(" ".join(words))

    @settings(deadline=None, max_examples=30)
    @given(st.integers(0, 10_000))
    def test_a_serious_sentence_more_never_lowers_the_level(self, pick):
        texts = [each["note"] for each in corpus("corpus_en.jsonl")]
        text = texts[pick % len(texts)]
        assert level(text + ".\nI have crushing chest pain right now.") >= level(text)

    @settings(deadline=None, max_examples=60)
    @given(st.integers(0, 10_000))
    def test_capitals_change_nothing(self, pick):
        texts = [each["note"] for each in corpus("corpus_en.jsonl")]
        text = texts[pick % len(texts)]
        assert concepts(text.upper()) == concepts(text.lower())

    def test_an_empty_note_says_nothing(self):
        assert read_note("") == notes.Note()


class TestLanguages:
    def test_a_note_in_another_language_is_read_in_that_language(self):
        assert "chest_pain" in concepts("Me duele mucho el pecho desde la mañana y no se me pasa", "en")

    def test_english_is_read_when_we_have_no_file_of_the_language(self):
        assert "chest_pain" in concepts("chest pain", "xx")

    def test_english_has_every_class_and_scope(self):
        file = resources.files(notes).joinpath("en.toml")
        data = tomllib.loads(file.read_text("utf-8"))
        assert set(CLASSES) <= set(data["classes"])
        assert set(SCOPES) == set(data["scopes"])
        assert set(data["concepts"]) <= set(CONCEPTS)

    def test_a_concept_we_do_not_know_is_refused(self):
        with pytest.raises(InvalidLanguage, match="toothache"):
            read("xx", _a_file(concepts={"toothache": "tooth"}))

    def test_a_class_that_is_not_there_is_refused(self):
        with pytest.raises(InvalidPattern, match="@tooth"):
            read("xx", _a_file(concepts={"severe_pain": "@tooth"}))

    @pytest.mark.parametrize("line", ["..2", "a ..x b"])
    def test_a_pattern_that_cannot_be_read_is_refused(self, line):
        with pytest.raises(InvalidPattern):
            read("xx", _a_file(concepts={"severe_pain": line}))


def _a_file(**parts):
    empty: dict[str, dict[str, str]] = {
        "classes": {},
        "concepts": {},
        "scopes": {},
        "numbers": {},
        "marks": {},
        "number_words": {},
    }
    words = {"function_words": "", "number_joiners": "", "point": ""}
    return empty | words | {"spelling": {"also": "", "lookalikes": "", "sounds": [], "slips": {}}} | parts


def corpus(name: str) -> list[dict]:
    return [json.loads(line) for line in (CORPORA / name).read_text("utf-8").splitlines() if line.strip()]


def test_the_english_corpora_are_read_as_they_are_labelled():
    """At least 9 in 10 serious notes are raised and at most 1 in 12 harmless ones; prints who falls short."""
    seen: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for path in sorted(CORPORA.glob("corpus_en*.jsonl")):
        for each in corpus(path.name):
            raised = level(each["note"], each["lang"]) >= Level.URGENT
            for key in (each["trick"], "all"):
                serious = each["level"] != "none"
                seen[key][0 if serious else 2] += 1
                seen[key][1 if serious else 3] += raised
    for trick, (serious, hits, harmless, false) in sorted(seen.items()):
        print(f"{trick:20} serious {hits}/{serious} harmless {false}/{harmless}")
    serious, hits, harmless, false = seen["all"]
    assert hits >= 0.9 * serious
    assert false <= harmless / 12
    assert language("en") is not None
