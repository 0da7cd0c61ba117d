"""Screens of the rules of a netiquette: one rule each."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from allmende.guidelines import actions
from allmende.guidelines.access import find_guideline, find_guideline_rule
from allmende.guidelines.forms import GuidelineRuleForm
from allmende.guidelines.models import Guideline, GuidelineRule
from allmende.guidelines.views.promises import know_other
from allmende.team.access import PersonRequest, for_person
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of, undo_url

FIELDS = ("text", "example", "counter_example", "ladder", "legal_note")


@for_person("guidelines.plan.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def add_guideline_rule(request: PersonRequest, guideline_id: UUID) -> HttpResponseBase:
    """Write a rule."""
    return _rule_form(request, find_guideline(request.person, guideline_id), None)


@for_person("guidelines.plan.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_guideline_rule(request: PersonRequest, guideline_rule_id: int) -> HttpResponseBase:
    """Change a rule."""
    found = find_guideline_rule(request.person, guideline_rule_id)
    return _rule_form(request, found.guideline, found)


@for_person("guidelines.plan.edit")
@require_POST
def drop_rule(request: PersonRequest, guideline_rule_id: int) -> HttpResponseBase:
    """Take a rule out of a draft."""
    found = find_guideline_rule(request.person, guideline_rule_id)
    try:
        held = actions.drop_guideline_rule(person=request.person, rule=found, now=timezone.now())
        undo = undo_url(request.person, "guidelines.rule_dropped", **held)
        messages.success(request, gettext("The rule is taken out."), extra_tags=undo)
    except actions.CannotWrite as refused:
        messages.error(request, str(refused))
    return redirect("guidelines:guideline", request.workspace.slug, found.guideline_id)


def _rule_form(request: PersonRequest, guideline: Guideline, rule: GuidelineRule | None) -> HttpResponseBase:
    known = {name: getattr(rule, name) for name in FIELDS} | {"seen_revision": rule.revision} if rule else {}
    form = GuidelineRuleForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        before = kept(rule, *FIELDS) if rule else {}
        try:
            saved = actions.save_guideline_rule(
                person=request.person, guideline=guideline, rule=rule, now=timezone.now(), **form.values()
            )
        except actions.CannotWrite as refused:
            form.add_error(None, str(refused))
        except StaleRevision as error:
            know_other(form, error)
        else:
            undo = (
                undo_of(request.person, "guidelines.guideline_rule", saved, before)
                if rule
                else undo_url(request.person, "guidelines.rule_added", pk=saved.pk)
            )
            messages.success(request, gettext("The rule is saved."), extra_tags=undo)
            return redirect("guidelines:guideline", request.workspace.slug, guideline.pk)
    context = {"form": form, "rule": rule, "guideline": guideline}
    status = 422 if request.method == "POST" else 200
    return render(request, "guidelines/guideline_rule_form.html", context, status=status)
