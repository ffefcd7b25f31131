from django.urls import path, re_path

from tracker.team import views
from tracker.team.cohort import views as cohort
from tracker.team.phone import views as phone

app_name = "team"
urlpatterns = [
    path("", views.board, name="board"),
    path("flags/<uuid:pk>/", views.flag, name="flag"),
    path("flags/<uuid:pk>/claim/", views.claim, name="claim"),
    path("flags/<uuid:pk>/take-over/", views.take_over, name="take_over"),
    path("flags/<uuid:pk>/resolve/", views.resolve, name="resolve"),
    path("flags/<uuid:pk>/mute/", views.mute, name="mute"),
    path("mutes/<uuid:pk>/end/", views.end_mute, name="end_mute"),
    path("report/", views.report, name="report"),
    path("report/<str:month>/", views.report, name="report_of"),
    path("report/<str:month>/late.csv", views.late_csv, name="late_csv"),
    path("cohort/", cohort.cohort, name="cohort"),
    re_path(r"^cohort/(?P<name>[a-z]+)\.(?P<kind>csv|svg|png)$", cohort.cohort_file, name="cohort_file"),
    path("notes/", views.notes_to_read, name="notes"),
    path("notes/<uuid:pk>/read/", views.read_note, name="read_note"),
    path("patients/", views.patients, name="patients"),
    path("patients/<uuid:pk>/", views.patient, name="patient"),
    path("patients/<uuid:pk>/by-phone/", phone.take, name="by_phone"),
    path("reports/<uuid:pk>/", phone.taken, name="taken"),
    path("carers/<uuid:pk>/end/", views.end_carer, name="end_carer"),
    path("patients/<uuid:pk>/limits/", views.set_limit, name="set_limit"),
    path("limits/<uuid:pk>/end/", views.end_limit, name="end_limit"),
]
