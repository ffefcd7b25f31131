from django.urls import path

from tracker.patient import views
from tracker.patient.reminders import views as reminders

app_name = "patient"
urlpatterns = [
    path("today/", views.today, name="today"),
    path("check-in/", views.check_in, name="check_in"),
    path("check-in/<uuid:pk>/", views.done, name="done"),
    path("call-me/", views.call_me, name="call_me"),
    path("emergency/", views.emergency, name="emergency"),
    path("how-you-have-been/", views.trends, name="trends"),
    path("reminders/", reminders.index, name="reminders"),
    path("reminders/devices/", reminders.add_device, name="add_device"),
    path("reminders/devices/<uuid:pk>/remove/", reminders.remove_device, name="remove_device"),
]
