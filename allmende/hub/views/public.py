"""Our own page as anybody sees it: no log-in, no cookie, no script."""

import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from allmende.channels.access import open_file
from allmende.hub import actions, queries
from allmende.hub.access import Page, find_answered, find_own_comment, find_page, find_picture, find_post, key_of
from allmende.hub.forms import CommentForm, seal
from allmende.team.access import open_to_all
from allmende.team.catalogue import speaking

READ, WRITE = "anybody reads the page", "visitors comment without an account"
CLOSED = {
    "default-src": [NONE], "style-src": [SELF], "img-src": [SELF], "font-src": [SELF], "form-action": [SELF],
    "base-uri": [NONE], "frame-ancestors": [NONE], "script-src": None, "connect-src": None, "object-src": None,
}  # fmt: skip
LAST_PAGE = 1_000

View = Callable[..., HttpResponseBase]


def on_page(view: View) -> View:
    """Find the page, speak the visitor's language (`?lang=` chooses another) and tell the times of the page's own zone."""

    @functools.wraps(view)
    def found(request: HttpRequest, workspace: str, address: str, **more: Any) -> HttpResponseBase:
        page = find_page(workspace, address)
        chosen = request.GET.get("lang", "")
        language = chosen if chosen in dict(settings.LANGUAGES) else translation.get_language()
        with speaking(language, page.workspace.gender_form), timezone.override(page.workspace.zone):
            answer = view(request, page, **more)
        answer["Referrer-Policy"] = "strict-origin-when-cross-origin"
        return answer

    return found


@open_to_all(READ)
@csp_replace(CLOSED)
@require_safe
@on_page
def page(request: HttpRequest, page: Page) -> HttpResponseBase:
    """The newest posts."""
    asked = request.GET.get("page", "1")
    number = min(max(int(asked), 1), LAST_PAGE) if asked.isdecimal() and len(asked) < 6 else 1
    posts, has_older = queries.page_posts(page, number)
    context = {"page": page, "posts": posts, "number": number, "older": number + 1 if has_older else 0}
    answer = render(request, "hub/page.html", context, status=200 if posts or number == 1 else 404)
    answer["Cache-Control"] = "public, max-age=60"
    return answer


@open_to_all(WRITE)
@csrf_exempt  # nobody is logged in here; the form's own seal says that we drew it
@csp_replace(CLOSED)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@on_page
def post(request: HttpRequest, page: Page, post: str) -> HttpResponseBase:
    """One post with its comments, and the form for one more."""
    found, now = find_post(page, post), timezone.now()
    asked = request.POST if request.method == "POST" else request.GET
    answered = find_answered(page, found, asked.get("answers", "")[:40])
    form = CommentForm(found, request.POST if request.method == "POST" else None, initial={"answers": post})
    status, problem = 200, ""
    if request.method == "POST":
        if form.is_machine:  # it is told what it wants to hear
            return redirect("page_post", page.workspace.slug, page.address, post)
        status = 422
        if form.is_valid():
            try:
                comment = actions.take_comment(
                    page=page, post=found, answers=answered, name=form.cleaned_data["name"],
                    text=form.cleaned_data["text"], begun_at=form.begun_at, sender=sender_of(request), now=now,
                )  # fmt: skip
            except actions.TooMany as error:
                status, problem = 429, str(error)
            except actions.CannotComment as error:
                problem = str(error)
            else:
                return _see(reverse("page_own_comment", args=_at(page, key_of(comment.message))))
    context = {
        "page": page, "post": found, "comments": queries.post_page(page, found), "form": form, "answered": answered,
        "drawn": seal(found, now), "problem": problem, "pictures": queries.pictures_of(found),
    }  # fmt: skip
    answer = render(request, "hub/post.html", context, status=status)
    if status == 429:
        answer["Retry-After"] = str(int(actions.SPAN.total_seconds()))
    return answer


@open_to_all(WRITE)
@csrf_exempt  # the key in the address is all the right there is
@csp_replace(CLOSED)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@on_page
def own_comment(request: HttpRequest, page: Page, key: str) -> HttpResponseBase:
    """What became of the comment of whoever holds this key, and the way to take it back."""
    comment = find_own_comment(page, key)
    if request.method == "POST":
        actions.withdraw_comment(comment=comment, now=timezone.now())
        return _see(reverse("page_own_comment", args=_at(page, key)))
    answer = render(request, "hub/own_comment.html", {"page": page, "comment": comment, "key": key})
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@open_to_all(READ)
@require_safe
@on_page
def atom(request: HttpRequest, page: Page) -> HttpResponseBase:
    """The page as an Atom feed."""
    return _feed(request, page, "atom")


@open_to_all(READ)
@require_safe
@on_page
def rss(request: HttpRequest, page: Page) -> HttpResponseBase:
    """The page as an RSS feed."""
    return _feed(request, page, "rss")


@open_to_all(READ)
@require_safe
@on_page
def picture(request: HttpRequest, page: Page, media_id: UUID) -> HttpResponseBase:
    """A picture of a post; nothing in it may run or load."""
    media = find_picture(page, media_id)
    answer = FileResponse(open_file(media.file), content_type=media.media_type)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


def _feed(request: HttpRequest, page: Page, kind: str) -> HttpResponseBase:
    posts = queries.feed_posts(page)
    tag = queries.tag_of(page, posts)
    answer = get_conditional_response(request, etag=tag)
    if answer is None:
        home, here = (_whole(name, page) for name in ("page", f"page_{kind}"))
        written = queries.feed_of(kind, page, home, here, lambda pk: _whole("page_picture", page, pk), posts)
        answer = HttpResponse(written, content_type=f"application/{kind}+xml; charset=utf-8")
    answer["ETag"] = tag
    answer["Cache-Control"] = "public, max-age=60"
    return answer


def _at(page: Page, *more: str) -> list[str]:
    return [page.workspace.slug, page.address, *more]


def _whole(name: str, page: Page, *more: str) -> str:
    """The address a feed reader elsewhere can use."""
    return f"{settings.ORIGIN}{reverse(name, args=_at(page, *more))}"


def _see(path: str) -> HttpResponse:
    """After a POST: look there (303)."""
    return HttpResponse(status=303, headers={"Location": path})


def sender_of(request: HttpRequest) -> str:
    """The visitor's network address as far as we can know it: behind a proxy of this machine, what the proxy wrote last."""
    near = str(request.META.get("REMOTE_ADDR", ""))
    told = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    return told if told and near in ("127.0.0.1", "::1") else near
