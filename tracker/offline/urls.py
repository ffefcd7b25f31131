from django.urls import path

from config import webapp
from tracker.offline import views
from tracker.patient import kept, kept_library

app_name = "offline"
urlpatterns = [
    path("", webapp.no_network, name="no_network"),
    path("help/", webapp.help_for_anybody, name="help"),
    path("check-in/", kept.check_in, name="check_in"),
    path("emergency/", kept.emergency, name="emergency"),
    path("library/", kept_library.library, name="library"),
    path("reports/", views.reports, name="reports"),
    path("devices/", views.devices, name="devices"),
    path("devices/<uuid:pk>/revoke/", views.revoke, name="revoke"),
]
