"""How active can we be, and where?"""

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.channels import actions, queries
from allmende.channels.access import find_budget, find_channel
from allmende.channels.forms import ActivityForm
from allmende.channels.models import Channel
from allmende.channels.views.channels import seen_revision
from allmende.team.access import PersonRequest, for_person
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of

FIELDS = ("hours", "post_minutes", "replies_per_post", "reply_minutes", "other_replies", "posts", "replies")


@for_person("channels.channel.read")
@require_safe
def activity(request: PersonRequest) -> HttpResponseBase:
    """Every channel with what it bears and what is planned."""
    page = queries.activity_page(request.workspace, timezone.now())
    return render(request, "channels/activity.html", {"page": page})


@for_person("channels.channel.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: PersonRequest, channel: str) -> HttpResponseBase:
    """Hours for one channel, and what they bear."""
    found = _found(find_channel(request.person, channel))
    form, stale = ActivityForm(found, queries.reply_minutes(request.workspace), request.POST or None), None
    before = kept(found.budget, *FIELDS) if found.budget else {"archived_at": timezone.now().isoformat()}
    if request.method == "POST" and form.is_valid():
        try:
            budget = actions.plan_activity(
                person=request.person, channel=found.channel, now=timezone.now(),
                seen_revision=seen_revision(request), **form.cleaned_data,
            )  # fmt: skip
        except StaleRevision as error:
            stale = error
        else:
            said = _("%(channel)s can keep up %(posts)s posts and %(replies)s answers a week.")
            values = {"channel": found.channel.name, "posts": budget.posts, "replies": budget.replies}
            undo = undo_of(request.person, "channels.activity", budget, before)
            messages.success(request, said % values, extra_tags=undo)
            return redirect("channels:activity", slug=request.workspace.slug)
    context = {"form": form, "found": found, "stale": stale}
    return render(request, "channels/plan_activity.html", context, status=422 if form.errors else 409 if stale else 200)


@for_person("channels.channel.edit")
@require_POST
def drop_activity(request: PersonRequest, budget_id: str) -> HttpResponseBase:
    """Plan nothing for a channel any more."""
    budget = find_budget(request.person, budget_id)
    actions.drop_activity(person=request.person, budget=budget, now=timezone.now())
    undo = undo_of(request.person, "channels.activity", budget, {"archived_at": None})
    messages.success(
        request, _("Nothing is planned for %(channel)s any more.") % {"channel": budget.channel.name}, extra_tags=undo
    )
    return redirect("channels:activity", slug=request.workspace.slug)


def _found(channel: Channel) -> queries.Activity:
    found = queries.activity_of(channel, timezone.now())
    if found is None:
        raise Http404
    return found
