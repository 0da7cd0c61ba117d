"""One's own shifts in one's own calendar: the address, and what stands behind it (S2-19)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.plan.access import find_shift_feed
from allmende.plan.actions.shift_feed import close_shift_feed, open_shift_feed
from allmende.plan.queries.shift_feed import calendar_of_shifts, shift_feed_page
from allmende.team.access import PersonRequest, SeeOther, calendar_answer, for_person, open_to_all
from allmende.team.catalogue import speaking
from allmende.team.queries import undo_url


@for_person("team.duty.stand")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def shift_feed(request: PersonRequest) -> HttpResponseBase:
    """Open an address for one's calendar, and show it once."""
    shown = ""
    if request.method == "POST":
        token = open_shift_feed(person=request.person, now=timezone.now())
        shown = request.build_absolute_uri(reverse("shift_feed_file", args=[token]))
    context = {"page": shift_feed_page(request.person, timezone.now()), "address": shown}
    return render(request, "plan/shift_feed.html", context)


@for_person("team.duty.stand")
@require_POST
def close_shifts(request: PersonRequest) -> HttpResponseBase:
    """Close the address."""
    closed = close_shift_feed(person=request.person, now=timezone.now())
    if closed:
        undo = undo_url(request.person, "plan.shift_feed_closed", pk=closed.pk, revision=closed.revision)
        messages.success(request, _("The address is closed"), extra_tags=undo)
    return SeeOther(reverse("plan:shift_feed", args=[request.workspace.slug]))


@open_to_all("whoever holds a person's calendar address reads that person's shifts")
@require_safe
def shift_feed_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """The shifts of one person, for a calendar program."""
    now = timezone.now()
    person = find_shift_feed(token, now).person
    address = request.build_absolute_uri(reverse("team:rota", args=[person.workspace.slug]))
    with speaking(person.user.language, person.workspace.gender_form), timezone.override(person.workspace.zone):
        content = calendar_of_shifts(person, now, address)
    return calendar_answer(request, content)
