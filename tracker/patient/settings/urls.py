from django.urls import path

from tracker.patient.settings import diary, erasing, person, views

app_name = "settings"
urlpatterns = [
    path("", views.index, name="index"),
    # Of whoever is signed in
    path("name/", person.name, name="name"),
    path("language/", person.language, name="language"),
    path("units/", person.units, name="units"),
    path("text-size/", person.text_size, name="text_size"),
    # Of the diary, and so of its patient alone
    path("place/", diary.place, name="place"),
    path("who-looked/", diary.looks, name="looks"),
    path("download/", diary.download, name="download"),
    path("download/json/", diary.as_json, name="as_json"),
    path("download/csv/", diary.as_csv, name="as_csv"),
    path("erase/", erasing.erase, name="erase"),
    path("erase/take-back/", erasing.take_back, name="take_back"),
    path("leave/", diary.leave, name="leave"),
    path("leave/confirm/", diary.leave_now, name="leave_now"),
]
