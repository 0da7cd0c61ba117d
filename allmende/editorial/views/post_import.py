"""Posts that were planned elsewhere: look at their table, take them in, take them out."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from allmende.channels.queries.tables import CannotReadTable
from allmende.editorial.access import find_posts
from allmende.editorial.actions.import_posts import (
    CannotImportPosts,
    NobodyOnDuty,
    NoTableSo,
    choose_posts,
    drop_posts,
    import_posts,
    told,
    undo_posts,
    wish_posts,
)
from allmende.editorial.forms import PostsFileForm, PostsForm
from allmende.editorial.models import PostImport
from allmende.editorial.queries import writable_channels
from allmende.editorial.queries.post_imports import post_imports, post_sheet, preview_of, uncared_posts
from allmende.plan.queries import objectives_in_force
from allmende.team.access import PersonRequest, for_person


@require_http_methods(["GET", "HEAD", "POST"])
@for_person("editorial.item.edit")
def choose(request: PersonRequest) -> HttpResponse:
    """A table, and those that came before."""
    is_sent = request.method == "POST"
    form = PostsFileForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if is_sent and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            run = choose_posts(person=request.person, name=upload.name, parts=upload.chunks(), now=timezone.now())
        except CannotImportPosts as error:
            form.add_error("file", str(error))
        else:
            return redirect("editorial:posts", slug=request.workspace.slug, post_import_id=run.pk)
    context = {"form": form, "runs": list(post_imports(request.workspace)[:20])}
    return render(request, "editorial/choose_posts.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_person("editorial.item.edit")
def look(request: PersonRequest, post_import_id: UUID) -> HttpResponse:
    """How the posts would arrive; then that they arrived."""
    run, now = find_posts(request.person, post_import_id), timezone.now()
    if run.state != "chosen":
        return render(request, "editorial/posts.html", {"run": run})
    try:
        sheet = post_sheet(run, now)
    except CannotReadTable as error:
        messages.error(request, told(error))
        return redirect("editorial:choose_posts", slug=request.workspace.slug)
    channels = writable_channels(request.workspace)
    objectives = list(objectives_in_force(request.workspace))
    form = PostsForm(sheet, channels, objectives, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            wish_posts(person=request.person, post_import=run, wishes=form.wishes, now=now)
            if request.POST.get("step") == "start":
                return _take_in(request, run, form.cleaned_data["knowingly"])
            return redirect("editorial:posts", slug=request.workspace.slug, post_import_id=run.pk)
        except CannotImportPosts as error:
            fields: dict[type, str] = {NobodyOnDuty: "knowingly", NoTableSo: "encoding"}
            form.add_error(fields.get(type(error)), str(error))
            sheet = post_sheet(find_posts(request.person, run.pk), now)
    uncared = uncared_posts(request.workspace, sheet.posts)
    shown = preview_of(sheet, uncared)
    context = {
        "run": run, "form": form, "sheet": sheet, "channels": channels, "uncared": uncared, "shown": shown,
        "more": len(sheet.posts) - len(shown),
    }  # fmt: skip
    return render(request, "editorial/look_at_posts.html", context, status=422 if form.errors else 200)


@for_person("editorial.item.edit")
@require_POST
def drop(request: PersonRequest, post_import_id: UUID) -> HttpResponse:
    """Forget a table that was not taken in."""
    run = find_posts(request.person, post_import_id)
    try:
        drop_posts(person=request.person, post_import=run)
    except CannotImportPosts as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Dropped. Nothing of %(file)s was taken in.") % {"file": run.file_name})
    return redirect("editorial:choose_posts", slug=request.workspace.slug)


@for_person("editorial.item.edit")
@require_POST
def undo(request: PersonRequest, post_import_id: UUID) -> HttpResponse:
    """Take out what a table brought."""
    run = find_posts(request.person, post_import_id)
    try:
        run = undo_posts(person=request.person, post_import=run, now=timezone.now())
    except CannotImportPosts as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _undone(run))
    return redirect("editorial:choose_posts", slug=request.workspace.slug)


def _take_in(request: PersonRequest, run: PostImport, knowingly: str) -> HttpResponse:
    url = reverse("editorial:posts", args=[request.workspace.slug, run.pk])
    run = import_posts(person=request.person, post_import=run, now=timezone.now(), url=url, knowingly=knowingly)
    said = ngettext("%(number)d draft is in the calendar.", "%(number)d drafts are in the calendar.", run.made)
    undo_url = reverse("editorial:undo_posts", args=[request.workspace.slug, run.pk])
    messages.success(request, said % {"number": run.made}, extra_tags=undo_url)
    return redirect("editorial:posts", slug=request.workspace.slug, post_import_id=run.pk)


def _undone(run: PostImport) -> str:
    if not run.kept:
        return _("Undone. What %(file)s had brought in is gone.") % {"file": run.file_name}
    return _("Undone, but for %(number)d that somebody changed since; they stay.") % {"number": run.kept}
