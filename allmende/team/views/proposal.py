"""A proposal for the rota, which a person accepts."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from allmende.team import actions, queries
from allmende.team.access import PersonRequest, for_person
from allmende.team.forms.duty import read_picks


@for_person("team.duty.plan")
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: PersonRequest) -> HttpResponseBase:
    """Who could fill the gaps of the next weeks; what is ticked is planned."""
    now = timezone.now()
    if request.method == "POST":
        picks = read_picks(request.person, request.POST.getlist("take"))
        try:
            planned = actions.accept_proposal(person=request.person, picks=picks, now=now)
        except actions.CannotPlanDuty as error:
            messages.error(request, gettext("Nothing planned. %(why)s") % {"why": error})
            return redirect("team:propose", slug=request.workspace.slug)
        if planned:
            undo = queries.undo_url(request.person, "team.proposal", shifts=[str(one.pk) for one in planned])
            said = ngettext(
                "%(count)d shift is planned; whoever has it is asked to confirm.",
                "%(count)d shifts are planned; everybody is asked to confirm.",
                len(planned),
            )
            messages.success(request, said % {"count": len(planned)}, extra_tags=undo)
            return redirect("team:rota", slug=request.workspace.slug)
        messages.error(request, gettext("Nothing planned: tick the shifts you accept."))
    return render(request, "team/propose.html", {"page": queries.proposal(request.workspace, now)})
