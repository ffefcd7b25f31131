"""Whatever an editor pastes, readers get harmless HTML."""

import re

import pytest

from education.markdown import render
from education.pictures import is_ours, picture


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<b onclick=alert(1)>bold</b>",
        "<style>body{display:none}</style>",
        "[go](javascript:alert(1))",
        "[go](JaVaScRiPt:alert(1))",
        "[go](&#106;avascript:alert(1))",
        "[go](data:text/html;base64,PHNjcmlwdD4=)",
        "[go](vbscript:msgbox)",
        "![x](data:image/svg+xml;base64,PHN2Zz4=)",
        "![x](https://example.org/track.gif)",
        "![x](/static/drawings/cuff.svg)",
        "![x](drawing:)",
        "![x](drawing:../../media/secret)",
        "![x](drawing:cuff.svg)",
        "![x](DRAWING:cuff)",
        "![x](drawing:https://example.org/x)",
        "![![x](drawing:no)](javascript:alert(1))",
        "<javascript:alert(1)>",
        "[a]: javascript:alert(1)\n\n[a]",
        '[go](https://example.org "a\\" onmouseover=alert(1)")',
        "<iframe src=//example.org></iframe>",
        "<!-- <p> --><svg/onload=alert(1)>",
    ],
)
def test_nothing_that_runs_or_loads_gets_through(text: str) -> None:
    html = render(text).lower()
    for danger in (
        "<script",
        "<img",
        "<b ",
        "<style",
        "<iframe",
        "<svg",
        'href="javascript',
        'href="data',
        'href="vb',
    ):
        assert danger not in html
    assert not re.findall(r"<[^>]*\bon\w+=", html)


def test_markup_that_is_not_markdown_is_shown_as_it_was_typed() -> None:
    assert render("<b>38.0 °C</b>") == "<p>&lt;b&gt;38.0 °C&lt;/b&gt;</p>\n"


def test_a_page_elsewhere_cannot_reach_back() -> None:
    assert (
        render("[a](https://example.org/)") == '<p><a href="https://example.org/" rel="noopener">a</a></p>\n'
    )
    assert 'rel="noopener"' in render("[a](//example.org/)")


def test_our_own_pages_and_phone_numbers_are_plain_links() -> None:
    assert render("[a](/learn/fever/)") == '<p><a href="/learn/fever/">a</a></p>\n'
    assert render("[call](tel:+15550100)") == '<p><a href="tel:+15550100">call</a></p>\n'


@pytest.mark.parametrize(
    ("text", "tags"),
    [("# a\n## b", ["h2", "h3"]), ("## a\n### b", ["h2", "h3"]), ("# a\n###### b", ["h2", "h6"])],
)
def test_headings_begin_below_the_title(text: str, tags: list[str]) -> None:
    html = render(text)
    assert [tag for tag in ("h1", "h2", "h3", "h4", "h5", "h6") if f"<{tag}>" in html] == tags


def test_a_table_says_which_row_and_column_a_cell_is_of() -> None:
    html = render("| Effect | IL-2 |\n| --- | ---: |\n| Rash | yes |\n")
    assert '<table class="table">' in html
    assert '<th scope="col">IL-2</th>' in html
    assert '<th scope="row">Rash</th>' in html
    assert '<td data-label="IL-2">yes</td>' in html
    assert "style" not in html


def test_a_label_made_from_an_editors_words_cannot_break_out() -> None:
    html = render('| a | "><script>x</script> |\n| --- | --- |\n| b | c |\n')
    assert "<script" not in html


CUFF = "/static/drawings/cuff.svg"


def test_a_drawing_of_ours_is_shown_with_its_size_and_in_words() -> None:
    assert render("![A cuff on *the* arm](drawing:cuff)") == (
        f'<p><img src="{CUFF}" alt="A cuff on the arm" width="480" height="280"></p>\n'
    )


def test_words_beside_a_drawing_cannot_break_out_of_it() -> None:
    html = render('![" onerror="alert(1)](drawing:cuff "title")')
    assert html.count('"') == 8  # four attributes, and not one more
    assert "title" not in html


@pytest.mark.parametrize(
    "address", ["drawing:no-such-thing", "https://example.org/a.png", "/static/drawings/cuff.svg", "cuff"]
)
def test_any_other_picture_is_read_as_what_it_shows(address: str) -> None:
    assert render(f"See: ![**a** <cuff>]({address}).") == "<p>See: a &lt;cuff&gt;.</p>\n"


def test_what_is_not_ours_gets_through_neither_wall() -> None:
    assert picture("drawing:../icons/sidelight") is None
    assert is_ours(CUFF)
    assert not is_ours("https://example.org/static/drawings/cuff.svg")
    assert not is_ours("/static/js/print.js")
