"""The editorial calendar in a person's own calendar: the address, and what stands behind it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.editorial import actions, queries
from allmende.editorial.access import find_texts_feed
from allmende.team.access import PersonRequest, SeeOther, calendar_answer, for_person, open_to_all
from allmende.team.catalogue import speaking
from allmende.team.queries import undo_url


@for_person("editorial.item.read")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feed(request: PersonRequest) -> HttpResponse:
    """Open an address for one's calendar, and show it once, for all channels and for each."""
    shown = ""
    if request.method == "POST":
        token = actions.open_feed(person=request.person, now=timezone.now())
        shown = request.build_absolute_uri(reverse("texts_feed", args=[token]))
    page = queries.feed_page(request.person, timezone.now())
    context = {"page": page, "address": shown, "channels": queries.choices_of(request.workspace).channels}
    return render(request, "editorial/feed.html", context)


@for_person("editorial.item.read")
@require_POST
def close_feed(request: PersonRequest) -> HttpResponse:
    """Close the address."""
    closed = actions.close_feed(person=request.person, now=timezone.now())
    if closed:
        undo = undo_url(request.person, "editorial.feed_closed", pk=closed.pk, revision=closed.revision)
        messages.success(request, _("The address is closed"), extra_tags=undo)
    return SeeOther(reverse("editorial:feed", args=[request.workspace.slug]))


@open_to_all("whoever holds a person's calendar address reads what that person may read of the editorial calendar")
@require_safe
def texts_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """What was approved and when it leaves, for a calendar program; `channel` in the address leaves only that one."""
    now = timezone.now()
    person = find_texts_feed(token, now).person
    slug = person.workspace.slug

    def address_of(item_id: UUID) -> str:
        return request.build_absolute_uri(reverse("editorial:item", args=[slug, item_id]))

    with speaking(person.user.language, person.workspace.gender_form), timezone.override(person.workspace.zone):
        content = queries.calendar_of(person, now, request.GET.get("channel", "")[:60], address_of)
    return calendar_answer(request, content)
