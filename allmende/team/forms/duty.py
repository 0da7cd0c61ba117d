"""What people type when they plan duty: a shift, where it moves, which hours need somebody, why a gap is borne."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.domain.coverage import RestRules
from allmende.domain.service_hours import instant
from allmende.domain.slots import is_in_reach
from allmende.team import states
from allmende.team.access import find_duty_row, may
from allmende.team.catalogue import ABSENCE_KIND_WORDS, DUTY_KIND_WORDS, UNUSUAL_DAY
from allmende.team.forms import SpansField, written
from allmende.team.models import Absence, CoverageRequirement, Person, ServiceHours, Shift, TrainingUnit, Workspace
from allmende.team.queries import Purpose, grouped, holders_of, hours_in, swappable, units_of_training

DAY = timedelta(days=1)
REST_HELP = _("The day worked is part of them; a day of rest before it counts, too.")


def _check_day(typed: date) -> None:
    if not is_in_reach(typed):
        raise ValidationError(UNUSUAL_DAY)


def _day_field(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, validators=[_check_day])


def _time_field(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


def _doer_field() -> forms.ModelChoiceField[Person]:
    return forms.ModelChoiceField(
        label=_("Who?"), queryset=None, required=False, empty_label=pgettext_lazy("shift", "nobody yet")
    )


def span_of(on: date, starts_at: time, ends_at: time, zone: str) -> tuple[datetime, datetime]:
    """A shift of that day in wall-clock time of `zone`; one that ends at or before its beginning ends the next day."""
    place = ZoneInfo(zone)
    until = on + DAY if ends_at <= starts_at else on
    return instant(datetime.combine(on, starts_at, place)), instant(datetime.combine(until, ends_at, place))


class ShiftForm(forms.Form):
    """One shift: who cares for which channels, on which day, from when until when."""

    doer: forms.ModelChoiceField[Person] = _doer_field()
    on_date = _day_field(_("Day"))
    starts_at = _time_field(_("From"))
    ends_at = _time_field(_("Until"))
    kind = forms.ChoiceField(label=_("Kind of duty"), choices=[*DUTY_KIND_WORDS.items()], initial=states.FULL)
    hours: forms.ModelChoiceField[ServiceHours] = forms.ModelChoiceField(
        label=_("For which channels?"),
        queryset=None,
        required=False,
        empty_label=_("all channels"),
        help_text=_("Channels that keep the same service hours are cared for together."),
    )
    serves_key = forms.ChoiceField(
        label=_("What does it serve?"),
        required=False,
        help_text=_("Once it has begun, the shift stands there as work."),
    )

    def __init__(
        self,
        *args: Any,
        workspace: Workspace,
        purposes: Sequence[Purpose] = (),
        shift: Shift | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.zone = workspace.zone
        self.kept_key = shift.serves_key if shift else ""
        self._offer(purposes)
        self.fields["doer"].queryset = holders_of(workspace, "team.duty.stand")  # type: ignore[attr-defined]
        hours = self.fields["hours"]
        hours.queryset = hours_in(workspace)  # type: ignore[attr-defined]
        hours.label_from_instance = lambda one: one.name  # type: ignore[attr-defined]

    def _offer(self, purposes: Sequence[Purpose]) -> None:
        """The parts of the plan; without a plan nothing is asked, and what it served before stays."""
        if not purposes:
            del self.fields["serves_key"]
            return
        is_gone = self.kept_key and self.kept_key not in {one.key for one in purposes}
        gone = [(self.kept_key, _("a part that is not in force any more"))] if is_gone else []
        choices = [("", pgettext_lazy("shift", "no part of the plan in particular")), *gone, *grouped(purposes)]
        self.fields["serves_key"].choices = choices  # type: ignore[attr-defined]

    @classmethod
    def of(cls, shift: Shift, workspace: Workspace, purposes: Sequence[Purpose]) -> ShiftForm:
        place = ZoneInfo(workspace.zone)
        begin, end = shift.starts_at.astimezone(place), shift.ends_at.astimezone(place)
        values = {"doer": shift.person_id, "kind": shift.kind, "hours": shift.hours_id, "on_date": begin.date()}
        times = {"starts_at": begin.time(), "ends_at": end.time(), "serves_key": shift.serves_key}
        return cls(workspace=workspace, purposes=purposes, shift=shift, initial={**values, **times})

    def values(self) -> dict[str, Any]:
        """What the action takes: doer, kind, hours, serves_key, starts_at, ends_at."""
        said = self.cleaned_data
        kept = {name: said[name] for name in ("doer", "kind", "hours")}
        kept["serves_key"] = said.get("serves_key", self.kept_key)
        starts_at, ends_at = span_of(said["on_date"], said["starts_at"], said["ends_at"], self.zone)
        return {**kept, "starts_at": starts_at, "ends_at": ends_at}


class PutForm(forms.Form):
    """Where a shift moves: another day, another person. A drag names the `row` it was dropped on."""

    on_date = _day_field(_("Day"))
    doer: forms.ModelChoiceField[Person] = _doer_field()
    row = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, shift: Shift, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shift, self.person = shift, person
        self.fields["doer"].queryset = holders_of(person.workspace, "team.duty.stand")  # type: ignore[attr-defined]

    @classmethod
    def of(cls, shift: Shift, person: Person) -> PutForm:
        on = shift.starts_at.astimezone(ZoneInfo(person.workspace.zone)).date()
        values = {"on_date": on, "doer": shift.person_id, "seen_revision": shift.revision}
        return cls(shift=shift, person=person, initial=values)

    def values(self) -> dict[str, Any]:
        """What the action takes; the wall-clock times stay."""
        place, shift = ZoneInfo(self.person.workspace.zone), self.shift
        begin, end = shift.starts_at.astimezone(place), shift.ends_at.astimezone(place)
        away = self.cleaned_data["on_date"] - begin.date()
        row = find_duty_row(self.person, self.cleaned_data["row"])
        doer, hours = self.cleaned_data["doer"], shift.hours
        if self.cleaned_data["row"]:
            doer = row if isinstance(row, Person) else None if self.cleaned_data["row"] == "open" else shift.person
            hours = row if isinstance(row, ServiceHours) else shift.hours
        return {
            "doer": doer, "hours": hours, "kind": shift.kind, "serves_key": shift.serves_key,
            "starts_at": instant((begin.replace(tzinfo=None) + away).replace(tzinfo=place)),
            "ends_at": instant((end.replace(tzinfo=None) + away).replace(tzinfo=place)),
        }  # fmt: skip


class CoverForm(forms.Form):
    """So many people are needed in these hours from a day on."""

    hours: forms.ModelChoiceField[ServiceHours] = forms.ModelChoiceField(
        label=_("In which service hours?"), queryset=None, empty_label=None
    )
    seats = forms.IntegerField(label=_("How many people at the same time?"), min_value=1, max_value=20, initial=1)
    starts_date = _day_field(_("From which day on?"))
    weekend = SpansField(
        label=_("On weekends and days without service too"),
        required=False,
        help_text=_("From and to, such as 10–16. Empty: only in the service hours."),
    )
    unit: forms.ModelChoiceField[TrainingUnit] = forms.ModelChoiceField(
        label=_("Which training does whoever covers them need at least?"),
        queryset=None,
        required=False,
        empty_label=pgettext_lazy("training", "none in particular"),
        help_text=_("Whoever lacks it gets no shift there. What every duty needs stands with the training itself."),
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hours = self.fields["hours"]
        hours.queryset = hours_in(workspace)  # type: ignore[attr-defined]
        hours.label_from_instance = lambda one: one.name  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units_of_training(workspace)  # type: ignore[attr-defined]
        self.fields["unit"].label_from_instance = lambda one: one.name  # type: ignore[attr-defined]

    @classmethod
    def of(cls, requirement: CoverageRequirement, workspace: Workspace) -> CoverForm:
        kept = {name: getattr(requirement, name) for name in ("seats", "starts_date", "unit")}
        opens, closes = requirement.weekend_starts_at, requirement.weekend_ends_at
        weekend = written([(opens, closes)]) if opens is not None and closes is not None else ""
        return cls(workspace=workspace, initial={**kept, "hours": requirement.hours_id, "weekend": weekend})

    def clean_weekend(self) -> tuple[time, time] | None:
        spans: list[tuple[time, time]] = self.cleaned_data["weekend"]
        if len(spans) > 1:
            raise ValidationError(_("Write one span for weekends, such as 10–16."))
        return spans[0] if spans else None


class GapForm(forms.Form):
    """Which gap is meant, and why nobody has to be there."""

    hours_id = forms.UUIDField(widget=forms.HiddenInput)
    starts_at = forms.DateTimeField(widget=forms.HiddenInput)
    ends_at = forms.DateTimeField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why does nobody have to be there?"), max_length=300, required=False)


class AbsenceForm(forms.Form):
    """Who is away from when until when, and who shall stand in."""

    absent: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=_("Who is away?"), queryset=None, empty_label=None
    )
    kind = forms.ChoiceField(label=_("Why?"), choices=[*ABSENCE_KIND_WORDS.items()])
    starts_date = _day_field(_("First day"))
    ends_date = _day_field(_("Last day"))
    deputy: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=_("Who shall stand in?"),
        queryset=None,
        required=False,
        empty_label=pgettext_lazy("deputy", "nobody asked yet"),
        help_text=_("They are asked and confirm it themselves; until then every hour concerned is a gap."),
    )

    def __init__(self, *args: Any, person: Person, absence: Absence | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = holders_of(person.workspace, "team.duty.stand")
        self.fields["deputy"].queryset = people.exclude(pk=absence.person_id) if absence else people  # type: ignore[attr-defined]
        self.fields["absent"].queryset = people  # type: ignore[attr-defined]
        if absence or not may(person, "team.duty.plan"):
            del self.fields["absent"]

    @classmethod
    def of(cls, absence: Absence, person: Person) -> AbsenceForm:
        names = ("kind", "starts_date", "ends_date")
        values = {**{name: getattr(absence, name) for name in names}, "deputy": absence.deputy_id}
        return cls(person=person, absence=absence, initial=values)


class SwapForm(forms.Form):
    """For which colleague's shift one offers one's own."""

    wanted: forms.ModelChoiceField[Shift] = forms.ModelChoiceField(queryset=None)

    def __init__(self, *args: Any, person: Person, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wanted"].queryset = swappable(person, now)  # type: ignore[attr-defined]


class RestDayForm(forms.Form):
    """Why somebody has duty on a Sunday or holiday, and which day is free for it."""

    reason = forms.CharField(
        label=_("Why does this duty have to be then?"),
        max_length=300,
        help_text=_("Such as: members ask most on Sundays. The reason stands on the rota with your name."),
    )
    rest_date = forms.DateField(
        label=_("Day of rest for it"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[_check_day],
        help_text=_("A working day on which this person has no duty. Empty: not chosen yet."),
    )


class DutyRulesForm(forms.Form):
    """What the rota warns about."""

    rest_hours = forms.IntegerField(label=_("Hours of rest between two shifts"), min_value=0, max_value=24)
    usual_hours = forms.IntegerField(label=_("Hours of a usual day"), min_value=1, max_value=24)
    longest_hours = forms.IntegerField(label=_("Hours of the longest day allowed"), min_value=1, max_value=24)
    warns_sundays = forms.BooleanField(label=_("Warn of duty on Sundays"), required=False)
    free_sundays = forms.IntegerField(label=_("Sundays of a year that stay free"), min_value=0, max_value=53)
    sunday_rest_weeks = forms.IntegerField(
        label=_("Weeks in which a day of rest follows a Sunday"), min_value=1, max_value=26, help_text=REST_HELP
    )
    warns_holidays = forms.BooleanField(label=_("Warn of duty on public holidays"), required=False)
    holiday_rest_weeks = forms.IntegerField(
        label=_("Weeks in which a day of rest follows a public holiday"), min_value=1, max_value=26
    )

    @classmethod
    def of(cls, rules: RestRules) -> DutyRulesForm:
        return cls(initial=asdict(rules))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        usual, longest = cleaned.get("usual_hours"), cleaned.get("longest_hours")
        if usual and longest and usual > longest:
            self.add_error(
                "longest_hours", _("The longest day is shorter than a usual one. Write as many hours or more.")
            )
        return cleaned

    def rules(self) -> RestRules:
        """The rules as the domain counts them."""
        return RestRules(**self.cleaned_data)


def read_picks(person: Person, ticked: Sequence[str]) -> list[tuple[Person, ServiceHours, datetime, datetime]]:
    """The shifts of a proposal that were ticked, as `Proposed.value` wrote them; what names nothing here is left out."""
    found = []
    for said in ticked:
        doer_id, _bar, rest = said.partition("|")
        hours_id, _bar, times = rest.partition("|")
        begin, _bar, end = times.partition("|")
        doer, hours = find_duty_row(person, f"person:{doer_id}"), find_duty_row(person, f"hours:{hours_id}")
        if isinstance(doer, Person) and isinstance(hours, ServiceHours) and is_instant(begin) and is_instant(end):
            found.append((doer, hours, datetime.fromtimestamp(int(begin), UTC), datetime.fromtimestamp(int(end), UTC)))
    return found


def is_instant(said: str) -> bool:
    """Seconds since 1970, as our addresses and ticks name an instant."""
    return said.isdecimal() and len(said) < 12
