"""What the library's templates need."""

from django import template
from django.utils.safestring import SafeString

from education.markdown import render

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    """An editor's Markdown as safe HTML: `{{ page.body|markdown }}`."""
    return render(text)
