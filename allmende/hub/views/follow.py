"""The short address of a tracked link: off to where it leads, without a cookie, without a trace."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allmende.hub import actions
from allmende.hub.access import find_link
from allmende.team.access import open_to_all


@open_to_all("anybody follows a link of ours")
@never_cache
@require_safe
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """302 to where the link leads; 410 once it has ended."""
    link = find_link(code)
    try:
        target = actions.follow_link(
            link=link, headers=request.headers, is_look=request.method == "HEAD", now=timezone.now()
        )
    except actions.HasEnded:
        return render(request, "hub/link_ended.html", {"link": link}, status=410)
    answer = HttpResponseRedirect(target)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    # Where the link stood is the network's business; the target learns our name at most.
    answer["Referrer-Policy"] = "origin"
    return answer
