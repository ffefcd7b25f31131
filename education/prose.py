"""Which fields of a page are what, by the folder of its kind; names that no plainer word could stand for.

Plain tables, so that what judges a page needs no database. A test holds them against the models.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "articles": ("title", "summary", "body"),
    "cytokines": ("name", "summary", "body"),
    "drugs": (
        *("name", "plain_name", "how_given", "what_for", "common_effects", "serious_effects"),
        *("when_to_call", "call_emergency_when"),
    ),
    "symptoms": ("plain_name", "what_it_is", "when_to_call"),
}
"""What a page cannot be published without."""

WORDS: Mapping[str, tuple[str, ...]] = {
    "articles": ("title", "summary", "body"),
    "cytokines": ("name", "summary", "body"),
    "drugs": (
        *("name", "plain_name", "how_given", "what_for", "common_effects", "serious_effects"),
        *("when_to_call", "call_emergency_when", "tell_emergency_room", "availability"),
    ),
    "symptoms": (
        *("plain_name", "synonyms", "question", "what_it_is", "why_it_happens"),
        *("what_helps", "when_to_call", "call_emergency_when"),
    ),
}
"""What is translated."""

MARKDOWN: Mapping[str, tuple[str, ...]] = {
    "articles": ("body",),
    "cytokines": ("body",),
    "drugs": (
        *("what_for", "how_given", "common_effects", "serious_effects"),
        *("when_to_call", "call_emergency_when", "tell_emergency_room"),
    ),
    "symptoms": ("what_it_is", "why_it_happens", "what_helps", "when_to_call", "call_emergency_when"),
}

PROSE: Mapping[str, tuple[str, ...]] = {
    "articles": ("title", "summary", "body"),
    "cytokines": ("name", "summary", "body"),
    "drugs": ("name", "plain_name", *MARKDOWN["drugs"], "availability"),
    "symptoms": ("plain_name", "question", *MARKDOWN["symptoms"]),
}
"""What the reading grade is worked out of; lists of other words are not read."""

UNAVOIDABLE = frozenset(
    {
        # The kinds of protein that the library is about. Each has a page that says what it is.
        *("cytokine", "interleukin", "interferon", "chemokine", "lymphokine", "monokine"),
        *("CSF", "G-CSF", "GM-CSF", "tumor necrosis factor"),
        "melphalan",  # a drug that is given together with one of ours and has no page
        # Illnesses, as they stand on a patient's papers: a plainer word would be another illness.
        *("leukemia", "myelogenous leukemia", "myeloid leukemia", "lymphoma", "follicular lymphoma"),
        *("follicular non-Hodgkin lymphoma", "cutaneous T-cell lymphoma", "melanoma", "sarcoma"),
        *("Kaposi sarcoma", "multiple sclerosis", "rheumatoid arthritis", "carcinoma in situ"),
        *("chronic granulomatous disease", "osteopetrosis"),
        # What a card tells an emergency room: staff have to find it by this name.
        *("capillary leak syndrome", "capillary leak", "atrial fibrillation", "papilledema", "aortitis"),
        # A thing of the browser that has no other name.
        "JavaScript",
    }
)
"""Names beside those of our own pages. Nothing shorter could stand for them, so no formula counts them."""

SPANISH_UNAVOIDABLE = frozenset(
    {
        *("citocina", "interleucina", "interferón", "interferones", "quimiocina", "linfocina", "monocina"),
        *("eritropoyetina", "epoetina", "darbepoetina", "filgrastim", "pegfilgrastim", "sargramostim"),
        *("oprelvekina", "tasonermina", "aldesleukina", "melfalán", "quimioterapia"),
        *("factor estimulante de colonias", "factores estimulantes de colonias"),
        *("factor de necrosis tumoral", "factores de necrosis tumoral", "leucemia", "linfoma", "melanoma"),
        *("sarcoma de Kaposi", "esclerosis múltiple", "artritis reumatoide", "carcinoma in situ"),
        *("enfermedad granulomatosa crónica", "osteopetrosis"),
    }
)
"""The same in Spanish, where drugs and proteins have names of their own."""


def names_of(pages: Mapping[str, Iterable[Mapping[str, Any]]]) -> frozenset[str]:
    """Of drugs, brands and proteins, as our own pages spell them: pages by folder.

    A drug is also called by the first word of its name: epoetin alfa, epoetin.
    """
    drugs = [*pages["drugs"]]
    brands = [brand for page in drugs for brand in page.get("brand_names", "").split(",")]
    every = [*(page["name"] for page in drugs), *brands, *(page["name"] for page in pages["cytokines"])]
    first = {page["name"].split(" ")[0] for page in drugs}
    return frozenset(first).union(part.strip() for name in every for part in re.split(r"[()]", name)) - {""}
