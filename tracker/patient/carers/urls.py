from django.urls import path

from tracker.patient.carers import views

app_name = "carers"
urlpatterns = [
    path("", views.index, name="index"),
    path("invite/", views.invite, name="invite"),
    path("whose/", views.whose, name="whose"),
    path("<uuid:pk>/end/", views.end, name="end"),
    path("invitations/<str:token>/", views.accept, name="accept"),
]
