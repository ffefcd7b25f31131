"""For the front page of the admin: what an editor has to do."""

from typing import Any

from django import template
from django.utils import timezone

from education.documents import KINDS
from education.editing.work import Work, work_of

register = template.Library()


@register.simple_tag(takes_context=True)
def editors_work(context: Any) -> Work | None:
    """None for whoever edits no kind of page: `{% editors_work as work %}`."""
    user = context["request"].user
    if not any(user.has_perm(f"education.change_{model._meta.model_name}") for model in KINDS.values()):
        return None
    return work_of(user, timezone.localdate())
