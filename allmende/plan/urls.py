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
    path("plan/versions/", views.versions, name="versions"),
    path("plan/versions/<int:number>/", views.version, name="version"),
    path("plan/element/<slug:key>/", views.element, name="element"),
    path("plan/step/<slug:key>/", views.step, name="step"),
]
