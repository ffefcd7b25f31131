from django.urls import path

from tracker.team.emergencies import views

app_name = "emergencies"
urlpatterns = [
    path("", views.find, name="find"),
    path("<uuid:pk>/", views.told, name="told"),
    path("<uuid:pk>/chart/", views.chart, name="chart"),
    path("<uuid:pk>/note/", views.write, name="write"),
    path("<uuid:pk>/end/", views.end, name="end"),
]
