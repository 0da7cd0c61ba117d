"""The log of what changes at the networks."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.plan import actions, queries
from allmende.plan.access import find_effect, find_platform_change
from allmende.plan.forms import EffectForm, PlatformChangeForm
from allmende.plan.views.page import address, show
from allmende.team.access import PersonRequest, SeeOther, for_person
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of


@for_person("plan.version.read")
@require_safe
def platform_changes(request: PersonRequest) -> HttpResponseBase:
    """What changed at the networks, and what does it touch of ours?"""
    return show(request, "plan/platform_changes.html", {"rows": queries.platform_changes(request.workspace)})


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def note_platform_change(request: PersonRequest) -> HttpResponseBase:
    """Note a change at a network."""
    networks = queries.networks_of(request.workspace)
    form = PlatformChangeForm(request.POST or None, networks=networks, initial={"noticed_date": timezone.localdate()})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            now = timezone.now()
            try:
                made = actions.note_platform_change(person=request.person, now=now, **form.values())
                undo = undo_of(request.person, "plan.platform_change", made, {"archived_at": now.isoformat()})
                messages.success(request, _("Noted"), extra_tags=undo)
                return SeeOther(address(request, "platform_change", change_id=made.pk))
            except actions.CannotNoteChange as refused:
                form.add_error(refused.field or None, str(refused))
        status = 422
    return show(request, "plan/platform_change_form.html", {"form": form, "networks": networks}, status)


@for_person("plan.version.read")
@require_safe
def platform_change(request: PersonRequest, change_id: UUID) -> HttpResponseBase:
    """One change, and what it touches."""
    found = find_platform_change(request.person, change_id)
    return show(request, "plan/platform_change.html", {"row": queries.change_row(found)})


@for_person("plan.version.edit")
@require_POST
def settle_effect(request: PersonRequest, effect_id: int) -> HttpResponseBase:
    """What the change means for one reaction plan or format."""
    found = find_effect(request.person, effect_id)
    form = EffectForm(request.POST)
    if form.is_valid():
        before = kept(found, "state", "note")
        try:
            actions.settle_effect(
                person=request.person,
                effect=found,
                state=form.cleaned_data["state"],
                note=form.cleaned_data["note"].strip(),
                seen_revision=form.cleaned_data["seen_revision"],
                now=timezone.now(),
            )
            messages.success(request, _("Noted"), extra_tags=undo_of(request.person, "plan.effect", found, before))
        except (actions.CannotSettle, StaleRevision) as refused:
            messages.error(request, str(refused))
    else:
        messages.error(request, _("Not noted: choose what it means, and say why in at most 300 letters."))
    return SeeOther(f"{address(request, 'platform_change', change_id=found.change_id)}#e{found.pk}")
