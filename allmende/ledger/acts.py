"""What counts: the acts that meet a definition's predicate and quality, each with the unit it was done for.

Every function gives Ibis expressions; nothing runs here. An act has the columns unit, owner, number, anchor_at,
anchor_position, ends_at, doer, occurred_at, position, is_by_doer, object_id and thread_id.
"""

from typing import TYPE_CHECKING

from allmende.ledger.anchors import apart, is_one_of, span, staying
from allmende.ledger.definition import Definition
from allmende.ledger.events import MARK_ACTS
from allmende.ledger.facts import Facts

if TYPE_CHECKING:
    import ibis.expr.types as ir

_OF_UNIT = ("unit", "owner", "number", "anchor_at", "anchor_position", "ends_at")
_OF_ACT = ("occurred_at", "position", "is_by_doer", "object_id", "thread_id")
_COLUMNS = (*_OF_UNIT, *_OF_ACT, "doer")


def acts_after(visible: "ir.Table", units: "ir.Table", definition: Definition, facts: Facts) -> "ir.Table":
    """Acts after their unit's anchor, within its window, by whomever counts; `is_by_doer` says so where the first
    decides."""
    acts = wanted_acts(visible, definition)
    joined = acts.join(units, _conditions(acts, units, definition))
    found = joined.select(*_OF_UNIT, *_OF_ACT, doer=joined.actor)
    if has_newest(definition):
        newest = found.group_by("position").aggregate(anchor_position=found.anchor_position.max())
        found = apart(found.semi_join(newest, ["position", "anchor_position"]), "position")
    found = _by_whom(found, definition, facts)
    return with_quality(found, visible, definition)


def has_newest(definition: Definition) -> bool:
    """Whether an act may lie after several units of its person and counts for the newest alone."""
    return definition.predicate.by_owner and definition.anchor.kind == "act"


def wanted_acts(visible: "ir.Table", definition: Definition) -> "ir.Table":
    """The rows that are what counts, by a class that counts (unless the first decides); excluded ones are not seen."""
    is_by_doer = _is_by_doer(visible, definition)
    wanted = is_one_of(visible, definition.predicate.acts)
    if definition.exclusions:
        wanted &= visible.actor_class.notin(definition.exclusions)
    if not definition.predicate.is_first:
        wanted &= is_by_doer
    return visible.mutate(is_by_doer=is_by_doer).filter(wanted)


def is_wanted(rows: "ir.Table", definition: Definition) -> "ir.BooleanValue":
    """Whether a row is what counts, by a class that counts."""
    wanted = is_one_of(rows, definition.predicate.acts)
    if definition.exclusions:
        wanted &= rows.actor_class.notin(definition.exclusions)
    return wanted & _is_by_doer(rows, definition)


def _is_by_doer(rows: "ir.Table", definition: Definition) -> "ir.BooleanValue":
    classes = definition.predicate.actor_classes
    return rows.actor_class.isin(classes) if classes else rows.actor_class.notnull()


def with_quality(acts: "ir.Table", visible: "ir.Table", definition: Definition) -> "ir.Table":
    """The acts that meet the quality condition. Uses doer, position, object_id, thread_id and ends_at."""
    quality = definition.quality
    if quality.outside_own_thread:
        roots = visible.filter(visible.is_root).select("thread_id", opener="actor")
        placed = acts.left_join(roots, "thread_id")
        acts = placed.filter(~placed.opener.identical_to(placed.doer)).select(acts.columns)
    if quality.any_of:
        keys = ["position"] if _has_one_unit(definition) else ["unit", "position"]
        acts = apart(acts.semi_join(_marked(acts, visible, definition, keys), keys), "position")
    return acts


def _has_one_unit(definition: Definition) -> bool:
    return definition.unit != "opportunity" or definition.anchor.kind == "thread_root"


def _conditions(acts: "ir.Table", units: "ir.Table", definition: Definition) -> "list[ir.BooleanValue]":
    is_by_owner = definition.unit == "member" or definition.predicate.by_owner
    conditions = []
    if is_by_owner:
        conditions.append(acts.actor == units.owner)
    if definition.unit == "opportunity" and (not is_by_owner or definition.anchor.kind == "thread_root"):
        conditions.append(acts.thread_id == units.place)
    if not is_by_owner:
        conditions.append(~acts.actor.identical_to(units.owner))
    if definition.window:
        conditions.append(acts.occurred_at < units.ends_at)
    if definition.anchor_counts:
        return [*conditions, acts.occurred_at >= units.anchor_at, acts.position >= units.anchor_position]
    if definition.opens_after:
        return [*conditions, acts.occurred_at >= units.anchor_at + span(definition.opens_after)]
    return [*conditions, acts.occurred_at > units.anchor_at]


def _by_whom(found: "ir.Table", definition: Definition, facts: Facts) -> "ir.Table":
    """Only those of the wanted segment, and of another group than the owner's."""
    segment, across = definition.predicate.segment, definition.predicate.across
    if not segment and not across:
        return found
    good = found.filter(found.is_by_doer)
    if segment:
        good = staying(good, facts.stays(segment), "doer", "occurred_at")
    if across:
        good = _across(good, facts.trait(across))
    if not definition.predicate.is_first:
        return good
    flags = good.select("unit", "position").mutate(is_good=True)
    flagged = found.drop("is_by_doer").left_join(flags, ["unit", "position"])
    return flagged.mutate(is_by_doer=flagged.is_good.fill_null(False)).select(*_COLUMNS)


def _across(acts: "ir.Table", trait: "ir.Table") -> "ir.Table":
    of_doer, of_owner = trait.select(doer="person", theirs="value"), trait.select(owner="person", ours="value")
    told = acts.join(of_doer, "doer").join(of_owner, "owner")
    return told.filter(told.theirs != told.ours).select(*_COLUMNS)


def _marked(acts: "ir.Table", visible: "ir.Table", definition: Definition, keys: list[str]) -> "ir.Table":
    """Keys of the acts with one of the wanted marks, given in time by somebody else."""
    import ibis

    quality = definition.quality
    wanted = {mark: MARK_ACTS[mark] for mark in quality.any_of}
    marks = visible.filter((visible.kind == "gesture") & visible.act.isin(tuple(wanted.values())))
    if definition.exclusions:
        marks = marks.filter(marks.actor_class.notin(definition.exclusions))
    marks = marks.select("object_id", "act", marked_thread="thread_id", giver="actor", marked_at="occurred_at")
    conditions = []
    if quality.on == "thread":
        marks = _by_others(marks, visible)
        conditions.append(acts.thread_id == marks.marked_thread)
    else:
        conditions += [acts.object_id == marks.object_id, ~acts.doer.identical_to(marks.giver)]
    if definition.window or definition.unit == "member_period":
        conditions.append(marks.marked_at < acts.ends_at + span(definition.lag))
    given = acts.join(marks, conditions)
    needed = {"accepted": 1, "thanked": 1, "helpful_votes": quality.helpful_votes}
    counts = given.group_by(keys).aggregate(
        **{mark: given.count(where=given.act == act) for mark, act in wanted.items()}
    )
    return counts.filter(ibis.or_(*(counts[mark] >= needed[mark] for mark in wanted))).select(*keys)


def _by_others(marks: "ir.Table", visible: "ir.Table") -> "ir.Table":
    """Marks about a message that is still there, by another than its author."""
    authors = visible.filter(visible.kind == "message").select("object_id", author="actor")
    told = marks.join(authors, "object_id")
    return told.filter(~told.author.identical_to(told.giver)).select(marks.columns)
