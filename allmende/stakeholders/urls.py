"""Addresses of this room under `/w/<slug>/`, and the guests' door."""

from django.urls import path

from allmende.stakeholders import views

app_name = "stakeholders"
urlpatterns = [
    path("stakeholders/", views.index, name="index"),
    path("stakeholders/new/", views.add, name="add"),
    path("stakeholders/<uuid:stakeholder_id>/", views.stakeholder, name="stakeholder"),
    path("stakeholders/<uuid:stakeholder_id>/edit/", views.edit, name="edit"),
    path("stakeholders/<uuid:stakeholder_id>/archive/", views.archive, name="archive"),
    path("stakeholders/<uuid:stakeholder_id>/restore/", views.restore, name="restore"),
    path("stakeholders/<uuid:stakeholder_id>/compose/", views.compose, name="compose"),
    path("reports/<uuid:report_id>/", views.report, name="report"),
    path("reports/<uuid:report_id>/pdf/", views.report_pdf, name="pdf"),
    path("reports/<uuid:report_id>/texts/", views.texts, name="texts"),
    path("reports/<uuid:report_id>/discard/", views.discard, name="discard"),
    path("reports/<uuid:report_id>/release/", views.release, name="release"),
    path("reports/<uuid:report_id>/link/", views.link, name="link"),
]

doors = [
    path("guest/report/<str:token>/", views.guest_report, name="guest_report"),
    path("guest/report/<str:token>/pdf/", views.guest_pdf, name="guest_report_pdf"),
]
