from django.urls import path

from tracker.alerts import views

app_name = "alerts"
urlpatterns = [
    path("canary/", views.canary_returns, name="canary"),
    path("phone/<uuid:pk>/", views.phone_report, name="phone_report"),
]
