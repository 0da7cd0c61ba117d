"""Addresses of the team under `/w/<slug>/`, and the doors before any workspace."""

from django.urls import path
from django.views.i18n import set_language

from allmende.team import views
from allmende.team.access import open_to_all
from allmende.team.views import absence, communities, duty_rules, experts, proposal, rest_days, rota, swap, training

app_name = "team"
urlpatterns = [
    path("team/", views.index, name="index"),
    path("team/invite/", views.invite, name="invite"),
    path("team/people/<uuid:person_id>/", views.edit_person, name="edit_person"),
    path("team/people/<uuid:person_id>/leave/", views.leave, name="end_access"),
    path("team/people/<uuid:person_id>/link/", views.relink, name="relink"),
    path("team/responsibility/", views.responsibility, name="responsibility"),
    path("team/responsibility/give/", views.give, name="give"),
    path("team/units/new/", views.new_unit, name="new_unit"),
    path("team/units/<uuid:unit_id>/", views.edit_unit, name="edit_unit"),
    path("team/units/<uuid:unit_id>/away/", views.put_unit_away, name="put_unit_away"),
    path("team/experts/new/", experts.new_expert, name="new_expert"),
    path("team/experts/<uuid:expert_id>/", experts.expert, name="expert"),
    path("team/experts/<uuid:expert_id>/away/", experts.put_expert_away, name="put_expert_away"),
    path("team/training/", training.training, name="training"),
    path("team/training/new/", training.new_training, name="new_training"),
    path("team/training/<uuid:training_unit_id>/", training.training_unit, name="training_unit"),
    path("team/training/<uuid:training_unit_id>/away/", training.put_training_away, name="put_training_away"),
    path("team/training/<uuid:training_unit_id>/<uuid:person_id>/", training.train, name="train"),
    path("team/training/exceptions/new/", training.new_exception, name="new_exception"),
    path("team/training/exceptions/<uuid:exception_id>/end/", training.end_exception, name="end_exception"),
    path("team/profiles/new/", training.new_profile, name="new_profile"),
    path("team/profiles/<uuid:profile_id>/", training.profile, name="profile"),
    path("team/profiles/<uuid:profile_id>/edit/", training.edit_profile, name="edit_profile"),
    path("team/profiles/<uuid:profile_id>/away/", training.put_profile_away, name="put_profile_away"),
    path("team/people/<uuid:person_id>/skills/", training.skills, name="skills"),
    path("team/briefing/confirm/", training.confirm_briefing, name="confirm_briefing"),
    path("team/hours/", views.hours, name="hours"),
    path("team/hours/new/", views.new_hours, name="new_hours"),
    path("team/hours/<uuid:hours_id>/", views.edit_hours, name="edit_hours"),
    path("team/hours/<uuid:hours_id>/close/", views.shut_day, name="close_day"),
    path("team/hours/<uuid:hours_id>/open/<int:day_id>/", views.reopen_day, name="open_day"),
    path("team/rota/", rota.rota, name="rota"),
    path("team/rota/new/", rota.new_shift, name="new_shift"),
    path("team/rota/shifts/<uuid:shift_id>/", rota.shift, name="shift"),
    path("team/rota/shifts/<uuid:shift_id>/put/", rota.put_shift, name="put_shift"),
    path("team/rota/shifts/<uuid:shift_id>/move/", rota.move_shift, name="move_shift"),
    path("team/rota/shifts/<uuid:shift_id>/cancel/", rota.cancel_shift, name="cancel_shift"),
    path("team/rota/shifts/<uuid:shift_id>/swap/", swap.offer_swap, name="offer_swap"),
    path("team/rota/swaps/<uuid:swap_id>/", swap.answer_swap, name="answer_swap"),
    path("team/absences/", absence.absences, name="absences"),
    path("team/absences/new/", absence.new_absence, name="new_absence"),
    path("team/absences/<uuid:absence_id>/", absence.absence, name="absence"),
    path("team/absences/<uuid:absence_id>/settle/", absence.settle_absence, name="settle_absence"),
    path("team/absences/<uuid:absence_id>/withdraw/", absence.withdraw_absence, name="withdraw_absence"),
    path("team/rota/rules/", duty_rules.duty_rules, name="duty_rules"),
    path("team/rota/rest/<uuid:person_id>/<str:worked>/", rest_days.rest_day, name="rest_day"),
    path("team/rota/propose/", proposal.propose, name="propose"),
    path("team/rota/take/", rota.take_gap, name="take_gap"),
    path("team/rota/accept/", rota.accept_gap, name="accept_gap"),
    path("team/rota/cover/", rota.new_cover, name="new_cover"),
    path("team/rota/cover/<uuid:requirement_id>/", rota.edit_cover, name="edit_cover"),
    path("team/rota/cover/<uuid:requirement_id>/end/", rota.end_cover, name="end_cover"),
    path("team/settings/", views.settings, name="settings"),
    path("team/communities/new/", communities.new_community, name="new_community"),
    path("team/notices/", views.notices, name="notices"),
    path("team/notices/seen/", views.mark_seen, name="see_notices"),
    path("team/guests/", views.guests, name="guests"),
    path("team/guests/<uuid:link_id>/revoke/", views.revoke, name="revoke_guest_link"),
    path("undo/<str:token>/", views.undo, name="undo"),
    path("team/audit/", views.audit_book, name="audit"),
]

doors = [
    path("", views.choose_workspace, name="choose_workspace"),
    path("login/<str:token>/", views.log_in_by_link, name="login_link"),
    path("welcome/", views.welcome, name="welcome"),
    path("language/", open_to_all("the log-in page is read in both languages")(set_language), name="set_language"),
]
