"""Say where an element of the plan stands."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allmende.plan import actions, queries
from allmende.plan.access import find_newest, find_plan
from allmende.plan.forms.standings import StandingForm
from allmende.plan.views.page import address, show
from allmende.team.access import PersonRequest, SeeOther, for_person
from allmende.team.queries import undo_url


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def move_standing(request: PersonRequest, key: str) -> HttpResponseBase:
    """A goal is reached, a lever not supported, a tactic stopped: say so, and what was learned."""
    version, element = find_newest(request.person, key)
    stand = queries.stand_of(version, element)
    if stand is None or not stand.moves:
        return SeeOther(address(request, "element", key=key))
    form = StandingForm(request.POST or None, stand=stand)
    if request.method == "POST" and form.is_valid():
        try:
            row, before = actions.move_standing(
                person=request.person, plan=find_plan(request.person), key=key, now=timezone.now(), **form.cleaned_data
            )
            known = {"pk": row.pk, "changed_at": row.changed_at.isoformat(), "before": before}
            messages.success(request, _("Noted"), extra_tags=undo_url(request.person, "plan.standing", **known))
            return SeeOther(address(request, "element", key=key))
        except actions.CannotMove as refused:
            form.add_error(refused.field or None, str(refused))
    context = {"form": form, "stand": stand, "element": element, "name": queries.name_in_force(request.person, key)}
    return show(request, "plan/standing_form.html", context, 422 if request.method == "POST" else 200)
