"""Addresses of this room, under `/w/<slug>/`."""

from django.urls import path

from allmende.editorial import views

app_name = "editorial"
urlpatterns = [
    path("calendar/", views.index, name="index"),
    path("calendar/new/", views.new, name="new"),
    path("calendar/items/<uuid:item_id>/", views.item, name="item"),
    path("calendar/variants/<uuid:variant_id>/approve/", views.approve, name="approve"),
    path("calendar/variants/<uuid:variant_id>/schedule/", views.schedule, name="schedule"),
    path("calendar/variants/<uuid:variant_id>/withdraw/", views.withdraw, name="withdraw"),
]
