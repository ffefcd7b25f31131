from django.urls import include, path, re_path

from tracker.team import counts, views
from tracker.team.chart import views as chart
from tracker.team.cohort import views as cohort
from tracker.team.handover import views as handover
from tracker.team.live import views as live
from tracker.team.messages import views as messages
from tracker.team.phone import views as phone
from tracker.team.quiet import views as quiet

app_name = "team"
urlpatterns = [
    path("", live.board, name="board"),
    path("find/", live.find, name="find_flag"),
    path("waiting/", counts.waiting, name="waiting"),
    path("months/", live.months, name="months"),
    path("calls/", live.choose_calls, name="choose_calls"),
    path("undo/", live.take_back, name="undo"),
    path("several/", live.several, name="several"),
    path("several/close/", live.close_several, name="close_several"),
    path("flags/<uuid:pk>/", views.flag, name="flag"),
    path("flags/<uuid:pk>/claim/", views.claim, name="claim"),
    path("flags/<uuid:pk>/hand-over/", live.hand_over, name="hand_over"),
    path("flags/<uuid:pk>/call-back/", live.call_back, name="call_back"),
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
    path("notes/read/", views.read_notes, name="read_notes"),
    path("notes/<uuid:pk>/read/", views.read_note, name="read_note"),
    path("", include("tracker.team.people.urls")),
    path("patients/<uuid:pk>/", chart.patient, name="patient"),
    path("patients/<uuid:pk>/grades/", chart.record_grade, name="record_grade"),
    path("patients/<uuid:pk>/by-phone/", phone.take, name="by_phone"),
    path("patients/<uuid:pk>/calling/", quiet.begin, name="calling"),
    path("patients/<uuid:pk>/call/", quiet.call, name="call"),
    path("silence/", quiet.index, name="silence"),
    path("handover/", handover.index, name="handover"),
    path("handover/notes/", handover.write, name="write_shift_note"),
    path("handover/notes/<int:pk>/tick/", handover.tick, name="tick_shift_note"),
    path("reports/<uuid:pk>/", phone.taken, name="taken"),
    path("patients/<uuid:pk>/messages/", messages.index, name="messages"),
    path("messages/<uuid:pk>/read/", messages.read, name="read_message"),
    path("carers/<uuid:pk>/end/", views.end_carer, name="end_carer"),
    path("patients/<uuid:pk>/limits/", views.set_limit, name="set_limit"),
    path("limits/<uuid:pk>/end/", views.end_limit, name="end_limit"),
]
