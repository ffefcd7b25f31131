"""What the library's templates need. English on a page in another language says that it is English."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop

from education.languages import ENGLISH
from education.markdown import render
from education.models import Translated

register = template.Library()

SHIPPED_LINES = (
    gettext_noop("Sidelight contributors"),
    gettext_noop("Sidelight editors (awaiting a clinician's review)"),
    gettext_noop("No company and no other sponsor has paid for this page."),
)
"""What stands on every shipped page until a clinic says otherwise: known, and so said in every language."""


@register.filter
def markdown(text: str) -> SafeString:
    """An editor's Markdown as safe HTML: `{{ page.body|markdown }}`."""
    return render(text)


@register.simple_tag
def text(page: Translated, name: str) -> SafeString:
    """One of a page's texts as safe HTML: `{% text page "what_helps" %}`."""
    html = render(getattr(page, name))
    if page.language_of(name) == page.language:
        return html
    return format_html('<div lang="{}" dir="ltr">{}</div>', page.language_of(name), html)


@register.simple_tag
def line(page: Translated, name: str) -> SafeString:
    """One of a page's texts that is a line: `{% line page "summary" %}`."""
    words = getattr(page, name)
    if page.language_of(name) == page.language:
        return format_html("{}", words)
    return format_html('<span lang="{}" dir="ltr">{}</span>', page.language_of(name), words)


@register.simple_tag
def about(page: Translated, name: str) -> SafeString:
    """Who wrote, reviewed or paid for a page: `{% about page "funding" as funding %}`."""
    words = getattr(page, name)
    told = gettext(words) if words in SHIPPED_LINES else words
    if not words or told != words or page.language == ENGLISH:
        return format_html("{}", told)
    return format_html('<span lang="{}" dir="ltr">{}</span>', ENGLISH, told)


@register.filter
def named(page: Translated) -> SafeString:
    """What a page is called: `{{ page|named }}`."""
    return line(page, page.named_by)
