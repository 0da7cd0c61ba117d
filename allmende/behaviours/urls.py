"""Addresses of this room, under `/w/<slug>/`."""

from django.urls import path

from allmende.behaviours import views

app_name = "behaviours"
urlpatterns = [
    path("behaviours/", views.index, name="index"),
    path("behaviours/<str:key>/", views.definition, name="definition"),
    path("behaviours/<str:key>/adopt/", views.adopt, name="adopt"),
    path("behaviours/<str:key>/examples/", views.examples, name="examples"),
]
