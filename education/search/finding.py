"""The pages that answer a question, best first, with the place where they speak of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils.safestring import SafeString

from education.models.search import Kind
from education.search.asking import Question, read
from education.search.marked import Marker

MOST_FOUND = 20

# Weights of what stands in D (nothing), the text, the summary, names. A page that has all of it among its
# names comes before all others, one that is called just that comes first.
FIND = """
WITH found AS (
    SELECT id, count(*) OVER () AS total,
        ts_rank('{0, 0.1, 0.4, 1}', vector, %(any)s::tsquery)
        + CASE WHEN vector @@ %(names)s::tsquery THEN 1 + (education_folded(name) = %(name)s)::int ELSE 0 END
        AS rank
    FROM education_searchentry
    WHERE readers @> ARRAY[%(language)s]::varchar[] AND vector @@ %(wanted)s::tsquery
    ORDER BY rank DESC, name LIMIT %(most)s
)
SELECT kind, slug, name, name_language, summary, body, text_language, total
FROM found JOIN education_searchentry USING (id) ORDER BY rank DESC, name
"""


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
    """`corrected`: what was looked for in place of what was typed. `has_all`: each page has all of it."""

    pages: Sequence[Found] = ()
    total: int = 0
    corrected: str = ""
    has_all: bool = True


def find(text: str, language: str) -> Answer:
    """In two queries; a third where no page has all of the words, and then those that have some of them."""
    question = read(text, language)
    if not question.terms:
        return Answer()
    rows, has_all = _rows(question, question.of_all(), language), True
    if not rows and len(question.terms) > 1:
        rows, has_all = _rows(question, question.of_any(), language), False
    marker = Marker(question)
    return Answer(
        pages=[_found(marker, *row[:-1]) for row in rows],
        total=rows[0][-1] if rows else 0,
        corrected=question.corrected,
        has_all=has_all,
    )


type Row = tuple[str, str, str, str, str, str, str, int]


def _rows(question: Question, wanted: str, language: str) -> list[Row]:
    told: dict[str, str | int] = {
        "wanted": wanted,
        "any": question.of_any(),
        "names": question.of_all("A"),
        "name": " ".join(question.words),
        "language": language,
        "most": MOST_FOUND,
    }
    with connection.cursor() as cursor:
        cursor.execute(FIND, told)
        rows: list[Row] = cursor.fetchall()
    return rows


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
