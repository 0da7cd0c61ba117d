"""Addresses of this room: the team's under `/w/<slug>/`, and the public door, for everybody."""

from django.urls import path

from allmende.hub.views import arrivals, fetched, follow, hooks, links, netiquette, public, report, survey, team

app_name = "hub"
urlpatterns = [
    path("links/", links.links, name="links"),
    path("links/new/", links.new_link, name="new_link"),
    path("links/arrivals/", arrivals.choose, name="arrivals"),
    path("links/arrivals/<uuid:arrival_upload_id>/", arrivals.look, name="arrival_upload"),
    path("links/arrivals/<uuid:arrival_upload_id>/drop/", arrivals.drop, name="drop_arrivals"),
    path("links/arrivals/<uuid:arrival_upload_id>/undo/", arrivals.undo, name="undo_arrivals"),
    path("links/<uuid:tracked_id>/", links.link, name="link"),
    path("links/<uuid:tracked_id>/days/", links.link_days, name="link_days"),
    path("links/<uuid:tracked_id>/end/", links.end, name="end_link"),
    path("links/<uuid:tracked_id>/reopen/", links.reopen, name="reopen_link"),
    path("survey/", survey.survey, name="survey"),
    path("survey/open/", survey.open_survey, name="open_survey"),
    path("survey/<uuid:round_id>/end/", survey.end_survey, name="end_survey"),
    path("pages/", team.index, name="index"),
    path("pages/<slug:channel>/", team.board, name="board"),
    path("pages/comments/<int:comment_id>/decide/", team.decide, name="decide"),
    path("pages/posts/<int:said_id>/", team.correct, name="correct"),
    path("pages/posts/<int:said_id>/take-back/", team.take_back, name="take_back"),
    path("pages/posts/<int:said_id>/put-back/", team.put_back, name="put_back"),
]

doors = [
    path("l/<slug:code>", follow.follow, name="follow_link"),
    path("n/<slug:workspace>/", netiquette.transparency, name="transparency"),
    path("n/<slug:workspace>/<slug:channel>/", netiquette.netiquette, name="netiquette"),
    path("n/<slug:workspace>/<slug:channel>/<uuid:version>/", netiquette.netiquette, name="netiquette_decided"),
    path("n/<slug:workspace>/<slug:channel>/<int:number>/", netiquette.netiquette, name="netiquette_version"),
    path("report/<slug:workspace>/", report.report, name="report"),
    path("report/<slug:workspace>/<str:reference>/", report.public_report, name="public_report"),
    path("s/<slug:workspace>/", survey.public_survey, name="public_survey"),
    path("m/<str:key>", fetched.picture, name="fetched_picture"),
    path("hooks/<uuid:account_id>/", hooks.receive, name="receive_hook"),
    path("p/<slug:workspace>/<slug:address>/", public.page, name="page"),
    path("p/<slug:workspace>/<slug:address>/atom.xml", public.atom, name="page_atom"),
    path("p/<slug:workspace>/<slug:address>/rss.xml", public.rss, name="page_rss"),
    path("p/<slug:workspace>/<slug:address>/pictures/<uuid:media_id>/", public.picture, name="page_picture"),
    path("p/<slug:workspace>/<slug:address>/mine/<str:key>/", public.own_comment, name="page_own_comment"),
    path("p/<slug:workspace>/<slug:address>/<slug:post>/", public.post, name="page_post"),
]
