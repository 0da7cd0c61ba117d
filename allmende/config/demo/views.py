"""The way out of the demo, in the browser."""

from django.contrib.auth import logout
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from allmende.config.demo.leave import remove_demo
from allmende.config.entrance import first_owner
from allmende.team.access import PersonRequest, for_person
from allmende.team.actions import make_login_link


@for_person("team.workspace.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: PersonRequest) -> HttpResponseBase:
    """Say what goes and what stays; confirmed, remove the demo and lead into one's own workspace."""
    workspace = request.workspace
    if not workspace.is_demo:
        raise Http404
    if request.method != "POST":
        return render(request, "web/leave_demo.html")
    remove_demo(workspace=workspace)
    logout(request)
    return redirect("login_link", token=make_login_link(user=first_owner(), now=timezone.now()))
