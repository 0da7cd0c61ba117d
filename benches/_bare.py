"""The project's addresses and one more: a view that answers a number of bytes behind the house's own door, and nothing else."""

from django.http import HttpResponse
from django.urls import path

from allmende.config.urls import urlpatterns as ours
from allmende.team.access import PersonRequest, for_person


@for_person("team.workspace.read")
def bare(request: PersonRequest, size: int) -> HttpResponse:
    """`size` bytes of HTML."""
    return HttpResponse(b"x" * size)


urlpatterns = [path("w/<slug:slug>/bare/<int:size>/", bare), *ours]
