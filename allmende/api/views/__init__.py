"""The screen for tokens; what programs call lies in `rest`."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.api import actions, queries
from allmende.api.access import find_token
from allmende.api.forms import TokenForm
from allmende.api.states import MAKE
from allmende.api.views.problems import problem
from allmende.team.access import PersonRequest, for_person
from allmende.team.queries import undo_url

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@for_person(MAKE)
@require_safe
def index(request: PersonRequest) -> HttpResponseBase:
    """Tokens that let programs in, and how a program calls."""
    page = queries.tokens_page(request.person, timezone.now())
    return render(request, "api/index.html", {"page": page, "base": request.build_absolute_uri("/api/v1/")})


@for_person(MAKE)
@never_cache
@get_or_post
def make(request: PersonRequest) -> HttpResponseBase:
    """Make a token and show its secret, once."""
    form = TokenForm(request.person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        token, secret = actions.make_token(person=request.person, now=timezone.now(), **form.cleaned_data)
        base = request.build_absolute_uri(f"/api/v1/w/{request.workspace.slug}/")
        return render(request, "api/made.html", {"token": token, "secret": secret, "base": base})
    status = 422 if request.method == "POST" else 200
    return render(request, "api/make.html", {"form": form}, status=status)


@for_person(MAKE)
@require_POST
def revoke(request: PersonRequest, token_id: UUID) -> HttpResponseBase:
    """Shut a program out at once."""
    token = find_token(request.person, token_id)
    if actions.revoke_token(person=request.person, token=token, now=timezone.now()):
        undo = undo_url(request.person, "api.token_revoked", pk=token.pk, revision=token.revision)
        said = _("Revoked. “%(name)s” cannot get in any more.") % {"name": token.name}
        messages.success(request, said, extra_tags=undo)
    return redirect("api:index", slug=request.workspace.slug)


def nothing_here(request: HttpRequest) -> HttpResponse:
    """An address below `/api/v1/` that does not exist."""
    return problem("not-found")
