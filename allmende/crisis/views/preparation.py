"""What is prepared in calm times: the scale with whom each level calls, and holding statements (S2-22)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.crisis import actions, queries
from allmende.crisis.access import find_statement
from allmende.crisis.forms import ContactForm, EscalationLevelForm, StatementForm
from allmende.crisis.models import HoldingStatement
from allmende.crisis.views.room import know_other
from allmende.guidelines import actions as guidelines
from allmende.guidelines.access import find_contact, find_level
from allmende.guidelines.models import EscalationLevel
from allmende.guidelines.queries import levels_of
from allmende.team.access import PersonRequest, for_person
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
LEVEL = (
    "name", "own_channels", "media", "informs", "inform_minutes", "decider", "allowed_speech", "steps", "holds_posts",
    "update_minutes",
)  # fmt: skip
STATEMENT = ("title", "source", "severity", "weight", "reaction", "text", "archived_at")


@for_person("crisis.incident.read")
@require_safe
def levels(request: PersonRequest) -> HttpResponseBase:
    """The scale from 0 to 6."""
    return render(request, "crisis/levels.html", {"levels": levels_of(request.workspace)})


@for_person("guidelines.plan.edit")
@require_POST
def adopt_levels(request: PersonRequest) -> HttpResponseBase:
    """Take over the proposed scale."""
    actions.take_over_levels(request.person, timezone.now())
    messages.success(request, _("Taken over. Say now whom each level calls."))
    return redirect("crisis:levels", slug=request.workspace.slug)


@for_person("guidelines.plan.edit")
@get_or_post
def edit_level(request: PersonRequest, number: int) -> HttpResponseBase:
    """What a level says, and whom it calls."""
    found = find_level(request.person, number)
    known = {name: getattr(found, name) for name in LEVEL} | {"seen_revision": found.revision}
    form = EscalationLevelForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        before = kept(found, *LEVEL)
        try:
            saved = guidelines.save_level(person=request.person, level=found, now=timezone.now(), **form.values())
        except guidelines.CannotSaveLevel as refused:
            form.add_error(refused.field, str(refused))
        except StaleRevision as error:
            know_other(form, error)
        else:
            undo = undo_of(request.person, "guidelines.level", saved, before)
            messages.success(request, _("Saved."), extra_tags=undo)
            return redirect("crisis:levels", slug=request.workspace.slug)
    return _level_page(request, found, form, ContactForm(request.workspace), 422 if request.method == "POST" else 200)


@for_person("guidelines.plan.edit")
@require_POST
def add_contact(request: PersonRequest, number: int) -> HttpResponseBase:
    """Let a level call somebody."""
    found, form = find_level(request.person, number), ContactForm(request.workspace, request.POST)
    if form.is_valid():
        try:
            made = guidelines.save_contact(person=request.person, level=found, now=timezone.now(), **form.cleaned_data)
        except guidelines.CannotSaveLevel as refused:
            form.add_error(refused.field, str(refused))
        else:
            undo = undo_of(request.person, "guidelines.contact", made, {"archived_at": timezone.now().isoformat()})
            messages.success(request, _("Entered."), extra_tags=undo)
            return redirect("crisis:level", slug=request.workspace.slug, number=number)
    known = {name: getattr(found, name) for name in LEVEL} | {"seen_revision": found.revision}
    return _level_page(request, found, EscalationLevelForm(initial=known), form, 422)


@for_person("guidelines.plan.edit")
@require_POST
def archive_contact(request: PersonRequest, contact_id: UUID) -> HttpResponseBase:
    """A level calls somebody no longer."""
    found = find_contact(request.person, contact_id)
    gone = guidelines.archive_contact(person=request.person, contact=found, now=timezone.now())
    undo = undo_of(request.person, "guidelines.contact", gone, {"archived_at": None})
    messages.success(request, _("Taken out."), extra_tags=undo)
    return redirect("crisis:level", slug=request.workspace.slug, number=found.level.number)


@for_person("crisis.incident.read")
@require_safe
def statements(request: PersonRequest) -> HttpResponseBase:
    """Words prepared for what may happen."""
    return render(request, "crisis/statements.html", {"statements": queries.statements_of(request.workspace)})


@for_person("crisis.statement.edit")
@require_POST
def adopt_statements(request: PersonRequest) -> HttpResponseBase:
    """Begin with the shipped ones."""
    actions.take_over_statements(person=request.person, now=timezone.now())
    messages.success(request, _("Taken over. Rewrite them in your own words."))
    return redirect("crisis:statements", slug=request.workspace.slug)


@for_person("crisis.statement.edit")
@get_or_post
def add_statement(request: PersonRequest) -> HttpResponseBase:
    """Prepare words for a case."""
    return _statement_form(request, None)


@for_person("crisis.statement.edit")
@get_or_post
def statement(request: PersonRequest, statement_id: UUID) -> HttpResponseBase:
    """Change prepared words."""
    return _statement_form(request, find_statement(request.person, statement_id))


@for_person("crisis.statement.edit")
@require_POST
def archive_statement(request: PersonRequest, statement_id: UUID) -> HttpResponseBase:
    """Offer it no more."""
    found = find_statement(request.person, statement_id)
    gone = actions.archive_statement(person=request.person, statement=found, now=timezone.now())
    undo = undo_of(request.person, "crisis.statement", gone, {"archived_at": None})
    messages.success(request, _("Put away: %(title)s") % {"title": gone.title}, extra_tags=undo)
    return redirect("crisis:statements", slug=request.workspace.slug)


def _level_page(
    request: PersonRequest, found: EscalationLevel, form: EscalationLevelForm, contact_form: ContactForm, status: int
) -> HttpResponseBase:
    own = next(one for one in levels_of(request.workspace) if one.pk == found.pk)
    context = {"level": found, "contacts": own.called, "form": form, "contact_form": contact_form}  # type: ignore[attr-defined]
    return render(request, "crisis/edit_level.html", context, status=status)


def _statement_form(request: PersonRequest, found: HoldingStatement | None) -> HttpResponseBase:
    known = {name: getattr(found, name) for name in STATEMENT} | {"seen_revision": found.revision} if found else None
    form = StatementForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        before = kept(found, *STATEMENT) if found else {"archived_at": timezone.now().isoformat()}
        try:
            saved = actions.save_statement(person=request.person, statement=found, now=timezone.now(), **form.values())
        except actions.CannotKeep as refused:
            form.add_error(refused.field, str(refused))
        except StaleRevision as error:
            know_other(form, error)
        else:
            undo = undo_of(request.person, "crisis.statement", saved, before)
            messages.success(request, _("Saved: %(title)s") % {"title": saved.title}, extra_tags=undo)
            return redirect("crisis:statements", slug=request.workspace.slug)
    context = {"form": form, "statement": found, "draft_name": f"statement-{found.pk if found else 'new'}"}
    return render(request, "crisis/edit_statement.html", context, status=422 if request.method == "POST" else 200)
