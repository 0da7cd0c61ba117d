"""Addresses of the guidelines under `/w/<slug>/`."""

from django.urls import path

from allmende.guidelines import views

app_name = "guidelines"
urlpatterns = [
    path("guidelines/", views.index, name="index"),
    path("guidelines/<slug:channel>/", views.reaction_plan, name="reaction_plan"),
    path("guidelines/<slug:channel>/draft/", views.draft, name="draft"),
    path("guidelines/<slug:channel>/open/", views.open_for_all, name="open_channel"),
    path("guidelines/versions/<uuid:plan_id>/", views.version, name="version"),
    path("guidelines/versions/<uuid:plan_id>/put-in-force/", views.agree, name="put_in_force"),
    path("guidelines/rules/<int:rule_id>/", views.edit_rule, name="edit_rule"),
]
