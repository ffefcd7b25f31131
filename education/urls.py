from django.urls import path

from education import views

app_name = "education"

urlpatterns = [
    path("", views.index, name="index"),
    path("search/", views.search, name="search"),
    path("drugs/<slug:slug>/", views.drug, name="drug"),
    path("drugs/<slug:slug>/card/", views.card, name="card"),
    path("symptoms/<slug:slug>/", views.symptom, name="symptom"),
    path("cytokines/<slug:slug>/", views.cytokine, name="cytokine"),
    path("<slug:slug>/", views.article, name="article"),
]
