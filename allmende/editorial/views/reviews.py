"""The page of a reviewer outside: no account, no frame of the team, nothing but the post and what is meant for them."""

from collections.abc import Mapping
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from allmende.channels.access import open_file
from allmende.editorial import actions
from allmende.editorial.access import find_guest_picture, find_guest_reviewer
from allmende.editorial.forms import GuestCommentForm, GuestReviewForm
from allmende.editorial.models import Reviewer
from allmende.editorial.queries import review_of
from allmende.team.access import guest_language, open_to_all
from allmende.team.catalogue import speaking


@open_to_all("whoever holds a guest link reads the texts of one item as they will appear, and answers")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest_review(request: HttpRequest, token: str) -> HttpResponseBase:
    """Read it as it will appear; approve, or say what should change."""
    reviewer = find_guest_reviewer(token, timezone.now())
    workspace = reviewer.step.item.workspace
    with speaking(guest_language(request, workspace), workspace.gender_form), timezone.override(workspace.zone):
        answer = _page(request, reviewer, token)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "same-origin"
    return answer


def _page(request: HttpRequest, reviewer: Reviewer, token: str) -> HttpResponseBase:
    now, status, refusal, has_answered = timezone.now(), 200, "", False
    is_comment = request.method == "POST" and "comment" in request.POST
    comment = GuestCommentForm(request.POST if is_comment else None)
    form = GuestReviewForm(
        request.POST if request.method == "POST" and not is_comment else None, initial={"name": reviewer.name}
    )
    if request.method == "GET":
        actions.note_review_opened(reviewer=reviewer, now=now)
    elif is_comment and comment.is_valid():
        actions.comment_as_guest(reviewer=reviewer, name="", text=comment.cleaned_data["comment"], now=now)
        return redirect("guest_review", token)
    elif not is_comment and form.is_valid():
        try:
            actions.answer_step(reviewer=reviewer, seen=seen_in(request.POST), now=now, **form.cleaned_data)
            has_answered = True
        except actions.CannotAnswer as refused:
            refusal, status = str(refused), 409
    elif request.method == "POST":
        status = 422
    context = {"review": review_of(reviewer), "reviewer": reviewer, "token": token, "form": form, "comment": comment}
    context |= {"refusal": refusal, "has_answered": has_answered}
    return render(request, "editorial/guest_review.html", context, status=status)


def seen_in(posted: Mapping[str, str]) -> dict[UUID, str]:
    """The hashes of the words as the page showed them, by text; what is no id is nothing."""
    found = {}
    for name, value in posted.items():
        if name.startswith("seen-"):
            try:
                found[UUID(name.removeprefix("seen-"))] = value
            except ValueError:
                continue
    return found


@open_to_all("whoever holds a guest link sees the pictures of that item")
@require_safe
def guest_picture(request: HttpRequest, token: str, media_id: UUID) -> HttpResponseBase:
    """A picture of the item, as the team's screens show it; `?film`: the film it was taken from, as a download."""
    media = find_guest_picture(token, media_id, timezone.now())
    if media.is_film and "film" in request.GET:
        response = FileResponse(open_file(media.file), content_type=media.media_type)
        ending = media.file.rpartition(".")[2]
        response["Content-Disposition"] = f'attachment; filename="{media.sha256[:12]}.{ending}"'
    else:
        response = FileResponse(open_file(media.preview), content_type="image/webp")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
