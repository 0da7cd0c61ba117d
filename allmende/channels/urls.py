"""Addresses of the channels under `/w/<slug>/`."""

from django.urls import path

from allmende.channels import views

app_name = "channels"
urlpatterns = [
    path("channels/", views.index, name="index"),
    path("channels/connect/", views.connect, name="connect"),
    path("channels/queue/", views.queue, name="queue"),
    path("channels/queue/<uuid:public_id>/settle/", views.settle, name="settle"),
    path("channels/queue/<uuid:public_id>/again/", views.again, name="again"),
    path("channels/queue/<uuid:public_id>/release/", views.release, name="release"),
    path("channels/queue/<uuid:public_id>/withdraw/", views.withdraw, name="withdraw"),
    path("channels/stop/", views.stop, name="stop"),
    path("channels/stop/<uuid:hold_id>/end/", views.end_stop, name="end_stop"),
    path("channels/imports/", views.imports, name="imports"),
    path("channels/imports/<uuid:run_id>/", views.import_run, name="import_run"),
    path("channels/imports/<uuid:run_id>/undo/", views.undo, name="undo"),
    path("channels/<slug:channel>/pause/", views.pause, name="pause"),
]
