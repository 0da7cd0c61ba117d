"""Further communities of the same installation."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from allmende.team import actions
from allmende.team.access import PersonRequest, SeeOther, for_person
from allmende.team.forms.communities import CommunityForm


@for_person("team.workspace.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new_community(request: PersonRequest) -> HttpResponseBase:
    """An empty community beside this one: an own team, or the place for a book."""
    form = CommunityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = form.values()
        try:
            made = actions.open_workspace(person=request.person, now=timezone.now(), **given)
        except actions.CannotOpenWorkspace as error:
            form.add_error(error.field or None, str(error))
        else:
            messages.success(request, gettext("%(name)s is open, and empty.") % {"name": made.name})
            return SeeOther(reverse("handover:import_book", args=[made.slug]))
    status = 422 if request.method == "POST" else 200
    return render(request, "team/new_community.html", {"form": form}, status=status)
