"""The chain as a page, for us and for guests; and what gathers dust."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from allmende.plan import actions, queries
from allmende.plan.access import draft_of, find_guest_chain, find_plan, plan_of
from allmende.plan.forms.proof import ChainLinkForm
from allmende.plan.views.page import address, show
from allmende.team.access import PersonRequest, SeeOther, for_person, guest_language, may, open_to_all
from allmende.team.catalogue import speaking


@for_person("plan.version.read")
@require_safe
def whole_chain(request: PersonRequest) -> HttpResponseBase:
    """From our work to the goal, on one page."""
    chain = queries.whole_chain(request.workspace, timezone.now())
    if chain is None:
        return SeeOther(address(request, "index"))
    return show(
        request, "plan/whole_chain.html", {"chain": chain, "may_invite": may(request.person, "team.guest.invite")}
    )


@for_person("team.guest.invite")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def chain_link(request: PersonRequest) -> HttpResponseBase:
    """Make a link for somebody without an account, and show it once."""
    plan = find_plan(request.person)
    form, status = ChainLinkForm(request.POST or None, initial={"days": "30"}), 200
    if request.method == "POST":
        if form.is_valid():
            given = form.cleaned_data
            days = int(given["days"])
            try:
                token = actions.open_chain(
                    person=request.person, plan=plan, guest_name=given["guest_name"], days=days, now=timezone.now()
                )
                door = request.build_absolute_uri(reverse("guest_chain", args=[token]))
                return show(request, "plan/chain_link_once.html", {"address": door, "days": days, **given})
            except actions.CannotOpenChain as refused:
                messages.error(request, str(refused))
                return SeeOther(address(request, "index"))
        status = 422
    preview = queries.whole_chain(request.workspace, timezone.now())
    return show(
        request, "plan/chain_link.html", {"form": form, "chain": queries.guarded(preview) if preview else None}, status
    )


@open_to_all("whoever holds a guest link reads the chain of one plan")
@never_cache
@require_safe
def guest_chain(request: HttpRequest, token: str) -> HttpResponseBase:
    """The chain as it stands today, without what may not leave the team."""
    now = timezone.now()
    plan = find_guest_chain(token, now)
    with (
        speaking(guest_language(request, plan.workspace), plan.workspace.gender_form),
        timezone.override(plan.workspace.zone),
    ):
        chain = queries.whole_chain(plan.workspace, now)
        if chain is None:
            raise Http404
        context = {"chain": queries.guarded(chain), "workspace": plan.workspace}
        answer = render(request, "plan/guest_chain.html", context)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "same-origin"
    return answer


@for_person("plan.version.read")
@require_safe
def dust(request: PersonRequest) -> HttpResponseBase:
    """Parts of the plan that nobody keeps alive."""
    plan = plan_of(request.person)
    if plan is None:  # what was closed stands on the plan's page
        return SeeOther(address(request, "index"))
    context = {
        "plan": plan,
        "dusty": queries.dust_of(plan, timezone.localdate()),
        "unmet": queries.unmet_in_force(request.workspace),
        "draft": draft_of(request.person),
        "may_tell": may(request.person, "plan.evidence.tell"),
    }
    return show(request, "plan/dust.html", context)
