"""What is connected and does it work?"""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.channels import actions, queries
from allmende.channels.access import find_channel
from allmende.channels.forms import ConnectForm
from allmende.team.access import PersonRequest, for_person


@for_person("channels.channel.read")
@require_safe
def index(request: PersonRequest) -> HttpResponseBase:
    """Every channel with its proofs."""
    context = {
        "cards": queries.cards_of(request.workspace),
        "holds": queries.open_holds(request.workspace),
        "pauses": queries.open_pauses(request.workspace),
        "now": timezone.now(),
    }
    return render(request, "channels/index.html", context)


@for_person("channels.account.connect")
@require_http_methods(["GET", "HEAD", "POST"])
def connect(request: PersonRequest) -> HttpResponseBase:
    """A new channel on the practice network."""
    form = ConnectForm(request.person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given, now = form.cleaned_data, timezone.now()
        place = "social" if given["kind"] == "social_network" else "forum"
        handle = slugify(f"{request.workspace.slug}-{given['slug']}")
        try:
            account = actions.join_practice_network(
                person=request.person, name=given["name"], handle=handle, place=place, now=now
            )
            channel = actions.choose_channel(
                person=request.person, name=given["name"], slug=given["slug"], kind=given["kind"], account=account,
                mark=given["mark"] or given["name"][:1].upper(), now=now,
            )  # fmt: skip
        except (actions.CannotConnect, actions.CannotChoose) as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                _("%(channel)s is connected and listens. Its reaction plan opens it.") % {"channel": channel.name},
            )
            return redirect("channels:index", slug=request.workspace.slug)
    return render(request, "channels/connect.html", {"form": form}, status=422 if form.errors else 200)


@for_person("channels.channel.edit")
@require_POST
def pause(request: PersonRequest, channel: str) -> HttpResponseBase:
    """Stop speaking on a channel, go on listening."""
    found = find_channel(request.person, channel)
    actions.pause_channel(person=request.person, channel=found, now=timezone.now())
    return redirect("channels:index", slug=request.workspace.slug)
