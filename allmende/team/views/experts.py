"""Experts: who answers what, and what was agreed with them (S3-13)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from allmende.team import actions, queries
from allmende.team.access import PersonRequest, find_expert, for_person
from allmende.team.forms.experts import ExpertForm
from allmende.team.models import Expert
from allmende.team.views.asked import seen_revision

EDIT = "team.unit.edit"
FIELDS = (
    "name", "person", "email", "unit", "topics", "hours_per_month", "answer_days", "way", "is_named", "most_open",
    "deputy", "agreement",
)  # fmt: skip
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@for_person(EDIT)
@get_or_post
def new_expert(request: PersonRequest) -> HttpResponseBase:
    """One more expert."""
    form = ExpertForm(request.POST, person=request.person) if request.POST else ExpertForm.fresh(request.person)
    return _page(request, form, None)


@for_person(EDIT)
@get_or_post
def expert(request: PersonRequest, expert_id: UUID) -> HttpResponseBase:
    """Topics, agreement, deputy."""
    found = find_expert(request.person, expert_id)
    typed = ExpertForm(request.POST, person=request.person, expert=found) if request.POST else None
    return _page(request, typed or ExpertForm.of(found, request.person), found)


@for_person(EDIT)
@require_POST
def put_expert_away(request: PersonRequest, expert_id: UUID) -> HttpResponseBase:
    """Ask this expert no more."""
    found = find_expert(request.person, expert_id)
    actions.archive_expert(person=request.person, expert=found, now=timezone.now())
    undo = queries.undo_of(request.person, "team.expert", found, {"archived_at": None})
    messages.success(request, gettext("%(name)s is asked no more.") % {"name": found.name}, extra_tags=undo)
    return redirect("inbox:experts", slug=request.workspace.slug)


def _page(request: PersonRequest, form: ExpertForm, found: Expert | None) -> HttpResponseBase:
    stale, now = None, timezone.now()
    if request.method == "POST" and form.is_valid():
        before = queries.kept(found, *FIELDS) if found else {"archived_at": now.isoformat()}
        try:
            saved = actions.save_expert(
                person=request.person, expert=found, now=now, seen_revision=seen_revision(request), **form.values()
            )
        except actions.StaleRevision as error:
            stale = error
        except actions.CannotSaveExpert as error:
            form.add_error(error.field, str(error))
        else:
            undo = queries.undo_of(request.person, "team.expert", saved, before)
            messages.success(request, gettext("Saved: %(name)s.") % {"name": saved.name}, extra_tags=undo)
            return redirect("inbox:experts", slug=request.workspace.slug)
    context = {"form": form, "expert": found, "stale": stale}
    return render(request, "team/expert.html", context, status=422 if request.method == "POST" else 200)
