"""Pictures, to people of their workspace alone, and never as anything a browser would run."""

from django.http import FileResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from allmende.channels.access import find_media, open_file
from allmende.team.access import PersonRequest, for_person


@for_person("channels.channel.read")
@require_safe
def whole(request: PersonRequest, media_id: str) -> HttpResponseBase:
    """The picture as it is kept, as a download."""
    media = find_media(request.person, media_id)
    response = _closed(media.file, media.media_type)
    ending = media.file.rpartition(".")[2]
    response["Content-Disposition"] = f'attachment; filename="{media.sha256[:12]}.{ending}"'
    return response


@for_person("channels.channel.read")
@require_safe
def preview(request: PersonRequest, media_id: str) -> HttpResponseBase:
    """What our screens show of it."""
    return _closed(find_media(request.person, media_id).preview, "image/webp")


def _closed(name: str, media_type: str) -> FileResponse:
    """The file's content never changes under its address, and nothing in it may run or load."""
    response = FileResponse(open_file(name), content_type=media_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
