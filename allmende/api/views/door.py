"""Before and after every call: who calls, how often, what for; and that every answer is one a program can read."""

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import ValidationError
from ninja.security import HttpBearer

from allmende.api.access import caller, require_place, require_scope
from allmende.api.actions import note_call
from allmende.api.models import ApiToken
from allmende.api.states import MOST_BYTES
from allmende.api.views.problems import problem, stumbled
from allmende.team.access import open_to_all

WHO = "a token says on whose behalf a program calls; it is asked at every call"


class TooLarge(Exception):
    """The body is larger than anybody needs."""


class NoJson(Exception):
    """The body says that it is something else."""


class Bearer(HttpBearer):
    """A token in the header, made for `scope`; `questions` may stand in the address.

    Asked in this order: token, number of calls, workspace, purpose and right, questions, the body's size and kind.
    """

    def __init__(self, scope: str, *questions: str) -> None:
        self.scope, self.questions = scope, frozenset(questions)
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        now = timezone.now()
        found = caller(token, now)
        if found is None:
            return None
        if "Accept-Language" not in request.headers:
            translation.activate(found.person.user.language)
        note_call(token=found, most=settings.API_CALLS_PER_MINUTE, now=now)
        match = request.resolver_match
        require_place(found, match.kwargs["slug"] if match else "")
        require_scope(found, self.scope)
        unknown = sorted(set(request.GET) - self.questions)
        if unknown:
            # A misspelt question would be answered with everything.
            raise ValidationError([{"type": "extra_forbidden", "loc": ("query", name)} for name in unknown])
        if request.method == "POST":
            _look_at_body(request)
        return found


def door(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view of the API as it is reached from outside: no form token, nothing kept on the way, no page for people."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            answer: HttpResponse = view(request, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 - a program gets no page, whatever happens
            answer = stumbled(request, error)
        if isinstance(answer, HttpResponseNotAllowed):
            allowed = answer["Allow"]
            answer = problem("method-not-allowed")
            answer["Allow"] = allowed
        answer["Cache-Control"] = "no-store"
        return answer

    # As every view of the house it says who may come in, and is found as one of ours.
    guarded.__module__ = __name__
    return csrf_exempt(open_to_all(WHO)(guarded))


def _look_at_body(request: HttpRequest) -> None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MOST_BYTES:
        raise TooLarge(length)
    if request.content_type != "application/json":
        raise NoJson(request.content_type)
