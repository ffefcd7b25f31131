from tracker.triage.report import ATTRIBUTES, Level
from tracker.triage.symptoms import HIGHEST, LABELS, RED_FLAGS, SCALES, SYMPTOMS, label, scales


def test_every_symptom_has_a_label_and_questions_that_exist() -> None:
    for code, kind in SYMPTOMS.items():
        assert kind.code == code
        assert kind.label
        assert kind.attributes
        assert set(kind.attributes) <= set(ATTRIBUTES)
        assert kind.red_flag == (code in RED_FLAGS)


def test_the_red_flags_are_offered_in_this_order() -> None:
    assert RED_FLAGS == (
        "chest_pain",
        "breathless_at_rest",
        "faint",
        "confusion",
        "face_arm_speech",
        "throat_or_lip_swelling",
        "seizure",
        "bleeding",
        "self_harm_thoughts",
    )
    assert [flag for flag in RED_FLAGS if flag not in SYMPTOMS] == ["breathless_at_rest", "seizure"]
    assert set(RED_FLAGS) <= LABELS.keys()


def test_every_attribute_has_a_word_for_each_value() -> None:
    assert SCALES.keys() == set(ATTRIBUTES)
    assert HIGHEST == {"frequency": 4, "severity": 4, "interference": 4, "amount": 4, "presence": 1}


def test_levels_compare_and_have_words() -> None:
    assert Level.EMERGENCY > Level.URGENT > Level.ROUTINE > Level.NONE
    assert [Level.from_word(level.word) for level in Level] == list(Level)


def test_a_language_that_nobody_has_written_is_named_in_english() -> None:
    assert [label("hives", each) for each in ("en", "es", "cy")] == ["Hives", "Ronchas", "Hives"]
    assert scales("es")["presence"] == ("no", "sí")
    assert scales("cy") == scales("en") == scales() == SCALES
