"""Addresses of the guidelines under `/w/<slug>/`."""

from django.urls import path

from allmende.guidelines import views

app_name = "guidelines"
urlpatterns = [
    path("core-messages/", views.core_messages, name="messages"),
    path("core-messages/new/", views.add_message, name="add_message"),
    path("core-messages/brand/", views.brand, name="brand"),
    path("core-messages/<uuid:message_id>/", views.edit_message, name="edit_message"),
    path("core-messages/<uuid:message_id>/archive/", views.archive_message, name="archive_message"),
    path("words/", views.words, name="words"),
    path("words/new/", views.add_word, name="add_word"),
    path("words/check/", views.check_words, name="check_words"),
    path("words/<uuid:word_id>/", views.edit_word, name="edit_word"),
    path("words/<uuid:word_id>/archive/", views.archive_word, name="archive_word"),
    path("guidelines/", views.index, name="index"),
    path("guidelines/<slug:channel>/", views.reaction_plan, name="reaction_plan"),
    path("guidelines/<slug:channel>/draft/", views.draft, name="draft"),
    path("guidelines/<slug:channel>/open/", views.open_for_all, name="open_channel"),
    path("guidelines/versions/<uuid:plan_id>/", views.version, name="version"),
    path("guidelines/versions/<uuid:plan_id>/put-in-force/", views.agree, name="put_in_force"),
    path("guidelines/rules/<int:rule_id>/", views.edit_rule, name="edit_rule"),
]
