"""Addresses of the tokens' screen under `/w/<slug>/`, and of the API itself."""

from django.urls import URLPattern, path, re_path

from allmende.api import views
from allmende.api.views.description import openapi
from allmende.api.views.door import door
from allmende.api.views.rest import api

app_name = "api"
urlpatterns = [
    path("programs/", views.index, name="index"),
    path("programs/new/", views.make, name="make"),
    path("programs/<uuid:token_id>/revoke/", views.revoke, name="revoke"),
]

ROOT = "api/v1/"
doors = [
    path(f"{ROOT}openapi.json", openapi, name="openapi"),
    *(
        path(f"{ROOT}{one.pattern}".replace("//", "/"), door(one.callback))
        for one in api.urls[0]
        if isinstance(one, URLPattern) and str(one.pattern)
    ),
    re_path(r"^api/v1(?:/[\s\S]*)?\Z", door(views.nothing_here)),
]
