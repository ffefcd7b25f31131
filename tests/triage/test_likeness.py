"""The second reader of notes: how alike a note is to serious ones, and what both readers come to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.note_corpus import digest
from tests.triage.build import a_report, assessed
from tracker.triage.mutes import can_be_muted
from tracker.triage.notes import Mention, Note, likeness, read_note
from tracker.triage.notes.language import language
from tracker.triage.notes.likeness import Features, Likeness, Weights, features, read, weights_of
from tracker.triage.notes.reading import languages
from tracker.triage.notes.text import Text
from tracker.triage.notes.tokens import tokenize
from tracker.triage.report import Level

BOUGHT_A_ROPE = "Bought a rope on the way home. Please don't ring my wife, she has enough to do."
ALIKE = Likeness(whole=0.0, highest=0.0, length=40)


def a_text(text: str, code: str = "en") -> Text:
    spoken = language(code)
    assert spoken is not None
    return Text(text, spoken)


def alike(text: str, code: str = "en") -> Likeness:
    found = likeness.likeness(a_text(text, code))
    assert found is not None
    return found


class TestWeights:
    @pytest.mark.parametrize("code", languages())
    def test_they_are_learned_from_the_corpora_there_are(self, code: str) -> None:
        """When this fails, notes were added or changed: make likeness, and look at `bench.note_corpus`."""
        weights = weights_of(code)
        assert weights is not None
        assert weights.corpora == digest(code)

    @pytest.mark.parametrize("code", languages())
    def test_a_person_can_read_them(self, code: str) -> None:
        weights = weights_of(code)
        assert weights is not None
        assert 1000 < len(weights.words) + len(weights.parts) <= 20_000
        assert weights.words["#39.x"] > 0

    def test_a_language_may_have_none(self) -> None:
        assert weights_of("xx") is None

    def test_a_file_is_read_line_by_line(self) -> None:
        weights = read("# why\ncorpora abc\nstart -50\n[words]\n100 my chest\n[parts]\n-20 _ok\n")
        assert weights == Weights("abc", -50, {"my chest": 100}, {"_ok": -20})

    def test_a_score_is_by_how_much_there_is_to_weigh(self) -> None:
        weights = Weights("", 100, {"a": 200}, {"b": -100})
        assert weights.score(Features(frozenset("axyz"), frozenset("b"))) == pytest.approx(1 + 2 / 2 - 1)
        assert weights.score(Features(frozenset(), frozenset())) == 1


class TestFeatures:
    def weighed(self, text: str) -> Features:
        return features(text, tokenize(text))

    def test_words_pairs_and_parts(self) -> None:
        found = self.weighed("Hot leg")
        assert found.words == {"hot", "leg", "hot leg"}
        assert found.parts == {"_ho", "hot", "ot_", "_hot", "hot_", "_hot_"} | {
            "_le", "leg", "eg_", "_leg", "leg_", "_leg_",
        }  # fmt: skip

    def test_parts_are_as_typed_whatever_the_case_and_accents(self) -> None:
        assert self.weighed("FIÉBRE").parts == self.weighed("fiebre").parts

    @pytest.mark.parametrize(
        ("number", "weighed"),
        [
            ("38.4", "#38.x"),
            ("38.9", "#38.x"),
            ("37.2", "#37.x"),
            ("101.3", "#101.x°F"),
            ("38", "#38"),
            ("0", "#0"),
            ("9", "#9"),
            ("10", "#1x"),
            ("94", "#9x"),
            ("140", "#14x"),
            ("199", "#19x"),
            ("200", "#big"),
            ("1929", "#big"),
            ("1930", "#year"),
            ("2039", "#year"),
            ("2040", "#big"),
        ],
    )
    def test_numbers_are_weighed_by_what_they_have_in_common(self, number: str, weighed: str) -> None:
        assert self.weighed(number).words == {weighed}

    def test_where_a_sentence_ends_is_weighed_too(self) -> None:
        assert self.weighed("No. Why?").words == {"no", ".", "why", "?", "no .", ". why", "why ?"}


class TestWhatIsSaid:
    def test_hints_without_a_sign_are_found(self) -> None:
        (mention,) = read_note(BOUGHT_A_ROPE).mentions
        assert mention.concept == "reads_serious"
        assert "rope" in mention.words

    def test_they_are_urgent_and_the_team_reads_what_weighed_most(self) -> None:
        assessment = assessed(replace(a_report(), note=BOUGHT_A_ROPE))
        assert assessment.level == Level.URGENT
        assert "rope" in assessment.findings[0].team

    def test_one_line_is_weighed_by_itself(self) -> None:
        chatty = "Lovely day at the allotment, beans are up and the grandchildren came over for tea. "
        found = alike(chatty + "I bought a rope on the way home.")
        assert found.highest > found.whole

    @pytest.mark.parametrize(
        ("one", "serious"),
        [
            (replace(ALIKE, whole=0.75), True),
            (replace(ALIKE, whole=0.74), False),
            (replace(ALIKE, highest=3.5), True),
            (replace(ALIKE, highest=3.4), False),
            (replace(ALIKE, whole=0.75, length=6), True),
            (replace(ALIKE, whole=0.75, length=5), False),
        ],
    )
    def test_from_where_a_note_reads_as_serious(self, one: Likeness, serious: bool) -> None:
        assert one.is_serious is serious

    @pytest.mark.parametrize(
        ("one", "harmless"),
        [
            (replace(ALIKE, whole=-1.51), True),
            (replace(ALIKE, whole=-1.5), False),
            (replace(ALIKE, whole=-1.51, highest=0.99), True),
            (replace(ALIKE, whole=-1.51, highest=1.0), False),
            (replace(ALIKE, whole=-1.51, length=12), True),
            (replace(ALIKE, whole=-1.51, length=11), False),
        ],
    )
    def test_below_what_it_reads_as_harmless(self, one: Likeness, harmless: bool) -> None:
        assert one.is_harmless is harmless


class TestBothReaders:
    @pytest.fixture
    def finds(self, monkeypatch):
        def find(**found):
            monkeypatch.setattr("tracker.triage.notes.reading.likeness", lambda text: replace(ALIKE, **found))

        return find

    def test_what_the_first_finds_is_enough(self, finds) -> None:
        finds(whole=3)
        assert [each.concept for each in read_note("my chest is tight").mentions] == ["chest_pain"]

    def test_a_slight_sign_leaves_room_for_the_second(self, finds) -> None:
        finds(whole=3)
        assert [each.concept for each in read_note("I feel clammy").mentions] == ["reads_serious", "unwell"]

    def test_a_harmless_note_makes_words_doubtful(self, finds) -> None:
        finds(whole=-3)
        assert read_note("my chest is tight, please ring me").mentions == (
            Mention("doubtful", "chest is tight"),
            Mention("asks_for_call", "ring me"),
        )

    def test_and_never_numbers(self, finds) -> None:
        finds(whole=-3)
        note = read_note("temp 39.2 and up 3 kilos since Friday")
        assert "weight_gain" in {each.concept for each in note.mentions}
        assert [each.value for each in note.values] == [39.2]

    def test_neither_says_well_beside_it(self, finds) -> None:
        text = "Lovely day, walked the dog."
        assert read_note(text).says_well
        finds(whole=3)
        assert not read_note(text).says_well

    def test_without_weights_the_first_reads_alone(self, monkeypatch) -> None:
        monkeypatch.setattr(likeness, "weights_of", lambda code: None)
        assert read_note(BOUGHT_A_ROPE) == Note()
        assert [each.concept for each in read_note("my chest is tight").mentions] == ["chest_pain"]

    @pytest.mark.parametrize("text", ["", " ", "?!", "38.4", "❌"])
    def test_without_words_there_is_nothing_to_weigh(self, text: str) -> None:
        assert not {each.concept for each in read_note(text).mentions} & {"reads_serious", "doubtful"}

    def test_what_may_be_about_anything_is_never_expected(self) -> None:
        assert not can_be_muted("any", Level.URGENT, {"note": {"reads_serious": "rope"}})
        assert not can_be_muted("any", Level.ROUTINE, {"note": {"doubtful": "rope"}})


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_weighed(text: str) -> None:
    found = likeness.likeness(a_text(text))
    assert found is None or (found.whole <= found.highest)
    assert likeness.heaviest(a_text(text + " and")) in text + " and"
