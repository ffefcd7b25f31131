from django.urls import path

from tracker.team import views

app_name = "team"
urlpatterns = [
    path("", views.board, name="board"),
    path("flags/<uuid:pk>/", views.flag, name="flag"),
    path("flags/<uuid:pk>/claim/", views.claim, name="claim"),
    path("flags/<uuid:pk>/take-over/", views.take_over, name="take_over"),
    path("flags/<uuid:pk>/resolve/", views.resolve, name="resolve"),
    path("patients/", views.patients, name="patients"),
    path("patients/<uuid:pk>/", views.patient, name="patient"),
]
