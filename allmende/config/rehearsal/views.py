"""A drill on a copy, in the browser: begin it, let members write, end it."""

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from allmende.config.rehearsal.begin import begin_rehearsal
from allmende.config.rehearsal.forms import EndRehearsalForm, WaveForm
from allmende.config.rehearsal.leave import end_rehearsal
from allmende.config.rehearsal.queries import rehearsal_page
from allmende.config.rehearsal.waves import send_wave
from allmende.crisis.actions import CannotKeep
from allmende.team.access import PersonRequest, for_person
from allmende.team.actions import CannotRehearse


@for_person("crisis.incident.read")
@require_safe
def rehearsal(request: PersonRequest) -> HttpResponseBase:
    """Practise on a copy: what that is, and in the copy what can be done."""
    return _page(request)


@for_person("channels.account.connect")
@require_POST
def begin(request: PersonRequest) -> HttpResponseBase:
    """Make the copy and go there."""
    try:
        copy = begin_rehearsal(person=request.person, now=timezone.now())
    except CannotRehearse as refused:
        messages.error(request, str(refused))
        return redirect("rehearsal", slug=request.workspace.slug)
    messages.success(request, _("The copy stands. Everything here is a drill."))
    return redirect("rehearsal", slug=copy.slug)


@for_person("crisis.incident.lead")
@require_POST
def wave(request: PersonRequest) -> HttpResponseBase:
    """Let invented members write."""
    form = WaveForm(request.POST)
    if form.is_valid():
        try:
            number = send_wave(person=request.person, now=timezone.now(), **form.cleaned_data)
        except CannotRehearse as refused:
            form.add_error(None, str(refused))
        else:
            said = ngettext("%(number)s member writes.", "%(number)s members write.", number)
            messages.success(request, said % {"number": number})
            return redirect("rehearsal", slug=request.workspace.slug)
    return _page(request, wave_form=form, status=422)


@for_person("team.workspace.edit")
@require_POST
def end(request: PersonRequest) -> HttpResponseBase:
    """What was learnt stays, the copy goes."""
    original = request.workspace.rehearsal_of
    if original is None:
        raise Http404
    form = EndRehearsalForm(original, request.POST)
    if form.is_valid():
        try:
            home = end_rehearsal(person=request.person, now=timezone.now(), **form.values())
        except CannotRehearse as refused:
            form.add_error(None, str(refused))
        except CannotKeep as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("The drill is over, and the copy is gone."))
            return redirect("crisis:index", slug=home.slug)
    return _page(request, end_form=form, status=422)


def _page(
    request: PersonRequest,
    wave_form: WaveForm | None = None,
    end_form: EndRehearsalForm | None = None,
    status: int = 200,
) -> HttpResponseBase:
    page, original = rehearsal_page(request.workspace), request.workspace.rehearsal_of
    if original and end_form is None:
        end_form = EndRehearsalForm(original, initial={"learnt": page.learnt, "people": page.people})
    context = {"page": page, "original": original, "wave_form": wave_form or WaveForm(), "end_form": end_form}
    return render(request, "crisis/rehearsal.html", context, status=status)
