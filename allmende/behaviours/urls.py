"""Addresses of this room, under `/w/<slug>/`."""

from django.urls import path

from allmende.behaviours import views

app_name = "behaviours"
urlpatterns = [
    path("behaviours/", views.index, name="index"),
    path("content/", views.content, name="content"),
    path("content/table/", views.content_table, name="content_table"),
    path("behaviours/<str:key>/", views.definition, name="definition"),
    path("behaviours/<str:key>/adopt/", views.adopt, name="adopt"),
    path("behaviours/<str:key>/examples/", views.examples, name="examples"),
    path("behaviours/<str:key>/series/", views.series, name="series"),
    path("behaviours/<str:key>/file/", views.definition_as_file, name="definition_file"),
]
