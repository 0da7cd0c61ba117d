"""Addresses of this room, under `/w/<slug>/`."""

from django.urls import path

from allmende.handover import views
from allmende.handover.views.hands import hands, take_back

app_name = "handover"
urlpatterns = [
    path("handover/", views.index, name="index"),
    path("handover/knowledge/", views.knowledge, name="knowledge"),
    path("handover/knowledge/new/", views.new_note, name="new_note"),
    path("handover/knowledge/<uuid:knowledge_id>/", views.note, name="note"),
    path("handover/knowledge/<uuid:knowledge_id>/archive/", views.archive, name="archive_note"),
    path("handover/transfers/", views.transfers, name="transfers"),
    path("handover/transfers/new/", views.announce, name="announce"),
    path("handover/transfers/<uuid:handover_id>/", views.transfer, name="transfer"),
    path("handover/transfers/<uuid:handover_id>/duties/", hands, name="hands"),
    path("handover/transfers/<uuid:handover_id>/duties/back/", take_back, name="take_back"),
    path("handover/transfers/<uuid:handover_id>/move/", views.move, name="move"),
    path("handover/transfers/<uuid:handover_id>/call-off/", views.call_off, name="call_off"),
    path("handover/transfers/<uuid:handover_id>/accept/", views.accept, name="accept"),
    path("handover/transfers/<uuid:handover_id>/look/", views.look, name="look"),
    path("handover/transfers/<uuid:handover_id>/revoke/", views.revoke, name="revoke"),
    path("handover/book/", views.book, name="book"),
    path("handover/book/html/", views.book_html, name="book_html"),
    path("handover/book/markdown/", views.book_markdown, name="book_markdown"),
    path("handover/book/json/", views.book_json, name="book_json"),
    path("handover/book/pdf/", views.book_pdf, name="book_pdf"),
    path("handover/book/import/", views.import_book, name="import_book"),
    path("handover/book/import/read/", views.accept_book, name="accept_book"),
    path("handover/book/import/drop/", views.drop_book, name="drop_book"),
    path("handover/points/<int:point_id>/", views.point, name="point"),
]
