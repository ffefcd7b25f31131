"""The library: what patients read, and which symptoms and readings go with which drug."""

from education.models.articles import Article, ArticleTranslation, Section
from education.models.cytokines import Cytokine, CytokineTranslation, Family
from education.models.drugs import Drug, DrugSymptom, DrugTranslation, Reading
from education.models.editions import Edition
from education.models.images import Image
from education.models.published import Published, in_language
from education.models.reading import PageAnswer, PageRead
from education.models.search import Kind, SearchEntry
from education.models.symptoms import Symptom, SymptomTranslation
from education.models.translations import Translated, Translation

__all__ = [
    "Article",
    "ArticleTranslation",
    "Cytokine",
    "CytokineTranslation",
    "Drug",
    "DrugSymptom",
    "DrugTranslation",
    "Edition",
    "Family",
    "Image",
    "Kind",
    "PageAnswer",
    "PageRead",
    "Published",
    "Reading",
    "SearchEntry",
    "Section",
    "Symptom",
    "SymptomTranslation",
    "Translated",
    "Translation",
    "in_language",
]
