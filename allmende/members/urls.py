"""Addresses of this room under `/w/<slug>/`."""

from django.urls import path

from allmende.members import views

app_name = "members"
urlpatterns = [
    path("members/", views.index, name="index"),
    path("members/<int:member_id>/", views.member, name="member"),
    path("members/<int:member_id>/traits/", views.tell_trait, name="tell_trait"),
    path("members/<int:member_id>/merge/", views.merge, name="merge"),
    path("members/mergings/<int:merging_id>/part/", views.part, name="part"),
    path("members/<int:member_id>/erase/", views.erase, name="erase"),
    path("members/erasures/", views.erasures, name="erasures"),
    path("members/erasures/<uuid:erasure_id>/", views.erasure, name="erasure"),
    path("members/notes/<int:note_id>/remove/", views.remove_note, name="remove_note"),
    path("members/notes/<int:note_id>/restore/", views.restore_note, name="restore_note"),
    path("members/mentions/", views.mentions, name="mentions"),
    path("members/rules/", views.rules, name="rules"),
    path("members/rules/<uuid:actor_rule_id>/drop/", views.drop_rule, name="drop_rule"),
    path("members/rules/<uuid:actor_rule_id>/restore/", views.restore_rule, name="restore_rule"),
]
