"""The frame around every page: menu, theme and the facts of the head."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import RequestContext
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString

from allmende.team.access import may
from allmende.web.catalogue import MENU, THEMES, MenuEntry, Shell, Waiting

register = template.Library()


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


@register.simple_tag(takes_context=True)
def shell(context: RequestContext) -> Shell:
    """Facts of the head and the rail: asked once per request from the callable named by the setting SHELL."""
    request = context["request"]
    if not hasattr(request, "shell_facts"):
        request.shell_facts = _ask_shell(request)
    facts: Shell = request.shell_facts
    return facts


@register.simple_tag(takes_context=True)
def menu(context: RequestContext) -> list[MenuLink]:
    """Entries whose room has a page this person may open; no entry leads nowhere. Made once per request."""
    request = context["request"]
    if not hasattr(request, "menu_links"):
        facts = shell(context)
        links = (_link(entry, request, facts) for entry in MENU)
        request.menu_links = [link for link in links if link]
    found: list[MenuLink] = request.menu_links
    return found


@register.simple_tag(takes_context=True)
def current_title(context: RequestContext) -> str | Promise:
    """The current menu entry's title: what the head of a phone shows when a screen names nothing better."""
    return next((link.title for link in menu(context) if link.is_current), "Allmende")


@register.inclusion_tag("web/rail.html", takes_context=True)
def rail(context: RequestContext) -> dict[str, Any]:
    """The rail at the left: workspace switch, menu with counts, foot."""
    return {
        "request": context["request"],
        "menu": menu(context),
        "shell": shell(context),
    }


@register.inclusion_tag("web/phone_tabs.html", takes_context=True)
def phone_tabs(context: RequestContext) -> dict[str, Any]:
    """Five tabs at the bottom of a phone; what does not fit waits under the last one."""
    links = menu(context)
    tabs = [link for link in links if link.in_tabs][:4]
    more = [link for link in links if link not in tabs]
    return {
        "tabs": tabs,
        "more": more,
        "is_more_current": any(link.is_current for link in more),
    }


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


def _link(entry: MenuEntry, request: HttpRequest, facts: Shell) -> MenuLink | None:
    workspace, person = getattr(request, "workspace", None), getattr(request, "person", None)
    if workspace is None or person is None or not may(person, entry.verb):
        return None
    try:
        url = reverse(entry.page, kwargs={"slug": workspace.slug})
    except NoReverseMatch:
        return None
    here = request.resolver_match.namespace if request.resolver_match else ""
    waiting = facts.waiting.get(entry.room)
    return MenuLink(
        entry.title,
        entry.icon,
        url,
        here == entry.room,
        entry.starts_group,
        entry.in_tabs,
        waiting if waiting and waiting.number else None,
    )
