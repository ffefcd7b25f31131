from django.urls import path

from education.editing import views

app_name = "editing"

urlpatterns = [
    path("", views.work, name="work"),
    path("find/pages/", views.find_pages, name="find_pages"),
    path("find/pictures/", views.find_pictures, name="find_pictures"),
    path("preview/<slug:kind>/", views.live, name="live"),
    path("drafts/<int:pk>/submit/", views.submit, name="submit"),
    path("drafts/<int:pk>/review/", views.review, name="review"),
    path("drafts/<int:pk>/publish/", views.publish, name="publish"),
    path("drafts/<int:pk>/send-back/", views.send_back, name="send_back"),
    path("drafts/<int:pk>/discard/", views.discard, name="discard"),
    path("drafts/<int:pk>/catch-up/", views.catch_up, name="catch_up"),
    path("drafts/<int:pk>/decide/", views.decide, name="decide"),
    path("<slug:kind>/<slug:slug>/versions/", views.versions, name="versions"),
    path("<slug:kind>/<slug:slug>/compare/", views.compare, name="compare"),
    path("<slug:kind>/<slug:slug>/used/", views.used, name="used"),
    path("<slug:kind>/<slug:slug>/retire/", views.retire, name="retire"),
    path("<slug:kind>/<slug:slug>/restore/<int:number>/", views.restore, name="restore"),
    path("<slug:kind>/<slug:slug>/preview/", views.saved, name="saved"),
]
