"""Addresses. Everything that belongs to a workspace lies under `/w/<slug>/`."""

from django.urls import URLPattern, URLResolver, include, path

from allmende.api.urls import doors as api_doors
from allmende.config import faces
from allmende.config.absent import absent, not_theirs
from allmende.config.demo import views as demo
from allmende.config.patience import failed
from allmende.config.rehearsal import views as rehearsal
from allmende.editorial.urls import doors as editorial_doors
from allmende.guidelines.urls import doors as guideline_doors
from allmende.hub.urls import doors as hub_doors
from allmende.inbox.urls import doors as inbox_doors
from allmende.plan.urls import doors as plan_doors
from allmende.stakeholders.urls import doors as guest_doors
from allmende.team.urls import doors

ROOMS = [
    "team",
    "members",
    "plan",
    "guidelines",
    "channels",
    "editorial",
    "inbox",
    "behaviours",
    "crisis",
    "stakeholders",
    "handover",
    "hub",
    "api",
    "health",
    "web",
]

handler403 = not_theirs
handler404 = absent
handler500 = failed

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", faces.health),
    path("ready", faces.ready),
    path("metrics", faces.metrics),
    *doors,
    *guest_doors,
    *plan_doors,
    *editorial_doors,
    *api_doors,
    *guideline_doors,
    *hub_doors,
    *inbox_doors,
    path("w/<slug:slug>/crisis/copy/", rehearsal.rehearsal, name="rehearsal"),
    path("w/<slug:slug>/crisis/copy/begin/", rehearsal.begin, name="begin_rehearsal"),
    path("w/<slug:slug>/crisis/copy/members/", rehearsal.wave, name="rehearsal_wave"),
    path("w/<slug:slug>/crisis/copy/end/", rehearsal.end, name="end_rehearsal"),
    path("w/<slug:slug>/demo/leave/", demo.leave, name="leave_demo"),
    path("account/", include("allauth.urls")),
    *(path("w/<slug:slug>/", include(f"allmende.{room}.urls")) for room in ROOMS),
]
