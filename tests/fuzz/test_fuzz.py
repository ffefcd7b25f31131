"""Whatever anybody sends to whichever address: never a 500.

As it stands a few hundred inputs, always the same. `make fuzz` sends ten thousand of a new seed, which it
prints: `bin/fuzz 10000 SEED` sends them again. What breaks something is told with where, and wants a test.
"""

import os
import secrets

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.audit.test_every_look import a_row_of_everything, everything
from tests.fuzz.inputs import Input, inputs
from tests.fuzz.site import Site

__all__ = ["a_row_of_everything", "everything"]
pytestmark = [pytest.mark.django_db, pytest.mark.lets_canaries_out]

IS_LONG = "FUZZ_INPUTS" in os.environ
FEW = 300
ALWAYS = 8


@pytest.fixture
def site(everything, rosa, amira, sara, noor, lena, edith, petra, ada, capsys) -> Site:
    people = {"rosa": rosa.user, "amira": amira, "sara": sara, "noor": noor, "lena": lena}

    def tell(words: str) -> None:
        if IS_LONG:
            with capsys.disabled():
                print(f"\n{words}", flush=True)

    return Site(people | {"edith": edith, "petra": petra, "ada": ada}, rosa, tell)


def test_nothing_that_anybody_sends_is_a_500(site):
    number = int(os.environ.get("FUZZ_SEED") or (secrets.randbelow(10**9) if IS_LONG else ALWAYS))

    @seed(number)
    @settings(
        max_examples=int(os.environ.get("FUZZ_INPUTS", FEW)),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(inputs(site.places, site.names))
    def send(given: Input) -> None:
        site.send(given)

    send()
    told = ", ".join(f"{count} × {status}" for status, count in sorted(site.answers.items()))
    site.told(f"seed {number}: {site.asked.total()} inputs at {len(site.asked)} addresses; {told}")
    assert len(site.places) > 250
    assert not site.broken, "\n".join(f"{way}\n  {told}" for way, told in sorted(site.broken.items()))
