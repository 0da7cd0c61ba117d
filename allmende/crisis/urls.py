"""Addresses of this room under `/w/<slug>/`."""

from django.urls import path

from allmende.crisis.views import debrief, overview, preparation, room

app_name = "crisis"
urlpatterns = [
    path("crisis/", overview.index, name="index"),
    path("crisis/declare/", overview.declare, name="declare"),
    path("crisis/drill/", overview.drill, name="drill"),
    path("crisis/media/", overview.mentions, name="mentions"),
    path("crisis/media/<uuid:mention_id>/archive/", overview.archive_mention, name="archive_mention"),
    path("crisis/signals/<int:signal_id>/dismiss/", overview.dismiss, name="dismiss"),
    path("crisis/levels/", preparation.levels, name="levels"),
    path("crisis/levels/adopt/", preparation.adopt_levels, name="adopt_levels"),
    path("crisis/levels/<int:number>/", preparation.edit_level, name="level"),
    path("crisis/levels/<int:number>/contacts/", preparation.add_contact, name="add_contact"),
    path("crisis/contacts/<uuid:contact_id>/archive/", preparation.archive_contact, name="archive_contact"),
    path("crisis/statements/", preparation.statements, name="statements"),
    path("crisis/statements/adopt/", preparation.adopt_statements, name="adopt_statements"),
    path("crisis/statements/new/", preparation.add_statement, name="add_statement"),
    path("crisis/statements/<uuid:statement_id>/", preparation.statement, name="statement"),
    path("crisis/statements/<uuid:statement_id>/archive/", preparation.archive_statement, name="archive_statement"),
    path("crisis/facts/<uuid:fact_id>/", room.edit_fact, name="edit_fact"),
    path("crisis/facts/<uuid:fact_id>/archive/", room.archive_fact, name="archive_fact"),
    path("crisis/points/<int:tick_id>/", room.tick, name="tick"),
    path("crisis/lessons/<uuid:lesson_id>/archive/", debrief.archive_lesson, name="archive_lesson"),
    path("crisis/lessons/<uuid:lesson_id>/done/", debrief.finish_lesson, name="finish_lesson"),
    path("crisis/<uuid:incident_id>/", room.incident, name="incident"),
    path("crisis/<uuid:incident_id>/take-back/", overview.take_back, name="take_back"),
    path("crisis/<uuid:incident_id>/log/", room.log, name="log"),
    path("crisis/<uuid:incident_id>/protocol/", room.protocol, name="protocol"),
    path("crisis/<uuid:incident_id>/protocol/table/", room.protocol_table, name="protocol_table"),
    path("crisis/<uuid:incident_id>/level/", room.level, name="change_level"),
    path("crisis/<uuid:incident_id>/end/", room.end, name="end"),
    path("crisis/<uuid:incident_id>/rekindle/", room.rekindle, name="rekindle"),
    path("crisis/<uuid:incident_id>/lift/", room.lift, name="lift"),
    path("channels/stop/<uuid:hold_id>/end/", room.end_stop, name="end_stop"),
    path("crisis/<uuid:incident_id>/line/", room.line, name="line"),
    path("crisis/<uuid:incident_id>/about/", room.about, name="about"),
    path("crisis/<uuid:incident_id>/update/", room.update, name="update"),
    path("crisis/<uuid:incident_id>/facts/new/", room.add_fact, name="add_fact"),
    path("crisis/<uuid:incident_id>/say/", room.say, name="say"),
    path("crisis/<uuid:incident_id>/debrief/", debrief.debrief, name="debrief"),
    path("crisis/<uuid:incident_id>/debrief/save/", debrief.save, name="save_debrief"),
    path("crisis/<uuid:incident_id>/debrief/decide/", debrief.add_lesson, name="add_lesson"),
    path("crisis/<uuid:incident_id>/close/", debrief.close, name="close"),
]
