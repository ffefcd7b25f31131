from django.urls import path

from tracker.offline import views

app_name = "offline"
urlpatterns = [
    path("reports/", views.reports, name="reports"),
    path("devices/", views.devices, name="devices"),
    path("devices/<uuid:pk>/revoke/", views.revoke, name="revoke"),
]
