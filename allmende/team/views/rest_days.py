"""A Sunday or holiday somebody has duty on: why, and which day is free for it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from allmende.team import actions, queries
from allmende.team.access import PersonRequest, find_colleague, for_person
from allmende.team.forms.duty import RestDayForm
from allmende.team.views.asked import asked_day, seen_revision


@for_person("team.duty.plan")
@require_http_methods(["GET", "HEAD", "POST"])
def rest_day(request: PersonRequest, person_id: UUID, worked: str) -> HttpResponseBase:
    """Write the reason and the day of rest down, or change them. A form in which nothing stood yet has seen revision 0."""
    colleague, on, now = find_colleague(request.person, person_id), asked_day(worked), timezone.now()
    owed = queries.rest_owed_for(colleague, on, timezone.localdate()) if on else None
    if owed is None:
        raise Http404
    row, stale = owed.row, None
    known = {"reason": row.reason, "rest_date": row.rest_date} if row else {}
    form = RestDayForm(request.POST) if request.POST else RestDayForm(initial=known)
    up = f"{reverse('team:rota', args=[request.workspace.slug])}?on={owed.worked.isoformat()}"
    if request.method == "POST" and form.is_valid():
        before = queries.kept(row, "reason", "rest_date") if row else {"archived_at": now.isoformat()}
        try:
            saved = actions.save_rest_day(
                person=request.person, colleague=colleague, worked_date=owed.worked, now=now,
                seen_revision=seen_revision(request) or 0, **form.cleaned_data,
            )  # fmt: skip
        except actions.CannotPlanDuty as error:
            form.add_error(error.field, str(error))
        except actions.StaleRevision as error:
            row, stale = queries.rest_day_of(colleague, owed.worked), error
        else:
            undo = queries.undo_of(request.person, "team.rest_day", saved, before)
            messages.success(request, gettext("Saved. It stands on the rota."), extra_tags=undo)
            return redirect(up)
    context = {"form": form, "owed": owed, "row": row, "stale": stale, "up": up}
    return render(request, "team/rest_day.html", context, status=422 if request.method == "POST" else 200)
