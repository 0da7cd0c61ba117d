"""The frame around every page: menu, theme and the facts of the head."""

from dataclasses import dataclass
from functools import lru_cache

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import RequestContext
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from allmende.team.access import off_at, role_may
from allmende.team.states import EXTERNAL
from allmende.web.catalogue import LOOKED_FOR_UNDER, MENU, PLACES, THEMES, MenuEntry, Neighbour, Place, Shell, Waiting

register = template.Library()

TABS = 4


@dataclass(frozen=True)
class MenuLink:
    """A menu entry with its address for this workspace."""

    title: str | Promise
    icon: str
    url: str
    is_current: bool
    starts_group: bool
    in_tabs: bool
    waiting: Waiting | None


@dataclass(frozen=True)
class Frame:
    """All that menus show, in one value: equal frames are drawn once. `role` and `room` decide what is open and current."""

    language: str
    slug: str
    name: str
    organisation: str
    role: str
    room: str
    waiting: tuple[tuple[str, Waiting], ...]
    neighbours: tuple[Neighbour, ...]
    foot: tuple[str, ...]
    modules_off: tuple[str, ...] = ()
    is_outside: bool = False
    only_reads: bool = False

    def may(self, verb: str) -> bool:
        """Does the table of rights open what `verb` stands for to whoever looks?"""
        return role_may(self.role, verb, is_outside=self.is_outside, only_reads=self.only_reads)


@register.simple_tag(takes_context=True)
def shell(context: RequestContext) -> Shell:
    """Facts of the head and the rail: asked once per request from the callable named by the setting SHELL."""
    request = context["request"]
    if not hasattr(request, "shell_facts"):
        request.shell_facts = _ask_shell(request)
    facts: Shell = request.shell_facts
    return facts


@register.simple_tag(takes_context=True)
def menu(context: RequestContext) -> tuple[MenuLink, ...]:
    """Entries whose room has a page this person may open; no entry leads nowhere."""
    return _links(_frame(context))


@register.simple_tag(takes_context=True)
def current_title(context: RequestContext) -> str | Promise:
    """The current menu entry's title: what the head of a phone shows when a screen names nothing better."""
    return next((link.title for link in menu(context) if link.is_current), "Allmende")


@register.simple_tag(takes_context=True)
def rail(context: RequestContext) -> SafeString:
    """The rail at the left: workspace switch, menu with counts, foot."""
    return _drawn("web/rail.html", _frame(context))


@register.simple_tag(takes_context=True)
def phone_tabs(context: RequestContext) -> SafeString:
    """Five tabs at the bottom of a phone; what does not fit waits under the last one."""
    return _drawn("web/phone_tabs.html", _frame(context))


@register.simple_tag(takes_context=True)
def places(context: RequestContext) -> SafeString:
    """The menu once more, as places the palette goes to."""
    return _drawn("web/places.html", _frame(context))


@register.simple_tag(takes_context=True)
def theme(context: RequestContext) -> str:
    """The chosen theme, "light", "dark" or "system": the user's, before log-in the cookie's; right at the first paint."""
    request = context.get("request")
    if request is None:
        return "system"
    wanted = getattr(getattr(request, "user", None), "theme", "") or request.COOKIES.get("theme", "")
    return wanted if wanted in {name for name, *_ in THEMES} else "system"


@register.simple_tag
def themes() -> tuple[tuple[str, str | Promise, str], ...]:
    """The themes on offer: name, title, icon."""
    return THEMES


@register.simple_tag
def sends_mail() -> bool:
    """Whether a letter from here reaches anybody: the console does not."""
    return not settings.EMAIL_BACKEND.endswith((".console.EmailBackend", ".dummy.EmailBackend"))


@register.simple_tag(takes_context=True)
def theme_attribute(context: RequestContext) -> SafeString:
    """`data-theme` for the root element; absent when the device decides."""
    wanted = theme(context)
    return format_html("" if wanted == "system" else ' data-theme="{}"', wanted)


def _ask_shell(request: HttpRequest) -> Shell:
    source = getattr(settings, "SHELL", "")
    if not source or getattr(request, "workspace", None) is None:
        return Shell()
    facts: Shell = import_string(source)(request)
    return facts


def _frame(context: RequestContext) -> Frame:
    request = context["request"]
    if not hasattr(request, "frame"):
        request.frame = _frame_of(request, shell(context))
    frame: Frame = request.frame
    return frame


def _frame_of(request: HttpRequest, facts: Shell) -> Frame:
    workspace, person = getattr(request, "workspace", None), getattr(request, "person", None)
    return Frame(
        language=get_language() or "",
        slug=getattr(workspace, "slug", ""),
        name=getattr(workspace, "name", ""),
        organisation=getattr(workspace, "organisation", ""),
        role=getattr(person, "role", ""),
        room=_room_of(request),
        waiting=tuple(facts.waiting.items()),
        neighbours=tuple(facts.neighbours),
        foot=tuple(facts.foot),
        modules_off=tuple(getattr(workspace, "modules_off", ())),
        is_outside=getattr(person, "employment", "") == EXTERNAL,
        only_reads=getattr(person, "only_reads", False),
    )


def _room_of(request: HttpRequest) -> str:
    """The room under whose entry this page is looked for; the search belongs to none."""
    here = request.resolver_match
    if not here or here.view_name == "web:palette":
        return ""
    return LOOKED_FOR_UNDER.get(here.view_name, here.namespace)


@lru_cache(maxsize=512)
def _drawn(template_name: str, frame: Frame) -> SafeString:
    """A part of the frame in its language. Depends on nothing but its arguments, so it is drawn once for all pages."""
    links = _links(frame)
    tabs = [link for link in links if link.in_tabs][:TABS]
    urls = {link.url for link in tabs}
    more = [link for link in links if link.url not in urls]
    is_more_current = any(link.is_current for link in more)
    facts = {"frame": frame, "menu": links, "tabs": tabs, "more": more, "is_more_current": is_more_current}
    facts["places"] = [found for found in (_place(place, frame) for place in PLACES) if found]
    return render_to_string(template_name, facts)


@lru_cache(maxsize=512)
def _links(frame: Frame) -> tuple[MenuLink, ...]:
    return tuple(link for link in (_link(entry, frame) for entry in MENU) if link)


def _place(place: Place, frame: Frame) -> tuple[str, str | Promise, str] | None:
    """Address, title and icon of a screen, if this role may open it."""
    if not frame.slug or not frame.may(place.verb):
        return None
    try:
        url = reverse(place.page, kwargs={"slug": frame.slug})
    except NoReverseMatch:
        return None
    return None if off_at(url, frame.slug, frame.modules_off) else (url, place.title, place.icon)


def _link(entry: MenuEntry, frame: Frame) -> MenuLink | None:
    if not frame.slug or not frame.may(entry.verb):
        return None
    try:
        url = reverse(entry.page, kwargs={"slug": frame.slug})
    except NoReverseMatch:
        return None
    if off_at(url, frame.slug, frame.modules_off):
        return None
    waiting = dict(frame.waiting).get(entry.room)
    return MenuLink(
        entry.title,
        entry.icon,
        url,
        frame.room in entry.rooms,
        entry.starts_group,
        entry.in_tabs,
        waiting if waiting and waiting.number else None,
    )


def forget_frames() -> None:
    """Draw the frame anew at the next look."""
    _drawn.cache_clear()
    _links.cache_clear()
