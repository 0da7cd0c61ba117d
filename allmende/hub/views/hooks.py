"""Where services deliver what happened there (Standard Webhooks), and networks say that something did."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from allmende.hub import actions
from allmende.hub.access import find_hook
from allmende.team.access import open_to_all

# A little more than a delivery may hold, so that one that is too large is told so without being read whole.
MOST_READ = 1_000_001


@open_to_all("a service that knows the account's secret delivers what happened there")
@csrf_exempt  # a program calls, and its signature says which
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def receive(request: HttpRequest, account_id: UUID) -> HttpResponseBase:
    """Take a delivery or a ring in: 204 (also for one that came before), 400, 401, 410, 413. A network that asks back whether
    it was meant, by GET or in a signed delivery, hears its own word."""
    account = find_hook(account_id)
    try:
        if request.method != "POST":
            return HttpResponse(actions.confirm(account=account, asked=request.GET.dict()), content_type="text/plain")
        word = actions.take_delivery(
            account=account, headers=dict(request.headers), body=request.read(MOST_READ), now=timezone.now()
        )
    except actions.NotReceived as error:
        return JsonResponse({"reason": error.reason}, status=error.status)
    return HttpResponse(word, content_type="text/plain") if word else HttpResponse(status=204)
