"""Screens of the members: whom do we meet, and who counts as what?"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.members import actions, queries
from allmende.members.access import find_erasure, find_member, find_merged, find_merging, find_note, find_rule
from allmende.members.forms import EraseForm, FilterForm, MergeForm, NoteForm, RuleForm, TraitForm
from allmende.team.access import PersonRequest, for_person, may
from allmende.team.actions import CannotUndo
from allmende.team.queries import undo_url

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@for_person("members.member.read")
@require_safe
def index(request: PersonRequest) -> HttpResponse:
    """Whom do we meet?"""
    form = FilterForm(request.GET)
    wish = form.cleaned_data if form.is_valid() else {}
    found = queries.listing(
        request.workspace,
        words=wish.get("q", ""),
        actor_class=wish.get("kind", ""),
        stage=wish.get("stage", ""),
        after=wish.get("after", ""),
    )
    return render(request, "members/index.html", {"found": found, "form": form, "now": timezone.now()})


@for_person("members.member.read")
@require_safe
def mentions(request: PersonRequest) -> HttpResponse:
    """Members whose name or handle begins with `q` in the networks named (`network`), for words that name them with "@"."""
    found = queries.mentioned(request.workspace, request.GET.getlist("network")[:50], request.GET.get("q", ""))
    return render(request, "members/mentions.html", {"found": found})


@for_person("members.member.read")
@get_or_post
def member(request: PersonRequest, member_id: int) -> HttpResponse:
    """Who is this, where do we meet, what did the team note?"""
    now_known_as = find_merged(request.person, member_id)
    if now_known_as and request.method != "POST":
        return redirect("members:member", request.workspace.slug, now_known_as)
    found = find_member(request.person, member_id)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and may(request.person, "members.member.edit") and form.is_valid():
        note = actions.add_note(person=request.person, member=found, text=form.cleaned_data["text"], now=timezone.now())
        undo = reverse("members:remove_note", args=[request.workspace.slug, note.pk])
        messages.success(request, _("Noted, for the team alone."), extra_tags=undo)
        return redirect("members:member", request.workspace.slug, found.pk)
    context = {"page": queries.member_page(found), "form": form, "trait_form": TraitForm(), "now": timezone.now()}
    return render(request, "members/member.html", context, status=422 if request.method == "POST" else 200)


@for_person("members.member.edit")
@get_or_post
def merge(request: PersonRequest, member_id: int) -> HttpResponse:
    """Who else is this person? With undo, and parted again at any time from the member's page."""
    found, words = find_member(request.person, member_id), request.GET.get("q", "").strip()[:200]
    candidates = queries.merge_candidates(found, words)
    form = MergeForm(request.POST or None, candidates=candidates)
    if request.method == "POST" and form.is_valid():
        source = find_member(request.person, form.cleaned_data["source"])
        by = {"person": request.person, "basis": form.cleaned_data["basis"], "now": timezone.now()}
        try:
            row = actions.merge_members(source=source, target=found, **by)
        except actions.CannotMerge as refusal:
            form.add_error(None, str(refusal))
        else:
            undo = undo_url(request.person, "members.merging", merging=row.pk)
            messages.success(request, _("Merged. What both did is counted anew as done by one."), extra_tags=undo)
            return redirect("members:member", request.workspace.slug, found.pk)
    context = {"member": found, "candidates": candidates, "words": words, "form": form}
    return render(request, "members/merge.html", context, status=422 if form.errors else 200)


@for_person("members.member.edit")
@require_POST
def part(request: PersonRequest, merging_id: int) -> HttpResponse:
    """Two members are not one person after all."""
    merging = find_merging(request.person, merging_id)
    try:
        actions.part_members(person=request.person, merging=merging.pk, now=timezone.now())
    except CannotUndo as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Parted. Each of the two is counted by themselves again."))
    return redirect("members:member", request.workspace.slug, merging.target_id)


@for_person("members.member.erase")
@get_or_post
def erase(request: PersonRequest, member_id: int) -> HttpResponse:
    """Forget a member who asks for it: what goes and what stays stands here before."""
    found = find_member(request.person, member_id)
    form = EraseForm(request.POST or None, initial={"asked_date": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        asked_date = form.cleaned_data["asked_date"]
        try:
            made = actions.erase(person=request.person, member=found, asked_date=asked_date, now=timezone.now())
        except actions.CannotErase as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("members:erasure", request.workspace.slug, made.pk)
    context = {"member": found, "form": form, "steps": queries.erasing_steps()}
    return render(request, "members/erase.html", context, status=422 if form.errors else 200)


@for_person("members.member.erase")
@require_safe
def erasures(request: PersonRequest) -> HttpResponse:
    """Who asked to be forgotten, without names, and how far it is."""
    return render(request, "members/erasures.html", {"erasures": queries.erasures_of(request.workspace)})


@for_person("members.member.erase")
@require_safe
def erasure(request: PersonRequest, erasure_id: UUID) -> HttpResponse:
    """The proof: what went and when, what is kept, why and until when."""
    page = queries.erasure_page(find_erasure(request.person, erasure_id))
    return render(request, "members/erasure.html", {"page": page})


@for_person("members.member.edit")
@require_POST
def tell_trait(request: PersonRequest, member_id: int) -> HttpResponse:
    """Note what is known of somebody beside what they said, or take it away, with undo."""
    found = find_member(request.person, member_id)
    form = TraitForm(request.POST)
    if not form.is_valid():
        context = {"page": queries.member_page(found), "form": NoteForm(), "trait_form": form, "now": timezone.now()}
        return render(request, "members/member.html", context, status=422)
    told = {found.pk: {form.cleaned_data["name"]: form.cleaned_data["value"]}}
    telling = actions.tell_traits(person=request.person, told=told, now=timezone.now())
    if telling:
        undo = undo_url(request.person, "members.told", pk=telling.pk)
        messages.success(request, _("Noted. Definitions that ask for it count it next time."), extra_tags=undo)
    return redirect("members:member", request.workspace.slug, found.pk)


@for_person("members.member.edit")
@require_POST
def remove_note(request: PersonRequest, note_id: int) -> HttpResponse:
    """Take a note away, with undo."""
    note = find_note(request.person, note_id)
    actions.take_note_away(person=request.person, note=note, now=timezone.now())
    undo = reverse("members:restore_note", args=[request.workspace.slug, note.pk])
    messages.success(request, _("The note is gone."), extra_tags=undo)
    return redirect("members:member", request.workspace.slug, note.member_id)


@for_person("members.member.edit")
@require_POST
def restore_note(request: PersonRequest, note_id: int) -> HttpResponse:
    """Put a note back."""
    note = find_note(request.person, note_id)
    actions.put_note_back(person=request.person, note=note, now=timezone.now())
    return redirect("members:member", request.workspace.slug, note.member_id)


@for_person("members.member.edit")
@get_or_post
def rules(request: PersonRequest) -> HttpResponse:
    """Who counts as team, as bot, as expert or partner?"""
    form = RuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rule = actions.set_rule(person=request.person, now=timezone.now(), **form.cleaned_data)
        except actions.CannotSetRule as refusal:
            form.add_error(None, str(refusal))
        else:
            undo = reverse("members:drop_rule", args=[request.workspace.slug, rule.pk])
            messages.success(request, _("Saved. It applies to what arrives from now on."), extra_tags=undo)
            return redirect("members:rules", request.workspace.slug)
    context = {"rules": queries.rules_of(request.workspace), "form": form}
    return render(request, "members/rules.html", context, status=422 if form.errors else 200)


@for_person("members.member.edit")
@require_POST
def drop_rule(request: PersonRequest, actor_rule_id: UUID) -> HttpResponse:
    """Drop a rule, with undo."""
    rule = find_rule(request.person, actor_rule_id)
    actions.drop_rule(person=request.person, rule=rule, now=timezone.now())
    undo = reverse("members:restore_rule", args=[request.workspace.slug, rule.pk])
    messages.success(request, _("The rule no longer applies."), extra_tags=undo)
    return redirect("members:rules", request.workspace.slug)


@for_person("members.member.edit")
@require_POST
def restore_rule(request: PersonRequest, actor_rule_id: UUID) -> HttpResponse:
    """Let a dropped rule apply again."""
    rule = find_rule(request.person, actor_rule_id)
    try:
        actions.put_rule_back(person=request.person, rule=rule, now=timezone.now())
    except actions.CannotSetRule as refusal:
        messages.error(request, str(refusal))
    return redirect("members:rules", request.workspace.slug)
