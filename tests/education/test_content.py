"""What we ship: complete, plain, and honest about who has read it."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from education.models import Section
from education.pictures import picture
from education.prose import PROSE as READ
from education.shipped import CONTENT, KINDS, read

DRAWINGS = Path(settings.BASE_DIR) / "static" / "drawings"
PAGES = {(folder, page["slug"]): page for folder in KINDS for page in read(CONTENT, folder)}

DRUGS = {
    *("aldesleukin", "interferon-alfa-2b", "peginterferon-alfa-2b", "interferon-gamma-1b", "filgrastim"),
    *("pegfilgrastim", "sargramostim", "epoetin-alfa", "darbepoetin-alfa", "oprelvekin", "tasonermin"),
    *("nogapendekin-alfa", "bcg"),
}
SYMPTOMS = {
    *(
        "fatigue",
        "chills",
        "general_pain",
        "headache",
        "muscle_aches",
        "joint_aches",
        "appetite_loss",
        "nausea",
    ),
    *("vomiting", "diarrhea", "constipation", "abdominal_pain", "mouth_sores", "dry_mouth", "taste_change"),
    *("shortness_of_breath", "cough", "wheezing", "swelling", "palpitations", "dizziness", "blurry_vision"),
    *("rash", "itching", "hives", "dry_skin", "hair_loss", "sweating", "numbness_tingling", "concentration"),
    *("memory", "insomnia", "anxious", "hopeless", "sad", "painful_urination", "urinary_urgency"),
    *("urinary_frequency", "urine_colour_change", "bruising", "nosebleeds", "injection_site_reaction"),
    *("chest_pain", "faint", "confusion", "self_harm_thoughts", "left_shoulder_or_upper_belly_pain"),
    *("one_leg_swelling", "bleeding", "vision_loss", "face_arm_speech", "throat_or_lip_swelling"),
    "fever_feeling",
}


def words_of(folder: str, page: dict[str, Any]) -> str:
    return "\n".join(page[field] for field in READ[folder])


@pytest.mark.parametrize("key", PAGES, ids="/".join)
def test_a_page_says_who_has_read_it_and_what_it_rests_on(key: tuple[str, str]) -> None:
    page = PAGES[key]
    assert page["reviewed_by"] == "Sidelight editors (awaiting a clinician's review)"
    assert page["references"]


@pytest.mark.parametrize("key", PAGES, ids="/".join)
def test_a_page_is_calm(key: tuple[str, str]) -> None:
    text = words_of(key[0], PAGES[key]).lower()
    assert not re.search(r"!(?!\[)|\boops|\byou're fine|\bdon't worry|\bbattle", text)


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_every_page_passes_the_editors_own_form() -> None:
    for kind in KINDS.values():
        for page in kind._default_manager.all():
            page.full_clean()


def slugs(folder: str) -> set[str]:
    return {slug for kind, slug in PAGES if kind == folder}


def test_every_drug_and_every_symptom_that_a_diary_knows_has_a_page() -> None:
    assert {page["code"] for page in read(CONTENT, "drugs")} == DRUGS
    assert {page["code"] for page in read(CONTENT, "symptoms")} == SYMPTOMS


def test_every_heading_of_the_subject_has_an_article() -> None:
    assert slugs("articles") >= {
        *("what-cytokines-are", "lymphokines-and-monokines", "how-cytokines-work"),
        *("interleukins", "interferons", "tumor-necrosis-factors", "growth-factors", "chemokines"),
        *("cytokines-in-cancer-treatment", "interleukins-in-cancer-treatment", "interferon-alfa-and-cancer"),
        *("growth-factors-in-cancer-care", "tnf-and-tnf-blockers"),
        *("common-side-effects", "serious-side-effects", "long-term-side-effects", "when-to-tell-your-team"),
    }


def test_every_cytokine_of_the_subject_has_a_page() -> None:
    assert slugs("cytokines") >= {
        *("interleukin-2", "interleukin-7", "interleukin-12", "interleukin-21"),
        *("interferon-alfa", "interferon-beta", "interferon-gamma"),
        *("colony-stimulating-factors", "tumor-necrosis-factor", "chemokines"),
    }


def days_of(drug: str) -> list[tuple[int, int]]:
    days = [(page["first_day"], page["last_day"]) for page in PAGES.values() if drug in page.get("drugs", ())]
    return sorted((first, last) for first, last in days if first is not None)


@pytest.mark.parametrize("drug", sorted(DRUGS))
def test_every_day_of_a_drug_has_one_page(drug: str) -> None:
    days = days_of(drug)
    assert 2 <= len(days) <= 4
    assert days[0][0] == 1
    assert [last + 1 for _, last in days[:-1]] == [first for first, _ in days[1:]]
    assert days[-1][1] == 9999


def test_pages_of_days_stand_in_a_section_of_their_own() -> None:
    articles = [page for (folder, _), page in PAGES.items() if folder == "articles"]
    for page in articles:
        assert (page["section"] == Section.DAY_BY_DAY) is (page["first_day"] is not None), page["slug"]


@pytest.mark.parametrize("drug", sorted(DRUGS))
def test_every_drug_has_a_card_that_is_short_enough(drug: str) -> None:
    said = PAGES["drugs", drug]["tell_emergency_room"]
    lines = said.splitlines()
    assert all(line.startswith("- ") for line in lines)
    assert 4 <= len(lines) <= 7
    assert len(said) < 620


def test_every_drawing_is_there_and_is_shown_with_words() -> None:
    used = {
        (alt, address)
        for (folder, _), page in PAGES.items()
        for alt, address in re.findall(r"!\[([^\]]*)\]\(([^)]*)\)", words_of(folder, page))
    }
    assert {address for _, address in used} == {f"drawing:{path.stem}" for path in DRAWINGS.glob("*.svg")}
    assert all(picture(address) and len(alt) > 15 for alt, address in used)


@pytest.mark.parametrize("path", sorted(DRAWINGS.glob("*.svg")), ids=lambda path: path.stem)
def test_a_drawing_is_small_draws_and_does_nothing_else(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text) < 4000
    assert re.search(r'viewBox="0 0 480 280" width="480" height="280"', text)
    assert not re.search(r"<script|<style|<foreignObject|<image|href|\bon\w+=|url\(|<!ENTITY", text)
    assert not re.search(r">[^<]*[A-Za-z][^<]*</text>", text)  # words would need translating


def test_every_section_has_an_article() -> None:
    assert {page["section"] for page in read(CONTENT, "articles")} == {*Section.values}


def test_every_page_is_published() -> None:
    assert all(page["is_published"] for page in PAGES.values())


@pytest.mark.parametrize("drug", sorted(DRUGS))
def test_a_tick_list_is_short_enough_to_read(drug: str) -> None:
    codes = PAGES["drugs", drug]["symptoms"]
    assert 8 <= len(codes) <= 14
    assert len({*codes}) == len(codes)


@pytest.mark.parametrize(
    ("folder", "slug", "fact"),
    [
        ("articles", "tnf-and-tnf-blockers", r"TNF blockers\*\* .*stop TNF.* rheumatoid arthritis"),
        ("articles", "common-side-effects", r"was lost .* We made this one again"),
        ("articles", "interferon-alfa-and-cancer", r"Only alfa treats cancer"),
        ("cytokines", "interferon-gamma", r"\*\*not\*\* a cancer treatment"),
        ("drugs", "interferon-gamma-1b", r"\*\*not a cancer drug\*\*"),
        ("articles", "long-term-side-effects", r"brain and the spinal cord"),
        ("articles", "your-diary", r"not watched day and night"),
        ("symptoms", "fever-feeling", r"38\.0 °C \(100\.4 °F\)"),
        ("symptoms", "self-harm-thoughts", r"six months after the last dose"),
        ("drugs", "pegfilgrastim", r"left upper belly or the tip of the left shoulder"),
        ("articles", "serious-side-effects", r"\*\*Confusion\.\*\*.*\*\*Pressure in the limb"),
        ("articles", "drugs-no-longer-sold", r"Sylatron.*Intron A.*Neumega.*has not checked it"),
        ("articles", "cytokines-being-studied", r"IL-7.*IL-12.*IL-15.*IL-21"),
    ],
)
def test_what_must_be_said_is_said(folder: str, slug: str, fact: str) -> None:
    assert re.search(fact, words_of(folder, PAGES[folder, slug]).replace("\n", " "))


LIMITS = tomllib.loads((Path(settings.BASE_DIR) / "tracker/triage/defaults.toml").read_text())["limits"]
FIGURES = [  # how a page says it, the limit of the rules that it has to be, and what it rests on
    (r"fever of (\S+) °C", "fever", {"fever", "introna"}),
    (r"[Bb]elow (\S+) °C", "low_temperature", {"nice-sepsis"}),
    (r"more than (\S+) kg", "weight_gain_3_days", {"weight"}),
    (r"(\S+) kg \(3 pounds\)", "weight_gain_1_day", {"weight-zones"}),
    (r"(\S+) kg \(5 pounds\)", "weight_gain_7_days", {"weight-zones"}),
    (r"o urine for (\d+) hours", "urine_hours", {"nice-sepsis"}),
    (r"o urine for more than (\d+) hours", "urine_hours_long", {"nice-sepsis"}),
    (r"blood pressure is (\d\d) or less", "systolic_low", {"nice-sepsis"}),
    (r"blood pressure is (\d{3}) or less", "systolic_watch", {"nice-sepsis"}),
    (r"more than (\d+) below your usual", "systolic_drop", {"nice-sepsis"}),
    (r"(\d+) over 120", "systolic_high", {"aha-bp"}),
    (r"(\d+) over 100", "systolic_high_on_epoetin", {"ctcae"}),
    (r"oxygen level (?:is|of) (\d+) or less", "spo2_very_low", {"nhs-oximetry"}),
    (r"(\d+) breaths or more", "breaths_very_high", {"news2"}),
]


def test_a_number_is_that_of_the_rules_and_says_where_it_comes_from() -> None:
    lines = tomllib.loads((CONTENT / "sources.toml").read_text())
    wrong, met = [], set()
    for key, page in PAGES.items():
        for how, limit, sources in FIGURES:
            for said in re.findall(how, words_of(key[0], page)):
                met.add(limit)
                is_cited = any(lines[source] in page["references"] for source in sources)
                if float(said) != LIMITS[limit]["value"] or not is_cited:
                    wrong.append(("/".join(key), limit, said))
    assert not wrong
    assert met == {limit for _, limit, _ in FIGURES}


def internal_links() -> Iterator[str]:
    for (folder, _), page in PAGES.items():
        yield from re.findall(r"\]\((/[^)]*)\)", words_of(folder, page))


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_no_link_between_our_pages_is_broken(client: Client) -> None:
    broken = [link for link in sorted({*internal_links()}) if client.get(link).status_code != 200]
    assert not broken
