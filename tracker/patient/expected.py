"""What the library says of the day of treatment that somebody is on."""

from collections.abc import Iterable, Mapping
from typing import Any

from education.languages import page_language
from education.models import Article, Translated

NOT_LISTED = ("body", "references")


def days_expected(treatments: Iterable[Mapping[str, Any]]) -> list[Translated[Article]]:
    """The pages on today, of every drug that is running; one query, and one more where that is not English.

    `treatments`: as `frame` has them.
    """
    days = [(each["drug"].code, each["day"]) for each in treatments]
    return Article.objects.published().on_days(days).in_language(page_language(), without=NOT_LISTED)
