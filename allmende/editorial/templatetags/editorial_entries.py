"""The texts of a calendar page, written by hand: a month holds hundreds, and a template would take longer than all else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from html import escape
from uuid import UUID

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from allmende.editorial.models import Variant
from allmende.editorial.queries import KINDS, LATE, PAUSED, Day, Entry, Lane, Row, Spans
from allmende.team.access import may

register = template.Library()
_NOUGHT = UUID(int=0)


@register.simple_tag(takes_context=True)
def texts(context: Context, entries: Iterable[Entry]) -> SafeString:
    """A list of texts: each a link to its composer, movable where this person may move it; "" without any."""
    pen = context.render_context.get("pen")
    if pen is None:
        pen = context.render_context["pen"] = Pen(context["request"])
    rows = "".join([pen.row(entry) for entry in entries])
    return mark_safe(f"<ul>{rows}</ul>" if rows else "")  # noqa: S308 - every value is escaped below


class Pen:
    """What all texts of a page share: addresses, words of the language, the right to move."""

    def __init__(self, request) -> None:  # type: ignore[no-untyped-def]
        slug, nought = request.workspace.slug, str(_NOUGHT)
        self.item = reverse("editorial:item", args=[slug, _NOUGHT]).replace(nought, "{}")
        self.move = reverse("editorial:move", args=[slug, _NOUGHT]).replace(nought, "{}")
        self.may_move = may(request.person, "editorial.item.schedule")
        self.kinds = {kind: escape(str(word)) for kind, word in KINDS.items()}
        self.late = escape(str(LATE))
        self.no_channel = escape(gettext("no channel"))
        self.elsewhere = escape(gettext("written at the network"))
        self.pick = escape(gettext("Pick %(title)s: %(channel)s"))
        self.comes_again = escape(gettext("comes again"))
        self.nobody = gettext("nobody on duty %(hours)s")
        self.borne = gettext("scheduled knowingly by %(name)s: %(reason)s")
        self.no_duty = f'<span class="nd" aria-hidden="true">{escape(gettext("no duty"))}</span> '
        self.no_objective = escape(gettext("serves no objective"))

    def row(self, entry: Entry) -> str:
        """One list item."""
        clock = f'<span class="tm">{entry.at.hour}:{entry.at:%M}</span> ' if entry.at else ""
        told = [escape(entry.channel_name) or self.no_channel, self.late if entry.is_late else self.kinds[entry.kind]]
        told += [] if entry.item_id else [self.elsewhere]
        told += [self.comes_again] if entry.comes_again else []
        told += self._care(entry)
        told.append(escape(entry.code) or self.no_objective)
        again = again_mark() if entry.comes_again else ""
        words = (
            f'{mark(entry.channel_kind, entry.channel_name)}<span class="tx">{clock}{self._state(entry)}{escape(entry.title)}{again}'
            f'<span class="sr">, {", ".join(told)}</span></span>'
        )
        address = self.item.format(entry.item_id) if entry.item_id else escape(entry.url)
        if not address:
            return f'<li><span class="it {entry.look}">{words}</span></li>'
        link = f'<a href="{address}" class="it {entry.look}" data-item{self._handle(entry)}>{words}</a>'
        return f"<li>{link}{self._tick(entry)}</li>"

    def _state(self, entry: Entry) -> str:
        paused = f'<span class="pz">{self.kinds[PAUSED]}</span> ' if entry.kind == PAUSED else ""
        return paused + (self.no_duty if entry.lacks else "")

    def _care(self, entry: Entry) -> list[str]:
        """What its care window lacks, for ears, and who bears that."""
        told = [escape(self.nobody % {"hours": lack.hours}) for lack in entry.lacks]
        if entry.borne_by:
            told.append(escape(self.borne % {"name": entry.borne_by, "reason": entry.borne_why}))
        return told

    def _tick(self, entry: Entry) -> str:
        """By what one picks it among others (S2-10)."""
        if not (self.may_move and entry.can_move):
            return ""
        named = self.pick % {"title": escape(entry.title), "channel": escape(entry.channel_name)}
        value = f"{entry.variant_id}.{entry.revision}"
        return (
            f'<input type="checkbox" class="tick" form="several" name="picked" value="{value}" data-key="x"'
            f' aria-label="{named}">'
        )

    def _handle(self, entry: Entry) -> str:
        if not (self.may_move and entry.can_move):
            return ""
        at = f' data-time="{entry.at:%H:%M}"' if entry.at else ""
        address = self.move.format(entry.variant_id)
        return f' draggable="true" data-move="{address}" data-revision="{entry.revision}"{at}'


@lru_cache(maxsize=256)
def mark(kind: str, name: str) -> str:
    """The mark of a channel; a workspace has a handful."""
    return render_to_string("editorial/mark.html", {"kind": kind, "name": name}).strip()


@lru_cache(maxsize=1)
def again_mark() -> str:
    """The mark of what comes again."""
    return " " + render_to_string("editorial/again_mark.html").strip()


@dataclass(frozen=True, slots=True)
class Face:
    """What a day of the month looks like around its texts."""

    on: date
    hours: str
    care: Spans
    lacks: Spans
    service: Spans
    day_off: str
    is_other: bool
    is_today: bool
    is_weekend: bool
    is_uncared: bool
    is_empty: bool

    @property
    def iso(self) -> str:
        return self.on.isoformat()


@register.filter
def face(day: Day) -> Face:
    """A day without its texts."""
    return Face(
        day.on,
        day.hours,
        day.care,
        day.lacks,
        day.service,
        day.day_off,
        day.is_other,
        day.is_today,
        day.is_weekend,
        day.is_uncared,
        not day.entries,
    )


@register.filter
def dates(days: Sequence[Day]) -> tuple[date, ...]:
    """The dates of the first week of a page."""
    return tuple([day.on for day in days[:7]])


@register.filter
def cared(row: Row, variant: Variant) -> Entry | None:
    """The care of a text in the list, as long as its window is not over."""
    return row.cared.get(variant.pk)


@register.filter
def care_line(entry: Entry) -> str:
    """When a text is cared for, which hours of that lack somebody, and who bears it."""
    until = entry.until
    if entry.at is None or until is None:
        return ""
    end = f"{until.hour}:{until:%M}"
    if until.date() != entry.at.date():
        end = f"{date_format(until, 'DATE_FORMAT')}, {end}"
    said = [gettext("Care from %(start)s to %(end)s") % {"start": f"{entry.at.hour}:{entry.at:%M}", "end": end}]
    said += [gettext("nobody on duty %(hours)s") % {"hours": lack.hours} for lack in entry.lacks]
    if entry.is_uncared and not entry.lacks:
        said.append(gettext("nobody is here when it leaves"))
    if entry.borne_by:
        words = gettext("scheduled knowingly by %(name)s: %(reason)s")
        said.append(words % {"name": entry.borne_by, "reason": entry.borne_why})
    return "; ".join(said)


@register.filter
def hours_words(day: Day | Face) -> str:
    """When somebody is here on a day, for ears."""
    return gettext("Service hours %(hours)s") % {"hours": day.hours} if day.hours else gettext("No service hours")


@register.filter
def all_empty(lanes: Sequence[Lane]) -> bool:
    """Whether no channel says anything there."""
    return all(lane.is_empty for lane in lanes)
