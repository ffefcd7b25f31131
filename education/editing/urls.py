from django.urls import path

from education.editing.views import drafts, finding, previews, versions, work

app_name = "editing"

urlpatterns = [
    path("", work.work, name="work"),
    path("find/pages/", finding.find_pages, name="find_pages"),
    path("find/pictures/", finding.find_pictures, name="find_pictures"),
    path("preview/<slug:kind>/", previews.live, name="live"),
    path("drafts/<int:pk>/submit/", drafts.submit, name="submit"),
    path("drafts/<int:pk>/review/", drafts.review, name="review"),
    path("drafts/<int:pk>/publish/", drafts.publish, name="publish"),
    path("drafts/<int:pk>/send-back/", drafts.send_back, name="send_back"),
    path("drafts/<int:pk>/discard/", drafts.discard, name="discard"),
    path("drafts/<int:pk>/catch-up/", drafts.catch_up, name="catch_up"),
    path("drafts/<int:pk>/decide/", drafts.decide, name="decide"),
    path("<slug:kind>/<slug:slug>/versions/", versions.versions, name="versions"),
    path("<slug:kind>/<slug:slug>/compare/", versions.compare, name="compare"),
    path("<slug:kind>/<slug:slug>/used/", versions.used, name="used"),
    path("<slug:kind>/<slug:slug>/retire/", versions.retire, name="retire"),
    path("<slug:kind>/<slug:slug>/restore/<int:number>/", versions.restore, name="restore"),
    path("<slug:kind>/<slug:slug>/preview/", previews.saved, name="saved"),
]
