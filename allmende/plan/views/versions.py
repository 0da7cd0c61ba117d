"""Drafts and versions: revise, publish, discard, look back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.plan import actions, queries
from allmende.plan.access import draft_of, find_discarded, find_plan, find_version
from allmende.plan.forms import PublishForm
from allmende.plan.views.page import SeeOther, address, show
from allmende.team.access import PersonRequest, for_person

AGREEMENT_FROM = 4


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: PersonRequest) -> HttpResponseBase:
    """The draft; a POST opens it."""
    if request.method == "POST":
        actions.open_draft(person=request.person, plan=find_plan(request.person), now=timezone.now())
        return SeeOther(address(request, "draft"))
    version = draft_of(request.person)
    if version is None:
        return SeeOther(address(request, "index"))
    page = queries.draft_page(request.person, version, timezone.now())
    return show(request, "plan/draft.html", {"page": page, "chain": page.chain, "mode": "draft"})


@for_person("plan.version.publish")
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: PersonRequest) -> HttpResponseBase:
    """Look at what changes, say why, put it in force."""
    version = draft_of(request.person)
    if version is None:  # pressed twice, or a colleague was faster: see what is in force
        return SeeOther(address(request, "index"))
    page = queries.draft_page(request.person, version, timezone.now(), for_publication=True)
    needs_agreement = (page.level or 0) >= AGREEMENT_FROM
    form = PublishForm(
        request.POST or None, needs_agreement=needs_agreement, initial={"seen_revision": version.revision}
    )
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                _publish(request, form, version)
                return SeeOther(address(request, "index"))
            except actions.CannotPublish as error:
                form.add_error(None, str(error))
        status = 422
    return show(request, "plan/publish.html", {"page": page, "form": form}, status)


@for_person("plan.version.edit")
@require_POST
def discard(request: PersonRequest) -> HttpResponseBase:
    """Give the revision up."""
    version = draft_of(request.person)
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
    """Every version that was ever in force."""
    plan = find_plan(request.person)
    return show(request, "plan/versions.html", {"plan": plan, "versions": queries.versions_of(plan)})


@for_person("plan.version.read")
@require_safe
def version(request: PersonRequest, number: int) -> HttpResponseBase:
    """One version as it was published."""
    found = find_version(request.person, number)
    context = {"version": found, "chain": queries.version_page(request.person, found), "mode": "old"}
    return show(request, "plan/version.html", context)


def _publish(request: PersonRequest, form: PublishForm, version: Any) -> None:
    typed = dict(form.cleaned_data)
    revision = typed.pop("seen_revision")
    actions.publish_version(person=request.person, version=version, now=timezone.now(), revision=revision, **typed)
    messages.success(request, _("Version %(number)s is in force") % {"number": version.number})
