from django.urls import path

from tracker.privacy import records, views

app_name = "privacy"
urlpatterns = [
    path("", views.looks, name="looks"),
    path("find/", views.find, name="find_looks"),
    path("looks.csv", views.looks_csv, name="looks_csv"),
    path("review/", views.review, name="review"),
    path("review/<int:actor>/<uuid:patient>/<str:day>/", views.review_day, name="review_day"),
    path("review/<int:actor>/<str:day>/", views.review_hours, name="review_hours"),
    path("watched/", views.watched, name="watched"),
    path("watched/<uuid:pk>/end/", views.unwatch, name="unwatch"),
    path("records/", records.requests, name="requests"),
    path("records/<uuid:pk>/", records.record, name="record"),
    path("records/<uuid:pk>/hold/", records.hold, name="hold"),
    path("records/<uuid:pk>/end-hold/", records.end_holds, name="end_holds"),
    path("records/<uuid:pk>/ask/", records.ask, name="ask"),
    path("records/<uuid:pk>/decide/", records.decide, name="decide"),
    path("records/<uuid:pk>/open-again/", records.lift, name="lift"),
    path("records/<uuid:pk>/copy/", records.export, name="export"),
    path("schedule/", records.schedule, name="schedule"),
    path("schedule/<int:team>/<slug:kind>/", records.period, name="period"),
]
