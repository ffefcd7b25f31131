"""Something else, found by plain words: any order, other names, a slip of the finger, the list above."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.test_patient import open_as, press
from tests.patient.conftest import CHECK_IN

__all__ = ["open_as"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BEST = {
    "loose stools": "Loose stools",
    "the runs": "Loose stools",
    "RUNS": "Loose stools",
    "diarrhéa": "Loose stools",
    "diarhea": "Loose stools",
    "can't sleep": "Trouble sleeping",
    "cannot sleep": "Trouble sleeping",
    "sleep, I can’t": "Trouble sleeping",
    "throwing up": "Throwing up",
    "I vomited": "Throwing up",
    "vomitting": "Throwing up",
    "skin dry": "Dry skin",
    "pins needles": "Numbness or tingling",
    "hurts to pee": "Pain or burning when you pass urine",
    "my heart is racing": "Pounding or racing heart",
    "tierd": "Tiredness",
    "ankles puffy": "Arm or leg swelling",
    "hair": "Hair loss",
}


@pytest.fixture
def searching(open_as: Any, wei: Any) -> Any:
    """Wei's check-in, who takes epoetin and is asked about few things, with the folded list open."""
    page = open_as(wei, CHECK_IN)
    press(page, "No, none of these")
    page.get_by_text("Something else").click()
    return page


def names(page: Any) -> list[str]:
    part = page.locator(".something-else")
    found = part.locator(
        ".found-above button, .tick-row:visible .tick > span:first-of-type"
    ).all_inner_texts()
    return [text.removeprefix("It is in the list above: ") for text in found]


def test_plain_words_find_the_symptom_that_they_mean(searching):
    wrong = {}
    for words, name in BEST.items():
        searching.get_by_label("Find it by plain words").fill(words)
        if names(searching)[:1] != [name]:
            wrong[words] = names(searching)[:3]
    assert not wrong


def test_what_is_found_is_counted_for_a_screen_reader(searching):
    searching.get_by_label("Find it by plain words").fill("hair loss")
    expect(searching.get_by_role("status").filter(has_text="Found: 1")).to_have_count(1)
    searching.get_by_label("Find it by plain words").fill("xyzzy")
    expect(searching.get_by_text("Nothing matches.")).to_be_visible()
    searching.get_by_label("Find it by plain words").fill("")
    expect(searching.get_by_text("Nothing matches.")).to_be_hidden()
    assert len(names(searching)) > 20


def test_what_is_ticked_stays_in_sight(searching):
    searching.get_by_label("Find it by plain words").fill("hair loss")
    searching.get_by_label("Hair loss").check()
    searching.get_by_label("Find it by plain words").fill("cough")
    assert names(searching)[-1] == "Hair loss"


def test_what_is_in_the_list_above_is_pointed_to(open_as, rosa):
    page = open_as(rosa, CHECK_IN)
    press(page, "No, none of these")
    page.get_by_text("Something else").click()
    page.get_by_label("Find it by plain words").fill("the runs")
    press(page, "It is in the list above: Loose stools")
    expect(page.locator("#id_s_diarrhea")).to_be_focused()
    assert not page.locator("#id_s_diarrhea").is_checked()
    row = page.locator("#id_s_diarrhea").bounding_box()
    assert 0 < row["y"] < page.viewport_size["height"]
