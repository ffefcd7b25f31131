"""Markdown to HTML that is safe to show whoever wrote it.

Two walls: the parser knows no HTML and no pictures but ours, and what comes out of it passes an allow-list
all the same.
"""

from functools import cache
from typing import cast

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from education.pictures import is_ours, picture

TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote"),
    *("strong", "em", "code", "pre", "a", "table", "thead", "tbody", "tr", "th", "td"),
    "img",
}
ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),
    "a": {"href", "rel"},
    "img": {"src", "alt", "loading", "width", "height"},
    "ol": {"start"},
    "table": {"class"},
    "td": {"data-label"},
    "th": {"scope"},
}
SCHEMES = {"https", "http", "mailto", "tel"}

HIGHEST_HEADING = 2  # the page's own title is the h1
LOWEST_HEADING = 6


def render(text: str) -> SafeString:
    """The text as HTML; headings begin at h2, whatever the writer began with."""
    html = nh3.clean(
        _parser().render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_only_our_pictures,
        url_schemes=SCHEMES,
        link_rel=None,
    )
    return mark_safe(html)  # noqa: S308 -- cleaned in the line above


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.core.ruler.push("lower_headings", _lower_headings)
    parser.core.ruler.push("guard_links", _guard_links)
    parser.core.ruler.push("label_tables", _label_tables)
    parser.core.ruler.push("show_pictures", _show_pictures)
    return parser


def _only_our_pictures(tag: str, attribute: str, value: str) -> str | None:
    return None if (tag, attribute) == ("img", "src") and not is_ours(value) else value


def _lower_headings(state: StateCore) -> None:
    headings = [token for token in state.tokens if token.type in ("heading_open", "heading_close")]
    highest = min((_level(token) for token in headings), default=HIGHEST_HEADING)
    down = max(0, HIGHEST_HEADING - highest)
    for token in headings:
        token.tag = f"h{min(_level(token) + down, LOWEST_HEADING)}"


def _level(heading: Token) -> int:
    return int(heading.tag[1])


def _guard_links(state: StateCore) -> None:
    """A page elsewhere must not get hold of the window it was opened from."""
    for inline in state.tokens:
        for token in inline.children or ():
            if token.type == "link_open" and "//" in str(token.attrs["href"]):
                token.attrs["rel"] = "noopener"


def _show_pictures(state: StateCore) -> None:
    """Ours become what we serve; in place of any other stands what its writer said that it shows."""
    for inline in state.tokens:
        for token in inline.children or ():
            if token.type == "image":
                _show_picture(token, state)


def _show_picture(token: Token, state: StateCore) -> None:
    found = picture(str(token.attrs["src"]))
    if found is None:
        renderer = cast(RendererHTML, state.md.renderer)
        alternative = renderer.renderInlineAsText(token.children, state.md.options, state.env)
        token.type, token.tag, token.content, token.children = "text", "", alternative, None
        return
    token.attrs = {"src": found.url, "alt": ""}
    if found.can_wait:
        token.attrs["loading"] = "lazy"
    if found.alt and not token.children:
        token.children = [Token("text", "", 0, content=found.alt)]
    if found.size:
        token.attrs |= dict(zip(("width", "height"), found.size, strict=True))


def _label_tables(state: StateCore) -> None:
    """On a phone each row becomes a block, so its cells say which column they are of; the first names it."""
    columns: list[str] = []
    column = 0
    for token, following in zip(state.tokens, state.tokens[1:], strict=False):
        match token.type:
            case "table_open":
                token.attrs["class"] = "table"
                columns = []
            case "th_open":
                token.attrs["scope"] = "col"
                columns.append(following.content)
            case "tr_open":
                column = 0
            case "td_open" if column == 0:
                token.tag = "th"
                token.attrs["scope"] = "row"
            case "td_open":
                token.attrs["data-label"] = columns[column]
            case "td_close":
                token.tag = "th" if column == 0 else "td"
                column += 1
