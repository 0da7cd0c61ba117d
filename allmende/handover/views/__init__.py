"""Could someone take over tomorrow? Readiness, knowledge, transfers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.handover import actions, queries
from allmende.handover.access import find_handover, find_note, find_point
from allmende.handover.catalogue import QUESTIONS, STATE_WORDS
from allmende.handover.forms import AcceptForm, AnnounceForm, LookForm, NoteForm, PointForm, RevokeForm, UploadForm
from allmende.handover.models import Handover
from allmende.paper.as_html import as_html
from allmende.paper.as_markdown import as_markdown
from allmende.team.access import PersonRequest, SeeOther, for_person
from allmende.team.actions import CannotRead, StaleRevision
from allmende.team.queries import kept, undo_of

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


# --- readiness and knowledge -----------------------------------------------------------------------------------------


@for_person("handover.readiness.read")
@require_safe
def index(request: PersonRequest) -> HttpResponseBase:
    """Could someone take over tomorrow?"""
    page = queries.readiness(request.workspace, timezone.now(), timezone.localdate())
    return render(request, "handover/index.html", {"page": page})


@for_person("handover.readiness.read")
@require_safe
def knowledge(request: PersonRequest) -> HttpResponseBase:
    """What stands nowhere yet."""
    return render(request, "handover/knowledge.html", {"notes": queries.notes_of(request.workspace)})


@for_person("handover.note.edit")
@get_or_post
def new_note(request: PersonRequest) -> HttpResponseBase:
    """Answer a question of the interview, or one of our own."""
    key = request.GET.get("question", "")
    initial = {"holder": request.person.pk}
    form = NoteForm(request.POST or None, request.workspace, question_key=key, initial=initial)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            made = actions.write_note(person=request.person, question_key=key, now=now, **form.cleaned_data)
        except actions.CannotWriteNote as error:
            form.add_error(error.field or None, str(error))
        else:
            undo = undo_of(request.person, "handover.note", made, {"archived_at": now.isoformat()})
            messages.success(request, _("Written down."), extra_tags=undo)
            return SeeOther(_to(request, "knowledge"))
    context = {"form": form, "note": None, "question": QUESTIONS.get(key, "")}
    return _form_page(request, "handover/note.html", context)


@for_person("handover.note.edit")
@get_or_post
def note(request: PersonRequest, knowledge_id: UUID) -> HttpResponseBase:
    """One answer: read it, change it."""
    found = find_note(request.person, knowledge_id)
    form = NoteForm(request.POST or None, request.workspace, note=found)
    stale = None
    if request.method == "POST" and form.is_valid():
        before = kept(found, "answer", "holder", "second")
        seen = _seen_revision(request)
        try:
            actions.write_note(
                person=request.person, note=found, now=timezone.now(), seen_revision=seen, **form.cleaned_data
            )
        except StaleRevision as error:
            stale = error
        except actions.CannotWriteNote as error:
            form.add_error(error.field or None, str(error))
        else:
            undo = undo_of(request.person, "handover.note", found, before)
            messages.success(request, _("Saved."), extra_tags=undo)
            return SeeOther(_to(request, "knowledge"))
    context = {"form": form, "note": found, "question": found.question, "stale": stale}
    return _form_page(request, "handover/note.html", context)


@for_person("handover.note.edit")
@require_POST
def archive(request: PersonRequest, knowledge_id: UUID) -> HttpResponseBase:
    """Put an answer away."""
    found = find_note(request.person, knowledge_id)
    actions.archive_note(person=request.person, note=found, now=timezone.now())
    undo = undo_of(request.person, "handover.note", found, {"archived_at": None})
    messages.success(request, _("Put away. The question is open again."), extra_tags=undo)
    return SeeOther(_to(request, "knowledge"))


# --- transfers -------------------------------------------------------------------------------------------------------


@for_person("handover.readiness.read")
@require_safe
def transfers(request: PersonRequest) -> HttpResponseBase:
    """Whose work goes to whom."""
    return render(request, "handover/transfers.html", {"rows": queries.handovers_of(request.workspace)})


@for_person("handover.transfer.lead")
@get_or_post
def announce(request: PersonRequest) -> HttpResponseBase:
    """Begin a handover."""
    proposed = {"last_date": timezone.localdate(), "successor": request.person.pk}
    form = AnnounceForm(request.POST or None, request.workspace, initial=proposed)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            made = actions.announce_handover(person=request.person, now=now, **form.cleaned_data)
        except actions.CannotAnnounce as error:
            form.add_error(error.field or None, str(error))
        else:
            undo = undo_of(request.person, "handover.announced", made, {"archived_at": now.isoformat()})
            messages.success(request, _("Announced. The checklist is written; both were told."), extra_tags=undo)
            return SeeOther(_to(request, "transfer", made.pk))
    return _form_page(request, "handover/announce.html", {"form": form})


@for_person("handover.readiness.read")
@require_safe
def transfer(request: PersonRequest, handover_id: UUID) -> HttpResponseBase:
    """One handover: where it is, and what is left to do."""
    found = find_handover(request.person, handover_id)
    return _transfer_page(request, found)


@for_person("handover.note.edit")
@require_POST
def point(request: PersonRequest, point_id: int) -> HttpResponseBase:
    """Note something about a point, and tick it."""
    found = find_point(request.person, point_id)
    form = PointForm(request.POST)
    back = f"{_to(request, 'transfer', found.handover_id)}#p-{found.pk}"
    if not form.is_valid():
        messages.error(request, _("Not saved: the note is too long. Shorten it to 4,000 characters."))
        return SeeOther(back)
    before = kept(found, "note", "is_settled")
    try:
        actions.settle_point(
            person=request.person,
            point=found,
            now=timezone.now(),
            seen_revision=form.cleaned_data["revision"] or 0,
            note=form.cleaned_data["note"],
            is_settled=form.cleaned_data["is_settled"],
        )
    except StaleRevision as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved."), extra_tags=undo_of(request.person, "handover.point", found, before))
    return SeeOther(back)


@for_person("handover.transfer.lead")
@require_POST
def move(request: PersonRequest, handover_id: UUID) -> HttpResponseBase:
    """One step on."""
    found = find_handover(request.person, handover_id)
    before = kept(found, "state")
    try:
        after = actions.move_handover(
            person=request.person, handover=found, state=request.POST.get("state", ""), now=timezone.now()
        )
    except actions.CannotMove as error:
        messages.error(request, str(error))
    else:
        said = _("The handover is now: %(state)s.") % {"state": STATE_WORDS[after.state]}
        messages.success(request, said, extra_tags=undo_of(request.person, "handover.handover", after, before))
    return SeeOther(_to(request, "transfer", found.pk))


@for_person("handover.transfer.lead")
@require_POST
def call_off(request: PersonRequest, handover_id: UUID) -> HttpResponseBase:
    """Whoever was to leave stays."""
    found = find_handover(request.person, handover_id)
    try:
        after = actions.call_off_handover(person=request.person, handover=found, now=timezone.now())
    except actions.CannotCallOff as error:
        messages.error(request, str(error))
        return SeeOther(_to(request, "transfer", found.pk))
    undo = undo_of(request.person, "handover.called_off", after, {"archived_at": None})
    messages.success(request, _("Called off. Nothing changed hands; both were told."), extra_tags=undo)
    return SeeOther(_to(request, "transfers"))


@for_person("handover.readiness.read")
@require_POST
def accept(request: PersonRequest, handover_id: UUID) -> HttpResponseBase:
    """Everything listed changes hands: by the successor, or for them with a reason."""
    found = find_handover(request.person, handover_id)
    form = AcceptForm(request.POST)
    if not form.is_valid():
        return _transfer_page(request, found, accept_form=form)
    try:
        actions.accept_handover(person=request.person, handover=found, now=timezone.now(), **form.cleaned_data)
    except actions.CannotAccept as error:
        form.add_error(None, str(error))
        return _transfer_page(request, found, accept_form=form)
    said = _("Accepted. Plan, steps and conversations of the checklist are now with %(name)s.")
    messages.success(request, said % {"name": found.successor.name})
    return SeeOther(_to(request, "transfer", found.pk))


@for_person("handover.readiness.read")
@require_POST
def look(request: PersonRequest, handover_id: UUID) -> HttpResponseBase:
    """What the look back after 30 or 90 days found."""
    found, form = find_handover(request.person, handover_id), LookForm(request.POST)
    before = kept(found, "state")
    if form.is_valid():
        try:
            actions.look_back(person=request.person, handover=found, now=timezone.now(), **form.cleaned_data)
            found.refresh_from_db()
            undo = undo_of(request.person, "handover.looked_back", found, before)
            messages.success(request, _("Noted"), extra_tags=undo)
            return SeeOther(_to(request, "transfer", found.pk))
        except actions.CannotLookBack as error:
            form.add_error(error.field or None, str(error))
    return _transfer_page(request, found, look_form=form)


@for_person("team.person.edit")
@require_POST
def revoke(request: PersonRequest, handover_id: UUID) -> HttpResponseBase:
    """End the access of the one who left."""
    found = find_handover(request.person, handover_id)
    form = RevokeForm(request.POST)
    if not form.is_valid():
        return _transfer_page(request, found, form=form)
    try:
        actions.revoke_access(person=request.person, handover=found, now=timezone.now(), **form.cleaned_data)
    except actions.CannotRevoke as error:
        form.add_error(None, str(error))
        return _transfer_page(request, found, form=form)
    said = _("%(name)s has no access any more. What they did stays readable.")
    messages.success(request, said % {"name": found.leaver.name})
    return SeeOther(_to(request, "transfer", found.pk))


# --- the book --------------------------------------------------------------------------------------------------------


@for_person("handover.readiness.read")
@require_safe
def book(request: PersonRequest) -> HttpResponseBase:
    """Everything somebody needs to go on, without the software."""
    return render(request, "handover/book.html", {"page": queries.book_page(request.person)})


@for_person("handover.readiness.read")
@require_safe
def book_html(request: PersonRequest) -> HttpResponseBase:
    """The book as one page."""
    bound = queries.bound_book(request.workspace, timezone.now(), request.person)
    return _file(request, as_html(bound), "html", "text/html")


@for_person("handover.readiness.read")
@require_safe
def book_markdown(request: PersonRequest) -> HttpResponseBase:
    """The book as plain text."""
    bound = queries.bound_book(request.workspace, timezone.now(), request.person)
    return _file(request, as_markdown(bound), "md", "text/markdown")


@for_person("plan.version.publish")
@require_safe
def book_json(request: PersonRequest) -> HttpResponseBase:
    """The whole book for machines: what an import reads back."""
    return _file(request, queries.book_text(request.workspace), "json", "application/json")


@for_person("handover.readiness.read")
@get_or_post
def book_pdf(request: PersonRequest) -> HttpResponseBase:
    """Ask for the book as PDF; wait for it; have it."""
    if request.method == "POST":
        actions.order_book(person=request.person, now=timezone.now())
        return SeeOther(_to(request, "book_pdf"))
    order = queries.order_of(request.person)
    if order is None:
        return SeeOther(_to(request, "book"))
    try:
        file = queries.book_file(order).open("rb")
    except FileNotFoundError:
        answer = render(request, "handover/being_set.html", {"is_lost": order.set_at is not None}, status=202)
        if order.set_at is None:
            answer["Refresh"] = "2"
        return answer
    if request.method == "GET":
        actions.note_download(person=request.person, ending="pdf", now=timezone.now())
    name = queries.book_name(request.workspace, order.asked_at, "pdf")
    return FileResponse(file, filename=name, content_type="application/pdf")


def _file(request: PersonRequest, text: str, ending: str, kind: str) -> HttpResponse:
    """A file to keep; a browser saves it instead of showing it. That it was taken stands in the audit book."""
    if request.method == "GET":
        actions.note_download(person=request.person, ending=ending, now=timezone.now())
    answer = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    name = queries.book_name(request.workspace, timezone.now(), ending)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@for_person("team.workspace.edit")
@get_or_post
def import_book(request: PersonRequest) -> HttpResponseBase:
    """Bring a book, and see what it would make."""
    is_sent = request.method == "POST"
    form = UploadForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if is_sent and form.is_valid():
        try:
            actions.upload_book(person=request.person, now=timezone.now(), **form.cleaned_data["file"])
        except CannotRead as error:
            form.add_error("file", str(error))
        else:
            return SeeOther(_to(request, "import_book"))
    page = queries.import_page(request.person)
    return _form_page(request, "handover/import_book.html", {"form": form, "page": page})


@for_person("team.workspace.edit")
@require_POST
def accept_book(request: PersonRequest) -> HttpResponseBase:
    """Read in what was looked at."""
    try:
        read = actions.accept_book(person=request.person, now=timezone.now())
    except CannotRead as error:
        messages.error(request, str(error))
        return SeeOther(_to(request, "import_book"))
    messages.success(request, _("Read in. What others did carries their name; invite whoever goes on working here."))
    return SeeOther(reverse("team:index", args=[request.workspace.slug]) if read.to_invite else _to(request, "index"))


@for_person("team.workspace.edit")
@require_POST
def drop_book(request: PersonRequest) -> HttpResponseBase:
    """Put the book away unread."""
    actions.drop_book(person=request.person)
    messages.success(request, _("Put away. Nothing of it was read in."))
    return SeeOther(_to(request, "import_book"))


# --- shared by the views ---------------------------------------------------------------------------------------------


def _form_page(request: PersonRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _transfer_page(request: PersonRequest, found: Handover, **forms: Any) -> HttpResponse:
    page = queries.handover_page(found, timezone.now())
    fresh = {"form": RevokeForm(), "accept_form": AcceptForm(), "look_form": LookForm()}
    return _form_page(request, "handover/transfer.html", {"page": page, "handover": found, **fresh, **forms})


def _to(request: PersonRequest, name: str, *args: object) -> str:
    return reverse(f"handover:{name}", args=[request.workspace.slug, *args])


def _seen_revision(request: PersonRequest) -> int:
    """The revision the form was made from; 0 when it was lost, which no record has."""
    seen = request.POST.get("revision", "")
    return int(seen) if seen.isdecimal() else 0
