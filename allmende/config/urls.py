"""Addresses. Everything that belongs to a workspace lies under `/w/<slug>/`."""

from django.urls import URLPattern, URLResolver, include, path

ROOMS = ["team", "plan", "guidelines", "channels", "editorial", "inbox", "behaviours", "stakeholders"]

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("allauth.urls")),
]
