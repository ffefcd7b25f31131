"""What somebody meant to type."""

import pytest

from tracker.triage.notes.spelling import Speller

SPELLER = Speller(
    words={
        "chest", "chests", "pain", "breathe", "swollen", "stomach", "diarrhea", "palpitations", "fever",
        "tongue", "heart", "blood", "too", "weight", "gaan", "seizure", "breathing",
    },
    slips={"cnat": "can not", "tho": "though", "fevers": "fever"},
    lookalikes={"stomache", "heard"},
    sounds=[("ph", "f"), ("k", "c"), ("ea", "e")],
    core={"blood", "fever"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("chest", ("chest",)),  # as the file has it
        ("cnat", ("can", "not")),  # a known slip
        ("fevers", ("fever",)),
        ("stomache", ("stomache",)),  # a word of its own
        ("heard", ("heard",)),
        ("chesssst", ("chest",)),  # drawn out
        ("tooooo", ("too",)),
        ("gaaaan", ("gaan",)),
        ("bloooood", ("blood",)),
        ("thooo", ("though",)),
        ("phever", ("fever",)),  # said the same
        ("stomak", ("stomak",)),
        ("brethe", ("breathe",)),
        ("swolen", ("swollen",)),
        ("swolllen", ("swollen",)),
        ("fevre", ("fever",)),  # two letters changed places
        ("blodo", ("blood",)),
        ("heatr", ("heart",)),
        ("bload", ("blood",)),  # a short word that matters, one letter off
        ("flood", ("flood",)),  # but never in its first letter
        ("tongu", ("tongu",)),  # other short words are not guessed
        ("tonguee", ("tongue",)),
        ("seizre", ("seizure",)),  # one slip in six letters or more
        ("seizuree", ("seizure",)),
        ("seizzrre", ("seizzrre",)),  # two are too many below nine
        ("stomachs", ("stomach",)),
        ("palpitatons", ("palpitations",)),
        ("palpitatins", ("palpitations",)),
        ("palpitatoins", ("palpitations",)),
        ("palpetatons", ("palpitations",)),  # two slips in nine letters or more
        ("breqthinz", ("breathing",)),
        ("palpetatonz", ("palpetatonz",)),  # three are too many
        ("xalpitations", ("xalpitations",)),
        ("chestpain", ("chest", "pain")),  # run together
        ("heartblood", ("heart", "blood")),
        ("paintoo", ("paintoo",)),  # a part of three letters is too short
        ("bloodweight", ("blood", "weight")),
        ("painpain", ("pain", "pain")),
        ("painchests", ("pain", "chests")),
        ("feverx9", ("feverx9",)),  # no word
        ("hear", ("hear",)),  # too short
        ("pian", ("pian",)),
        ("xyzzyxyzzy", ("xyzzyxyzzy",)),
    ],
)
def test_what_was_meant(typed: str, meant: tuple[str, ...]) -> None:
    assert SPELLER.meant(typed) == meant
    assert SPELLER.meant(typed) == meant  # and again, from memory


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("chest", ("chest",)),
        ("stomache", ("stomache",)),
        ("cnat", ("can", "not")),
        ("phever", ("fever",)),
        ("brethe", ("breathe",)),
        ("seizre", ("seizre",)),
        ("tu", ("tu",)),
        ("payn", ("payn",)),
        ("phain", ("phain",)),
    ],
)
def test_only_what_is_certain_where_nothing_may_be_guessed(typed: str, meant: tuple[str, ...]) -> None:
    assert SPELLER.sounds_like(typed) == meant


def test_a_language_may_name_the_only_words_that_are_guessed() -> None:
    speller = Speller({"heart", "blood", "seizure", "stomach"}, {}, (), [], guessed={"seizure", "heart"})
    assert speller.meant("seizre") == ("seizure",)
    assert speller.meant("stomch") == ("stomch",)
    assert speller.meant("heartseizure") == ("heart", "seizure")
    assert speller.meant("bloodheart") == ("bloodheart",)


def test_of_two_words_that_sound_alike_the_first_of_the_alphabet_is_meant() -> None:
    assert Speller({"fokus", "focus"}, {}, (), [("k", "c")]).meant("foccus") == ("focus",)


def test_a_word_that_is_listed_as_a_slip_is_no_word_to_guess() -> None:
    speller = Speller({"seizure", "siezure"}, {"siezure": "seizure"}, (), [])
    assert speller.meant("siezure") == ("seizure",)
    assert speller.meant("siezurre") == ("siezurre",)
