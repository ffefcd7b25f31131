from django.urls import path

from tracker.alerts import views

app_name = "alerts"
urlpatterns = [
    path("canary/", views.canary_returns, name="canary"),
    path("test/", views.send_test, name="send_test"),
    path("phone/<uuid:pk>/<int:attempt>/", views.phone_report, name="phone_report"),
]
