"""Every address of the site."""

from allauth.account.decorators import secure_admin_login
from allauth.account.views import password_set
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

import education.views
from accounts.admin import KeptAutocomplete
from accounts.recent import recently_proved
from accounts.views import choose_language, enter_code
from config import views, webapp
from config.browser_reports import browser_reports

handler400 = "config.errors.bad_request"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # else it escapes the rate limits

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.alive, name="healthz"),
    path("readyz", views.ready, name="readyz"),
    path("browser-reports/", browser_reports, name="browser_reports"),
    path("language/", choose_language, name="choose_language"),
    path("accounts/email/", views.not_here),  # admins change addresses: alerts and invitations go by them
    path("accounts/reach/", include("accounts.reach.urls")),
    path("service-worker.js", webapp.service_worker, name="service_worker"),
    path("manifest.webmanifest", webapp.manifest, name="manifest"),
    path("accounts/reauthenticate/", views.not_here),  # one page asks for whatever somebody has
    path("accounts/password/set/", recently_proved()(password_set), name="account_set_password"),
    path("accounts/", include("allauth.account.urls")),
    path("sign-in-and-devices/", include("accounts.signin.urls")),
    path("code/", enter_code, name="enter_code"),
    path("invitations/", include("accounts.urls")),
    path("learn/", include("education.urls")),
    path("library/images/<slug:name>", education.views.image, name="picture"),
    path("admin/education/work/", include("education.editing.urls")),
    path("admin/autocomplete/", admin.site.admin_view(KeptAutocomplete.as_view(admin_site=admin.site))),
    path("admin/r/<path:content_type_id>/<path:object_id>/", views.not_here),  # would say what rows there are
    path("admin/", admin.site.urls),
    path("team/cover/", include("tracker.cover.urls")),
    path("team/", include("tracker.team.urls")),
    path("emergency-access/", include("tracker.team.emergencies.urls")),
    path("privacy/", include("tracker.privacy.urls")),
    path("alerts/", include("tracker.alerts.urls")),
    path("offline/", include("tracker.offline.urls")),
    path("carers/", include("tracker.patient.carers.urls")),
    path("rules/", include("tracker.rulebook.urls")),
    path("settings/", include("tracker.patient.settings.urls")),
    path("", include("tracker.patient.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("demo/", include("tracker.demo.urls")))
