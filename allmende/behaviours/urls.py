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
    path("behaviours/groups/", views.groups, name="groups"),
    path("behaviours/groups/<uuid:segment_id>/", views.group, name="group"),
    path("behaviours/groups/<uuid:segment_id>/people/", views.add_people, name="add_people"),
    path("behaviours/groups/<uuid:segment_id>/people/<int:member_id>/leave/", views.leave, name="leave"),
    path("behaviours/groups/<uuid:segment_id>/away/", views.put_group_away, name="put_group_away"),
    path("behaviours/groups/<uuid:segment_id>/back/", views.bring_group_back, name="bring_group_back"),
    path("behaviours/traits/", views.traits, name="traits"),
    path("behaviours/labels/", views.labels, name="labels"),
    path("behaviours/labels/<int:pk>/drop/", views.drop_label, name="drop_label"),
    path("behaviours/samples/<uuid:sample_id>/", views.sample, name="sample"),
    path("behaviours/samples/<uuid:sample_id>/finish/", views.finish_sample, name="finish_sample"),
    path("behaviours/samples/<uuid:sample_id>/away/", views.set_sample_aside, name="set_sample_aside"),
    path("behaviours/<str:key>/samples/", views.samples, name="samples"),
    path("behaviours/<str:key>/revise/", views.revise, name="revise"),
    path("behaviours/<str:key>/", views.definition, name="definition"),
    path("behaviours/<str:key>/adopt/", views.adopt, name="adopt"),
    path("behaviours/<str:key>/starts/", views.start, name="start"),
    path("behaviours/<str:key>/starts/<int:pk>/drop/", views.drop_start, name="drop_start"),
    path("behaviours/<str:key>/examples/", views.examples, name="examples"),
    path("behaviours/<str:key>/series/", views.series, name="series"),
    path("behaviours/<str:key>/file/", views.definition_as_file, name="definition_file"),
]
