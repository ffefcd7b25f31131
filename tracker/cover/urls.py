from django.urls import path

from tracker.cover import views
from tracker.cover.replies import views as replies

app_name = "cover"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/policies/<slug:level>/", views.policy, name="policy"),
    path("<int:pk>/rota/", views.rota, name="rota"),
    path("<int:pk>/rota/shifts/", views.add_shift, name="add_shift"),
    path("<int:pk>/rota/shifts/<int:shift>/remove/", views.remove_shift, name="remove_shift"),
    path("<int:pk>/rota/swaps/", views.add_swap, name="add_swap"),
    path("<int:pk>/rota/swaps/<int:swap>/remove/", views.remove_swap, name="remove_swap"),
    path("<int:pk>/rota/holidays/", views.add_holiday, name="add_holiday"),
    path("<int:pk>/rota/holidays/remove/", views.remove_holiday, name="remove_holiday"),
    path("<int:pk>/replies/", replies.index, name="replies"),
    path("<int:pk>/replies/begin/", replies.begin, name="begin_replies"),
    path("<int:pk>/replies/<int:reply>/", replies.change, name="change_reply"),
    path("<int:pk>/replies/<int:reply>/remove/", replies.remove, name="remove_reply"),
]
