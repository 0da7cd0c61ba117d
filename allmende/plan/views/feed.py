"""A person's steps in their own calendar: the address, and what stands behind it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.plan import actions, queries
from allmende.plan.access import find_feed
from allmende.plan.models import Step
from allmende.plan.views.page import address, show
from allmende.team.access import PersonRequest, SeeOther, calendar_answer, for_person, open_to_all
from allmende.team.catalogue import speaking
from allmende.team.queries import undo_url


@for_person("plan.version.read")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feed(request: PersonRequest) -> HttpResponseBase:
    """Open an address for one's calendar, and show it once."""
    shown = ""
    if request.method == "POST":
        token = actions.open_feed(person=request.person, now=timezone.now())
        shown = request.build_absolute_uri(reverse("feed_file", args=[token]))
    page = queries.feed_page(request.person, timezone.localdate())
    return show(request, "plan/feed.html", {"page": page, "address": shown})


@for_person("plan.version.read")
@require_POST
def close_feed(request: PersonRequest) -> HttpResponseBase:
    """Close the address."""
    closed = actions.close_feed(person=request.person, now=timezone.now())
    if closed:
        undo = undo_url(request.person, "plan.feed_closed", pk=closed.pk, revision=closed.revision)
        messages.success(request, _("The address is closed"), extra_tags=undo)
    return SeeOther(address(request, "feed"))


@open_to_all("whoever holds a person's calendar address reads that person's steps")
@require_safe
def feed_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """The steps of one person, for a calendar program."""
    now = timezone.now()
    person = find_feed(token, now).person
    slug = person.workspace.slug

    def address_of(step: Step) -> str:
        return request.build_absolute_uri(reverse("plan:step", kwargs={"slug": slug, "key": step.key}))

    with speaking(person.user.language, person.workspace.gender_form), timezone.override(person.workspace.zone):
        content = queries.calendar_of(person, timezone.localdate(), address_of)
    return calendar_answer(request, content)
