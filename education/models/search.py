"""What search looks through: a row for each published page and language, kept by triggers.

Whoever changes a page, by a form, a file, a command or SQL, has changed these rows too when the change is
kept. Nobody writes them by hand.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from education.languages import ENGLISH, Language
from education.models.articles import Article, ArticleTranslation
from education.models.cytokines import Cytokine, CytokineTranslation
from education.models.drugs import Drug, DrugTranslation
from education.models.symptoms import Symptom, SymptomTranslation

# All SQL here is made of names that stand in this file: S608 is about what comes from elsewhere.

CONFIGURATIONS: Mapping[str, str] = {ENGLISH: "english", Language.SPANISH: "spanish"}
"""How PostgreSQL reads a language; what is not here is read word for word."""


class Kind(models.TextChoices):
    """The kinds of page; each is the name of its address, too."""

    SYMPTOM = "symptom", _("Symptom")
    DRUG = "drug", _("Drug")
    ARTICLE = "article", _("Article")
    CYTOKINE = "cytokine", _("Cytokine")

    def address(self, slug: str) -> str:
        return reverse(f"education:{self.value}", args=[slug])


READ_AS = " ".join(f"WHEN '{language}' THEN '{each}'" for language, each in CONFIGURATIONS.items())
WEIGH = f"""
NEW.summary := education_plain(NEW.summary);
NEW.body := education_plain(NEW.body);
names := education_folded(NEW.names);
summary := education_folded(NEW.summary);
body := education_folded(NEW.body);
how := CASE NEW.language {READ_AS} ELSE 'simple' END;
NEW.vector := setweight(to_tsvector('simple', names) || to_tsvector(how, names), 'A')
    || setweight(to_tsvector(how, summary), 'B') || setweight(to_tsvector(how, body), 'C');
NEW.words := strip(to_tsvector('simple', education_spaced(concat_ws(' ', NEW.names, NEW.summary, NEW.body))));
IF NEW.language <> '{ENGLISH}' THEN
    SELECT NEW.vector || vector, NEW.words || words INTO NEW.vector, NEW.words FROM education_searchentry
    WHERE kind = NEW.kind AND page_id = NEW.page_id AND language = '{ENGLISH}';
END IF;
RETURN NEW;"""  # noqa: S608
"""Its functions are in the migration that made the table."""


class SearchEntry(models.Model):
    """A page as readers of some languages find it.

    The row of a translation holds the English words too: people mix them. `id` rises with each change of a
    page, so that the sum of all says whether anything has changed.
    """

    kind = models.CharField(max_length=10, choices=Kind)
    page_id = models.BigIntegerField()
    slug = models.SlugField(max_length=80, db_index=False)
    language = models.CharField(max_length=10)
    readers = ArrayField(models.CharField(max_length=10), help_text="The languages whose readers find this.")
    name = models.CharField(max_length=120)
    name_language = models.CharField(max_length=10)
    names = models.TextField(help_text="The name and what else it is called, one a line.")
    summary = models.TextField()
    body = models.TextField()
    text_language = models.CharField(max_length=10)
    vector = SearchVectorField()
    words = SearchVectorField(help_text="Each word as it is written, for the spelling.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "page_id", "language"], name="searchentry_once_a_page_and_language"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="searchentry_kind_is_known"),
        ]
        indexes = [GinIndex(fields=["vector"], name="searchentry_vector")]
        triggers = [
            pgtrigger.Trigger(
                name="searchentry_weighs_its_words",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=WEIGH,
                declare=[("names", "text"), ("summary", "text"), ("body", "text"), ("how", "regconfig")],
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return Kind(self.kind).address(self.slug)


# --- What keeps it ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """Where the words of a kind of page stand, by how much a match there says."""

    page: type[models.Model]
    translation: type[models.Model]
    names: tuple[str, ...]  # the first is shown
    summary: tuple[str, ...]
    body: tuple[str, ...]


SOURCES: Mapping[Kind, Source] = {
    Kind.SYMPTOM: Source(
        Symptom,
        SymptomTranslation,
        names=("plain_name", "synonyms"),
        summary=("what_it_is",),
        body=("call_emergency_when", "when_to_call", "what_helps", "why_it_happens"),
    ),
    Kind.DRUG: Source(
        Drug,
        DrugTranslation,
        names=("name", "plain_name", "brand_names"),
        summary=("what_for",),
        body=(
            *("how_given", "common_effects", "serious_effects"),
            *("call_emergency_when", "when_to_call", "availability"),
        ),
    ),
    Kind.ARTICLE: Source(Article, ArticleTranslation, names=("title",), summary=("summary",), body=("body",)),
    Kind.CYTOKINE: Source(
        Cytokine, CytokineTranslation, names=("name",), summary=("summary",), body=("body",)
    ),
}


def _english(kind: Kind, source: Source, ids: str) -> str:
    """For readers of English, and of every language into which the page is not translated."""
    others = ", ".join(f"'{each}'" for each in Language.values)
    names, summary, body = (
        _joined(f"p.{each}" for each in some) for some in (source.names, source.summary, source.body)
    )
    return f"""
INSERT INTO education_searchentry
    (kind, page_id, slug, language, readers, name, name_language, text_language, names, summary, body)
SELECT '{kind.value}', p.id, p.slug, '{ENGLISH}',
    ARRAY['{ENGLISH}']::varchar[] || ARRAY(
        SELECT language::varchar FROM unnest(ARRAY[{others}]) language
        WHERE NOT EXISTS (SELECT FROM {source.translation._meta.db_table} t
                          WHERE t.page_id = p.id AND t.is_published AND t.language = language)),
    p.{source.names[0]}, '{ENGLISH}', '{ENGLISH}', {names}, {summary}, {body}
FROM {source.page._meta.db_table} p WHERE p.id IN ({ids}) AND p.is_published;"""  # noqa: S608


def _translated(kind: Kind, source: Source, ids: str) -> str:
    """For readers of the language of a translation. What it lacks is English, as on the page."""
    words: tuple[str, ...] = source.translation.words  # type: ignore[attr-defined]
    name, text = source.names[0], source.summary[0]

    def told(column: str) -> str:
        return f"COALESCE(NULLIF(t.{column}, ''), p.{column})" if column in words else f"p.{column}"

    def language_of(column: str) -> str:
        in_english = f"CASE t.{column} WHEN '' THEN '{ENGLISH}' ELSE t.language END"
        return in_english if column in words else "t.language"

    names, summary, body = (_joined(map(told, some)) for some in (source.names, source.summary, source.body))
    return f"""
INSERT INTO education_searchentry
    (kind, page_id, slug, language, readers, name, name_language, text_language, names, summary, body)
SELECT '{kind.value}', p.id, p.slug, t.language, ARRAY[t.language],
    {told(name)}, {language_of(name)}, {language_of(text)}, {names}, {summary}, {body}
FROM {source.page._meta.db_table} p JOIN {source.translation._meta.db_table} t ON t.page_id = p.id
WHERE p.id IN ({ids}) AND p.is_published AND t.is_published;"""  # noqa: S608


def _joined(columns: Iterable[str]) -> str:
    return "concat_ws(E'\\n', {})".format(", ".join(columns))


def _keeper(kind: Kind, source: Source, column: str) -> pgtrigger.Trigger:
    """Makes the rows of a page anew. `column` says, in the table that is watched, which page."""
    ids = f"OLD.{column}, NEW.{column}"
    return pgtrigger.Trigger(
        name="keep_search",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
DELETE FROM education_searchentry WHERE kind = '{kind.value}' AND page_id IN ({ids});
{_english(kind, source, ids)}
{_translated(kind, source, ids)}
RETURN NULL;""",  # noqa: S608
    )


for _kind, _source in SOURCES.items():
    pgtrigger.register(_keeper(_kind, _source, "id"))(_source.page)
    pgtrigger.register(_keeper(_kind, _source, "page_id"))(_source.translation)
