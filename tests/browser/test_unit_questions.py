"""Each question about a reading, in the flow: what was typed, unit, suggestion and answer are kept."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest

from tests.browser.test_patient import SENT, open_as, press
from tests.patient.conftest import CHECK_IN
from tests.team.conftest import send
from tests.triage.build import a_report
from tracker.models import CheckIn, Flag, Patient
from tracker.triage.report import Level, Reading

__all__ = ["open_as"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOXES = {
    "temperature": "#id_temperature",
    "systolic": "#id_systolic",
    "diastolic": "#id_diastolic",
    "pulse": "#id_pulse",
    "spo2": "#id_spo2",
    "weight": "#id_weight",
}


@dataclass(frozen=True)
class Slip:
    """What is typed, what we ask, how the person answers, and what is kept then."""

    typed: dict[str, str]
    question: str
    answer: str
    kept: dict[str, Reading]
    fahrenheit: bool = False


def pressure(top: Reading, bottom: Reading) -> dict[str, Reading]:
    return {"systolic": top, "diastolic": bottom}


ASKED_FIRST = {
    "12/8 in one box": Slip(
        {"systolic": "12/8"},
        "Did you mean 120/80?",
        "Yes, 120/80",
        pressure(
            Reading(12, "mmHg", "12/8", suggested=120, confirmed=True),
            Reading(8, "mmHg", "12/8", suggested=80, confirmed=True),
        ),
    ),
    "12 and 8 in two boxes": Slip(
        {"systolic": "12", "diastolic": "8"},
        "Did you mean 120/80?",
        "Yes, 120/80",
        pressure(
            Reading(12, "mmHg", "12/8", suggested=120, confirmed=True),
            Reading(8, "mmHg", "12/8", suggested=80, confirmed=True),
        ),
    ),
    "the lower number first": Slip(
        {"systolic": "78", "diastolic": "124"},
        "Did you mean 124/78?",
        "Yes, 124/78",
        pressure(
            Reading(78, "mmHg", "78/124", suggested=124, confirmed=True),
            Reading(124, "mmHg", "78/124", suggested=78, confirmed=True),
        ),
    ),
    "98.6 in the °C box": Slip(
        {"temperature": "98.6"},
        "Did you mean 98.6 °F (37.0 °C)?",
        "Yes, 98.6 °F (37.0 °C)",
        {"temperature": Reading(98.6, "C", "98.6", suggested=37.0, confirmed=True)},
    ),
    "37 in the °F box": Slip(
        {"temperature": "37"},
        "Did you mean 37.0 °C?",
        "Yes, 37.0 °C",
        {"temperature": Reading(2.8, "C", "37 °F", suggested=37, confirmed=True)},
        fahrenheit=True,
    ),
    "pounds in the kilogram box": Slip(
        {"weight": "137"},
        "Did you mean 137 lb (62.1 kg)?",
        "Yes, 137 lb (62.1 kg)",
        {"weight": Reading(137, "kg", "137", suggested=62.1, confirmed=True)},
    ),
    "pounds in the kilogram box, and right": Slip(
        {"weight": "137"},
        "Did you mean 137 lb (62.1 kg)?",
        "No, 137 is right",
        {"weight": Reading(137, "kg", "137", suggested=62.1, confirmed=False)},
    ),
}
"""Nothing serious: the form comes back once, with the question beside the box."""

SAVED_FIRST = {
    "101.3 in the °C box": Slip(
        {"temperature": "101.3"},
        "Did you mean 101.3 °F (38.5 °C)?",
        "Yes, 101.3 °F (38.5 °C)",
        {"temperature": Reading(101.3, "C", "101.3", suggested=38.5, confirmed=True)},
    ),
    "38.5 in the °F box": Slip(
        {"temperature": "38.5"},
        "Did you mean 38.5 °C?",
        "Yes, 38.5 °C",
        {"temperature": Reading(3.6, "C", "38.5 °F", suggested=38.5, confirmed=True)},
        fahrenheit=True,
    ),
    "a pulse beyond what is usual": Slip(
        {"pulse": "172"},
        "You typed 172. Is that right?",
        "Yes, 172 is right",
        {"pulse": Reading(172, "beats/min", "172", confirmed=True)},
    ),
    "a very low pressure": Slip(
        {"systolic": "62", "diastolic": "40"},
        "You typed 62/40. Is that right?",
        "Yes, 62/40 is right",
        pressure(Reading(62, "mmHg", "62/40", confirmed=True), Reading(40, "mmHg", "62/40", confirmed=True)),
    ),
}
"""Urgent or worse as we read it: saved at once, and asked about on the next page."""


@pytest.fixture(autouse=True)
def _asked_for_everything(rosa: Patient) -> None:
    Patient.objects.update(extra_readings=["pulse", "spo2"])


def type_in(page: Any, slip: Slip) -> None:
    press(page, "No, none of these")
    if not page.locator(BOXES["temperature"]).is_visible():
        page.locator("#id_s_chills").check()
    for name, text in slip.typed.items():
        page.locator(BOXES[name]).fill(text)
    if slip.fahrenheit:
        page.get_by_role("radio", name="°F").check()
    press(page, "Continue")
    press(page, "Send")


def readings(report: CheckIn) -> dict[str, Reading]:
    return dict(report.told.readings)


@pytest.mark.parametrize("slip", ASKED_FIRST.values(), ids=ASKED_FIRST)
def test_a_doubtful_reading_is_asked_about_once_before_it_is_sent(slip: Slip, open_as: Any, rosa: Patient):
    page = open_as(rosa, CHECK_IN)
    type_in(page, slip)
    page.locator(".reading .error", has_text=slip.question).wait_for()
    assert not CheckIn.objects.exists()
    for name, text in slip.typed.items():
        assert page.locator(BOXES[name]).input_value() == text
    page.get_by_text(slip.answer, exact=True).click()
    press(page, "Continue")
    press(page, "Send")
    page.wait_for_url(SENT)
    assert readings(CheckIn.objects.get()) == slip.kept
    assert not page.get_by_text("Did you mean").count()


@pytest.mark.parametrize("slip", SAVED_FIRST.values(), ids=SAVED_FIRST)
def test_a_serious_reading_is_saved_before_it_is_asked_about(slip: Slip, open_as: Any, rosa: Patient):
    page = open_as(rosa, CHECK_IN)
    type_in(page, slip)
    page.wait_for_url(SENT)
    first = CheckIn.objects.get()
    assert first.level >= Level.URGENT
    assert Flag.objects.get().check_in == first
    assert {reading.confirmed for reading in readings(first).values()} == {None}
    page.get_by_text(slip.question).wait_for()
    page.get_by_text(slip.answer, exact=True).click()
    press(page, "Send my answer")
    page.get_by_text("We received your correction.").wait_for()
    assert readings(CheckIn.objects.current().get()) == slip.kept
    assert not page.get_by_text(slip.question).count()


def test_a_weight_that_jumps_is_compared_with_the_last_one(open_as: Any, rosa: Patient):
    send(rosa, a_report({"weight": 62}), ago=dt.timedelta(days=1))
    page = open_as(rosa, CHECK_IN)
    type_in(page, Slip({"weight": "55"}, "", "", {}))
    page.locator(
        ".reading .error", has_text="You typed 55. Last time it was 62 kg. Is that right?"
    ).wait_for()
    page.get_by_text("Yes, 55 is right").click()
    press(page, "Continue")
    press(page, "Send")
    page.wait_for_url(SENT)
    assert readings(CheckIn.objects.latest("received_at")) == {
        "weight": Reading(55, "kg", "55", confirmed=True)
    }


def test_what_no_living_person_has_is_an_error_in_words_and_stays_in_the_box(open_as: Any, rosa: Patient):
    page = open_as(rosa, CHECK_IN)
    type_in(page, Slip({"systolic": "300", "diastolic": "250"}, "", "", {}))
    page.get_by_text("We could not read 300/250.").first.wait_for()
    assert page.locator("#id_systolic").input_value() == "300"
    assert not CheckIn.objects.exists()


def test_the_thermometers_unit_is_still_chosen_when_a_report_is_corrected(open_as: Any, rosa: Patient):
    page = open_as(rosa, CHECK_IN)
    type_in(page, Slip({"temperature": "99.1"}, "", "", {}, fahrenheit=True))
    page.wait_for_url(SENT)
    assert readings(CheckIn.objects.get())["temperature"] == Reading(37.3, "C", "99.1 °F")
    page.get_by_role("link", name="Correct this").click()
    press(page, "No, none of these")
    assert page.locator(BOXES["temperature"]).input_value() == "99.1"
    assert page.get_by_role("radio", name="°F").is_checked()
