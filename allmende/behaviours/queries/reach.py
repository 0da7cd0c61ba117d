"""Can a change of that size be seen at all? Asked before something begins, in the unit of each form (`domain.md` 4.3)."""

from allmende.domain.verdict import (
    Detectability,
    detectability,
    duration_detectability,
    rate_detectability,
)


def reach_of(
    form: str, before: float | None, p90: float | None, least: float, per_period: float, dispersion: float = 1.0
) -> Detectability | None:
    """What shows that `before` differs by `least`; None where that cannot be said.

    `least` is in points of a share, else a fraction of what was before. Needed are cases, of a rate (F3) person-months;
    `per_period` says how many of them a month brings. Of a duration (F4) `p90` tells how lopsided it is.
    """
    if before is None or least <= 0 or form == "F6":
        return None
    if form == "F3":
        known = {"exposure_per_period": per_period, "dispersion": dispersion}
        return rate_detectability(before, 1 + least, **known) if before else None
    if form == "F4":
        is_known = p90 is not None and 0 < before < p90 and least < 1
        return (
            duration_detectability(before, p90 or 0.0, least * before, cases_per_period=per_period)
            if is_known
            else None
        )
    return detectability(before, least, units_per_period=per_period) if min(1.0, before + least) > before else None
