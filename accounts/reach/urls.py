from django.urls import path

from accounts.reach import views

app_name = "reach"
urlpatterns = [
    path("", views.index, name="index"),
    path("devices/", views.add_device, name="add_device"),
    path("devices/<uuid:pk>/remove/", views.remove_device, name="remove_device"),
]
