from django.urls import path

from tracker.privacy import views

app_name = "privacy"
urlpatterns = [
    path("", views.looks, name="looks"),
    path("looks.csv", views.looks_csv, name="looks_csv"),
    path("review/", views.review, name="review"),
    path("review/<int:actor>/<uuid:patient>/<str:day>/", views.review_day, name="review_day"),
    path("watched/", views.watched, name="watched"),
    path("watched/<uuid:pk>/end/", views.unwatch, name="unwatch"),
]
