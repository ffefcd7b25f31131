"""The library: what patients read, and which symptoms and readings go with which drug."""

from education.models.articles import Article, Section
from education.models.cytokines import Cytokine, Family
from education.models.drugs import Drug, DrugSymptom, Reading
from education.models.published import Published
from education.models.symptoms import Symptom

__all__ = [
    "Article",
    "Cytokine",
    "Drug",
    "DrugSymptom",
    "Family",
    "Published",
    "Reading",
    "Section",
    "Symptom",
]
