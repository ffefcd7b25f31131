"""How a page comes to its readers: two people, one version at a time, and nothing that was shown is lost."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from education import editions
from education.documents import KINDS, document, kind_of, page_from, told_in
from education.editions import ChangedMeanwhile, Refused
from education.merging import same
from education.models import Article, Cytokine, Drug, Edition, Published, Symptom
from education.models.editions import Origin, State
from tracker.management.commands.worker import Worker

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 28, 9, tzinfo=dt.UTC)
TOMORROW = NOW + dt.timedelta(days=1)


@pytest.fixture
def page(page_of: Callable[[type[Published]], Published]) -> Published:
    return page_of(Article)


def draft(page: Published, by: Any, **fields: Any) -> Edition:
    edition = editions.begin(page, by=by, now=NOW)
    return editions.keep(edition, edition.content | fields, by=by, now=NOW)


def published(page: Published, by: Any, second: Any, **fields: Any) -> Edition:
    return editions.publish(editions.submit(draft(page, by, **fields), by=by, now=NOW), by=second, now=NOW)


@pytest.mark.parametrize("kind", [Article, Cytokine, Drug, Symptom])
def test_a_document_says_all_that_a_page_says(kind: type[Published], page_of: Any) -> None:
    page = page_of(kind)
    page.refresh_from_db()
    content = document(page)
    assert not {"id", "is_published", "updated_at", "shipped_digest"} & content.keys()
    copy = page_from(kind_of(page), content)
    columns = content.keys() - {"translations", "symptoms", "drugs", "cytokine"}
    assert all(getattr(copy, name) == getattr(page, name) for name in columns)


def test_readers_see_nothing_of_a_draft(page: Any, edith: Any) -> None:
    draft(page, edith, body="New.")
    page.refresh_from_db()
    assert page.body == "Because."


def test_a_second_person_publishes_and_readers_see_it(page: Any, edith: Any, eli: Any) -> None:
    version = published(page, edith, eli, body="New.")
    page.refresh_from_db()
    assert (page.body, page.is_published) == ("New.", True)
    assert (version.number, version.state, version.published_at) == (1, State.PUBLISHED, NOW)
    assert same(document(page), version.content)


def test_nobody_publishes_what_they_had_a_hand_in(page: Any, edith: Any, eli: Any) -> None:
    edition = draft(page, edith)
    edition = editions.keep(edition, edition.content | {"body": "Eli's."}, by=eli, now=NOW)
    edition = editions.submit(edition, by=edith, now=NOW)
    for writer in (edith, eli):
        with pytest.raises(Refused, match="Somebody else has to publish this"):
            editions.publish(edition, by=writer, now=NOW)


def test_nothing_is_published_that_nobody_submitted(page: Any, edith: Any, eli: Any) -> None:
    with pytest.raises(Refused, match="This is now: draft"):
        editions.publish(draft(page, edith), by=eli, now=NOW)


def test_what_is_not_reviewed_is_not_submitted(page: Any, edith: Any) -> None:
    edition = draft(page, edith, reviewed_by="", body="")
    with pytest.raises(Refused) as refused:
        editions.submit(edition, by=edith, now=NOW)
    assert [reason.field for reason in refused.value.reasons] == ["body", "reviewed_by"]  # each of them once


def test_a_change_in_review_makes_it_a_draft_again(page: Any, edith: Any) -> None:
    edition = editions.submit(draft(page, edith), by=edith, now=NOW)
    edition = editions.keep(edition, edition.content | {"body": "Later."}, by=edith, now=NOW)
    assert (edition.state, edition.submitted_by) == (State.DRAFT, None)


def test_two_who_edit_at_once_notice_each_other(page: Any, edith: Any, eli: Any) -> None:
    opened = draft(page, edith)
    editions.keep(opened, opened.content | {"body": "Edith's."}, by=edith, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        editions.keep(opened, opened.content | {"body": "Eli's."}, by=eli, now=NOW)
    assert Edition.objects.get().content["body"] == "Edith's."


def test_there_is_one_draft_at_a_time(page: Any, edith: Any, eli: Any) -> None:
    draft(page, edith)
    with pytest.raises(Refused, match="already"):
        editions.begin(page, by=eli, now=NOW)


def test_what_was_approved_waits_for_its_day(page: Any, edith: Any, eli: Any) -> None:
    edition = editions.submit(draft(page, edith, body="Soon."), by=edith, now=NOW)
    editions.publish(edition, by=eli, now=NOW, at=TOMORROW)
    assert editions.publish_due(NOW) == 0
    assert editions.publish_due(TOMORROW) == 1
    page.refresh_from_db()
    assert (page.body, Edition.objects.get().published_at) == ("Soon.", TOMORROW)


def test_another_day_that_was_chosen_meanwhile_counts(page: Any, edith: Any, eli: Any) -> None:
    edition = editions.submit(draft(page, edith), by=edith, now=NOW)
    found = editions.publish(edition, by=eli, now=NOW, at=TOMORROW)
    Edition.objects.update(publish_at=TOMORROW + dt.timedelta(days=1))
    assert not editions._publish_due(found, TOMORROW)
    assert Edition.objects.get().state == State.SCHEDULED


def test_what_can_no_longer_be_published_on_its_day_says_why(page: Any, edith: Any, eli: Any) -> None:
    edition = editions.submit(draft(page, edith, drugs=["testokine"]), by=edith, now=NOW)
    editions.publish(edition, by=eli, now=NOW, at=TOMORROW)
    assert editions.publish_due(TOMORROW) == 0
    edition.refresh_from_db()
    assert edition.state == State.DRAFT
    assert "testokine" in edition.note


def test_the_worker_publishes_on_the_day(page: Any, edith: Any, eli: Any) -> None:
    edition = editions.submit(draft(page, edith, body="Soon."), by=edith, now=NOW)
    editions.publish(edition, by=eli, now=NOW, at=TOMORROW)
    Worker("one").do_duties(TOMORROW)
    page.refresh_from_db()
    assert page.body == "Soon."


def test_a_version_replaces_the_one_before(page: Any, edith: Any, eli: Any) -> None:
    first, second = published(page, edith, eli, body="1."), published(page, eli, edith, body="2.")
    first.refresh_from_db()
    assert (first.state, second.number) == (State.REPLACED, 2)
    assert [each.content["body"] for each in Edition.objects.all().shown()] == ["2.", "1."]


def test_what_readers_were_shown_never_changes(page: Any, edith: Any, eli: Any) -> None:
    version = published(page, edith, eli)
    changes: list[dict[str, Any]] = [
        {"content": {}},
        {"number": 7},
        {"slug": "other"},
        {"published_at": TOMORROW},
        {"approved_by": None},
        {"note": "Somebody else wrote it."},
    ]
    for change in changes:
        with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
            Edition.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        version.delete()


def test_an_old_version_comes_back_by_the_same_way(page: Any, edith: Any, eli: Any) -> None:
    first = published(page, edith, eli, body="1.")
    published(page, edith, eli, body="2.")
    edition = editions.submit(editions.restore(first, page, by=edith, now=NOW), by=edith, now=NOW)
    assert "version 1" in edition.note
    editions.publish(edition, by=eli, now=NOW)
    page.refresh_from_db()
    assert page.body == "1."


def test_a_retired_page_is_gone_and_its_version_stays(page: Any, edith: Any, eli: Any) -> None:
    version = published(page, edith, eli, body="1.")
    editions.retire(page, by=edith, now=TOMORROW)
    page.refresh_from_db()
    version.refresh_from_db()
    assert (page.is_published, version.state, version.ended_by) == (False, State.RETIRED, edith)
    assert str(told_in(version.kind, version.content, "en")) == page.title
    with pytest.raises(Refused, match="do not see"):
        editions.retire(page, by=edith, now=TOMORROW)


def test_a_page_without_versions_is_kept_before_it_is_retired(page: Any, edith: Any) -> None:
    editions.retire(page, by=edith, now=NOW)
    assert Edition.objects.get().content["body"] == "Because."


def test_a_draft_that_others_overtook_is_brought_up_to_date(page: Any, edith: Any, eli: Any) -> None:
    published(page, edith, eli, body="1.")
    mine = draft(page, edith, title="Mine")
    Edition.objects.filter(pk=mine.pk).update(origin=Origin.IMPORTED)  # so that another may be open
    published(page, edith, eli, body="2.")
    with pytest.raises(Refused, match="Another version was published"):
        editions.submit(mine, by=edith, now=NOW)
    mine = editions.catch_up(mine, now=NOW)
    assert (mine.content["title"], mine.content["body"], mine.conflicts) == ("Mine", "2.", {})
    editions.publish(editions.submit(mine, by=edith, now=NOW), by=eli, now=NOW)


def test_what_two_sides_changed_has_to_be_decided(page: Any, edith: Any, eli: Any) -> None:
    published(page, edith, eli, body="1.")
    mine = draft(page, edith, body="Mine.")
    Edition.objects.filter(pk=mine.pk).update(origin=Origin.IMPORTED)
    published(page, edith, eli, body="2.")
    mine = editions.catch_up(mine, now=NOW)
    assert mine.conflicts == {"body": "2."}
    with pytest.raises(Refused, match="Decide first"):
        editions.submit(mine, by=edith, now=NOW)
    editions.submit(editions.decided(mine, "body"), by=edith, now=NOW)


def test_translations_go_with_their_page(page: Any, edith: Any, eli: Any) -> None:
    texts = {"title": "Sobre pruebas", "summary": "", "body": "Porque.", "is_published": True}
    published(page, edith, eli, translations={"es": texts})
    row = page.translations.get()
    assert (row.title, row.is_published) == ("Sobre pruebas", True)
    published(page, edith, eli, translations={})
    assert not page.translations.exists()


def test_a_link_to_nothing_is_refused_and_nothing_is_written(page: Any, edith: Any, eli: Any) -> None:
    edition = editions.submit(draft(page, edith, symptoms=["no_such"]), by=edith, now=NOW)
    with pytest.raises(Refused, match="no_such"):
        editions.publish(edition, by=eli, now=NOW)
    assert Edition.objects.get().state == State.IN_REVIEW


def test_a_discarded_draft_makes_room_for_another(page: Any, edith: Any) -> None:
    editions.discard(draft(page, edith), by=edith, now=NOW)
    assert draft(page, edith).is_open


def test_what_is_sent_back_says_why(page: Any, edith: Any, eli: Any) -> None:
    edition = editions.submit(draft(page, edith), by=edith, now=NOW)
    edition = editions.send_back(edition, by=eli, now=NOW, note="Say when to call.")
    assert (edition.state, edition.note) == (State.DRAFT, "Eli: Say when to call.")


SPANISH = {"title": "Sobre pruebas", "summary": "Por qué.", "body": "Porque sí.", "is_published": True}
BACKWARDS = SPANISH | {"reviewed_on": "2026-11-20", "next_review_on": "2026-11-20"}


def test_the_days_of_a_translation_are_looked_at_before_it_goes_out(page: Any, edith: Any) -> None:
    edition = draft(page, edith, translations={"es": BACKWARDS})
    with pytest.raises(Refused, match="has to come after") as refused:
        editions.submit(edition, by=edith, now=NOW)
    assert [reason.field for reason in refused.value.reasons] == ["translations.es"]


def test_one_that_breaks_on_its_day_stops_no_other(page_of: Any, edith: Any, eli: Any) -> None:
    broken, good = page_of(Article), page_of(Cytokine)
    waiting = []
    for page, at in ((broken, TOMORROW), (good, TOMORROW + dt.timedelta(minutes=1))):
        edition = editions.submit(draft(page, edith, summary="Soon."), by=edith, now=NOW)
        waiting.append(editions.publish(edition, by=eli, now=NOW, at=at))
    content = waiting[0].content | {"translations": {"es": BACKWARDS | {"reviewed_on": "some day"}}}
    Edition.objects.filter(pk=waiting[0].pk).update(content=content)
    assert editions.publish_due(TOMORROW + dt.timedelta(hours=1)) == 1
    for each in waiting:
        each.refresh_from_db()
    assert [each.state for each in waiting] == [State.DRAFT, State.PUBLISHED]
    assert "could not be published on its day" in waiting[0].note


def test_a_retired_page_does_not_come_back_by_itself(page: Any, edith: Any, eli: Any) -> None:
    published(page, edith, eli)
    waiting = editions.submit(draft(page, edith, body="Soon."), by=edith, now=NOW)
    editions.publish(waiting, by=eli, now=NOW, at=TOMORROW)
    proposal = editions.begin(page, by=edith, now=NOW, origin=Origin.SHIPPED)
    proposal = editions.submit(proposal, by=edith, now=NOW)
    editions.retire(page, by=edith, now=NOW)
    assert editions.publish_due(TOMORROW) == 0
    page.refresh_from_db()
    assert not page.is_published
    for each in (waiting, proposal):
        each.refresh_from_db()
        assert (each.state, each.publish_at) == (State.DRAFT, None)
        assert "taken away from readers" in each.note


def test_the_page_is_locked_before_its_draft(page: Any, edith: Any) -> None:
    edition = draft(page, edith)
    with CaptureQueriesContext(connection) as asked:
        editions.discard(edition, by=edith, now=NOW)
    locks = [each["sql"] for each in asked if " UPDATE" in each["sql"]]
    tables = [sql.split('FROM "')[1].split('"')[0] for sql in locks]
    assert tables == ["education_article", "education_edition"]
    assert "FOR NO KEY UPDATE" in locks[0]  # a page that points to this one is written without waiting


def test_every_kind_has_a_folder() -> None:
    assert {*KINDS.values()} == {*Published.__subclasses__()}
