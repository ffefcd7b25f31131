"""Every page of a patient's, in each language, light and dark: nothing that axe finds, nothing too wide."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Language
from tests.browser.conftest import AssertUsable
from tests.browser.looks import NARROW, SIZES, THEMES, Size
from tests.browser.test_patient import open_as
from tests.carers import helping
from tests.conftest import DESK
from tests.inbox.conftest import A_DAY, LOW_PRESSURE
from tests.team.conftest import send
from tests.test_messaging import write
from tests.triage.build import a_report
from tracker.models import Patient

__all__ = ["open_as"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Words change how wide a page is, and not its colours: axe asks of those in one language.
LOOKS = [
    (Language.ENGLISH, SIZES, THEMES),
    (Language.SPANISH, SIZES, ["dark"]),
    (Language.ARABIC, [NARROW, DESK], ["light"]),
]


@pytest.fixture
def pages(rosa: Patient, lena: Any) -> list[str]:
    """Rosa had a bad week and helps herself to everything there is."""
    for ago in (3, 2, 1):
        send(rosa, a_report(chills=ago, fatigue=2, readings={"temperature": 37.2}), ago=ago * A_DAY)
    urgent = send(rosa, LOW_PRESSURE).check_in
    carer = helping(rosa, lena)
    write(rosa)
    return [
        "/today/",
        "/check-in/",
        "/call-me/",
        "/messages/",
        f"/check-in/{urgent.pk}/",
        "/emergency/",
        "/how-you-have-been/",
        "/how-you-have-been/visit/",
        "/reminders/",
        "/carers/",
        "/carers/invite/",
        f"/carers/{carer.pk}/end/",
        "/offline/",
        "/offline/devices/",
        "/offline/check-in/",
        "/settings/",
        "/settings/name/",
        "/settings/language/",
        "/settings/units/",
        "/settings/text-size/",
        "/settings/place/",
        "/settings/who-looked/",
        "/settings/download/",
        "/settings/leave/",
        "/learn/",
        "/learn/symptoms/chills/",
        "/learn/drugs/aldesleukin/card/",
    ]


@pytest.mark.parametrize(("language", "sizes", "themes"), LOOKS)
def test_every_page_is_accessible_and_fits(
    open_as: Callable[..., Any],
    rosa: Patient,
    pages: list[str],
    assert_usable: AssertUsable,
    language: str,
    sizes: list[Size],
    themes: list[str],
) -> None:
    type(rosa.user).objects.filter(pk=rosa.user_id).update(language=language)
    page = open_as(rosa, "/today/")
    for path in pages:
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == language
        assert_usable(page, sizes, themes, colours=language == Language.ENGLISH)
