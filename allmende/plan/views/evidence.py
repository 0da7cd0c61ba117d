"""Figures from outside: by hand, from a table; orphans; judgements of values beyond their limits."""

import csv
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.plan import actions, queries
from allmende.plan.access import find_judgement, find_newest, find_plan, find_upload
from allmende.plan.catalogue.proof import VALUE_REASONS
from allmende.plan.forms.proof import ColumnsForm, EvidenceForm, JudgementForm, UploadForm, chosen_place
from allmende.plan.models import EvidenceUpload
from allmende.plan.views.page import address, show
from allmende.team.access import PersonRequest, SeeOther, for_person, may
from allmende.team.queries import kept, undo_of, undo_url

WATCHED_FOR = timedelta(days=14)
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@for_person("plan.version.read")
@require_safe
def evidence(request: PersonRequest) -> HttpResponseBase:
    """The newest figures of each part, and those that belong to nothing."""
    page = queries.evidence_page(request.workspace)
    context = {"page": page, "places": chosen_place(page.places), "may_tell": may(request.person, "plan.evidence.tell")}
    return show(request, "plan/evidence.html", context)


@for_person("plan.evidence.tell")
@get_or_post
def tell(request: PersonRequest, key: str) -> HttpResponseBase:
    """Write down a measured value of an element."""
    _version, element = find_newest(request.person, key)
    form, status = EvidenceForm(request.POST or None, initial={"ends": timezone.localdate()}), 200
    if request.method == "POST":
        if form.is_valid():
            try:
                fact, before = actions.tell_evidence(
                    person=request.person, key=key, now=timezone.now(), **form.values()
                )
                undo = undo_url(request.person, "plan.told", pk=fact.pk, before=before)
                messages.success(request, _("Written down"), extra_tags=undo)
                return SeeOther(address(request, "element", key=key))
            except actions.CannotTellEvidence as refused:
                form.add_error(refused.field or None, str(refused))
        status = 422
    name = queries.name_of(key.partition("-")[0], element)
    context = {"form": form, "name": name, "key": key, "measures": queries.measures_told(request.workspace, key)}
    return show(request, "plan/tell.html", context, status)


@for_person("plan.evidence.tell")
@require_POST
def attach(request: PersonRequest) -> HttpResponseBase:
    """Give figures that belong to nothing their place."""
    given = {name: request.POST.get(name, "") for name in ("key", "source", "to")}
    try:
        moved = actions.attach_evidence(person=request.person, now=timezone.now(), **given)
        undo = undo_url(request.person, "plan.attached", moved=moved, **given)
        messages.success(request, _("Attached"), extra_tags=undo)
    except actions.CannotTellEvidence as refused:
        messages.error(request, str(refused))
    return SeeOther(address(request, "evidence"))


@for_person("plan.evidence.tell")
@get_or_post
def upload(request: PersonRequest) -> HttpResponseBase:
    """Choose a table of measured values."""
    is_sent = request.method == "POST"
    form = UploadForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if is_sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = actions.choose_values(
                person=request.person, name=file.name or "", parts=file.chunks(), now=timezone.now()
            )
            return SeeOther(address(request, "values", upload_id=found.pk))
        except actions.CannotTakeValues as refused:
            form.add_error("file", str(refused))
    return show(request, "plan/upload.html", {"form": form}, 422 if form.errors else 200)


@for_person("plan.evidence.tell")
@get_or_post
def values(request: PersonRequest, upload_id: UUID) -> HttpResponseBase:
    """A table as it would arrive, and taking it in; afterwards, what came of it."""
    found = find_upload(request.person, upload_id)
    if found.state != "chosen":
        return show(request, "plan/values_taken.html", {"upload": found})
    sheet = queries.values_of(found, timezone.localdate())
    places = queries.places_of(request.workspace)
    form, status = ColumnsForm(found, sheet, places, request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            found = actions.wish_values(person=request.person, upload=found, wishes=form.wishes, now=now)
            if request.POST.get("step") == "take":
                actions.take_values(person=request.person, upload=found, now=now)
            return SeeOther(address(request, "values", upload_id=found.pk))
        except actions.CannotTakeValues as refused:
            form.add_error(None, str(refused))
            status = 422
    context = {"upload": found, "values": sheet, "form": form, "names": {place.key: place.label for place in places}}
    return show(request, "plan/values.html", context, status)


@for_person("plan.evidence.tell")
@require_POST
def drop_values(request: PersonRequest, upload_id: UUID) -> HttpResponseBase:
    """Forget a table of which nothing was taken in."""
    return _settle(request, find_upload(request.person, upload_id), is_drop=True)


@for_person("plan.evidence.tell")
@require_POST
def undo_values(request: PersonRequest, upload_id: UUID) -> HttpResponseBase:
    """Take a whole table out again."""
    return _settle(request, find_upload(request.person, upload_id), is_drop=False)


@for_person("plan.evidence.tell")
@require_safe
def refused_values(request: PersonRequest, upload_id: UUID) -> HttpResponseBase:
    """The rows that were left out, with the reason of each, to mend and bring again."""
    found = find_upload(request.person, upload_id)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="refused.csv"'
    writer = csv.writer(answer)
    writer.writerow([_("Line"), _("Why not"), *found.headers])
    for line, code, word, cells in found.refused:
        writer.writerow([line, VALUE_REASONS[code] % {"word": word}, *map(_safe, cells)])
    return answer


@for_person("plan.version.read")
@get_or_post
def judge(request: PersonRequest, judgement_id: UUID) -> HttpResponseBase:
    """A value beyond its natural limits, and what follows from it."""
    found = find_judgement(request.person, judgement_id)
    may_judge = may(request.person, "plan.value.judge") and not found.answer
    first = {"again_date": timezone.localdate() + WATCHED_FOR}
    form, status = JudgementForm(request.POST or None, initial=first), 200
    if request.method == "POST":
        if form.is_valid():
            before = kept(found, "answer", "reason", "judged_at", "judged_by", "again_date")
            try:
                told = actions.judge_value(
                    person=request.person, judgement=found, now=timezone.now(), **form.cleaned_data
                )
                undo = undo_of(request.person, "plan.judged", told, before)
                messages.success(request, _("Noted"), extra_tags=undo)
                if told.answer == "change":  # what comes of it is asked right away
                    return SeeOther(address(request, "judge", judgement_id=found.pk))
                return SeeOther(address(request, "element", key=found.key))
            except actions.CannotJudge as refused:
                form.add_error(refused.field or None, str(refused))
        status = 422
    context = {
        "judgement": found,
        "form": form,
        "may_judge": may_judge,
        "is_met": queries.is_met(found),
        "name": queries.name_in_force(request.person, found.key),
    }
    return show(request, "plan/judge.html", context, status)


@for_person("plan.version.edit")
@require_POST
def follow_judgement(request: PersonRequest, judgement_id: UUID) -> HttpResponseBase:
    """Let a draft of the plan, a finding or an event come of a value that was judged to change something."""
    found, plan, now = find_judgement(request.person, judgement_id), find_plan(request.person), timezone.now()
    if request.POST.get("as") == "event":  # which kind, and when it happened, only the person knows
        return SeeOther(f"{address(request, 'add_event')}?judgement={found.pk}")
    before = kept(found, *queries.CAME_OF_IT)
    given: dict[str, Any] = {"person": request.person, "judgement": found, "plan": plan, "now": now}
    try:
        if request.POST.get("as") == "finding":
            finding = actions.find_for_judgement(**given)
            place = address(request, "decide_finding", finding_id=finding.pk)
        else:
            actions.revise_for_judgement(**given)
            place = f"{address(request, 'draft')}#{found.key}"
        found.refresh_from_db()
        undo = undo_of(request.person, "plan.judgement_followed", found, before)
        messages.success(request, _("Noted what comes of it"), extra_tags=undo)
        return SeeOther(place)
    except (actions.CannotFollowJudgement, actions.CannotRevise) as refused:
        messages.error(request, str(refused))
        return SeeOther(address(request, "judge", judgement_id=found.pk))


def _safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in "=+-@\t" and not cell[1:2].isdigit() else cell


def _settle(request: PersonRequest, found: EvidenceUpload, is_drop: bool) -> HttpResponseBase:
    try:
        if is_drop:
            actions.drop_values(person=request.person, upload=found)
            messages.success(request, _("Dropped. Nothing of %(file)s was taken in.") % {"file": found.file_name})
        else:
            actions.undo_values(person=request.person, upload=found, now=timezone.now())
            messages.success(request, _("Undone. The figures of %(file)s are out again.") % {"file": found.file_name})
    except actions.CannotTakeValues as refused:
        messages.error(request, str(refused))
    return SeeOther(address(request, "evidence"))
