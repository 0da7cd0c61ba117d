"""Addresses of this room, under `/w/<slug>/`."""

from django.urls import path

from allmende.editorial.views import calendar, composer

app_name = "editorial"
urlpatterns = [
    path("calendar/", calendar.index, name="index"),
    path("calendar/new/", composer.new, name="new"),
    path("calendar/items/<uuid:item_id>/", composer.item, name="item"),
    path("calendar/variants/<uuid:variant_id>/move/", calendar.move, name="move"),
    path("calendar/variants/<uuid:variant_id>/unmove/", calendar.unmove, name="unmove"),
    path("calendar/variants/<uuid:variant_id>/approve/", composer.approve, name="approve"),
    path("calendar/variants/<uuid:variant_id>/schedule/", composer.schedule, name="schedule"),
    path("calendar/variants/<uuid:variant_id>/withdraw/", composer.withdraw, name="withdraw"),
]
