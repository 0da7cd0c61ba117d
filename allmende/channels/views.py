"""Screens of the channels: do they work, what leaves, what was stopped, what was imported."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.channels import actions, queries
from allmende.channels.access import find_channel, find_dispatch, find_hold, find_import
from allmende.channels.forms import ConnectForm, HoldForm
from allmende.team.access import PersonRequest, for_person

Refusals = (
    actions.CannotSettle,
    actions.CannotRelease,
    actions.CannotWithdraw,
    actions.CannotUndoImport,
)


@for_person("channels.channel.read")
@require_safe
def index(request: PersonRequest) -> HttpResponseBase:
    """Every channel with its proofs."""
    context = {
        "cards": queries.cards_of(request.workspace),
        "holds": queries.open_holds(request.workspace),
        "now": timezone.now(),
    }
    return render(request, "channels/index.html", context)


@for_person("channels.account.connect")
@require_http_methods(["GET", "HEAD", "POST"])
def connect(request: PersonRequest) -> HttpResponseBase:
    """A new channel on the practice network."""
    form = ConnectForm(request.person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given, now = form.cleaned_data, timezone.now()
        place = "social" if given["kind"] == "social_network" else "forum"
        handle = slugify(f"{request.workspace.slug}-{given['slug']}")
        try:
            account = actions.join_practice_network(
                person=request.person, name=given["name"], handle=handle, place=place, now=now
            )
            channel = actions.choose_channel(
                person=request.person, name=given["name"], slug=given["slug"], kind=given["kind"], account=account,
                mark=given["mark"] or given["name"][:1].upper(), now=now,
            )  # fmt: skip
        except (actions.CannotConnect, actions.CannotChoose) as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                _("%(channel)s is connected and listens. Its reaction plan opens it.") % {"channel": channel.name},
            )
            return redirect("channels:index", slug=request.workspace.slug)
    return render(request, "channels/connect.html", {"form": form}, status=422 if form.errors else 200)


@for_person("channels.channel.edit")
@require_POST
def pause(request: PersonRequest, channel: str) -> HttpResponseBase:
    """Stop speaking on a channel, go on listening."""
    found = find_channel(request.person, channel)
    actions.pause_channel(person=request.person, channel=found, now=timezone.now())
    return redirect("channels:index", slug=request.workspace.slug)


@for_person("channels.channel.read")
@require_safe
def queue(request: PersonRequest) -> HttpResponseBase:
    """The outgoing queue by what it needs."""
    context = {
        "queue": queries.queue_page(request.workspace),
        "holds": queries.open_holds(request.workspace),
        "now": timezone.now(),
    }
    return render(request, "channels/queue.html", context)


@for_person("channels.dispatch.settle")
@require_POST
def settle(request: PersonRequest, public_id: str) -> HttpResponseBase:
    """A person looked at the network: it is there, or it is not."""
    dispatch, was_sent = find_dispatch(request.person, public_id), request.POST.get("was_sent") == "yes"
    said = _("Settled: it arrived.") if was_sent else _("Settled: it is said again.")
    return _in_queue(
        request,
        lambda: actions.settle_by_person(
            person=request.person, dispatch=dispatch, was_sent=was_sent, now=timezone.now()
        ),
        said,
    )


@for_person("channels.dispatch.settle")
@require_POST
def again(request: PersonRequest, public_id: str) -> HttpResponseBase:
    """Try a refused dispatch once more."""
    dispatch = find_dispatch(request.person, public_id)
    return _in_queue(
        request,
        lambda: actions.try_again(person=request.person, dispatch=dispatch, now=timezone.now()),
        _("It waits in the queue again."),
    )


@for_person("channels.hold.end")
@require_POST
def release(request: PersonRequest, public_id: str) -> HttpResponseBase:
    """Let a held dispatch go."""
    dispatch = find_dispatch(request.person, public_id)
    return _in_queue(
        request,
        lambda: actions.release_held(person=request.person, dispatch=dispatch, now=timezone.now()),
        _("Released. It leaves at its time."),
    )


@for_person("editorial.item.schedule")
@require_POST
def withdraw(request: PersonRequest, public_id: str) -> HttpResponseBase:
    """Take a dispatch out of the queue for good."""
    dispatch = find_dispatch(request.person, public_id)
    return _in_queue(
        request,
        lambda: actions.withdraw_dispatch(person=request.person, dispatch=dispatch, now=timezone.now()),
        _("Taken back. It does not go out."),
    )


@for_person("channels.hold.declare")
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: PersonRequest) -> HttpResponseBase:
    """Stop publishing."""
    form = HoldForm(request.workspace, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.declare_hold(
            person=request.person, workspace=request.workspace, now=timezone.now(), **form.cleaned_data
        )
        messages.success(request, _("Publishing is stopped from this moment."))
        return redirect("channels:queue", slug=request.workspace.slug)
    return render(request, "channels/stop.html", {"form": form}, status=422 if form.errors else 200)


@for_person("channels.hold.end")
@require_POST
def end_stop(request: PersonRequest, hold_id: str) -> HttpResponseBase:
    """End a stop; what was held stays held."""
    actions.end_hold(person=request.person, hold=find_hold(request.person, hold_id), now=timezone.now())
    messages.success(request, _("The stop has ended. What was held waits until somebody releases or drops it."))
    return redirect("channels:queue", slug=request.workspace.slug)


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
    except Refusals as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Undone. What %(file)s had brought in is gone.") % {"file": run.file_name})
    return redirect("channels:imports", slug=request.workspace.slug)


def _in_queue(request: PersonRequest, act: Callable[[], object], said: str) -> HttpResponseBase:
    try:
        act()
    except Refusals as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("channels:queue", slug=request.workspace.slug)
