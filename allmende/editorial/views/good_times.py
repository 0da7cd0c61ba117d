"""When a channel's own posts brought people to act."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from allmende.channels.access import find_channel
from allmende.editorial.access import find_variant
from allmende.editorial.queries import channel_times, proposals_for
from allmende.team.access import PersonRequest, for_person


@require_safe
@for_person("editorial.item.read")
def good_times(request: PersonRequest, channel: str) -> HttpResponse:
    """At what times did our posts there do better than usual? A short form of it stands where slots are kept."""
    now, found = timezone.now(), find_channel(request.person, channel)
    times = channel_times(found, now)
    context = {"times": times, "proposals": proposals_for(times, None, now)}
    is_fragment = bool(request.headers.get("HX-Request"))
    return render(request, "editorial/good_short.html" if is_fragment else "editorial/good_times.html", context)


@require_safe
@for_person("editorial.item.schedule")
def good_for(request: PersonRequest, variant_id: UUID) -> HttpResponse:
    """The good times of a text's channel, each with its next free hour; a fragment for where one chooses a slot."""
    variant, now = find_variant(request.person, variant_id), timezone.now()
    times = channel_times(variant.channel, now)
    context = {"times": times, "proposals": proposals_for(times, variant, now), "variant": variant}
    return render(request, "editorial/good_short.html", context)
