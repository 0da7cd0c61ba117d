"""Addresses of the front door, under `/w/<slug>/`."""

from django.urls import path

from allmende.web import views

app_name = "web"
urlpatterns = [
    path("", views.today, name="today"),
    path("briefing/", views.briefing, name="briefing"),
    path("briefing/<uuid:person_id>/", views.briefing_of, name="briefing_of"),
    path("search/", views.palette, name="palette"),
    path("inbox/<uuid:public_id>/background/", views.background, name="background"),
    path("appearance", views.appearance, name="appearance"),
]
