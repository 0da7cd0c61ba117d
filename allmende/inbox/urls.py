"""Addresses of this room, under `/w/<slug>/`."""

from django.urls import path

from allmende.inbox import views
from allmende.inbox.views import guest_question, questions

app_name = "inbox"
urlpatterns = [
    path("inbox/", views.index, name="index"),
    path("inbox/rows/", views.rows, name="rows"),
    path("inbox/member/<int:member_id>/", views.of_member, name="of_member"),
    path("inbox/several/", views.several, name="several"),
    path("team/headcount/", views.headcount, name="headcount"),
    path("team/headcount/<uuid:assumption_id>/drop/", views.drop_figure, name="drop_figure"),
    path("inbox/questions/", questions.questions, name="questions"),
    path("inbox/questions/<uuid:inquiry_id>/", questions.question, name="question"),
    path("inbox/questions/<uuid:inquiry_id>/accept/", questions.accept_question, name="accept_question"),
    path("inbox/questions/<uuid:inquiry_id>/decline/", questions.decline_question, name="decline_question"),
    path("inbox/questions/<uuid:inquiry_id>/take-up/", questions.take_up_answer, name="take_up_answer"),
    path("inbox/questions/<uuid:inquiry_id>/told/", questions.member_told, name="member_told"),
    path("inbox/questions/<uuid:inquiry_id>/drop/", questions.drop_question, name="drop_question"),
    path("inbox/questions/<uuid:inquiry_id>/keep/", questions.keep_answer, name="keep_answer"),
    path("inbox/questions/<uuid:inquiry_id>/link/", questions.question_link, name="question_link"),
    path("inbox/known-answers/", questions.known_answers, name="known_answers"),
    path("inbox/procedure/", questions.procedure, name="procedure"),
    path("team/experts/", questions.experts, name="experts"),
    path("inbox/<uuid:public_id>/ask/", questions.inquire, name="inquire"),
    path("inbox/<uuid:public_id>/asked/", questions.asked_here, name="asked_here"),
    path("inbox/<uuid:public_id>/", views.conversation, name="conversation"),
    path("inbox/<uuid:public_id>/turns/", views.turns, name="turns"),
    path("inbox/<uuid:public_id>/here/", views.here, name="here"),
    path("inbox/<uuid:public_id>/snooze/", views.snooze, name="snooze"),
    path("inbox/<uuid:public_id>/wake/", views.wake, name="wake"),
    path("inbox/<uuid:public_id>/similar/", views.similar, name="similar"),
    path("inbox/<uuid:public_id>/close/", views.close, name="close"),
    path("inbox/<uuid:public_id>/reopen/", views.reopen, name="reopen"),
    path("inbox/<uuid:public_id>/assign/", views.assign, name="assign"),
    path("inbox/<uuid:public_id>/situation/", views.situation, name="situation"),
    path("inbox/<uuid:public_id>/note/", views.note, name="note"),
    path("inbox/readings/", views.readings, name="readings"),
    path("inbox/readings/<uuid:reading_id>/approve/", views.approve, name="approve"),
    path("inbox/readings/<uuid:reading_id>/decline/", views.decline, name="decline"),
    path("inbox/readings/<uuid:reading_id>/take-back/", views.ask_no_more, name="ask_no_more"),
    path("inbox/said/<int:turn_id>/", views.edit_said, name="edit_said"),
    path("inbox/said/<int:turn_id>/mark/", views.mark_answer, name="mark_answer"),
    path("inbox/said/<int:turn_id>/moderate/", views.moderate, name="moderate"),
    path("inbox/moderation/", views.decisions, name="decisions"),
    path("inbox/moderation/<uuid:moderation_id>/", views.decision, name="decision"),
    path("inbox/moderation/<uuid:moderation_id>/carry-out/", views.carry_out, name="carry_out"),
    path("inbox/moderation/<uuid:moderation_id>/done-there/", views.done_there, name="done_there"),
    path("inbox/moderation/<uuid:moderation_id>/told/", views.told, name="told"),
    path("inbox/moderation/<uuid:moderation_id>/objection/", views.objection, name="objection"),
    path("inbox/moderation/<uuid:moderation_id>/reverse/", views.reverse_decision, name="reverse_decision"),
    path("inbox/replies/<uuid:public_id>/take-back/", views.take_back, name="take_back"),
]

doors = [
    path("guest/question/<str:token>/", guest_question.guest_question, name="guest_question"),
]
