"""Figures, times and marks in the house's writing, for templates.

Figures follow the language of the page (56,6 % in German, 56.6% in English); a number and its unit are joined by
a no-break space. Filters return the empty string for None, so that a missing figure never reads as zero.
"""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from django import template
from django.forms import BoundField, CheckboxInput, Textarea, TextInput
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from allmende.plan.catalogue import VERDICT_WORDS
from allmende.web.catalogue import WITH_DAMAGE

register = template.Library()

CHANNEL_CLASSES = {
    "mastodon": "m",
    "bluesky": "m",
    "linkedin": "l",
    "matrix": "l",
    "mail": "r",
    "wordpress": "r",
}
NBSP = "\u00a0"
SOON = timedelta(minutes=90)
FRESH_DAYS = -2
# From here on a day without its year could be taken for the one that has passed.
FAR_DAYS = 180
MINUS = "\u2212"


@register.filter
def number(value: float | Decimal | None, digits: int = 0) -> str:
    """1234.5 with 1 digit: "1.234,5" in German, "1,234.5" in English; halves are rounded up, minus is U+2212."""
    if value is None:
        return ""
    exact = rounded(value, int(digits))
    written = formats.number_format(abs(exact), decimal_pos=int(digits), use_l10n=True, force_grouping=True)
    return MINUS + written if exact < 0 else written


def rounded(value: float | Decimal, digits: int) -> Decimal:
    """As it is written: halves go up, and what rounds to nothing has no sign."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


@register.filter
def share(value: float | None, digits: int = 1) -> str:
    """A share between 0 and 1 as per cent: 0.566 is "56,6 %" in German and "56.6%" in English."""
    if value is None:
        return ""
    return number(Decimal(str(value)) * 100, digits) + ("%" if _is_english() else f"{NBSP}%")


@register.filter
def points(value: float | None, digits: int = 1) -> str:
    """A difference of two shares in percentage points, always signed: "+7,8 Punkte"."""
    if value is None:
        return ""
    exact = rounded(Decimal(str(value)) * 100, int(digits))
    return gettext("%(figure)s points") % {"figure": ("+" if exact > 0 else "") + number(exact, digits)}


@register.filter
def unit(value: float | str | None, name: str) -> str:
    """Join a figure and its unit with a no-break space."""
    if value is None:
        return ""
    return f"{value if isinstance(value, str) else number(value)}{NBSP}{name}"


@register.filter
def hours(value: timedelta | None) -> str:
    """A span in service hours: 0:40 h, 7:32 h; without a sign."""
    if value is None:
        return ""
    minutes = int(abs(value).total_seconds() // 60)
    return f"{minutes // 60}:{minutes % 60:02d}{NBSP}h"


@register.filter
def hours_left(value: timedelta | None) -> str:
    """What is left until a due time: "noch 0:40 h", or "seit 0:30 h überfällig"."""
    if value is None:
        return ""
    if value < timedelta(0):
        return gettext("overdue for %(span)s") % {"span": hours(value)}
    return gettext("%(span)s left") % {"span": hours(value)}


@register.filter
def due_state(value: timedelta | None) -> str:
    """ "late" when overdue, "soon" under 90 minutes, else empty: the class of a due time."""
    if value is None:
        return ""
    if value < timedelta(0):
        return "late"
    return "soon" if value < SOON else ""


@register.filter
def clock(value: datetime | None) -> str:
    """10:20, in the current time zone."""
    if not value:
        return ""
    at = timezone.localtime(value)
    return f"{at.hour}:{at.minute:02d}"


@register.filter
def due_clock(value: datetime | None, now: datetime | date | None = None) -> str:
    """The clock time today; "Do 9:15" from the day before yesterday to within a week, because last Sunday is not next
    Sunday; else "4. Jan. 9:15", with the year where it is another one and half a year away. `now` may be today's date."""
    if value is None:
        return ""
    at, today = timezone.localtime(value), timezone.localdate() if now is None else _as_date(now)
    if at.date() == today:
        return clock(at)
    if FRESH_DAYS <= (at.date() - today).days < 7:
        return f"{day_short(at)}{NBSP}{clock(at)}"
    is_far = at.year != today.year and abs((at.date() - today).days) > FAR_DAYS
    # A narrow column breaks between year and clock.
    return f"{day(at)}{NBSP}{at.year}, {clock(at)}" if is_far else f"{day(at)}{NBSP}{clock(at)}"


@register.filter
def local_date(value: date | datetime) -> date:
    """The day of an instant in the current time zone: all that times need to know of now (`at|due_clock:day`)."""
    return _as_date(value)


@register.filter
def day_short(value: date | datetime | None) -> str:
    """Do, Thu."""
    return str(WEEKDAYS_ABBR[_as_date(value).weekday()]) if value else ""


@register.filter
def day(value: date | datetime | None) -> str:
    """4. Jan. in German, 4 Jan in English; short months stand whole: 4. Mai."""
    if not value:
        return ""
    return formats.date_format(_as_date(value), "j M" if _is_english() else "j. N").replace(" ", NBSP)


@register.filter
def day_long(value: date | datetime | None) -> str:
    """Mittwoch, 7. Oktober 2026; Wednesday, 7 October 2026."""
    if not value:
        return ""
    written = formats.date_format(_as_date(value), "l, j F Y" if _is_english() else "l, j. F Y")
    weekday, _comma, rest = written.partition(", ")
    return f"{weekday}, {rest.replace(' ', NBSP, 1)}"


@register.filter
def week(value: date | datetime | None) -> str:
    """KW 31; week 31 (ISO weeks)."""
    if not value:
        return ""
    return gettext("week %(number)s") % {"number": _as_date(value).isocalendar().week}


@register.filter
def ago(value: datetime | None, now: datetime) -> str:
    """How long ago in plain words: "gerade eben", "vor 5 Minuten", "vor 3 Stunden", else the day and time."""
    if value is None:
        return ""
    minutes = int((now - value).total_seconds() // 60)
    if minutes < 1:
        return gettext("just now")
    if minutes < 60:
        return ngettext("%(count)d minute ago", "%(count)d minutes ago", minutes) % {"count": minutes}
    if minutes < 24 * 60:
        return ngettext("%(count)d hour ago", "%(count)d hours ago", minutes // 60) % {"count": minutes // 60}
    return due_clock(value, now)


@register.filter
def initials(name: object) -> str:
    """JP for Jana Petersen; at most two letters."""
    words = [word for word in str(name or "").replace("-", " ").split() if word[0].isalnum()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return "".join(letters).upper()


@register.filter
def verdict_word(code: str, clearly: bool = False) -> str:
    """The glossary's word for a verdict; `clearly` turns moving into "bewegt sich deutlich"."""
    return str(VERDICT_WORDS["moving_clearly" if clearly and code == "moving" else code])


@register.filter
def with_damage(word: str) -> str:
    """The verdict word with its rider when a guardrail worsened."""
    return f"{word}, {WITH_DAMAGE}"


@register.filter
def initial(name: object) -> str:
    """The first letter, large: the glyph of a channel mark."""
    return str(name or "?")[0].upper()


@register.filter
def channel_class(kind: object) -> str:
    """The class that colours a channel mark; kinds without a colour of their own share the forum's."""
    return CHANNEL_CLASSES.get(str(kind), "f")


@register.filter
def same(value: object, other: object) -> bool:
    """Whether two values are equal, where a tag takes values and no comparison."""
    return value == other


@register.filter
def is_tick(field: BoundField | None) -> bool:
    """Whether a bound field is a single checkbox, whose label stands behind it."""
    return field is not None and isinstance(field.field.widget, CheckboxInput)


# From this length on somebody writes a sentence, and the box grows with it instead of hiding its end.
SENTENCE_LENGTH = 160
# What a list proposes or a keyboard is chosen for stays in one line.
ONE_LINE = {"list", "inputmode", "data-key", "size", "autocomplete"}


@register.filter
def as_typed(field: BoundField) -> SafeString:
    """The field as people type into it: a box of one line for words, a growing one for sentences."""
    widget = field.field.widget
    is_plain = type(widget) is TextInput and not ONE_LINE & set(widget.attrs)
    if not is_plain or int(widget.attrs.get("maxlength", 0)) < SENTENCE_LENGTH:
        return SafeString(field)
    return SafeString(field.as_widget(Textarea({"cols": False, "rows": 2, "class": "line", **widget.attrs})))


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str) -> SafeString:
    """A Lucide icon from the sprite; decoration only, so hidden from screen readers. A page shows some forty."""
    return format_html(
        '<svg class="i" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("web/icons.svg"),
        name,
    )


@register.simple_tag
def sheet(path: str) -> SafeString:
    """The link to a screen's own style sheet, such as "plan/plan.css"."""
    return format_html('<link rel="stylesheet" href="{}">', static(path))


@register.simple_tag
def interval_mark(low: object, high: object, difference: object, delta: object) -> dict[str, str] | None:
    """Geometry of a verdict's mark, 48 wide, zero at 24; strings, because a decimal comma would break the drawing.

    All four are floats of one unit; None without an interval: then the mark is left out.
    """
    if not (isinstance(low, float) and isinstance(high, float) and isinstance(difference, float)):
        return None
    zone = abs(delta) if isinstance(delta, float) else 0.0
    reach = max(abs(low), abs(high), 1.75 * zone) or 1.0
    at = {"low": low, "high": high, "point": difference, "zone": -zone}
    places = {name: f"{24 + 20.9 * value / reach:.1f}" for name, value in at.items()}
    return {**places, "zone_width": f"{2 * 20.9 * zone / reach:.1f}"}


def _as_date(value: date | datetime) -> date:
    if not isinstance(value, datetime):
        return value
    return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()


def _is_english() -> bool:
    return (get_language() or "").startswith("en")
