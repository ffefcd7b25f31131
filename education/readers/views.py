"""Takes the answer to "Was this page helpful?"."""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from education.languages import page_language
from education.readers.forms import AnswerForm, is_answered, remember

WHERE = "#was-it-helpful"


@login_not_required
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Back to the page, which says thank you. A second answer changes nothing."""
    form = AnswerForm(request.POST)
    page = form.page
    if page is None:
        raise Http404
    back = HttpResponseRedirect(page.get_absolute_url() + WHERE)
    if is_answered(request, page.kind, page.slug):
        return back
    too_often: HttpResponse | None = ratelimit.consume_or_429(request, action="page_answer", key="everybody")
    if too_often:
        return too_often
    if not form.is_valid():
        context = {"answer": form, "kind": page.kind, "slug": page.slug, "entry": page}
        return render(request, "education/helpful.html", context, status=422)
    form.keep(language=page_language(), day=timezone.localdate())
    remember(request, page.kind, page.slug)
    return back
