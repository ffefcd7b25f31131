"""How long the library's search takes with 1,000 articles, in English and Spanish, and after a change.

    SIDELIGHT_MODE=test .venv/bin/python -m config.postgres throwaway -- \
        .venv/bin/python -m bench.search [--times 100] [--articles 1000]

It fills the database that it is given, so give it one that is deleted afterwards. Articles are made of the
sentences that come with Sidelight, and some invented words, so that the spelling has as much to look through
as with many writers. The aim is 50 ms of server time for the page at p95.
"""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import os
import random
import re
import time
import warnings
from itertools import cycle
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

AIM = 50  # milliseconds
SENTENCES = 60  # of an article; the longest that is shipped has about as many
INVENTED = 8  # words of an article that no other one has
MILLISECOND = 1_000
ASKED = {
    "en": {
        "one word": ("shivers", "il-2", "neulasta", "treatment", "fever", "pegfil"),
        "many words": (
            *("why am I so tired all the time", "low white cells", "call your team", "can't sleep"),
            *("side effects of interferon", "throwing up", "water pill", "feverish rash"),
        ),
        "with slips": ("fatige", "chest pian", "injecton site redness", "naseua", "interferron"),
        "in no page": ("zzzzzzzz", "zeppelin balloon", "qqqqq wwwww"),
    },
    "es": {
        "one word": ("fatiga", "nauseas", "tratamiento", "sangre", "shivers"),
        "many words": (
            *("presión baja", "tengo fiebre", "dolor de cabeza", "equipo médico", "glóbulos blancos"),
            "por qué estoy tan cansada todo el día",
        ),
        "with slips": ("cansansio", "inyecion", "fievre", "escalofrios fuertess"),
        "in no page": ("zzzzzzzz", "zepelín globo", "qqqqq wwwww"),
    },
}


def main() -> None:
    parser = argparse.ArgumentParser(description="How long the search takes.")
    parser.add_argument("--times", type=int, default=100, help="of each kind of question")
    parser.add_argument("--articles", type=int, default=1_000)
    options = parser.parse_args()
    _ready()
    from django.test import Client
    from django.test.utils import override_settings

    with override_settings(ALLOWED_HOSTS=["*"]):
        seed(options.articles)
        print(f"{'':<28}{'wall p50':>10}{'p95':>8}{'processor p50':>15}{'p95':>8}   (ms; aim: p95 {AIM})")
        for language, kinds in ASKED.items():
            browser = Client(headers={"accept-language": language})
            measured(browser, "fever")  # reads the words of all pages
            taken = {
                kind: [measured(browser, each) for each in _turns(questions, options.times)]
                for kind, questions in kinds.items()
            }
            for kind, those in taken.items():
                report(f"{language}, {kind}", those)
            report(f"{language}, all of them", [each for those in taken.values() for each in those])
            report(f"{language}, first after a change", [after_a_change(browser) for _ in range(5)])


def _ready() -> None:
    os.environ.setdefault("SIDELIGHT_MODE", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    logging.disable(logging.INFO)  # a line for each answer
    warnings.filterwarnings("ignore", "No directory at")  # collectstatic has not run, and no page needs it


def seed(many: int) -> None:
    """So many articles, in two languages, beside what is shipped."""
    from django.core.management import call_command
    from django.db import connection

    from education.models import Article, ArticleTranslation, SearchEntry

    call_command("migrate", verbosity=0)
    call_command("load_content", verbosity=0)
    chance = random.Random(7)
    texts = {"en": _sentences(Article.objects.values_list("body", flat=True))}
    texts["es"] = _sentences(ArticleTranslation.objects.filter(language="es").values_list("body", flat=True))
    began = time.perf_counter()
    review = {
        "is_published": True,
        "reviewed_by": "Nobody",
        "reviewed_on": dt.date(2026, 11, 1),
        "next_review_on": dt.date(2027, 11, 1),
    }
    articles = Article.objects.bulk_create(
        Article(slug=f"made-up-{number}", section="living", **_words(chance, texts["en"]), **review)
        for number in range(many)
    )
    ArticleTranslation.objects.bulk_create(
        ArticleTranslation(page=each, language="es", **_words(chance, texts["es"]), **review)
        for each in articles
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{SearchEntry.objects.count():,} rows, seeded in {time.perf_counter() - began:.0f} s")


def _sentences(bodies: object) -> list[str]:
    return [each for body in bodies for each in re.split(r"(?<=[.?])\s+", body) if each]  # type: ignore[attr-defined]


def _words(chance: random.Random, sentences: list[str]) -> dict[str, str]:
    invented = ("".join(chance.choices("abcdeilmnorstu", k=8)) for _ in range(INVENTED))
    return {
        "title": " ".join(chance.choice(sentences).split()[:8])[:120],
        "summary": chance.choice(sentences)[:300],
        "body": "\n\n".join([*chance.choices(sentences, k=SENTENCES), *invented]),
    }


def _turns(questions: tuple[str, ...], times: int) -> list[str]:
    turns = cycle(questions)
    return [next(turns) for _ in range(times)]


def measured(browser: Client, question: str) -> tuple[float, float]:
    """Milliseconds by the clock, and of work in this process and in its backend."""
    from django.urls import reverse

    from bench.pages import _backend, _worked

    backend = _backend()
    wall, ours, theirs = time.perf_counter(), time.process_time(), _worked(backend)
    answer = browser.get(reverse("education:search"), {"q": question})
    taken = time.perf_counter() - wall
    assert answer.status_code == 200, (question, answer.status_code)
    spent = time.process_time() - ours + _worked(backend) - theirs
    return MILLISECOND * taken, MILLISECOND * spent


def after_a_change(browser: Client) -> tuple[float, float]:
    from django.db.models import F

    from education.models import Article

    Article.objects.filter(slug="made-up-1").update(order=F("order") + 1)
    return measured(browser, "fever")


def report(name: str, taken: list[tuple[float, float]]) -> None:
    wall, worked = ([each[at] for each in taken] for at in (0, 1))
    print(
        f"{name:<28}{median(wall):>10.0f}{_p95(wall):>8.0f}{median(worked):>15.0f}{_p95(worked):>8.0f}",
        flush=True,
    )


def _p95(taken: list[float]) -> float:
    return sorted(taken)[int(0.95 * (len(taken) - 1))]


if __name__ == "__main__":
    main()
