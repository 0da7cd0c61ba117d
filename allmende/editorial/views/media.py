"""The library of pictures."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods

from allmende.channels.actions import CannotKeep, keep_media
from allmende.channels.queries import LARGEST_FILM
from allmende.editorial.access import find_picture
from allmende.editorial.actions import save_right
from allmende.editorial.forms import PicturesForm, RightForm
from allmende.editorial.queries import SHOWS, library_page, picture_rows
from allmende.team.access import PersonRequest, for_person
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of

NAMES = ("alt", "ground", "holder", "note", "ends_date")


@require_http_methods(["GET", "HEAD", "POST"])
@for_person("editorial.item.read")
def library(request: PersonRequest) -> HttpResponse:
    """Which pictures do we have, and which may we show?"""
    is_typed = request.method == "POST"
    form = PicturesForm(request.POST, request.FILES) if is_typed else PicturesForm()
    if is_typed and form.is_valid() and (answer := _keep(request, form)):
        return answer
    show, words = request.GET.get("show", ""), request.GET.get("q", "")[:80]
    page = request.GET.get("page", "1")
    found = library_page(
        request.workspace,
        timezone.localdate(),
        show=show if show in SHOWS else "",
        words=words,
        page=max(1, int(page)) if page.isdecimal() and len(page) < 6 else 1,
    )
    context = {"found": found, "form": form, "show": show, "words": words, "shows": _shows()}
    return render(request, "editorial/library.html", context, status=422 if form.is_bound else 200)


def _shows() -> list[tuple[str, str]]:
    return [
        ("", pgettext("pictures", "All pictures")),
        ("no-alt", _("without description")),
        ("no-right", _("right not settled")),
        ("ending", _("right ended or ends within 30 days")),
        ("unused", _("in no item")),
    ]


def _keep(request: PersonRequest, form: PicturesForm) -> HttpResponse | None:
    """Keep all of them; what cannot be kept says so at the field, the others are in."""
    now, number = timezone.now(), 0
    for file in form.cleaned_data["pictures"]:
        try:
            keep_media(person=request.person, name=file.name or "", content=file.read(LARGEST_FILM + 1), now=now)
            number += 1
        except CannotKeep as error:
            form.add_error("pictures", str(error))
    if number:
        said = ngettext("%(number)s picture is in.", "%(number)s pictures are in.", number) % {"number": number}
        messages.success(request, said)
    return redirect("editorial:library", request.workspace.slug) if form.is_valid() else None


@require_http_methods(["GET", "HEAD", "POST"])
@for_person("editorial.item.read")
def picture(request: PersonRequest, media_id: UUID) -> HttpResponse:
    """What does it show, on what ground, until when, and where is it used?"""
    media = find_picture(request.person, media_id)
    row = picture_rows(request.workspace, [media], timezone.localdate())[0]
    known = {name: getattr(row.right, name) for name in NAMES} if row.right else {}
    known |= {"seen_revision": row.right.revision} if row.right else {}
    is_typed = request.method == "POST"
    form = RightForm(request.POST if is_typed else None, initial=known)
    if is_typed and form.is_valid():
        blank = {"alt": "", "ground": "", "holder": "", "note": "", "ends_date": None}
        before = kept(row.right, *NAMES) if row.right else blank
        try:
            saved = save_right(person=request.person, media=media, now=timezone.now(), **form.values())
            messages.success(request, _("Saved."), extra_tags=undo_of(request.person, "editorial.right", saved, before))
            return redirect("editorial:picture", request.workspace.slug, media.pk)
        except StaleRevision as error:
            form.data = {**request.POST.dict(), "seen_revision": str(error.revision)}
            form.add_error(None, str(error))
    status = 422 if form.is_bound else 200
    return render(request, "editorial/picture.html", {"row": row, "form": form}, status=status)
