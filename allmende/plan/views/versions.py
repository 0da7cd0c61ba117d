"""Drafts and versions: revise, publish, discard, look back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.plan import actions, queries, states
from allmende.plan.access import (
    draft_of,
    find_any_version,
    find_discarded,
    find_plan,
    find_version,
    open_version_of,
    plan_of,
)
from allmende.plan.forms import PublishForm
from allmende.plan.views.page import address, show
from allmende.team.access import PersonRequest, SeeOther, for_person


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: PersonRequest) -> HttpResponseBase:
    """The draft; a POST opens it."""
    if request.method == "POST":
        try:
            actions.open_draft(person=request.person, plan=find_plan(request.person), now=timezone.now())
            return SeeOther(address(request, "draft"))
        except actions.CannotRevise as refused:
            messages.error(request, str(refused))
            return SeeOther(address(request, "proposal"))
    version = open_version_of(request.person)
    if version is None:
        return SeeOther(address(request, "index"))
    if version.state != states.DRAFT:
        return SeeOther(address(request, "proposal"))
    page = queries.draft_page(request.person, version, timezone.now())
    phases = () if page.base else queries.phases_of(page.plan, None, None)
    facts = queries.draft_facts(request.person, version)
    context = {"page": page, "chain": page.chain, "mode": "draft", "phases": phases, **facts}
    return show(request, "plan/draft.html", context)


@for_person("plan.version.publish")
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: PersonRequest) -> HttpResponseBase:
    """Look at what changes, say why, put it in force."""
    version = open_version_of(request.person)
    if version is None:  # pressed twice, or a colleague was faster: see what is in force
        return SeeOther(address(request, "index"))
    page = queries.draft_page(request.person, version, timezone.now(), for_publication=True)
    ahead = queries.proposal_ahead(request.person, version)
    form = PublishForm(
        request.POST or None,
        needs_agreement=ahead["needs_reason"],
        needs_self_check=ahead["needs_self_check"],
        told=ahead["told"],
        is_first=page.base is None,
        initial={"seen_revision": version.revision, "reason": version.change_reason},
    )
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                actions.publish_version(person=request.person, version=version, now=timezone.now(), **form.values())
                messages.success(request, _("Version %(number)s is in force") % {"number": version.number})
                return SeeOther(address(request, "index"))
            except actions.CannotPublish as error:
                form.add_error(None, str(error))
        status = 422
    context = {"page": page, "form": form, "stops": queries.open_essentials(page.plan), **ahead}
    return show(request, "plan/publish.html", context, status)


@for_person("plan.version.edit")
@require_POST
def discard(request: PersonRequest) -> HttpResponseBase:
    """Give the revision up."""
    version = open_version_of(request.person)
    if version is None:
        return SeeOther(address(request, "index"))
    try:
        actions.discard_draft(person=request.person, version=version, now=timezone.now())
        undo = reverse("plan:restore", kwargs={"slug": request.workspace.slug, "version_id": version.pk})
        messages.success(request, _("Draft discarded; the version in force stays as it is"), extra_tags=undo)
    except actions.CannotDiscardDraft as error:
        messages.error(request, str(error))
    return SeeOther(address(request, "index"))


@for_person("plan.version.edit")
@require_POST
def restore(request: PersonRequest, version_id: UUID) -> HttpResponseBase:
    """Take a discarded draft up again."""
    draft = draft_of(request.person)
    if draft is not None and draft.pk == version_id:
        return SeeOther(address(request, "draft"))
    try:
        version = find_discarded(request.person, version_id)
        actions.restore_draft(person=request.person, version=version, now=timezone.now())
        messages.success(request, _("The draft is back"))
        return SeeOther(address(request, "draft"))
    except actions.CannotDiscardDraft as error:
        messages.error(request, str(error))
    return SeeOther(address(request, "index"))


@for_person("plan.version.read")
@require_safe
def versions(request: PersonRequest) -> HttpResponseBase:
    """Every version that was ever proposed or in force, and who has seen it."""
    plan = plan_of(request.person)
    if plan is None:  # what was closed stands on the plan's page
        return SeeOther(address(request, "index"))
    closed = queries.closed_plans(request.workspace)
    context = {"plan": plan, "rows": queries.version_rows(plan), "closed": closed, "place": "versions"}
    return show(request, "plan/versions.html", context)


@for_person("plan.version.read")
@require_safe
def version(request: PersonRequest, number: int) -> HttpResponseBase:
    """One version as it was published, who agreed to it and who knows of it."""
    found = find_version(request.person, number)
    context = {
        "version": found,
        "chain": queries.version_page(request.person, found),
        "receipts": queries.receipts_of(found),
        "agreements": queries.agreements_of(found),
        "events": queries.event_rows_of(found, timezone.now()),
        "mode": "old",
    }
    return show(request, "plan/version.html", context)


@for_person("plan.version.read")
@require_safe
def compare(request: PersonRequest) -> HttpResponseBase:
    """What differs between any two versions, in words."""
    plan = find_plan(request.person)
    choices = queries.compare_choices(plan)
    numbers = [request.GET.get(name, "") for name in ("from", "to")]
    pair = [find_any_version(request.person, int(one)) for one in numbers if one.isdecimal() and len(one) < 9]
    if len(pair) != 2 and len(choices) > 1:
        pair = [choices[1], choices[0]]
    pair.sort(key=lambda one: one.number)
    differences = queries.in_words(queries.compared(pair[0], pair[1])) if len(pair) == 2 else ()
    context = {"plan": plan, "choices": choices, "pair": pair, "differences": differences, "place": "versions"}
    return show(request, "plan/compare.html", context)
