"""A draft as its readers will see it: their template, their stylesheets, their language. Nothing is kept."""

import copy
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from education.documents import TRANSLATIONS, template_of, told_in
from education.grades import grades, sentences, spanish_grades, words_of
from education.languages import ENGLISH, Language
from education.models import Article, Cytokine, Drug, Symptom
from education.prose import PROSE, SPANISH_UNAVOIDABLE

_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)


def page(request: HttpRequest, kind: str, content: Mapping[str, Any], language: str) -> str:
    """The whole page as HTML, as somebody who is not signed in is shown it. It needs no script."""
    told = told_in(kind, _with_shown(content, language), language)
    told.page.__dict__["version"] = None  # it has no number before it is published
    told.page.slug = told.page.slug or "new"  # nobody has given it an address yet
    today = timezone.localdate()
    context = {
        "page": told,
        "today": today,
        "kept": True,  # nobody is asked whether a draft was helpful
        "is_overdue": told.page.is_overdue_for_review(today),
        "is_whole": told.is_whole,
        "is_current": told.is_current,
        **{name: rows.in_language(language) for name, rows in _RELATED[kind](content).items()},
    }
    reader: Any = copy.copy(request)
    reader.user, reader.path, reader.path_info = AnonymousUser(), "/learn/", "/learn/"
    with translation.override(language):
        return _SCRIPT.sub("", render_to_string(template_of(kind, content), context, reader))


def _with_shown(content: Mapping[str, Any], language: str) -> dict[str, Any]:
    """With its translation shown, whether or not readers are to see it yet."""
    texts = content.get(TRANSLATIONS, {})
    if language not in texts:
        return dict(content)
    return {**content, TRANSLATIONS: {**texts, language: {**texts[language], "is_published": True}}}


def _of_article(content: Mapping[str, Any]) -> dict[str, Any]:
    others = Article.objects.published().filter(section=content.get("section", ""))
    return {
        "symptoms": Symptom.objects.published().filter(code__in=content.get("symptoms", [])),
        "drugs": Drug.objects.published().filter(code__in=content.get("drugs", [])),
        "articles": others.exclude(slug=content.get("slug", "")),
    }


def _of_drug(content: Mapping[str, Any]) -> dict[str, Any]:
    about = Article.objects.published().about(drug_codes=[content.get("code", "")])
    return {
        "symptoms": Symptom.objects.published().filter(code__in=content.get("symptoms", [])),
        "days": about.of_days(),
        "articles": about.filter(first_day=None),
        "cytokines": Cytokine.objects.published().filter(slug=content.get("cytokine", "")),
    }


def _of_symptom(content: Mapping[str, Any]) -> dict[str, Any]:
    code = content.get("code", "")
    return {
        "drugs": Drug.objects.published().filter(symptoms__code=code),
        "articles": Article.objects.published().about(symptom_codes=[code]).filter(first_day=None),
    }


def _of_cytokine(content: Mapping[str, Any]) -> dict[str, Any]:
    slug = content.get("slug", "")
    family = Cytokine.objects.published().filter(family=content.get("family", ""))
    return {
        "drugs": Drug.objects.published().filter(cytokine__slug=slug),
        "cytokines": family.exclude(slug=slug),
    }


_RELATED: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "articles": _of_article,
    "drugs": _of_drug,
    "symptoms": _of_symptom,
    "cytokines": _of_cytokine,
}


# --- How it reads -------------------------------------------------------------------------------------------


def readability(
    kind: str, content: Mapping[str, Any], language: str, names: frozenset[str]
) -> dict[str, Any]:
    """School year and length of a page in a language, in words; no formula is known for Arabic."""
    texts = content if language == ENGLISH else content.get(TRANSLATIONS, {}).get(language, {})
    said = "\n".join(texts[name] for name in PROSE[kind] if texts.get(name))
    found = sentences(said, names | (SPANISH_UNAVOIDABLE if language == Language.SPANISH else frozenset()))
    many = sum(len(words_of(sentence)) for sentence in found)
    length = _("Words: %(words)d, sentences: %(sentences)d") % {"words": many, "sentences": len(found)}
    if not many:
        return {"text": _("Nothing is written in this language yet."), "is_hard": False}
    if language not in (ENGLISH, Language.SPANISH):
        return {"text": length, "is_hard": False}
    grade = grades(found) if language == ENGLISH else spanish_grades(found)
    verdict = _("Too hard") if grade.is_hard else _("Easy enough")
    text = _("%(verdict)s: %(grade)s. %(length)s.")
    return {"text": text % {"verdict": verdict, "grade": grade, "length": length}, "is_hard": grade.is_hard}
