"""Settings of whoever is signed in: a patient, somebody who helps one, or staff."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.patient.settings.access import person_of
from tracker.patient.settings.forms import LanguageForm, NameForm, PersonForm, TextSizeForm, UnitsForm


@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    return _setting(request, NameForm, "name", _("My name"))


@require_http_methods(["GET", "HEAD", "POST"])
def language(request: HttpRequest) -> HttpResponse:
    return _setting(request, LanguageForm, "language", _("Language"))


@require_http_methods(["GET", "HEAD", "POST"])
def units(request: HttpRequest) -> HttpResponse:
    return _setting(request, UnitsForm, "units", _("Units"))


@require_http_methods(["GET", "HEAD", "POST"])
def text_size(request: HttpRequest) -> HttpResponse:
    return _setting(request, TextSizeForm, "text_size", _("Text size"))


def _setting(request: HttpRequest, kind: type[PersonForm], setting: str, title: str) -> HttpResponse:
    user = person_of(request)
    form = kind(request.POST or None, user=user)
    if form.is_valid():
        form.save()
        with translation.override(user.language or translation.get_language()):
            messages.success(request, _("Saved."))
        return redirect("settings:index")
    return render(
        request, "tracker/patient/settings/form.html", {"form": form, "title": title, "setting": setting}
    )
