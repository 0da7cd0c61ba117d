"""Hours of a care window in which nobody is on duty, and how they are said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True, slots=True)
class Lack:
    """Hours of a care window in which nobody is on duty, local. `away`: who would have been; `asked`: who has not confirmed;
    `is_open`: a shift without anybody."""

    starts_at: datetime
    ends_at: datetime
    away: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    is_open: bool = False

    @property
    def hours(self) -> str:
        """Such as `18:00 to 19:00`."""
        return _("%(start)s to %(end)s") % self._clocks()

    @property
    def words(self) -> str:
        """Such as `8 October 2026, 18:00 to 19:00 (Emre is away)`."""
        day = formats.date_format(self.starts_at, "DATE_FORMAT")
        said = _("%(day)s, %(start)s to %(end)s") % {"day": day, **self._clocks()}
        return f"{said} ({self._why()})" if self._why() else said

    def _why(self) -> str:
        if self.away:
            said = ngettext("%(names)s is away", "%(names)s are away", len(self.away))
            return said % {"names": ", ".join(self.away)}
        if self.asked:
            said = ngettext("%(names)s has not confirmed yet", "%(names)s have not confirmed yet", len(self.asked))
            return said % {"names": ", ".join(self.asked)}
        return _("a shift still has nobody") if self.is_open else ""

    def _clocks(self) -> dict[str, str]:
        return {
            "start": f"{self.starts_at.hour}:{self.starts_at:%M}",
            "end": f"{self.ends_at.hour}:{self.ends_at:%M}",
        }


def lack_words(lacks: Sequence[Lack]) -> str:
    """All of them in one line."""
    return "; ".join(lack.words for lack in lacks)
