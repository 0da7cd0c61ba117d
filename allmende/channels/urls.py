"""Addresses of the channels under `/w/<slug>/`."""

from django.urls import path

from allmende.channels.views import (
    accounts,
    activity,
    channels,
    holds,
    imports,
    media,
    publishing,
    queue,
    several,
    trials,
)

app_name = "channels"
urlpatterns = [
    path("channels/", channels.index, name="index"),
    path("channels/connect/", accounts.choose, name="connect"),
    path("channels/connect/back/", accounts.back, name="back"),
    path("channels/connect/<slug:kind>/", accounts.connect, name="connect_network"),
    path("channels/accounts/<uuid:account_id>/", accounts.account, name="account"),
    path("channels/accounts/<uuid:account_id>/disconnect/", accounts.disconnect, name="disconnect"),
    path("channels/activity/", activity.activity, name="activity"),
    path("channels/activity/<uuid:budget_id>/drop/", activity.drop, name="drop_activity"),
    path("channels/queue/", queue.queue, name="queue"),
    path("channels/queue/several/", several.settle_several, name="settle_several"),
    path("channels/queue/<uuid:public_id>/settle/", queue.settle, name="settle"),
    path("channels/queue/<uuid:public_id>/withdraw/", queue.withdraw, name="withdraw"),
    path("channels/publishing/", publishing.publishing, name="publishing"),
    path("channels/publishing/<uuid:pause_id>/resume/", publishing.resume, name="resume"),
    path("channels/stop/", holds.stop, name="stop"),
    path("channels/stop/<uuid:hold_id>/end/", holds.end_stop, name="end_stop"),
    path("channels/imports/", imports.imports, name="imports"),
    path("channels/imports/new/", imports.choose, name="choose_import"),
    path("channels/imports/<uuid:run_id>/", imports.import_run, name="import_run"),
    path("channels/imports/<uuid:run_id>/prepare/", imports.prepare, name="prepare_import"),
    path("channels/imports/<uuid:run_id>/drop/", imports.drop, name="drop_import"),
    path("channels/imports/<uuid:run_id>/stop/", imports.stop_reading, name="stop_import"),
    path("channels/imports/<uuid:run_id>/continue/", imports.go_on, name="continue_import"),
    path("channels/imports/<uuid:run_id>/undo/", imports.undo, name="undo"),
    path("channels/<slug:channel>/change/", channels.change, name="change"),
    path("channels/<slug:channel>/activity/", activity.plan, name="plan_activity"),
    path("channels/<slug:channel>/pause/", channels.pause, name="pause"),
    path("channels/<slug:channel>/close/", channels.close, name="close"),
    path("channels/<slug:channel>/reopen/", channels.reopen, name="reopen"),
    path("channels/<slug:channel>/prove/", trials.prove, name="prove"),
    path("channels/<slug:channel>/nightly/", trials.nightly, name="nightly"),
    path("media/<uuid:media_id>/", media.whole, name="media"),
    path("media/<uuid:media_id>/preview/", media.preview, name="preview"),
]
