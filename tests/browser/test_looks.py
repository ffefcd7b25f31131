"""What is wrong in one look only is found on a page that was loaded in another, and told with that look."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import AssertUsable
from tests.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DOOR = "/accounts/login/code/"
PHONES_IN_THE_DARK = "@media (max-width: 400px) and (prefers-color-scheme: dark)"
DESKS_BY_DAY = "@media (min-width: 1000px) and (prefers-color-scheme: light)"


def style(page: Any, rule: str) -> None:
    """One more rule, past the policy that forbids a style element."""
    page.evaluate(
        """(rule) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(rule);
          document.adoptedStyleSheets = [sheet];
        }""",
        rule,
    )


def test_what_is_wrong_in_one_look_is_told_with_its_page_and_look(
    open_page: Callable[..., Any], assert_usable: AssertUsable
) -> None:
    page = open_page(DOOR)
    assert_usable(page)
    assert page.viewport_size == PHONE
    style(page, PHONES_IN_THE_DARK + "{ h1 { inline-size: 2000px } }")
    with pytest.raises(AssertionError, match=rf"{DOOR} \(390 px, dark\) is too wide: .*<h1"):
        assert_usable(page)
    style(page, DESKS_BY_DAY + "{ h1 { color: #ddd; transition: color 9s } }")
    with pytest.raises(AssertionError, match=rf"{DOOR} \(1280 px, light\)(.|\n)*color-contrast"):
        assert_usable(page)
    assert_usable(page, colours=False)
    style(page, PHONES_IN_THE_DARK + "{ h1 { color: #444; transition: color 9s } }")
    with pytest.raises(AssertionError, match=r"\(390 px, dark\)(.|\n)*color-contrast"):
        assert_usable(page)
    style(page, PHONES_IN_THE_DARK + "{ main .button { block-size: 20px; min-block-size: 0 } }")
    with pytest.raises(
        AssertionError, match=r"\(390 px, dark\)(.|\n)*(Sign in with a passkey|I have a password)"
    ):
        assert_usable(page, targets=True)
    style(page, "")
    page.evaluate("document.documentElement.removeAttribute('lang')")
    with pytest.raises(AssertionError, match=r"\(390 px, light\)(.|\n)*html-has-lang"):
        assert_usable(page, colours=False)
