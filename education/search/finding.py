"""The pages that answer a question, best first, with the place where they speak of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection
from django.utils.safestring import SafeString

from education.models.search import READ_AS, Kind
from education.search.asking import Question, read
from education.search.marked import Marker

MOST_FOUND = 20
MOST_GUESSED = 10  # where no page is called by all of the words

# Each thing that is looked for counts where a page has it, and most among its names. A page that has all
# of it there comes before all others. One that is called just that comes first; the less its name says
# besides, the better. Where and how often (ts_rank; weights of nothing, text, summary, names) tells the
# rest apart.
FIND = f"""
WITH found AS (
    SELECT id, name, name_language, is_named, has_all,
        places + ts_rank('{{0, 0.1, 0.4, 1}}', vector, %(any)s::tsquery) AS places
    FROM education_searchentry, LATERAL (
        SELECT bool_and(in_name) AS is_named, bool_and(is_there) AS has_all,
            sum(CASE WHEN in_name THEN 1 WHEN is_there THEN 0.1 ELSE 0 END) AS places
        FROM (
            SELECT vector @@ named AS in_name, vector @@ anywhere AS is_there
            FROM unnest(%(in_names)s::text[]::tsquery[], %(anywhere)s::text[]::tsquery[])
                AS term(named, anywhere)
        ) AS term
    ) AS terms
    WHERE readers @> ARRAY[%(language)s]::varchar[] AND vector @@ %(wanted)s::tsquery
), best AS (
    SELECT id, is_named, has_all, count(*) OVER () AS total,
        places + CASE WHEN has_all THEN 0.8 ELSE 0 END + CASE WHEN is_named THEN
            1 + (education_folded(name) = %(name)s)::int + least(1, %(words)s / greatest(1, length(
                to_tsvector((CASE name_language {READ_AS} ELSE 'simple' END)::regconfig, name)
            )))
        ELSE 0 END AS rank
    FROM found ORDER BY rank DESC, name LIMIT %(most)s
)
SELECT kind, slug, name, name_language, summary, body, text_language, total, is_named, has_all
FROM best JOIN education_searchentry USING (id) ORDER BY rank DESC, name
"""  # noqa: S608 -- made of what stands in our own files


@dataclass(frozen=True, slots=True)
class Found:
    """One page; `name` and `excerpt` are safe HTML with what was looked for in <mark>."""

    kind: Kind
    slug: str
    name: SafeString
    name_language: str
    excerpt: SafeString
    text_language: str

    @property
    def url(self) -> str:
        return self.kind.address(self.slug)


@dataclass(frozen=True, slots=True)
class Answer:
    """`corrected`: what was looked for in place of what was typed. `has_all`: some page has all of it.

    `symptoms`: the slugs of those that were named, and of the one that was found first. `is_emergency`: what
    cannot wait was named.
    """

    pages: Sequence[Found] = ()
    total: int = 0
    corrected: str = ""
    has_all: bool = True
    symptoms: frozenset[str] = frozenset()
    is_emergency: bool = False


def find(text: str, language: str) -> Answer:
    """In two queries; in three where no page is called by all of the words, in four where none has them."""
    question = read(text, language)
    rows = _best(question, language) if question.terms else []
    marker = Marker(question)
    return Answer(
        pages=[_found(marker, *row[:7]) for row in rows],
        total=rows[0].total if rows else 0,
        corrected=question.corrected,
        has_all=any(row.has_all for row in rows),
        symptoms=question.symptoms | {row.slug for row in rows[:1] if row.kind == Kind.SYMPTOM},
        is_emergency=question.is_emergency,
    )


class Row(NamedTuple):
    kind: str
    slug: str
    name: str
    name_language: str
    summary: str
    body: str
    text_language: str
    total: int
    is_named: bool
    has_all: bool


def _best(question: Question, language: str) -> list[Row]:
    """Pages that have all of the words. Where none of them is called so, pages called by some come along.

    People write whole sentences: a page that has each word somewhere must not hide the one on the matter.
    """
    wanted = question.of_all()
    rows = _rows(question, wanted, language)
    if len(question.terms) == 1 or any(row.is_named for row in rows):
        return rows
    guessed = (f"({wanted}) | {question.of_any('A')}", question.of_any())
    return next(filter(None, (_rows(question, each, language, MOST_GUESSED) for each in guessed)), [])


def _rows(question: Question, wanted: str, language: str, most: int = MOST_FOUND) -> list[Row]:
    told: dict[str, str | float | list[str]] = {
        "wanted": wanted,
        "any": question.of_any(),
        "in_names": [term.sql("A") for term in question.terms],
        "anywhere": [term.sql() for term in question.terms],
        "name": " ".join(question.words),
        "words": float(question.telling),
        "language": language,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(FIND, told)
        return [Row(*row) for row in cursor.fetchall()]


def _found(
    marker: Marker,
    kind: str,
    slug: str,
    name: str,
    name_language: str,
    summary: str,
    body: str,
    text_language: str,
) -> Found:
    marked = marker.name(name)
    return Found(
        kind=Kind(kind),
        slug=slug,
        name=marked,
        name_language=name_language,
        excerpt=marker.excerpt(summary, "" if "<mark>" in marked else body),
        text_language=text_language,
    )
