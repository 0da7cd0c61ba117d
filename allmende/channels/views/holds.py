"""Stop publishing."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allmende.channels import actions
from allmende.channels.forms import HoldForm
from allmende.team.access import PersonRequest, for_person, may


@for_person("channels.hold.declare")
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: PersonRequest) -> HttpResponseBase:
    """Stop publishing."""
    form = HoldForm(request.workspace, request.POST or None)
    if request.method == "POST" and form.is_valid():
        hold = actions.declare_hold(
            person=request.person, workspace=request.workspace, now=timezone.now(), **form.cleaned_data
        )
        # Whoever may stop may not always end it: that takes a second look.
        can_end = may(request.person, "channels.hold.end")
        undo = reverse("crisis:end_stop", args=[request.workspace.slug, hold.pk]) if can_end else ""
        messages.success(request, _("Publishing is stopped from this moment."), extra_tags=undo)
        return redirect("channels:queue", slug=request.workspace.slug)
    return render(request, "channels/stop.html", {"form": form}, status=422 if form.errors else 200)
