"""A newsletter from what was published already (S1-28)."""

from contextlib import suppress
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allmende.domain.slots import is_in_reach
from allmende.editorial.actions import CannotGather, gather_newsletter
from allmende.editorial.forms import NewsletterForm
from allmende.editorial.queries import USUAL_SPAN, newsletter_channels, published_between
from allmende.team.access import PersonRequest, for_person
from allmende.team.queries import undo_of


@require_http_methods(["GET", "HEAD", "POST"])
@for_person("editorial.item.read")
def newsletter(request: PersonRequest) -> HttpResponse:
    """What of the last weeks do people want to read once more?"""
    asked, now = request.POST or request.GET, timezone.now()
    today = timezone.localdate(now)
    last = _day(asked.get("until", ""), today)
    first = min(_day(asked.get("since", ""), last - USUAL_SPAN), last)
    form = NewsletterForm(request.POST or None, channels=newsletter_channels(request.workspace))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            item = gather_newsletter(
                person=request.person, channel=form.channels[typed["channel"]], title=typed["title"],
                greeting=typed["greeting"], items=form.picked(), first=first, last=last, now=now,
            )  # fmt: skip
        except CannotGather as error:
            form.add_error(None, str(error))
        else:
            undo = undo_of(request.person, "editorial.item_noted", item, {"archived_at": now.isoformat()})
            messages.success(request, _("Put together. Read it, then have it approved."), extra_tags=undo)
            return redirect("editorial:item", request.workspace.slug, item.pk)
    picked = {str(key) for key in form.picked()} if form.is_bound else None
    told = [
        (one, picked is None or str(one.item_id) in picked, asked.get(f"place-{one.item_id}", ""))
        for one in published_between(request.workspace, first, last)
    ]
    context = {"form": form, "told": told, "first": first, "last": last}
    return render(request, "editorial/newsletter.html", context, status=422 if form.is_bound else 200)


def _day(typed: str, usual: date) -> date:
    with suppress(ValueError):
        on = date.fromisoformat(typed)
        return on if is_in_reach(on) else usual
    return usual
