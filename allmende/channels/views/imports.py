"""What was imported, taking in more, and taking it back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.channels import actions, queries
from allmende.channels.access import find_import
from allmende.channels.forms.imports import ImportForm, WishesForm
from allmende.channels.models import ImportRun
from allmende.team.access import PersonRequest, for_person


@for_person("channels.channel.read")
@require_safe
def imports(request: PersonRequest) -> HttpResponseBase:
    """What was imported."""
    runs = list(queries.import_runs(request.workspace)[:50])
    context = {"runs": runs, "is_moving": any(run.is_open for run in runs)}
    return render(request, "channels/imports.html", context)


@for_person("channels.archive.import")
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: PersonRequest) -> HttpResponseBase:
    """Which file goes where."""
    is_sent = request.method == "POST"
    form = ImportForm(request.workspace, request.POST if is_sent else None, request.FILES if is_sent else None)
    if is_sent and form.is_valid():
        try:
            run = _choose(request, form)
        except (actions.CannotImport, actions.CannotChoose) as error:
            form.add_error("file", str(error))
        else:
            return redirect("channels:prepare_import", slug=request.workspace.slug, run_id=run.pk)
    context = {"form": form, "folder": queries.placed_folder()}
    return render(request, "channels/choose_import.html", context, status=422 if form.errors else 200)


@for_person("channels.archive.import")
@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: PersonRequest, run_id: str) -> HttpResponseBase:
    """How the file would arrive, and how it is to be read."""
    run = find_import(request.person, run_id)
    if run.state != "chosen":
        return redirect("channels:import_run", slug=request.workspace.slug, run_id=run.pk)
    form = WishesForm(run, _glance(run)[0], request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = actions.wish_import(person=request.person, import_run=run, wishes=form.wishes, now=timezone.now())
            if request.POST.get("step") == "start":
                actions.start_import(person=request.person, import_run=run, now=timezone.now())
                return redirect("channels:import_run", slug=request.workspace.slug, run_id=run.pk)
            return redirect("channels:prepare_import", slug=request.workspace.slug, run_id=run.pk)
        except (actions.CannotImport, actions.ImportRuns) as error:
            form.add_error(None, str(error))
    glance, trouble = _glance(run)
    context = {"run": run, "form": form, "glance": glance, "trouble": trouble}
    return render(request, "channels/prepare_import.html", context, status=422 if form.errors else 200)


@for_person("channels.archive.import")
@require_safe
def import_run(request: PersonRequest, run_id: str) -> HttpResponseBase:
    """One import: how far it is, and the rows it refused."""
    run = find_import(request.person, run_id)
    if run.state == "chosen":
        return redirect("channels:prepare_import", slug=request.workspace.slug, run_id=run.pk)
    early, late = (0, 0) if run.is_open else queries.odd_times(run)
    context = {"run": run, "refused": queries.refused_rows(run), "early": early, "late": late}
    return render(request, "channels/import_run.html", context)


@for_person("channels.archive.import")
@require_POST
def stop_reading(request: PersonRequest, run_id: str) -> HttpResponseBase:
    """Stop an import; what is in stays."""
    return _on_run(request, run_id, actions.stop_import, _("Stopped. What was read so far is in; go on or undo it."))


@for_person("channels.archive.import")
@require_POST
def go_on(request: PersonRequest, run_id: str) -> HttpResponseBase:
    """Let an import that stopped go on."""
    return _on_run(request, run_id, actions.start_import, _("It goes on where it stopped."))


@for_person("channels.archive.import")
@require_POST
def drop(request: PersonRequest, run_id: str) -> HttpResponseBase:
    """Forget a chosen file."""
    run = find_import(request.person, run_id)
    try:
        actions.drop_import(person=request.person, import_run=run)
    except actions.CannotImport as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Dropped. Nothing of %(file)s was taken in.") % {"file": run.file_name})
    return redirect("channels:imports", slug=request.workspace.slug)


@for_person("channels.archive.import")
@require_POST
def undo(request: PersonRequest, run_id: str) -> HttpResponseBase:
    """Take an import back."""
    run = find_import(request.person, run_id)
    try:
        actions.undo_import(person=request.person, import_run=run, now=timezone.now())
    except actions.CannotUndoImport as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Undone. What %(file)s had brought in is gone.") % {"file": run.file_name})
    return redirect("channels:imports", slug=request.workspace.slug)


def _choose(request: PersonRequest, form: ImportForm) -> ImportRun:
    """The run of an uploaded or placed file."""
    now, given = timezone.now(), form.cleaned_data
    upload: UploadedFile | None = given.get("file")
    if upload is not None:
        path = actions.keep_upload(person=request.person, name=upload.name or "", parts=upload.chunks())
    else:
        path = form.placed_path or Path()
    return actions.choose_archive(
        person=request.person,
        path=path,
        channel=given["channel"],
        name=given["name"],
        slug=given.get("slug", ""),
        now=now,
    )


def _glance(run: ImportRun) -> tuple[Any, str]:
    """(what a look at the file shows, "") or (None, why it cannot be read)."""
    try:
        return queries.glance_at(run), ""
    except queries.CANNOT_READ as error:
        return None, actions.told(error)


def _on_run(request: PersonRequest, run_id: str, act: Callable[..., object], said: str) -> HttpResponseBase:
    run = find_import(request.person, run_id)
    try:
        act(person=request.person, import_run=run, now=timezone.now())
    except (actions.CannotImport, actions.ImportRuns) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("channels:import_run", slug=request.workspace.slug, run_id=run.pk)
