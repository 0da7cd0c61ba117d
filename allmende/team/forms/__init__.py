"""What people type on the team's pages, with field, reason and remedy for a wrong value."""

from __future__ import annotations

import re
from datetime import date, time
from itertools import pairwise
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import lazystr
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from allmende.team import states
from allmende.team.catalogue import (
    ADDRESS_FORM_WORDS,
    COUNTRY_WORDS,
    GENDER_FORM_WORDS,
    LANGUAGE_WORDS,
    MODULE_WORDS,
    ROLE_WORDS,
    UNIT_KIND_WORDS,
    WEEKDAYS,
)
from allmende.team.models import Person, ResponsibleUnit, ServiceHours, User, Workspace
from allmende.team.queries import free_address, people_of, places

_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?:-|bis|to)(\d{1,2})(?:[:.](\d{2}))?")


class SpansField(forms.CharField):
    """Spans of one day as people write them: "8-12, 13-18", "8:30 bis 17 Uhr"; empty for a day without service.

    Cleans to a list of (start, end); an end of 24 is the midnight that ends the day.
    """

    def clean(self, value: str | None) -> list[tuple[time, time]]:
        text = super().clean(value) or ""
        spans = sorted(self._span(part) for part in re.split(r"[,;]|\bund\b|\band\b", text) if part.strip())
        for (_start, end), (start, _end) in pairwise(spans):
            if end == time(0) or start < end:
                raise ValidationError(_("Two times overlap. Write each hour once, such as 8–12, 13–18."))
        return spans

    def _span(self, part: str) -> tuple[time, time]:
        plain = re.sub(r"\s|uhr|[–—]", lambda found: "-" if found[0] in "–—" else "", part.lower())
        match = _SPAN.fullmatch(plain)
        try:
            start, end = _times(match) if match else (None, None)
        except ValueError:
            start = end = None
        if start is None or end is None:
            raise ValidationError(
                _("“%(part)s” is no span of time. Write from and to, such as 8–12, 13:30–18."),
                params={"part": part.strip()},
            )
        if end != time(0) and end <= start:
            raise ValidationError(
                _("“%(part)s” ends before it begins. Split it at midnight: until 24 here, from 0 on the next day."),
                params={"part": part.strip()},
            )
        return start, end


def _times(match: re.Match[str]) -> tuple[time, time]:
    start_hour, start_minute, end_hour, end_minute = (int(group or 0) for group in match.groups())
    if end_hour == 24 and end_minute == 0:
        end_hour = 0
    return time(start_hour, start_minute), time(end_hour, end_minute)


def written(spans: list[tuple[time, time]]) -> str:
    """Spans as `SpansField` reads them: "8:00–12:00, 13:00–18:00"."""
    return ", ".join(f"{start.hour}:{start:%M}–{end.hour or 24}:{end:%M}" for start, end in spans)


class ZoneField(forms.CharField):
    """An IANA time zone, typed with proposals from the list `zones` of the form."""

    widget = forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"})

    def clean(self, value: str | None) -> str:
        zone = (super().clean(value) or "").strip()
        if zone not in available_timezones():
            raise ValidationError(
                _("There is no time zone “%(zone)s”. Choose one from the list, such as Europe/Vienna."),
                params={"zone": zone},
            )
        return zone


def zones() -> list[str]:
    """The zones proposed while typing; every other IANA zone is accepted too."""
    return sorted(zone for zone in available_timezones() if zone.startswith("Europe/"))


class WelcomeForm(forms.Form):
    """The first steps of a new user. Whoever opens an installation also says where they can be written to, and what the
    community is called."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, help_text=_("As colleagues and members shall read it.")
    )
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
        help_text=_("At least ten characters; four words in a row are easy to keep and hard to guess."),
    )

    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("You log in with it. Left empty, the address above stays."),
    )
    community = forms.CharField(label=_("Name of the community"), max_length=80, required=False)

    def __init__(self, *args: Any, user: User, is_founder: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        if not is_founder:
            del self.fields["email"], self.fields["community"]

    def clean_email(self) -> str:
        asked: str = self.cleaned_data["email"]
        email = free_address(asked, self.user)
        if asked and not email:
            raise ValidationError(_("Somebody else here logs in with this address. Choose another one."))
        return email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password


class _RoleForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    role = forms.ChoiceField(label=_("Role"))
    access_until_date = forms.DateField(
        label=_("Last day of access"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("For people from outside; leave it empty for colleagues."),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        below = states.ROLES[states.ROLES.index(person.role) :]
        self.fields["role"] = forms.ChoiceField(label=_("Role"), choices=[(role, ROLE_WORDS[role]) for role in below])

    def clean_access_until_date(self) -> date | None:
        until: date | None = self.cleaned_data["access_until_date"]
        if until and until < timezone.localdate():
            raise ValidationError(
                _("This day has passed, so there would be no way in. Choose today or a later day, or leave it empty.")
            )
        return until


class InviteForm(_RoleForm):
    """Somebody new."""

    email = forms.EmailField(label=_("E-mail address"), help_text=_("This is how they log in."))
    field_order = ("name", "email", "role", "access_until_date")

    @classmethod
    def of(cls, place: Person, person: Person) -> InviteForm:
        """Filled with what a book says about somebody, but no right that `person` could not give."""
        role = max(place.role, person.role, key=states.ROLES.index)
        return cls(
            person=person, initial={"name": place.name, "role": role, "access_until_date": place.access_until_date}
        )


class LeaveForm(forms.Form):
    """Why somebody may leave although work is still in their hands."""

    reason = forms.CharField(
        label=_("Why may it stay open?"),
        required=False,
        max_length=300,
        help_text=_("It stands in the audit book. Example: the two steps are dropped with the next version."),
    )


class PersonForm(_RoleForm):
    """A colleague's name, role and access."""

    @classmethod
    def of(cls, colleague: Person, person: Person) -> PersonForm:
        fields = ("name", "role", "access_until_date")
        return cls(person=person, initial={name: getattr(colleague, name) for name in fields})


def _place_choices() -> list[tuple[str, Any]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for place in places():
        key = f"{place.country}-{place.subdivision}".rstrip("-")
        country = str(COUNTRY_WORDS[place.country])
        name = place.name or gettext("%(country)s, national holidays only") % {"country": country}
        groups.setdefault(country, []).append((key, name))
    return list(groups.items())


class HoursForm(forms.Form):
    """Service hours: a name, a place, a zone, and one line per weekday."""

    name = forms.CharField(label=_("Name"), max_length=80)
    place = forms.ChoiceField(label=_("Holidays of"), choices=_place_choices)
    zone = ZoneField(label=_("Time zone"))
    keeps_holidays = forms.BooleanField(label=_("Closed on public holidays"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday, name in enumerate(WEEKDAYS):
            widget = forms.TextInput(attrs={"placeholder": lazystr(_("closed")), "inputmode": "text"})
            self.fields[f"day_{weekday}"] = SpansField(label=str(name), required=False, widget=widget)

    @classmethod
    def of(cls, hours: ServiceHours) -> HoursForm:
        initial = {name: getattr(hours, name) for name in ("name", "zone", "keeps_holidays")}
        initial["place"] = f"{hours.country}-{hours.subdivision}".rstrip("-")
        for weekday in range(7):
            spans = [(span.starts_at, span.ends_at) for span in hours.spans.all() if span.weekday == weekday]
            initial[f"day_{weekday}"] = written(spans)
        return cls(initial=initial)

    @property
    def days(self) -> list[forms.BoundField]:
        """The seven lines of the week."""
        return [self[f"day_{weekday}"] for weekday in range(7)]

    def values(self) -> dict[str, Any]:
        """What the actions take: name, zone, country, subdivision, keeps_holidays, spans."""
        country, _dash, subdivision = self.cleaned_data["place"].partition("-")
        spans = [(weekday, *span) for weekday in range(7) for span in self.cleaned_data[f"day_{weekday}"]]
        kept = {name: self.cleaned_data[name] for name in ("name", "zone", "keeps_holidays")}
        return {**kept, "country": country, "subdivision": subdivision, "spans": spans}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        is_readable = not any(f"day_{weekday}" in self.errors for weekday in range(7))
        if is_readable and not any(self.cleaned_data[f"day_{weekday}"] for weekday in range(7)):
            self.add_error(
                None, _("No day has hours, so nobody could ever be answered in time. Enter at least one span.")
            )
        return cleaned


class ClosedDayForm(forms.Form):
    """One day without service."""

    on_date = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    name = forms.CharField(label=_("Reason"), max_length=80)


class SettingsForm(forms.Form):
    """The workspace's settings."""

    name = forms.CharField(label=_("Name of the community"), max_length=80)
    organisation = forms.CharField(label=_("Organisation"), max_length=120, required=False)
    language = forms.ChoiceField(
        label=_("Language of the workspace"),
        choices=[*LANGUAGE_WORDS.items()],
        help_text=_("For new plans and invitations. Everybody chooses the language of their own screen."),
    )
    zone = ZoneField(label=_("Time zone"))
    address_form = forms.ChoiceField(label=_("How people are addressed"), choices=[*ADDRESS_FORM_WORDS.items()])
    gender_form = forms.ChoiceField(label=_("Forms of gender"), choices=[*GENDER_FORM_WORDS.items()])
    reply_delay_seconds = forms.IntegerField(
        label=_("Seconds until a reply leaves"),
        min_value=0,
        max_value=300,
        help_text=_("In this time it can be taken back without anybody having seen it."),
    )

    modules = forms.MultipleChoiceField(
        label=_("What you use"),
        choices=[(name, title) for name, (title, _hides) in MODULE_WORDS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    @classmethod
    def of(cls, workspace: Workspace) -> SettingsForm:
        """As saved."""
        kept = {name: getattr(workspace, name) for name in cls.base_fields if name != "modules"}
        return cls(initial=kept | {"modules": [name for name in states.MODULES if workspace.shows(name)]})

    def values(self) -> dict[str, Any]:
        """As `change_workspace` takes them: what is not ticked is switched off (S4-26)."""
        typed = dict(self.cleaned_data)
        used = typed.pop("modules")
        return typed | {"modules_off": [name for name in states.MODULES if name not in used]}


class UnitForm(forms.Form):
    """A department, a working group or a partner outside."""

    kind = forms.ChoiceField(label=_("What is it?"), widget=forms.RadioSelect, initial=states.WORKING_GROUP)
    name = forms.CharField(label=_("Name"), max_length=120)
    lead: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=_("Who leads it?"),
        queryset=None,
        required=False,
        empty_label=pgettext_lazy("team", "nobody of us"),
        help_text=_("Exactly one person answers for it. Only a partner outside may have none of us."),
    )
    members: forms.ModelMultipleChoiceField[Person] = forms.ModelMultipleChoiceField(
        label=_("Who else works in it?"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(UNIT_KIND_WORDS.items())[1:]  # type: ignore[attr-defined]
        for name in ("lead", "members"):
            self.fields[name].queryset = people_of(person.workspace)  # type: ignore[attr-defined]

    @classmethod
    def of(cls, unit: ResponsibleUnit, person: Person) -> UnitForm:
        members = [row.person_id for row in unit.members.all()]
        values = {"kind": unit.kind, "name": unit.name, "lead": unit.lead_id, "members": members}
        return cls(person=person, initial=values)


class GiveForm(forms.Form):
    """Who is accountable for a thing from which day on."""

    kind = forms.CharField(max_length=20, widget=forms.HiddenInput)
    key = forms.CharField(max_length=60, widget=forms.HiddenInput)
    unit = forms.CharField(label=_("Who is responsible?"), max_length=50)
    since_date = forms.DateField(
        label=_("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
