"""What must never be false about a page, asked of the database itself."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, ProgrammingError, models, transaction
from django.db.models import ProtectedError

from education.models import Article, Cytokine, Drug, DrugSymptom, Published, Symptom
from education.models.published import Reference

pytestmark = pytest.mark.django_db

KINDS = [Article, Cytokine, Drug, Symptom]
PAST, TODAY = dt.date(2027, 11, 19), dt.date(2027, 11, 20)


@pytest.fixture
def fatigue(a_page: Callable[..., Any]) -> Symptom:
    symptom: Symptom = a_page(
        Symptom, slug="fatigue", code="fatigue", plain_name="Tiredness", synonyms="worn out"
    )
    return symptom


@pytest.fixture
def interleukin(a_page: Callable[..., Any]) -> Drug:
    drug: Drug = a_page(Drug, slug="aldesleukin", code="aldesleukin", name="Aldesleukin")
    return drug


def refused(constraint: str, page: models.Model, **change: Any) -> bool:
    """Whether the database refuses the change, and says that this constraint did."""
    rows = type(page)._default_manager.filter(pk=page.pk)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        rows.update(**change)
    return constraint in str(refusal.value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "missing",
    [{"reviewed_by": ""}, {"reviewed_on": None}, {"next_review_on": None}],
    ids=lambda missing: next(iter(missing)),
)
def test_a_published_page_needs_a_review(
    kind: type[Published], missing: dict[str, Any], page_of: Callable[..., Published]
) -> None:
    page = page_of(kind)
    assert refused(f"{kind._meta.model_name}_published_is_reviewed", page, **missing)


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_needs_none(kind: type[Published], page_of: Callable[..., Published]) -> None:
    page = page_of(kind)
    page.is_published, page.reviewed_by, page.reviewed_on, page.next_review_on = False, "", None, None
    page.full_clean()
    page.save()


@pytest.mark.parametrize("kind", KINDS)
def test_the_next_review_follows_the_last(kind: type[Published], page_of: Callable[..., Published]) -> None:
    page = page_of(kind)
    name = f"{kind._meta.model_name}_next_review_follows_review"
    assert refused(name, page, next_review_on=dt.date(2026, 11, 20))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("slug", ["", "Cold", "cold feet", "-cold", "cold--feet", "é"])
def test_an_address_is_well_formed(
    kind: type[Published], slug: str, page_of: Callable[..., Published]
) -> None:
    assert refused(f"{kind._meta.model_name}_slug_is_well_formed", page_of(kind), slug=slug)


@pytest.mark.parametrize(
    ("days", "constraint"),
    [
        ((1, None), "article_days_begin_and_end"),
        ((None, 1), "article_days_begin_and_end"),
        ((3, 2), "article_days_are_in_order"),
        ((0, 2), "article_days_are_in_order"),
    ],
)
def test_days_of_treatment_have_both_ends_in_order(
    days: tuple[int | None, int | None], constraint: str, page_of: Callable[..., Published]
) -> None:
    first, last = days
    assert refused(constraint, page_of(Article), first_day=first, last_day=last)


@pytest.mark.parametrize("days", [(None, None), (1, 1), (2, 9999)])
def test_a_page_may_be_of_one_day_of_several_or_of_none(
    days: tuple[int | None, int | None], page_of: Callable[..., Published]
) -> None:
    page = page_of(Article)
    assert isinstance(page, Article)
    page.first_day, page.last_day = days
    page.full_clean()
    page.save()
    assert page.is_of_days is (days[0] is not None)


def test_a_day_finds_the_pages_of_that_drug_on_that_day(
    interleukin: Drug, a_page: Callable[..., Any]
) -> None:
    other = a_page(Drug, slug="testokine", code="testokine")
    pages = {
        name: a_page(Article, slug=name, first_day=days[0], last_day=days[1])
        for name, days in {"later": (4, 9999), "first": (1, 1), "next": (2, 3), "shared": (2, 2)}.items()
    }
    for page in pages.values():
        page.drugs.add(interleukin)
    pages["shared"].drugs.add(other)
    a_page(Article, slug="no-day").drugs.add(interleukin)

    def on(*days: tuple[str, int]) -> list[str]:
        return [page.slug for page in Article.objects.on_days(days)]

    assert on(("aldesleukin", 1)) == ["first"]
    assert on(("aldesleukin", 2)) == ["shared", "next"]
    assert on(("aldesleukin", 4)) == on(("aldesleukin", 4000)) == ["later"]
    assert on(("aldesleukin", 2), ("testokine", 2)) == ["shared", "next"]
    assert on(("testokine", 1)) == on() == []
    assert [page.slug for page in Article.objects.of_days()] == ["first", "shared", "next", "later"]


def test_a_family_is_one_we_know(a_page: Callable[..., Any]) -> None:
    assert refused("cytokine_family_is_known", a_page(Cytokine, slug="il-99"), family="hormone")


def test_a_section_is_one_we_know(a_page: Callable[..., Any]) -> None:
    assert refused("article_section_is_known", a_page(Article, slug="testing"), section="news")


def test_a_drug_asks_only_for_readings_we_know(interleukin: Drug) -> None:
    assert refused("drug_readings_are_known", interleukin, readings=["pulse", "horoscope"])


@pytest.mark.parametrize(
    ("kind", "constraint", "code"),
    [(Symptom, "symptom_code_is_well_formed", "Cold Feet"), (Drug, "drug_code_is_well_formed", "cold_feet")],
)
def test_a_code_is_well_formed(
    kind: type[Published], constraint: str, code: str, a_page: Callable[..., Any]
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        a_page(kind, slug="cold", code=code)


def test_a_drug_asks_about_a_symptom_once(interleukin: Drug, fatigue: Symptom) -> None:
    interleukin.symptoms.add(fatigue)
    with pytest.raises(IntegrityError, match="drugsymptom_once_a_drug"):
        DrugSymptom.objects.create(drug=interleukin, symptom=fatigue)


def test_symptom_code_never_changes(fatigue: Symptom) -> None:
    with pytest.raises((ProgrammingError, InternalError), match="Cannot update"):
        Symptom.objects.filter(pk=fatigue.pk).update(code="tiredness")


def test_drug_code_never_changes(interleukin: Drug) -> None:
    with pytest.raises((ProgrammingError, InternalError), match="Cannot update"):
        Drug.objects.filter(pk=interleukin.pk).update(code="il2")


def test_symptom_is_never_deleted(fatigue: Symptom) -> None:
    with pytest.raises((ProgrammingError, InternalError), match="Cannot delete"):
        fatigue.delete()


def test_a_cytokine_with_drugs_is_not_deleted(a_page: Callable[..., Any], interleukin: Drug) -> None:
    cytokine = a_page(Cytokine, slug="il-2")
    interleukin.cytokine = cytokine
    interleukin.save()
    with pytest.raises(ProtectedError):
        cytokine.delete()


def test_history_keeps_bulk_changes_and_deletions(a_page: Callable[..., Any]) -> None:
    a_page(Article, slug="testing")
    Article.objects.update(title="On bulk")
    Article.objects.all().delete()
    history = apps.get_model("education", "ArticleEvent")._default_manager.order_by("pgh_id")
    assert [(event.pgh_label, event.title) for event in history] == [
        ("insert", "On testing"),
        ("update", "On bulk"),
        ("delete", "On bulk"),
    ]


def test_the_form_says_what_a_published_page_lacks(fatigue: Symptom) -> None:
    fatigue.reviewed_by = ""
    with pytest.raises(ValidationError, match="needs who reviewed it"):
        fatigue.full_clean()


@pytest.mark.parametrize(
    ("today", "overdue"), [(PAST, False), (TODAY, False), (TODAY + dt.timedelta(1), True)]
)
def test_a_page_is_overdue_the_day_after_its_review_was_due(
    today: dt.date, overdue: bool, fatigue: Symptom
) -> None:
    fatigue.refresh_from_db()
    assert fatigue.is_overdue_for_review(today) is overdue
    assert Symptom.objects.overdue_for_review(today).exists() is overdue


def test_a_page_that_nobody_dated_is_overdue(fatigue: Symptom) -> None:
    Symptom.objects.update(is_published=False, reviewed_on=None, next_review_on=None)
    fatigue.refresh_from_db()
    assert fatigue.is_overdue_for_review(PAST)
    assert Symptom.objects.overdue_for_review(PAST).get() == fatigue


def test_the_tick_list_of_two_drugs_names_each_symptom_once_in_order(a_page: Callable[..., Any]) -> None:
    first, second = (a_page(Drug, slug=code, code=code) for code in ("one", "two"))
    symptoms = {code: a_page(Symptom, slug=code, code=code) for code in ("chills", "nausea", "rash", "cough")}
    for drug, code, order in [
        (first, "nausea", 20),
        (first, "chills", 30),
        (second, "chills", 10),
        (second, "rash", 40),
    ]:
        DrugSymptom.objects.create(drug=drug, symptom=symptoms[code], order=order)
    asked = Symptom.objects.for_drugs(["one", "two"])
    assert [symptom.code for symptom in asked] == ["chills", "nausea", "rash"]
    assert [symptom.code for symptom in Symptom.objects.for_drugs(["one"])] == ["nausea", "chills"]
    assert not Symptom.objects.for_drugs([]).exists()


def test_taking_a_page_off_the_site_does_not_silence_its_question(
    interleukin: Drug, fatigue: Symptom
) -> None:
    interleukin.symptoms.add(fatigue)
    Symptom.objects.update(is_published=False)
    assert not Symptom.objects.published().exists()
    assert Symptom.objects.for_drugs(["aldesleukin"]).get() == fatigue


def test_articles_about_a_symptom_or_a_drug_come_once(
    a_page: Callable[..., Any], interleukin: Drug, fatigue: Symptom
) -> None:
    article = a_page(Article, slug="both")
    article.symptoms.add(fatigue)
    article.drugs.add(interleukin)
    a_page(Article, slug="neither", title="Neither")
    about = Article.objects.about(symptom_codes=["fatigue"], drug_codes=["aldesleukin"])
    assert about.get() == article
    assert Article.objects.about(drug_codes=["aldesleukin"]).get() == article
    assert not Article.objects.about().exists()


@pytest.mark.parametrize(
    ("line", "text", "url"),
    [
        (
            "Fever. A society, 2018. https://doi.org/10.1/2",
            "Fever. A society, 2018.",
            "https://doi.org/10.1/2",
        ),
        ("Fever. https://a.org/b (read in May)", "Fever. (read in May)", "https://a.org/b"),
        ("A book, page 12.", "A book, page 12.", ""),
        ("javascript:alert(1)", "javascript:alert(1)", ""),
    ],
)
def test_a_reference_has_a_text_and_perhaps_an_address(line: str, text: str, url: str) -> None:
    assert Reference.parse(line) == Reference(text, url)


def test_pages_say_their_names(fatigue: Symptom, interleukin: Drug, a_page: Callable[..., Any]) -> None:
    place = DrugSymptom(drug=interleukin, symptom=fatigue)
    pages = [fatigue, interleukin, place, a_page(Article, slug="a"), a_page(Cytokine, slug="c")]
    assert [str(page) for page in pages] == [
        "Tiredness",
        "Aldesleukin",
        "Aldesleukin: Tiredness",
        "On testing",
        "IL-99",
    ]
