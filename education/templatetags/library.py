"""What the library's templates need. English on a page in another language says that it is English."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from education.markdown import render
from education.models import Translated

register = template.Library()


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


@register.filter
def named(page: Translated) -> SafeString:
    """What a page is called: `{{ page|named }}`."""
    return line(page, page.named_by)
