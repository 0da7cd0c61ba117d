"""Does this channel work? Ask it."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from allmende.channels import actions, queries
from allmende.channels.access import find_channel
from allmende.team.access import PersonRequest, for_person


@for_person("channels.account.connect")
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: PersonRequest, channel: str) -> HttpResponseBase:
    """What a self-test does and will be seen of it; then it is begun."""
    found = find_channel(request.person, channel)
    if request.method == "POST":
        try:
            actions.prove_channel(person=request.person, channel=found, now=timezone.now())
        except actions.CannotProve as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The self-test has begun. It takes about a minute; you can leave this page."))
        return redirect("channels:prove", slug=request.workspace.slug, channel=found.slug)
    abilities = queries.abilities_of(found)
    context = {
        "channel": found,
        "proofs": queries.proofs_of(found),
        "abilities": abilities,
        "visibility": queries.smallest_visibility(abilities),
        "is_live": found.state in ("live", "closing"),
        "now": timezone.now(),
    }
    return render(request, "channels/prove.html", context)


@for_person("channels.account.connect")
@require_POST
def nightly(request: PersonRequest, channel: str) -> HttpResponseBase:
    """Test each night from now on, or no more."""
    found, is_on = find_channel(request.person, channel), request.POST.get("is_on") == "yes"
    try:
        actions.switch_nightly(person=request.person, channel=found, is_on=is_on, now=timezone.now())
    except actions.CannotProve as error:
        messages.error(request, str(error))
    else:
        said = (
            _("%(channel)s is tested each night from now on.")
            if is_on
            else _("%(channel)s is no longer tested at night.")
        )
        messages.success(request, said % {"channel": found.name})
    return redirect("channels:prove", slug=request.workspace.slug, channel=found.slug)
