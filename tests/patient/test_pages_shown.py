"""The pages that come with an answer: of what was told, worst first, by how bad it was."""

from typing import Any

import pytest
from django.utils import timezone

from education.models import Article, Drug, Symptom, SymptomTranslation
from tests.education.conftest import REVIEWED, WORDS
from tests.patient.conftest import kept
from tests.patient.test_pages import text
from tracker.patient.pages_shown import BOTH, CALL, CALLED, HELPS, MOST_PAGES, PageShown, pages_for
from tracker.triage.symptoms import RED_FLAGS, SYMPTOMS

pytestmark = pytest.mark.django_db


def an_article(slug: str, *codes: str, drug: Drug | None = None) -> Article:
    page = Article.objects.create(
        **WORDS[Article] | REVIEWED | {"is_published": True, "slug": slug, "title": slug}
    )
    page.symptoms.set(Symptom.objects.filter(code__in=codes))
    if drug:
        page.drugs.add(drug)
    return page


def slugs(shown: list[PageShown]) -> list[str]:
    return [each.page.slug for each in shown]


def test_the_worst_comes_first_with_what_suits_how_bad_it_was(rosa):
    shown = pages_for({"nausea": 2, "fatigue": 1, "rash": 3, "chills": 0}, "en")
    assert [(each.page.code, each.parts, each.grade) for each in shown] == [
        ("rash", CALL, 3),
        ("nausea", BOTH, 2),
        ("fatigue", HELPS, 1),
    ]


def test_a_serious_sign_is_never_told_what_helps_however_mild(rosa):
    [shown] = pages_for({"chest_pain": 1}, "en")
    assert shown.parts == CALL


def test_what_nobody_described_is_told_when_to_call(rosa, send):
    Symptom.objects.filter(code="nausea").update(call_emergency_when="")
    send(symptoms=["nausea", "fatigue"], **{"fatigue-severity": "4"})
    assert [(each.page.code, each.parts) for each in pages_for(kept(), "en")] == [
        ("fatigue", CALL),
        ("nausea", ("when_to_call",)),  # it has nothing that is an emergency
    ]


def test_a_fever_that_was_measured_and_what_was_written_are_told_too(rosa, send):
    send(note="I cannot catch my breath at all, even in bed", temperature="39.2")
    shown = {each.page.code: each.parts[0] for each in pages_for(kept(), "en")}
    assert {"fever_feeling", "shortness_of_breath"} <= shown.keys()
    assert set(shown.values()) <= {*CALL}


def test_every_name_of_a_sign_leads_to_a_symptom():
    assert {*CALLED.values()} <= {*SYMPTOMS}
    assert {*RED_FLAGS} - {"seizure"} <= {*CALLED, *SYMPTOMS}


def test_at_most_a_handful_and_an_article_has_its_place(rosa):
    an_article("testing", "nausea")
    worst = ["nausea", "fatigue", "rash", "chills", "headache", "cough"]
    shown = pages_for(dict.fromkeys(worst, 2), "en")
    assert len(shown) == MOST_PAGES
    assert slugs(shown)[-1] == "testing"
    assert shown[-1].parts == ()


def test_no_article_about_a_drug_that_they_are_not_on(rosa, dev, send):
    theirs = rosa.courses.running(rosa.today(timezone.now())).get().drug
    other = dev.courses.get().drug
    an_article("of-all", "nausea")
    an_article("of-rosas", "nausea", drug=theirs)
    an_article("of-devs", "nausea", drug=other)
    send(symptoms=["nausea"], **{"nausea-severity": "1", "nausea-frequency": "1"})
    assert slugs(pages_for(kept(), "en")) == ["nausea", "of-all", "of-rosas"]


def test_no_draft_and_in_the_language_of_the_reader(rosa, django_assert_num_queries):
    nausea = Symptom.objects.get(code="nausea")
    SymptomTranslation.objects.create(page=nausea, language="es", plain_name="Náuseas", is_published=True)
    with django_assert_num_queries(3):  # no article, so no translation of one
        [shown] = pages_for({"nausea": 1}, "es")
    assert str(shown.page) == "Náuseas"
    Symptom.objects.filter(code="nausea").update(is_published=False)
    assert pages_for({"nausea": 1}, "es") == []


def test_in_an_emergency_pages_are_links_and_say_nothing_of_what_helps(as_rosa: Any, send: Any) -> None:
    sent = send(
        red_flag_answer="yes", symptoms=["nausea"], **{"nausea-severity": "1", "nausea-frequency": "1"}
    )
    html = text(as_rosa.get(sent["Location"]))
    assert "/learn/symptoms/nausea/" in html
    assert "what helps" not in html.lower()


def test_the_answer_shows_the_part_and_leads_to_the_page(as_rosa: Any, send: Any) -> None:
    done = send(symptoms=["nausea"], **{"nausea-severity": "4", "nausea-frequency": "4"})["Location"]
    html = text(as_rosa.get(done))
    part = html[html.index("Read about it") :]
    assert '<details class="page-shown" open>' in part
    assert "What helps" not in part
    assert part.index("Call your care team") < part.index("/learn/symptoms/nausea/")
