"""The one picture that a network fetches itself while its post leaves."""

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allmende.channels.access import open_file
from allmende.hub.access import find_fetched
from allmende.team.access import open_to_all


@open_to_all("a network that takes no upload fetches the picture of a post that is leaving")
@never_cache
@require_safe
def picture(request: HttpRequest, key: str) -> HttpResponseBase:
    """The file behind a signed address, as long as that holds; everything else is 404."""
    name, media_type = find_fetched(key, timezone.now())
    answer = FileResponse(open_file(name), content_type=media_type)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["X-Robots-Tag"] = "noindex"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
