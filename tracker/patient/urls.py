from django.urls import path

from tracker.patient import views
from tracker.patient.messages import views as messages
from tracker.patient.reminders import views as reminders
from tracker.patient.visit import views as visit

app_name = "patient"
urlpatterns = [
    path("today/", views.today, name="today"),
    path("check-in/", views.check_in, name="check_in"),
    path("check-in/<uuid:pk>/", views.done, name="done"),
    path("check-in/<uuid:pk>/pages/<int:shown_pk>/", views.page_then, name="page_then"),
    path("call-me/", views.call_me, name="call_me"),
    path("messages/", messages.index, name="messages"),
    path("messages/told-by/", messages.told_by, name="messages_told_by"),
    path("emergency/", views.emergency, name="emergency"),
    path("how-you-have-been/", views.trends, name="trends"),
    path("how-you-have-been/visit/", visit.visit, name="visit"),
    path("reminders/", reminders.index, name="reminders"),
    path("reminders/pause/", reminders.pause, name="pause"),
    path("reminders/pause/end/", reminders.end_pause, name="end_pause"),
    path("reminders/devices/", reminders.add_device, name="add_device"),
    path("reminders/devices/<uuid:pk>/remove/", reminders.remove_device, name="remove_device"),
]
