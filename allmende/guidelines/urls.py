"""Addresses of the guidelines under `/w/<slug>/`, and the guests' door."""

from django.urls import path

from allmende.guidelines import views

app_name = "guidelines"
urlpatterns = [
    path("core-messages/", views.core_messages, name="messages"),
    path("core-messages/new/", views.add_message, name="add_message"),
    path("core-messages/brand/", views.brand, name="brand"),
    path("core-messages/brand/beside/", views.brand_beside, name="brand_beside"),
    path("core-messages/<uuid:message_id>/", views.edit_message, name="edit_message"),
    path("core-messages/<uuid:message_id>/archive/", views.archive_message, name="archive_message"),
    path("written/", views.written, name="written"),
    path("written/new/", views.write, name="write"),
    path("written/<uuid:guideline_id>/", views.guideline, name="guideline"),
    path("written/<uuid:guideline_id>/edit/", views.edit_guideline, name="edit_guideline"),
    path("written/<uuid:guideline_id>/next/", views.next_version, name="next_version"),
    path("written/<uuid:guideline_id>/rules/new/", views.add_guideline_rule, name="add_guideline_rule"),
    path("written/rules/<int:guideline_rule_id>/", views.edit_guideline_rule, name="edit_guideline_rule"),
    path("written/rules/<int:guideline_rule_id>/drop/", views.drop_rule, name="drop_rule"),
    path("written/<uuid:guideline_id>/consulted/", views.consulted, name="consulted"),
    path("written/<uuid:guideline_id>/put-in-force/", views.hold, name="hold"),
    path("written/<uuid:guideline_id>/withdraw/", views.withdraw, name="withdraw"),
    path("written/<uuid:guideline_id>/discard/", views.discard_guideline, name="discard_guideline"),
    path("written/<uuid:guideline_id>/read/", views.acknowledge, name="acknowledge"),
    path("written/<uuid:guideline_id>/remind/", views.remind, name="remind"),
    path("written/<uuid:guideline_id>/link/", views.guest_link, name="guest_link"),
    path("words/", views.words, name="words"),
    path("words/new/", views.add_word, name="add_word"),
    path("words/check/", views.check_words, name="check_words"),
    path("words/<uuid:word_id>/", views.edit_word, name="edit_word"),
    path("words/<uuid:word_id>/archive/", views.archive_word, name="archive_word"),
    path("guidelines/", views.index, name="index"),
    path("guidelines/<slug:channel>/", views.reaction_plan, name="reaction_plan"),
    path("guidelines/<slug:channel>/draft/", views.draft, name="draft"),
    path("guidelines/<slug:channel>/open/", views.open_for_all, name="open_channel"),
    path("guidelines/<slug:channel>/gates/<slug:gate>/", views.set_gate_aside, name="set_gate_aside"),
    path("guidelines/gates/<uuid:gate_exception_id>/end/", views.ask_gate_again, name="ask_gate_again"),
    path("guidelines/versions/<uuid:plan_id>/", views.version, name="version"),
    path("guidelines/versions/<uuid:plan_id>/put-in-force/", views.agree, name="put_in_force"),
    path("guidelines/versions/<uuid:plan_id>/agree/", views.agree_plan, name="agree_plan"),
    path("guidelines/versions/<uuid:plan_id>/reopen/", views.reopen_plan, name="reopen_plan"),
    path("guidelines/versions/<uuid:plan_id>/review/", views.review_plan, name="review_plan"),
    path("guidelines/versions/<uuid:plan_id>/review-date/", views.review_date, name="review_date"),
    path("guidelines/rules/<int:rule_id>/", views.edit_rule, name="edit_rule"),
]

doors = [path("guest/guideline/<str:token>/", views.guest_guideline, name="guest_guideline")]
