from django.urls import path

from tracker.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.index, name="index"),
    path("be/<slug:key>/", views.be, name="be"),
]
