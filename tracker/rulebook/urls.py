from django.urls import path

from tracker.rulebook import editing, views

app_name = "rulebook"
urlpatterns = [
    path("", views.index, name="index"),
    path("<str:version>/", views.rule_set, name="rule_set"),
    path("<str:version>/copy/", views.copy, name="copy"),
    path("<str:version>/discard/", views.discard, name="discard"),
    path("<str:version>/changes/", views.differences, name="differences"),
    path("<str:version>/limits/", editing.limits, name="limits"),
    path("<str:version>/dry-run/", views.dry_run, name="dry_run"),
    path("<str:version>/dry-run/step/", views.dry_run_step, name="dry_run_step"),
    path("<str:version>/publish/", views.publish, name="publish"),
    path("<str:version>/new-rule/", editing.new_rule, name="new_rule"),
    path("<str:version>/rules/<slug:code>/", editing.rule, name="rule"),
    path("<str:version>/rules/<slug:code>/remove/", editing.remove_rule, name="remove_rule"),
    path("<str:version>/rules/<slug:code>/put-back/", editing.put_back, name="put_back"),
    path("<str:version>/conditions/<slug:name>/", editing.condition, name="condition"),
]
