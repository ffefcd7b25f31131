"""The terms that clinicians grade by, beside the symptoms of the diary."""

from tracker.triage.ctcae import Term, known, term_of
from tracker.triage.symptoms import SYMPTOMS


def test_a_symptom_has_the_term_of_each_version():
    assert term_of("chills", "5.0") == Term("Chills", "5.0", 10008531)
    assert term_of("swelling", "5.0") == Term("Edema limbs", "5.0", 10050068)
    assert term_of("swelling", "6.0") == Term("Peripheral edema", "6.0")


def test_what_a_version_does_not_have_is_none():
    assert term_of("wheezing", "5.0")
    assert term_of("wheezing", "6.0") is None
    assert term_of("chest_pain", "5.0") is None
    assert term_of("chills", "4.03") is None


def test_no_code_is_made_up_for_version_6():
    terms = (term_of(code, "6.0") for code in SYMPTOMS)
    assert all(term.meddra is None for term in terms if term)


def test_every_term_of_version_5_has_its_code():
    terms = [term for code in SYMPTOMS if (term := term_of(code, "5.0"))]
    assert len(terms) == 42
    assert all(term.meddra and 10_000_000 <= term.meddra <= 99_999_999 for term in terms)


def test_a_term_is_known_however_it_is_written():
    assert known("  edema  LIMBS ", "5.0") == term_of("swelling", "5.0")
    assert known("edema limbs", "6.0") is None
    assert known("Chest pain - cardiac", "5.0") is None
