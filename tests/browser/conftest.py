"""What every page is asked: can everybody use it, on whichever screen and in whichever colours?"""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests import people
from tests.browser.looks import SIZES, THEMES, Size, looks_of
from tests.browser.targets import small_targets
from tests.conftest import ALL, COLOURS_ALONE, NOT_COLOURS
from tracker.demo.people import Persona

TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
STICKS_OUT = """[...document.querySelectorAll("body *")]
  .filter((each) => each.getBoundingClientRect().right > innerWidth && !each.closest(".scroll"))
  .slice(0, 3).map((each) => each.outerHTML.slice(0, 120))"""

type AssertUsable = Callable[..., None]


@pytest.fixture(autouse=True)
def _canaries_in_every_persona(monkeypatch: pytest.MonkeyPatch) -> None:
    """What personas lack has a canary in it here: tests.canaries.watch looks for all that is kept of them."""
    enrol = people.patient

    def with_canaries(persona: Persona, team: Any) -> Any:
        patient = enrol(persona, team)
        about = {
            "record_number": f"Canary-{persona.key}",
            "contact_name": f"Canary Contact of {persona.key}",
            "contact_phone": "555 0199 canary",
        }
        type(patient).objects.filter(pk=patient.pk).update(**about)
        patient.courses.update(regimen=f"Canary regimen of {persona.key}")
        patient.refresh_from_db()
        return patient

    monkeypatch.setattr(people, "patient", with_canaries)


@pytest.fixture
def assert_usable(assert_accessible: Callable[..., None]) -> AssertUsable:
    """Asserts of a page as it stands, in every look, that axe finds nothing and nothing runs off the side.

    With `targets`, what can be pressed has to be large enough, too. Another theme of the same size changes
    colours alone, so that axe asks of nothing else then; without `colours` it never asks of them.
    """

    def check(
        page: Any,
        sizes: Sequence[Size] = SIZES,
        themes: Sequence[str] = THEMES,
        *,
        targets: bool = False,
        colours: bool = True,
    ) -> None:
        seen: set[int] = set()
        for look in looks_of(page, sizes, themes):
            where = f"{page.url} ({look})"
            assert not page.evaluate(TOO_WIDE), f"{where} is too wide: {page.evaluate(STICKS_OUT)}"
            if targets:
                assert small_targets(page) == [], where
            rules = COLOURS_ALONE if look.width in seen else ALL if colours else NOT_COLOURS
            seen.add(look.width)
            try:
                assert_accessible(page, rules)
            except AssertionError as wrong:
                raise AssertionError(f"{where}\n{wrong}") from None

    return check
