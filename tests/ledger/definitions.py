"""Any definition that can be said, drawn at random; hours instead of days, so that small ledgers hold all cases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from allmende.ledger.definition import Anchor, Definition, Form, Predicate, Quality, Spread, Unit

SEGMENTS = ("invited", "regulars")
LABELS = ("hard", "Steuer & Recht")
TRAIT = "department"
FORMS: tuple[Form, ...] = ("F1", "F2", "F3", "F4", "F5", "F6")

_ACTS = st.sampled_from([(), ("answered",), ("asked", "answered")])
_QUALITIES = st.sampled_from(
    (
        Quality(),
        Quality(),
        Quality(outside_own_thread=True),
        Quality(("thanked", "helpful_votes"), helpful_votes=2),
        Quality(("accepted",), outside_own_thread=True),
        Quality(("accepted", "thanked"), on="thread"),
    )
)


@st.composite
def definitions(draw: st.DrawFn, form: Form | None = None) -> Definition:
    """One of a form, or of any."""
    form = form or draw(st.sampled_from(FORMS))
    unit: Unit = draw(st.sampled_from(("opportunity", "member"))) if form == "F4" else _unit(form)
    definition = Definition(
        key="drawn",
        version=1,
        form=form,
        unit=unit,
        population=draw(st.sampled_from([("member",), ("member", "unknown", "staff")])),
        anchor=draw(_anchors(unit)),
        predicate=draw(_predicates(form, unit)),
        quality=draw(_QUALITIES),
        exclusions=draw(st.sampled_from([(), ("bot",), ("staff", "bot")])),
        channels=draw(st.sampled_from([(), (), ("forum",)])),
        lag=timedelta(hours=draw(st.sampled_from([0, 12]))),
        segment=draw(st.sampled_from(("", "", *SEGMENTS))),
    )
    return replace(definition, **draw(_windows(definition)))


def _unit(form: Form) -> Unit:
    return {"F1": "member", "F2": "opportunity"}.get(form, "member_period")  # type: ignore[return-value]


@st.composite
def _anchors(draw: st.DrawFn, unit: Unit) -> Anchor:
    kinds = {"member": ["first_act"], "member_period": ["period"]}
    kind = draw(st.sampled_from(kinds.get(unit, ["thread_root", "thread_root", "act", "first_act"])))
    labels = draw(st.sampled_from([(), (), LABELS[:1], LABELS])) if unit == "opportunity" else ()
    acts = draw(st.sampled_from([(), (), ("asked",), ("answered", "thanked")]))
    period = draw(st.sampled_from(["week", "month"])) if kind == "period" else "month"
    return Anchor(kind, acts, labels, period)


@st.composite
def _predicates(draw: st.DrawFn, form: Form, unit: Unit) -> Predicate:
    classes = draw(st.sampled_from([(), ("member",), ("member", "unknown")]))
    if unit == "member_period":
        return Predicate(draw(st.sampled_from([("answered",), ("asked", "answered")])), classes)
    if unit == "member":
        return Predicate(draw(_ACTS), classes)
    by_owner = draw(st.integers(0, 3)) == 0
    return Predicate(
        acts=draw(_ACTS),
        actor_classes=classes,
        is_first=form == "F2" and draw(st.booleans()),
        segment=draw(st.sampled_from(("", "", *SEGMENTS))),
        by_owner=by_owner,
        across=TRAIT if not by_owner and draw(st.integers(0, 2)) == 0 else "",
    )


@st.composite
def _windows(draw: st.DrawFn, definition: Definition) -> dict[str, Any]:
    if definition.unit == "member_period":
        return {"minimum": draw(st.integers(1, 2)) if definition.form == "F5" else 1}
    if definition.form == "F4":
        hours = draw(st.sampled_from([0, 24, 48]))
        return {"window": timedelta(hours=hours), "anchor_counts": draw(st.booleans())}
    if draw(st.integers(0, 4)) == 0:
        return {"window": timedelta(days=draw(st.integers(1, 4))), "in_workdays": True}
    is_first = definition.predicate.is_first
    spread = Spread() if is_first else draw(st.sampled_from([Spread(), Spread(), Spread(3, 2), Spread(2, 1)]))
    opens = draw(st.sampled_from([0, 0, 6]))
    return {
        "window": timedelta(hours=opens + draw(st.sampled_from([6, 24, 48]))),
        "opens_after": timedelta(hours=opens),
        "spread": spread,
        "minimum": 1 if is_first else draw(st.integers(1, 2)),
        "anchor_counts": not opens and draw(st.booleans()),
    }
