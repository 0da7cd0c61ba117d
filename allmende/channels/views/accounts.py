"""Ways into networks: choose one, let Allmende in, look after the account."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from allmende.channels import actions, queries
from allmende.channels.access import find_account
from allmende.channels.forms import ConnectForm, LogInForm
from allmende.channels.models import Account, Channel
from allmende.channels.states import PRACTICE
from allmende.team.access import PersonRequest, for_person


@for_person("channels.account.connect")
@require_safe
def choose(request: PersonRequest) -> HttpResponseBase:
    """Which network?"""
    return render(request, "channels/choose.html", {"groups": queries.network_groups(), "planned": _planned(request)})


@for_person("channels.account.connect")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def connect(request: PersonRequest, kind: str) -> HttpResponseBase:
    """A new channel on this network."""
    way = request.GET.get("way", "")
    login = _login_of(kind, way)
    planned = _planned(request)
    names = {"name": planned.name, "slug": planned.slug, "mark": planned.mark} if planned else {}
    form = ConnectForm(request.person, kind, login, request.POST or None, initial=names)
    if request.method == "POST" and form.is_valid():
        try:
            if login.kind == "redirect":
                wishes = {**form.wishes, "kind": form.channel_kind, "way": way}
                return _send_away(request, kind, {**form.answers, "way": way}, wishes)
            account = _connected(request, kind, form)
            return _listening(request, account, {**form.cleaned_data, "kind": form.channel_kind})
        except (actions.CannotConnect, actions.CannotChoose) as error:
            form.tell(error)
    return _connect_page(request, kind, form, way)


@for_person("channels.account.connect")
@require_safe
@never_cache
def back(request: PersonRequest) -> HttpResponseBase:
    """A person comes back from a network with a code, or without one."""
    try:
        returned = actions.finish_login(
            person=request.person, session_key=request.session.session_key or "", now=timezone.now(),
            state=request.GET.get("state", ""), code=request.GET.get("code", ""),
        )  # fmt: skip
        if returned.is_known:
            return _again(request, returned.account)
        return _listening(request, returned.account, returned.wishes)
    except actions.CannotLogIn as error:
        return _try_again(request, error)
    except actions.CannotChoose as error:
        messages.error(request, str(error))
        return redirect("channels:index", slug=request.workspace.slug)


@for_person("channels.account.connect")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def account(request: PersonRequest, account_id: str) -> HttpResponseBase:
    """One account: how it stands, its channels, and the way in again."""
    found = find_account(request.person, account_id)
    way = request.GET.get("way", str(found.settings.get("way", "")))
    login = _login_of(found.kind, way)
    form = LogInForm(found, login, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            if login.kind == "redirect":
                wishes = {**form.wishes, "way": way}
                return _send_away(request, found.kind, {**form.answers, "way": way}, wishes, found)
            if login.kind == "none":
                actions.rejoin_practice_network(person=request.person, account=found, now=timezone.now())
            else:
                actions.log_in(
                    person=request.person, kind=found.kind, answers=form.answers, name=found.name, account=found,
                    now=timezone.now(),
                )  # fmt: skip
            return _again(request, found)
        except actions.CannotConnect as error:
            form.tell(error)
    return _account_page(request, found, form, way)


@for_person("channels.account.connect")
@require_http_methods(["GET", "HEAD", "POST"])
def disconnect(request: PersonRequest, account_id: str) -> HttpResponseBase:
    """Forget a log-in, after saying what that means."""
    found = find_account(request.person, account_id)
    if request.method == "POST":
        try:
            actions.disconnect_account(person=request.person, account=found, now=timezone.now())
        except actions.CannotEnd as error:
            messages.error(request, str(error))
            return redirect("channels:account", slug=request.workspace.slug, account_id=found.pk)
        messages.success(
            request,
            _("%(account)s is disconnected. Its access key is deleted here; everything said stays.")
            % {"account": found.name},
        )
        return redirect("channels:index", slug=request.workspace.slug)
    channels = found.channels.all()
    return render(request, "channels/disconnect.html", {"account": found, "channels": channels})


def _planned(request: PersonRequest) -> Channel | None:
    """The presence that is to get an account here, as the link to this page says."""
    wanted = request.GET.get("take", "")
    return queries.planned_as(request.workspace, wanted) if wanted else None


def _login_of(kind: str, way: str = "") -> queries.Login:
    login = queries.login_of(kind, way)
    if login is None:
        raise Http404
    return login


def _connected(request: PersonRequest, kind: str, form: ConnectForm) -> Account:
    now, given = timezone.now(), form.cleaned_data
    if kind == PRACTICE:
        place = "social" if form.channel_kind == "social_network" else "forum"
        handle = slugify(f"{request.workspace.slug}-{given['slug']}")
        return actions.join_practice_network(
            person=request.person, name=given["name"], handle=handle, place=place, now=now
        )
    return actions.log_in(person=request.person, kind=kind, answers=form.answers, name=given["name"], now=now)


def _listening(request: PersonRequest, account: Account, wishes: Mapping[str, Any]) -> HttpResponseBase:
    channel = actions.choose_channel(
        person=request.person, name=wishes["name"], slug=wishes["slug"], kind=wishes["kind"], account=account,
        mark=wishes["mark"], now=timezone.now(),
    )  # fmt: skip
    messages.success(
        request, _("%(channel)s is connected and listens. Its reaction plan opens it.") % {"channel": channel.name}
    )
    return redirect("channels:index", slug=request.workspace.slug)


def _send_away(
    request: PersonRequest,
    kind: str,
    answers: Mapping[str, str],
    wishes: Mapping[str, Any],
    account: Account | None = None,
) -> HttpResponseBase:
    """A page with the way to the network: browsers do not follow a form to another site, and people like to know."""
    url = actions.begin_login(
        person=request.person, session_key=request.session.session_key or "", kind=kind, answers=answers,
        wishes=wishes, return_url=_return_url(request), account=account, now=timezone.now(),
    )  # fmt: skip
    return render(request, "channels/leave.html", {"url": url, "host": queries.host_of(url), "kind": kind})


def _return_url(request: PersonRequest) -> str:
    path = reverse("channels:back", kwargs={"slug": request.workspace.slug})
    is_known = urlsplit(settings.ORIGIN).netloc == request.get_host()
    return f"{settings.ORIGIN}{path}" if is_known else request.build_absolute_uri(path)


def _again(request: PersonRequest, account: Account) -> HttpResponseBase:
    messages.success(request, _("%(account)s is logged in again. What waited goes out.") % {"account": account.name})
    return redirect("channels:account", slug=request.workspace.slug, account_id=account.pk)


def _try_again(request: PersonRequest, error: actions.CannotLogIn) -> HttpResponseBase:
    """The form as it was before the person went to the network, with what went wrong."""
    kind, wishes = str(error.wishes.get("network", "")), error.wishes
    if not kind:
        messages.error(request, str(error))
        return redirect("channels:connect", slug=request.workspace.slug)
    way = str(wishes.get("way", ""))
    login = _login_of(kind, way)
    if wishes["account"]:
        found = find_account(request.person, wishes["account"])
        again = LogInForm(found, login, wishes)
        again.is_valid()
        again.tell(error)
        return _account_page(request, found, again, way)
    form = ConnectForm(request.person, kind, login, wishes)
    form.is_valid()
    form.tell(error)
    return _connect_page(request, kind, form, way)


def _preparation(request: PersonRequest, kind: str, way: str) -> dict[str, Any]:
    """What preparation.html shows."""
    return_url = _return_url(request)
    is_secure = return_url.startswith("https://")
    return {"network": queries.network_of(kind, way), "return_url": return_url, "is_secure": is_secure}


def _connect_page(request: PersonRequest, kind: str, form: ConnectForm, way: str) -> HttpResponseBase:
    context = {"form": form, **_preparation(request, kind, way)}
    return render(request, "channels/connect.html", context, status=422 if form.errors else 200)


def _account_page(request: PersonRequest, account: Account, form: LogInForm, way: str) -> HttpResponseBase:
    context = {"account": account, "channels": account.channels.all(), "form": form, "now": timezone.now()}
    context |= _preparation(request, account.kind, way)
    context |= {"bell": queries.bell_of(account), "bell_key": queries.bell_key(account)}
    return render(request, "channels/account.html", context, status=422 if form.errors else 200)
