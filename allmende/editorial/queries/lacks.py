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
        return self._noted(_("%(start)s to %(end)s") % self._clocks(), self._change())

    @property
    def words(self) -> str:
        """Such as `8 October 2026, 18:00 to 19:00 (Emre is away)`."""
        day = formats.date_format(self.starts_at, "DATE_FORMAT")
        said = _("%(day)s, %(start)s to %(end)s") % {"day": day, **self._clocks()}
        return self._noted(said, self._change(), self._why())

    @staticmethod
    def _noted(said: str, *notes: str) -> str:
        kept = ", ".join(note for note in notes if note)
        return f"{said} ({kept})" if kept else said

    def _change(self) -> str:
        """What the clocks do in between; without it `2:30 to 2:30` would read as no time at all."""
        before, after = self.starts_at.utcoffset(), self.ends_at.utcoffset()
        if before is None or after is None or before == after:
            return ""
        return _("the clocks go back in between") if after < before else _("the clocks go forward in between")

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
