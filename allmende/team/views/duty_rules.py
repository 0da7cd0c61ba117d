"""What the rota warns about in this workspace."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from allmende.team import actions, queries
from allmende.team.access import PersonRequest, for_person
from allmende.team.forms.duty import DutyRulesForm


@for_person("team.duty.plan")
@require_http_methods(["GET", "HEAD", "POST"])
def duty_rules(request: PersonRequest) -> HttpResponseBase:
    """Rest, long days, Sundays, holidays."""
    kept, stale = queries.saved_rules(request.workspace), None
    form = DutyRulesForm(request.POST) if request.POST else DutyRulesForm.of(queries.rules_of(request.workspace))
    if request.method == "POST" and form.is_valid():
        now, seen = timezone.now(), request.POST.get("revision", "")
        before = queries.kept(kept, *form.cleaned_data) if kept else {"archived_at": now.isoformat()}
        try:
            saved = actions.save_duty_rules(
                person=request.person, rules=form.rules(), now=now,
                seen_revision=int(seen) if seen.isdecimal() and kept else None,
            )  # fmt: skip
        except actions.StaleRevision as error:
            stale = error
        else:
            undo = queries.undo_of(request.person, "team.rules", saved, before)
            messages.success(request, gettext("Saved. The rota warns by these rules from now on."), extra_tags=undo)
            return redirect("team:rota", slug=request.workspace.slug)
    hours = queries.default_hours(request.workspace)
    context = {"form": form, "kept": kept, "stale": stale, "hours": hours}
    return render(request, "team/duty_rules.html", context, status=422 if request.method == "POST" else 200)
