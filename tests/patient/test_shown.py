"""The version of a page that somebody was given to read stays theirs to read."""

import re

import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from education import editions
from education.documents import document
from education.models import Article, Edition, Symptom
from education.models.editions import Origin
from tests.education.conftest import ANSWERED_FOR
from tests.patient.conftest import kept, signed_in
from tests.patient.test_pages_shown import an_article
from tracker.models import ShownPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(rosa) -> Article:
    """A published article on nausea, with its first version."""
    made = an_article("nausea-by-day", "nausea")
    editions.record(made, document(made), origin=Origin.EDITOR, now=timezone.now())
    return made


@pytest.fixture
def done(send, page) -> str:
    """The answer to Rosa's report, seen once."""
    answer = send(symptoms=["nausea"], **{"nausea-severity": "3"})
    assert answer.status_code == 302
    return str(answer["Location"])


def then_address() -> str:
    """Where the page stands that was shown first."""
    return reverse("patient:page_then", args=[kept().pk, ShownPage.objects.earliest("pk").pk])


def editor(name: str) -> User:
    return User.objects.create_user(f"{name}@example.org", name=name, is_staff=True)


def change(page: Article, **fields: str) -> Edition:
    now, edith, eli = timezone.now(), editor("edith"), editor("eli")
    draft = editions.begin(page, by=edith, now=now)
    draft = editions.keep(draft, draft.content | ANSWERED_FOR | {"title": "Sick"} | fields, by=edith, now=now)
    return editions.publish(editions.submit(draft, by=edith, now=now), by=eli, now=now)


def test_what_is_shown_with_an_answer_is_written_down_once(done, as_rosa):
    for _ in range(2):
        as_rosa.get(done)
    row = ShownPage.objects.get()
    assert (row.check_in, row.title, row.language, row.edition.number) == (kept(), "nausea-by-day", "en", 1)
    assert row.patient == row.check_in.patient


def test_a_page_without_a_version_is_shown_and_not_written_down(rosa, send, as_rosa):
    assert Symptom.objects.published().filter(code="nausea").exists()
    as_rosa.get(send(symptoms=["nausea"], **{"nausea-severity": "3"})["Location"])
    assert not ShownPage.objects.exists()


def test_while_nothing_has_changed_there_is_no_second_list(done, as_rosa):
    assert "What you could read then" not in as_rosa.get(done).text


def test_what_has_changed_since_can_be_read_as_it_was(done, as_rosa, page):
    as_rosa.get(done)
    change(page, body="Not the same text.")
    answer = as_rosa.get(done).text
    assert "What you could read then" in answer
    then = as_rosa.get(
        reverse("patient:page_then", args=[kept().pk, ShownPage.objects.earliest("pk").pk])
    ).text
    assert "Because." in then
    assert "This is the page as you saw it on" in then
    assert "Read it as it is now" in then
    assert "Version 1." in then
    version = Edition.objects.get(number=1)
    assert date_format(timezone.localtime(version.published_at), "j F Y") in then.split("Last changed")[1]
    assert "helpful" not in then


def test_a_retired_page_is_gone_and_stays_in_the_report(done, as_rosa, page):
    as_rosa.get(done)
    editions.retire(page, by=editor("edith"), now=timezone.now())
    assert as_rosa.get(page.get_absolute_url()).status_code == 404
    assert "nausea-by-day" in as_rosa.get(done).text
    then = as_rosa.get(then_address()).text
    assert "Because." in then
    assert "We no longer show it" in then


def test_each_version_is_listed_once_however_often_the_report_is_corrected(done, send, as_rosa, page):
    as_rosa.get(done)
    first = str(kept().pk)
    page.body = "Second."
    page.save()
    editions.record(page, document(page), origin=Origin.EDITOR, now=timezone.now())
    for severity in "21":  # the last report corrects the second, and that the first
        done = send(symptoms=["nausea"], id=first, **{"nausea-severity": severity})["Location"]
        as_rosa.get(done)
    change(page, body="Third.")
    then = re.findall(r'href="([^"]+/pages/\d+/)"', as_rosa.get(done).text)
    assert [as_rosa.get(each).context["page"].body for each in then] == ["Because.", "Second."]


def test_it_is_nobody_elses_to_read(done, as_rosa, dev, noor, client):
    as_rosa.get(done)
    address = then_address()
    assert signed_in(dev).get(address).status_code == 404
    client.force_login(noor)
    assert client.get(address).status_code == 404


def test_what_was_shown_never_changes(done, as_rosa):
    as_rosa.get(done)
    for act in (lambda rows: rows.update(title="x"), lambda rows: rows.delete()):
        with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
            act(ShownPage.objects.all())
