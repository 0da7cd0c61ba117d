"""What protects the people who answer, whether the community is neglected, and how it sounds (S4-11, S4-34, S2-06, S2-13)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from allmende.domain.tone import tone_hints
from allmende.inbox import actions, queries
from allmende.inbox.access import find_conversation
from allmende.inbox.forms.care import BudgetForm, ProtectionForm
from allmende.team.access import PersonRequest, for_person, may, require
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of, undo_url

FIELDS = ("conflict_replies", "cool_down_minutes", "measures_people", "works_council_note", "most_open")


@require_http_methods(["GET", "HEAD", "POST"])
@for_person("team.workspace.read")
def protection(request: PersonRequest) -> HttpResponse:
    """What protects us here, and what is not measured?"""
    rules, stale = queries.protection_of(request.workspace), None
    form = ProtectionForm(request.POST) if request.method == "POST" else ProtectionForm.of(rules)
    if request.method == "POST":
        require(request.person, "team.workspace.edit")
        if form.is_valid():
            before = kept(rules, *FIELDS)
            seen = int(request.POST["revision"]) if request.POST.get("revision", "").isdecimal() else None
            try:
                saved = actions.save_protection(
                    person=request.person, now=timezone.now(), seen_revision=seen, **form.cleaned_data
                )
            except StaleRevision as error:
                stale = error
            except actions.CannotProtect as refused:
                form.add_error("works_council_note", str(refused))
            else:
                undo = undo_of(request.person, "inbox.protection", saved, before)
                messages.success(request, _("Saved."), extra_tags=undo)
                return redirect("inbox:protection", slug=request.workspace.slug)
    context = {
        "form": form, "rules": rules, "stale": stale, "today": request.workspace.day_at(timezone.now()),
        "times": queries.times_by_person(request.workspace, timezone.now()),
        "budget": queries.budget_of(request.person), "not_measured": queries.NOT_MEASURED, "is_kept": queries.KEPT,
        "loads": queries.person_loads(request.workspace) if may(request.person, "team.duty.plan") else (),
    }  # fmt: skip
    return render(request, "inbox/protection.html", context, status=422 if request.method == "POST" else 200)


@for_person("team.workspace.read")
@require_POST
def budget(request: PersonRequest) -> HttpResponse:
    """Set one's own time budget, or drop it."""
    form = BudgetForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Not saved. Write between 5 and 720 minutes, or nothing for no budget."))
        return redirect("inbox:protection", slug=request.workspace.slug)
    before = actions.set_budget(person=request.person, minutes=form.cleaned_data["minutes"], now=timezone.now())
    messages.success(request, _("Saved."), extra_tags=undo_url(request.person, "inbox.budget", minutes=before))
    return redirect("inbox:protection", slug=request.workspace.slug)


@require_GET
@for_person("inbox.reply.send")
def care(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """In a conflict: who could take over, and a place for what is noticed about the tone; a fragment above the answer."""
    found = find_conversation(request.person, public_id)
    now = timezone.now()
    context = {
        "conversation": found, "relief": queries.relief_for(request.person, now),
        "needs_reader": queries.needs_reader(found, request.person, now),
        "rules": queries.protection_of(request.workspace),
    }  # fmt: skip
    template = "inbox/care.html" if request.headers.get("HX-Request") else "inbox/care_page.html"
    return render(request, template, context)


@for_person("inbox.reply.send")
@require_POST
def tone(request: PersonRequest) -> HttpResponse:
    """What is noticed about the tone of an answer; saves nothing."""
    return render(request, "inbox/tone.html", {"hints": tone_hints(request.POST.get("text", "")[:20_000])})


@require_safe
@for_person("inbox.conversation.read")
def neglect(request: PersonRequest) -> HttpResponse:
    """Is somebody neglected here: unanswered, slower, fewer returning?"""
    return render(request, "inbox/neglect.html", {"neglect": queries.neglect(request.workspace, timezone.now())})


@require_safe
@for_person("inbox.conversation.read")
def atmosphere(request: PersonRequest) -> HttpResponse:
    """How does it sound here? A sample of last week's conversations to read."""
    week, drawn = queries.sample_of(request.workspace, timezone.now())
    read = queries.readings_of(request.workspace, week)
    context = {
        "week": week, "sample": [(one, read.get(one.pk)) for one in drawn], "weeks": queries.atmosphere_weeks(request.workspace),
        "wanted": queries.wanted_atmosphere(request.workspace),
    }  # fmt: skip
    return render(request, "inbox/atmosphere.html", context)


@for_person("inbox.conversation.sort")
@require_POST
def mark_atmosphere(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Say whether it sounds as we want it to."""
    found, now = find_conversation(request.person, public_id), timezone.now()
    week, _drawn = queries.sample_of(request.workspace, now)
    fits, note = request.POST.get("fits", ""), request.POST.get("note", "")
    try:
        made = actions.mark_atmosphere(
            person=request.person, conversation=found, week=week, fits=fits, note=note, now=now
        )
        undo = undo_url(request.person, "inbox.atmosphere", reading=made.pk)
        messages.success(request, _("Noted."), extra_tags=undo)
    except actions.CannotProtect as refused:
        messages.error(request, str(refused))
    return redirect("inbox:atmosphere", slug=request.workspace.slug)
