"""The pages of the plan in four groups, for the row above each of them."""

from dataclasses import dataclass

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

register = template.Library()

# Group -> its pages, as address name and word; a group opens with its first page.
GROUPS: tuple[tuple[str | Promise, tuple[tuple[str, str | Promise], ...]], ...] = (
    (
        pgettext_lazy("plan", "Overview"),
        (
            ("plan:index", _("Plan")),
            ("plan:whole_chain", pgettext_lazy("plan", "Chain")),
            ("plan:versions", pgettext_lazy("plan", "Versions")),
            ("plan:dust", pgettext_lazy("plan", "Dust")),
        ),
    ),
    (
        pgettext_lazy("plan", "Work"),
        (
            ("plan:weeks", pgettext_lazy("plan", "Weeks")),
            ("plan:daily_round", _("Daily round")),
            ("plan:hours", _("Hours")),
            ("plan:resources", pgettext_lazy("plan", "Resources")),
            ("plan:cut_line", _("Cut line")),
        ),
    ),
    (
        pgettext_lazy("plan", "Effect"),
        (
            ("plan:evidence", pgettext_lazy("plan", "Figures")),
            ("plan:findings", _("Findings")),
            ("plan:decisions", _("Decisions")),
            ("plan:reviews", pgettext_lazy("plan", "Reviews")),
        ),
    ),
    (
        pgettext_lazy("plan", "Groundwork"),
        (
            ("plan:audiences", _("Audiences")),
            ("plan:canvas", _("Canvas")),
            ("plan:readiness", _("Readiness")),
        ),
    ),
)


@dataclass(frozen=True)
class Group:
    """One of the groups: its word, its pages, and whether the page shown is among them."""

    word: str | Promise
    pages: tuple[tuple[str, str | Promise], ...]
    is_open: bool


@register.simple_tag
def page_groups(view_name: str) -> tuple[Group, ...]:
    """The groups, with the one open that holds the page of this address name."""
    return tuple(Group(word, pages, any(page == view_name for page, _word in pages)) for word, pages in GROUPS)
