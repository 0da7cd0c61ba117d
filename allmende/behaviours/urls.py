"""Addresses of this room, under `/w/<slug>/`."""

from django.urls import path

from allmende.behaviours import views

app_name = "behaviours"
urlpatterns = [
    path("behaviours/", views.index, name="index"),
    path("content/", views.content, name="content"),
    path("content/table/", views.content_table, name="content_table"),
    path("behaviours/drafts/new/", views.begin, name="begin"),
    path("behaviours/drafts/<uuid:draft_id>/", views.draft, name="draft"),
    path("behaviours/drafts/<uuid:draft_id>/look/", views.look, name="look"),
    path("behaviours/drafts/<uuid:draft_id>/preview/", views.preview, name="preview"),
    path("behaviours/drafts/<uuid:draft_id>/force/", views.into_force, name="into_force"),
    path("behaviours/drafts/<uuid:draft_id>/away/", views.put_away, name="put_away"),
    path("behaviours/<str:key>/revise/", views.revise, name="revise"),
    path("behaviours/<str:key>/", views.definition, name="definition"),
    path("behaviours/<str:key>/adopt/", views.adopt, name="adopt"),
    path("behaviours/<str:key>/starts/", views.start, name="start"),
    path("behaviours/<str:key>/starts/<int:pk>/drop/", views.drop_start, name="drop_start"),
    path("behaviours/<str:key>/examples/", views.examples, name="examples"),
    path("behaviours/<str:key>/series/", views.series, name="series"),
    path("behaviours/<str:key>/file/", views.definition_as_file, name="definition_file"),
]
