"""What was imported, and taking it back."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from allmende.channels import actions, queries
from allmende.channels.access import find_import
from allmende.team.access import PersonRequest, for_person


@for_person("channels.channel.read")
@require_safe
def imports(request: PersonRequest) -> HttpResponseBase:
    """What was imported."""
    return render(request, "channels/imports.html", {"runs": queries.import_runs(request.workspace)[:50]})


@for_person("channels.archive.import")
@require_safe
def import_run(request: PersonRequest, run_id: str) -> HttpResponseBase:
    """One import with the rows it refused."""
    run = find_import(request.person, run_id)
    return render(request, "channels/import_run.html", {"run": run, "refused": queries.refused_rows(run)})


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
