"""What people did who came by our links, told in a table: look at it, take it in, take it out."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from allmende.channels.actions import (
    CannotImportArrivals,
    choose_arrivals,
    drop_arrivals,
    import_arrivals,
    undo_arrivals,
    why_not_read,
    wish_arrivals,
)
from allmende.channels.models import ArrivalUpload
from allmende.channels.queries import arrival_sheet, arrival_uploads
from allmende.channels.queries.tables import CannotReadTable
from allmende.hub.access import find_arrivals
from allmende.hub.forms import ArrivalsFileForm, ArrivalsForm
from allmende.team.access import PersonRequest, SeeOther, for_person


@require_http_methods(["GET", "HEAD", "POST"])
@for_person("editorial.item.edit")
def choose(request: PersonRequest) -> HttpResponseBase:
    """A table, and those that came before."""
    is_sent = request.method == "POST"
    form = ArrivalsFileForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if is_sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = choose_arrivals(person=request.person, name=file.name, parts=file.chunks(), now=timezone.now())
        except CannotImportArrivals as error:
            form.add_error("file", str(error))
        else:
            return _to_upload(request, upload)
    context = {"form": form, "uploads": list(arrival_uploads(request.workspace)[:20])}
    return render(request, "hub/choose_arrivals.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_person("editorial.item.edit")
def look(request: PersonRequest, arrival_upload_id: UUID) -> HttpResponseBase:
    """How the arrivals would come in; then that they came."""
    upload, now = find_arrivals(request.person, arrival_upload_id), timezone.now()
    if upload.state != "chosen":
        return render(request, "hub/arrivals.html", {"upload": upload})
    try:
        sheet = arrival_sheet(upload, now)
    except CannotReadTable as error:
        messages.error(request, why_not_read(error))
        return _to_choice(request)
    form = ArrivalsForm(sheet, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            wish_arrivals(person=request.person, upload=upload, wishes=form.wishes, now=now)
            if request.POST.get("step") == "start":
                _take_in(request, upload)
            return _to_upload(request, upload)
        except CannotImportArrivals as error:
            form.add_error(None, str(error))
    context = {"upload": upload, "form": form, "sheet": sheet}
    return render(request, "hub/look_at_arrivals.html", context, status=422 if form.errors else 200)


@for_person("editorial.item.edit")
@require_POST
def drop(request: PersonRequest, arrival_upload_id: UUID) -> HttpResponseBase:
    """Forget a table that was not taken in."""
    upload = find_arrivals(request.person, arrival_upload_id)
    try:
        drop_arrivals(person=request.person, upload=upload)
    except CannotImportArrivals as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Dropped. Nothing of %(file)s was taken in.") % {"file": upload.file_name})
    return _to_choice(request)


@for_person("editorial.item.edit")
@require_POST
def undo(request: PersonRequest, arrival_upload_id: UUID) -> HttpResponseBase:
    """Take out what a table brought."""
    upload = find_arrivals(request.person, arrival_upload_id)
    try:
        undo_arrivals(person=request.person, upload=upload, now=timezone.now())
    except CannotImportArrivals as error:
        messages.error(request, str(error))
    else:
        said = _("Undone. What %(file)s had brought in is gone and counts no more.")
        messages.success(request, said % {"file": upload.file_name})
    return _to_choice(request)


def _take_in(request: PersonRequest, upload: ArrivalUpload) -> None:
    made = import_arrivals(person=request.person, upload=upload, now=timezone.now()).made
    undo_url = reverse("hub:undo_arrivals", args=[request.workspace.slug, upload.pk])
    said = ngettext("%(number)d arrival was taken in.", "%(number)d arrivals were taken in.", made) % {"number": made}
    messages.success(request, said, extra_tags=undo_url)


def _to_upload(request: PersonRequest, upload: ArrivalUpload) -> HttpResponseBase:
    return SeeOther(reverse("hub:arrival_upload", args=[request.workspace.slug, upload.pk]))


def _to_choice(request: PersonRequest) -> HttpResponseBase:
    return SeeOther(reverse("hub:arrivals", args=[request.workspace.slug]))
