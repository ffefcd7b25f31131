from django.urls import path

from education import views
from education.readers.views import answer

app_name = "education"

urlpatterns = [
    path("", views.index, name="index"),
    path("a-z/", views.letters, name="letters"),
    path("answer/", answer, name="answer"),
    path("search/", views.search, name="search"),
    path("drugs/<slug:slug>/", views.drug, name="drug"),
    path("drugs/<slug:slug>/card/", views.card, name="card"),
    path("symptoms/<slug:slug>/", views.symptom, name="symptom"),
    path("cytokines/<slug:slug>/", views.cytokine, name="cytokine"),
    path("<slug:slug>/", views.article, name="article"),
]
