"""What programs send: rows of measured values."""

from datetime import date
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints, field_validator, model_validator
from pydantic_core import PydanticCustomError

from allmende.api.actions import Sent
from allmende.api.states import MOST_ROWS
from allmende.plan.actions import Telling
from allmende.plan.queries.values import PERCENT

EARLIEST = date(1970, 1, 1)
# A line of text: no control characters, no halves of a surrogate pair.
LINE = r"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$"
KEY = r"^[-a-zA-Z0-9_]+$"


def _line(most: int, least: int = 0) -> Any:
    return Annotated[
        str, StringConstraints(strict=True, strip_whitespace=True, min_length=least, max_length=most, pattern=LINE)
    ]


class Row(Schema):
    """One measured value: what a person would write down by hand."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, StringConstraints(strict=True, max_length=40, pattern=KEY)] = Field(
        description="Key of the part of the plan it belongs to, as GET …/plan names it.",
        examples=["objective-1a2b3c4d5e6f"],
    )
    source: _line(80, 1) = Field(  # type: ignore[valid-type]
        description="What was measured. Always the same words, so that the values line up.", examples=["Satisfaction"]
    )
    date: "date_" = Field(
        description="The day of the measurement, or the last day of its period. Not before 1970, not in the future.",
        examples=["2026-10-01"],
    )
    begins: "date_ | None" = Field(
        None, description="The first day of the period, if it is one.", examples=["2026-09-01"]
    )
    value: float | None = Field(
        None,
        strict=True,
        allow_inf_nan=False,
        ge=-1e15,
        le=1e15,
        description="The measured number, in `unit`. Either this, or `k` out of `n`.",
        examples=[7.9],
    )
    unit: _line(24) = Field("", description="Unit of `value`. “%” makes it a share, 0 to 100.", examples=["points"])  # type: ignore[valid-type]
    k: int | None = Field(
        None, strict=True, ge=0, le=10**9, description="How many of the `n` did it: a share.", examples=[174]
    )
    n: int | None = Field(
        None, strict=True, ge=0, le=10**9, description="Out of how many: answers, cases, people.", examples=[400]
    )
    note: _line(200) = Field(  # type: ignore[valid-type]
        "", description="What one should know to read the value.", examples=["All customers were asked"]
    )
    id: _line(80) = Field(  # type: ignore[valid-type]
        "",
        description="Your own name for this row. Sent again with the same contents it is known; with others it is refused.",
        examples=["survey-2026-10-01"],
    )

    @field_validator("date", "begins", mode="before")
    @classmethod
    def _is_written_as_day(cls, given: Any) -> Any:
        """A day is text: numbers would be read as seconds since 1970."""
        if given is not None and not (isinstance(given, str) and len(given) == 10):
            raise PydanticCustomError("date_parsing", "a day")
        return given

    @field_validator("date", "begins")
    @classmethod
    def _is_in_our_time(cls, given: Any) -> Any:
        if given is not None and given < EARLIEST:
            raise PydanticCustomError("greater_than_equal", "too early", {"ge": EARLIEST.isoformat()})
        return given

    @model_validator(mode="after")
    def _has_one_figure(self) -> "Row":
        fault = _fault(self.value, self.k, self.n, self.unit)
        if fault:
            raise PydanticCustomError(fault, "no figure, or two")
        return self

    @property
    def sent(self) -> Sent:
        """The row as the plan takes it."""
        is_share = self.k is not None
        number = 100 * self.k / self.n if self.k is not None and self.n else self.value or 0.0
        unit = PERCENT if is_share else self.unit
        told = Telling(self.key, self.source, self.begins or self.date, self.date, number, unit, self.n, self.note)
        return Sent(told, self.id)


def _fault(value: float | None, k: int | None, n: int | None, unit: str) -> str:
    if k is None:
        return "no_figure" if value is None else ""
    if value is not None:
        return "two_figures"
    if not n:
        return "k_without_n"
    if k > n:
        return "k_beyond_n"
    return "unit_of_k" if unit else ""


class Rows(Schema):
    """A delivery: all of it is taken in, or nothing."""

    model_config = ConfigDict(extra="forbid")

    rows: list[Row] = Field(min_length=1, max_length=MOST_ROWS, description="One row, or up to 1,000.")
    plan_version: int | None = Field(
        None,
        strict=True,
        ge=1,
        le=10**9,
        description="The version of the plan you expect in force. If it is another one, nothing is taken in (409).",
        examples=[3],
    )


date_ = date
Row.model_rebuild()
