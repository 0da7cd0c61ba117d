"""What programs get: the shapes of every answer, from which the description of the API is made."""

from datetime import date as day
from datetime import datetime
from typing import Literal

from ninja import Schema
from pydantic import Field

from allmende.api.catalogue import PROBLEM

Layer = Literal["goal", "objective", "outcome", "strategy", "tactic", "step"]


class HeldBack(Schema):
    """Why a figure stays with the team."""

    code: str = Field(description="Stable name of the reason.", examples=["group_below_floor"])
    detail: str = Field(description="The reason in a sentence, in the language of the answer.")


class Figure(Schema):
    """A figure of a part of the plan. Shares are fractions, 0 to 1."""

    number: int = Field(description="Grows with the order of arrival; what `after` counts.", examples=[812])
    key: str = Field(description="The part of the plan it belongs to.", examples=["objective-1a2b3c4d5e6f"])
    source: str = Field(description="What was measured.", examples=["Satisfaction"])
    begins: day = Field(description="First day of its period.", examples=["2026-09-01"])
    date: day = Field(description="Last day of its period, or the day itself.", examples=["2026-09-30"])
    value: float | None = Field(description="The measured number, in `unit`; null for a share.", examples=[7.9])
    unit: str = Field(description="Unit of `value`.", examples=["points"])
    share: float | None = Field(description="The share, if it is one.", examples=[0.435])
    k: int | None = Field(description="How many of the `n` did it.", examples=[174])
    n: int | None = Field(description="Out of how many.", examples=[400])
    before_share: float | None = Field(description="The share it is compared with, if it is.")
    low: float | None = Field(
        description="Lower bound: of a share, of its difference where there is one; else of the figure itself, in its unit."
    )
    high: float | None = Field(
        description="Upper bound: of a share, of its difference where there is one; else of the figure itself, in its unit."
    )
    counted_share: float | None = Field(
        description="What was counted, where people looked how often the counting is right and `share` is put right by that."
    )
    counted_before_share: float | None = Field(description="The same of `before_share`.")
    verdict: str | None = Field(description="The verdict, if there is one.", examples=["cannot_tell"])
    note: str | None = Field(description="What its teller says beside it.")
    came_by: Literal["program", "table", "hand", "allmende"] = Field(description="How it came to the plan.")
    told_at: datetime = Field(description="When it was told.")
    held_back: HeldBack | None = Field(
        description="If set, all numbers, the verdict and the note are null: counts of activity and small groups are not given out."
    )


class Figures(Schema):
    """A page of figures."""

    figures: list[Figure]
    next_after: int | None = Field(description="Ask for the next page with `after` set to this; null on the last page.")


class Part(Schema):
    """A part of the plan in force. Fields that its layer does not have are null."""

    key: str = Field(description="Its name through all versions.", examples=["objective-1a2b3c4d5e6f"])
    layer: Layer
    parent: str | None = Field(description="Key of the part it hangs on; null for goals.")
    code: str | None = Field(None, description="Its short sign on the screens.", examples=["Z1"])
    name: str = Field(description="What lists call it.", examples=["Experienced members answer first"])
    statement: str | None = Field(None, description="The part in a sentence.")
    state: str | None = Field(None, description="Where it stands today; outcomes have no state.", examples=["active"])
    audience: str | None = Field(None, description="Objectives: who shall do it.")
    behaviour: str | None = Field(None, description="Objectives: what they shall do.")
    effect: str | None = Field(None, description="Objectives: what comes of it.")
    definition_key: str | None = Field(None, description="Objectives: the behaviour's definition that measures it.")
    baseline_share: float | None = Field(None, description="Objectives: the share at the beginning.")
    target_share: float | None = Field(None, description="Objectives: the share aimed at.")
    baseline_value: float | None = Field(
        None,
        description="Objectives measured by how often or how long: what it was at the beginning, in the measure's unit.",
    )
    target_value: float | None = Field(
        None,
        description="Objectives measured by how often (times per person and month) or how long (hours): what is aimed at.",
    )
    target_date: day | None = Field(None, description="Objectives: until when.")
    starts_date: day | None = Field(None, description="When it begins.")
    due_date: day | None = Field(None, description="Steps: when it is due today, put-offs included.")


class PartWithFigures(Part):
    """A part with what hangs on it and what was measured of it."""

    children: list[str] = Field(description="Keys of the parts that hang on it.")
    figures: list[Figure] = Field(description="The newest figure of each measure.")


class Plan(Schema):
    """The version of the plan that is in force."""

    title: str
    state: str = Field(description="Where the work on the plan stands.", examples=["active"])
    version: int = Field(description="Number of the version in force.", examples=[3])
    published_at: datetime
    change_reason: str = Field(description="Why this version replaced the one before.")
    goals: list[Part]
    objectives: list[Part]
    outcomes: list[Part]
    strategies: list[Part] = Field(description="Levers: the feeling that makes members do it.")
    tactics: list[Part]
    steps: list[Part] = Field(description="Without the names of those who do them.")


class RowTaken(Schema):
    """What became of a row."""

    row: int = Field(description="Its place in the delivery, from 0.")
    id: str | None = Field(description="The id its sender gave it.")
    key: str
    became: Literal["taken", "replaced", "known"] = Field(
        description="`taken`: new; `replaced`: another value of the same days gave way; `known`: nothing had to be done."
    )


class Delivered(Schema):
    """What became of a delivery."""

    taken: int
    replaced: int
    known: int
    rows: list[RowTaken]


class Fault(Schema):
    """What does not hold, and where."""

    row: int | None = Field(None, description="Place of the row in the delivery, from 0.")
    field: str = Field(description="The field to mend; empty when several do not fit together.", examples=["date"])
    detail: str = Field(description="What is wrong, in a sentence.")


class Problem(Schema):
    """Why a call was not answered (RFC 9457)."""

    type: str = Field(description="Stable name of the kind of problem.", examples=[f"{PROBLEM}invalid"])
    title: str = Field(description="The kind of problem in a few words.")
    status: int = Field(examples=[422])
    detail: str = Field(description="What happened and what to do, in the language of the answer.")
    errors: list[Fault] = Field([], description="Each fault with its row and field, where there are any.")
