"""Do members do what we hope? The list, one behaviour, and what stands behind its figure."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from allmende.behaviours.access import find_definition
from allmende.behaviours.actions import CannotAdopt, adopt_definition
from allmende.behaviours.queries import (
    CannotReadLedger,
    behaviour_page,
    behaviours_listing,
    doers_of,
    examples_of,
    name_of,
)
from allmende.ledger.shipped import shipped_definition
from allmende.team.access import PersonRequest, for_person, may


@require_GET
@for_person("behaviours.definition.read")
def index(request: PersonRequest) -> HttpResponse:
    """Every behaviour that is counted, with what became of it."""
    listing = behaviours_listing(request.workspace)
    can_adopt = may(request.person, "behaviours.definition.edit")
    return render(request, "behaviours/index.html", {"listing": listing, "can_adopt": can_adopt})


@require_GET
@for_person("behaviours.definition.read")
def definition(request: PersonRequest, key: str) -> HttpResponse:
    """One behaviour: how it is counted, how it went, whether it moved, and how that is known."""
    page = behaviour_page(find_definition(request.person, key))
    context = {
        "page": page,
        "sees_members": may(request.person, "members.member.read"),
        "can_edit": may(request.person, "behaviours.definition.edit"),
        "can_code": may(request.person, "behaviours.sample.code"),
        "now": timezone.localtime(),
    }
    return render(request, "behaviours/definition.html", context)


@require_GET
@for_person("members.member.read")
def examples(request: PersonRequest, key: str) -> HttpResponse:
    """The newest units behind the figure and who did it, for the team only."""
    found, now = find_definition(request.person, key), timezone.now()
    context = {"definition": found, "name": name_of(found), "now": timezone.localtime()}
    try:
        context |= {"examples": examples_of(found, as_of=now), "doers": doers_of(found, as_of=now)}
    except CannotReadLedger as trouble:
        return render(request, "behaviours/examples.html", context | {"trouble": trouble}, status=503)
    return render(request, "behaviours/examples.html", context)


@for_person("behaviours.definition.edit")
@require_POST
def adopt(request: PersonRequest, key: str) -> HttpResponse:
    """Count a shipped behaviour from now on."""
    spec = shipped_definition(key)
    if spec is None:
        raise Http404
    try:
        adopt_definition(workspace=request.workspace, spec=spec, person=request.person, now=timezone.now())
    except CannotAdopt as error:
        messages.error(request, str(error))
        return redirect("behaviours:index", request.workspace.slug)
    messages.success(request, _("In force. The first figures stand here as soon as everything known was counted."))
    return redirect("behaviours:definition", request.workspace.slug, key)
