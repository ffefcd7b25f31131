"""Part of the team's addresses: included without a name of its own."""

from django.urls import path

from tracker.team.people import inviting, plan_views, stays, views

urlpatterns = [
    path("patients/", views.patients, name="patients"),
    path("patients/find/", views.find, name="find_patient"),
    path("patients/enrol/", views.enrol, name="enrol"),
    path("patients/<uuid:pk>/record/", views.show_record, name="record"),
    path("patients/<uuid:pk>/record/edit/", views.edit, name="edit_record"),
    path("patients/<uuid:pk>/invite/", inviting.invite, name="invite"),
    path("patients/<uuid:pk>/code/", inviting.print_code, name="print_code"),
    path("patients/<uuid:pk>/courses/add/", plan_views.add_course, name="add_course"),
    path("courses/<int:pk>/", plan_views.change_course, name="change_course"),
    path("patients/<uuid:pk>/doses/", plan_views.doses, name="doses"),
    path("doses/<int:pk>/remove/", plan_views.remove_dose, name="remove_dose"),
    path("patients/<uuid:pk>/pause/", stays.pause, name="pause"),
    path("patients/<uuid:pk>/pause/end/", stays.end_pause, name="end_pause"),
    path("patients/<uuid:pk>/discharge/", stays.discharge, name="discharge"),
    path("patients/<uuid:pk>/come-back/", stays.come_back, name="come_back"),
    path("patients/<uuid:pk>/transfer/", stays.transfer, name="transfer"),
    path("patients/<uuid:pk>/transfer/withdraw/", stays.withdraw, name="withdraw_transfer"),
    path("transfers/<uuid:pk>/", stays.transfer_asked, name="transfer_asked"),
    path("transfers/<uuid:pk>/accept/", stays.accept, name="accept_transfer"),
    path("transfers/<uuid:pk>/refuse/", stays.refuse, name="refuse_transfer"),
]
