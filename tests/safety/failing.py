"""The site's addresses, and three that break."""

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import handler500 as handler500
from config.urls import urlpatterns as of_the_site


@login_not_required
def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


@login_not_required
def has_no_database(request: HttpRequest) -> HttpResponse:
    raise OperationalError


urlpatterns = [path("breaks/", breaks), path("has-no-database/", has_no_database), *of_the_site]
