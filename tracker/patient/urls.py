from django.urls import path

from tracker.patient import views

app_name = "patient"
urlpatterns = [
    path("today/", views.today, name="today"),
    path("check-in/", views.check_in, name="check_in"),
    path("check-in/<uuid:pk>/", views.done, name="done"),
    path("emergency/", views.emergency, name="emergency"),
    path("how-you-have-been/", views.trends, name="trends"),
]
