"""Addresses of the plan, under `/w/<slug>/`."""

from django.urls import path

from allmende.plan import views

app_name = "plan"
urlpatterns = [
    path("plan/", views.index, name="index"),
    path("plan/start/", views.start, name="start"),
    path("plan/seen/", views.mark_seen, name="mark_seen"),
    path("plan/settings/", views.settings, name="settings"),
    path("plan/draft/", views.draft, name="draft"),
    path("plan/draft/lint/", views.lint, name="lint"),
    path("plan/draft/publish/", views.publish, name="publish"),
    path("plan/draft/discard/", views.discard, name="discard"),
    path("plan/draft/discarded/<uuid:version_id>/", views.restore, name="restore"),
    path("plan/draft/<slug:layer>/new/", views.add, name="add"),
    path("plan/draft/<slug:layer>/<slug:key>/", views.edit, name="edit"),
    path("plan/draft/<slug:layer>/<slug:key>/remove/", views.remove, name="remove"),
    path("plan/round/", views.daily_round, name="daily_round"),
    path("plan/round/<uuid:routine_id>/begin/", views.begin_round, name="begin_round"),
    path("plan/round/ticks/<int:step_id>/", views.tick, name="tick"),
    path("plan/round/proposed/<slug:channel>/", views.propose_routine, name="propose_routine"),
    path("plan/routines/new/", views.add_routine, name="add_routine"),
    path("plan/routines/<uuid:routine_id>/", views.routine, name="routine"),
    path("plan/routines/<uuid:routine_id>/edit/", views.edit_routine, name="edit_routine"),
    path("plan/routines/<uuid:routine_id>/review/", views.review_routine, name="review_routine"),
    path("plan/routines/<uuid:routine_id>/archive/", views.archive_routine, name="archive_routine"),
    path("plan/platform-changes/", views.platform_changes, name="platform_changes"),
    path("plan/platform-changes/new/", views.note_platform_change, name="note_platform_change"),
    path("plan/platform-changes/<uuid:change_id>/", views.platform_change, name="platform_change"),
    path("plan/platform-changes/effects/<int:effect_id>/", views.settle_effect, name="settle_effect"),
    path("plan/versions/", views.versions, name="versions"),
    path("plan/versions/<int:number>/", views.version, name="version"),
    path("plan/element/<slug:key>/", views.element, name="element"),
    path("plan/step/<slug:key>/", views.step, name="step"),
]
