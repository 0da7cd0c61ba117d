"""One form per kind of decision, and those of its later steps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allmende.domain.decision_check import text_of
from allmende.plan.catalogue.decisions import DECISION_WORDS, LEVELS_OF_SKILL, PASSION_WORDS, REVERSIBLE_WORDS
from allmende.plan.forms.fields import NOT_CHOSEN, AmountField, day_field
from allmende.plan.models import DecisionCheck
from allmende.plan.queries import Ground, sessions_typed

ROWS = 6
LARGEST_FILE = 512 * 1024
# How long a candidate's data is kept unless somebody says otherwise: long enough for claims after a refusal.
RETAIN_DAYS = 180


def lines(text: str) -> list[str]:
    """What was typed one per line."""
    return [line.strip(" \t-*•") for line in text.splitlines() if line.strip(" \t-*•")]


def text_area(label: Any, rows: int = 3, is_required: bool = True, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=is_required, widget=widget, help_text=help_text)


class DecisionForm(forms.Form):
    """What all kinds share. `values()` is what the actions take."""

    title = forms.CharField(label=_("What is to be decided?"), max_length=200)
    due_date = day_field(_("Until when?"))
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    # Fields of which one must be filled: none of them alone is optional.
    either: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    dated: tuple[str, ...] = ()

    def __init__(self, *args: Any, ground: Ground, check: DecisionCheck | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ground = ground
        if check:
            self.initial = {**self.initial, **self.typed_before(check)}
        self.choose()

    def choose(self) -> None:
        """Fill choices from the plan in force."""

    def typed_before(self, check: DecisionCheck) -> dict[str, Any]:
        content = check.content
        found = {"title": check.title, "due_date": check.due_date, "seen_revision": check.revision}
        found |= {name: content.get(name, "") for name in (*self.plain, *self.dated)}
        return found | {name: "\n".join(content.get(name, [])) for name in self.listed}

    def content(self) -> dict[str, Any]:
        typed = self.cleaned_data
        found = {name: _json(typed.get(name)) for name in (*self.plain, *self.dated)}
        return found | {name: lines(typed.get(name) or "") for name in self.listed}

    def keys(self) -> list[str]:
        return []

    def values(self) -> dict[str, Any]:
        content = self.content()
        return {
            "title": self.cleaned_data["title"],
            "due_date": self.cleaned_data["due_date"],
            "content": content,
            "keys": self.keys(),
            "follow_up_date": self.follow_up(content),
            "retain_until_date": self.cleaned_data.get("retain_until_date"),
        }

    def follow_up(self, content: Mapping[str, Any]) -> date | None:
        return None

    def tactic_choices(self) -> list[tuple[str, Any]]:
        return [(tactic.key, f"{tactic.code} {tactic.name}") for tactic in self.ground.running]

    def objective_choices(self) -> list[tuple[str, Any]]:
        return [(row.key, f"{row.code} {row.short_name}") for row in self.ground.elements.objectives]


class ConferenceForm(DecisionForm):
    programme = text_area(
        _("Programme"),
        10,
        is_required=False,
        help_text=_("Paste it as it is. A line with a time begins a session; a table needs a column called title."),
    )
    upload = forms.FileField(label=_("Or a file: text, CSV or .ics"), required=False)
    begins = day_field(_("When does it begin?"))
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=60, required=False)
    cost = AmountField(label=_("Cost in euro"), min_value=0, decimal_places=2, required=False, localize=True)
    skills = text_area(
        _("What can you not do yet and want to learn?"),
        2,
        is_required=False,
        help_text=_("One per line. Example: Moderation"),
    )
    tried_after = text_area(_("What will you try afterwards?"), 2, help_text=_("By it we ask later what changed."))
    seen_programme = forms.CharField(required=False, widget=forms.HiddenInput)

    either = ("programme", "upload")
    plain = ("programme", "cost", "tried_after")
    listed = ("skills",)

    def typed_before(self, check: DecisionCheck) -> dict[str, Any]:
        content = check.content
        return super().typed_before(check) | {"begins": content.get("begins"), "days": content.get("days")}

    def content(self) -> dict[str, Any]:
        typed = self.cleaned_data
        more = {"begins": _json(typed["begins"]), "days": typed["days"]}
        return super().content() | more | {"sessions": sessions_typed(typed["programme"])}

    def know_programme(self, programme: str, mark: str) -> None:
        """Show the text that was read, also from a file; `mark` says that the person has seen it."""
        known = QueryDict(mutable=True)
        known.update(self.data)
        known["programme"], known["seen_programme"] = programme, mark
        self.data = known

    def clean_upload(self) -> str:
        """The text of a file, at most half a megabyte; unknown bytes become question marks, a PDF or a picture is refused."""
        file = self.cleaned_data.get("upload")
        if not file:
            return ""
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 512 KB. Paste the part with the sessions instead."))
        text = text_of(file.read())
        if text is None:
            raise forms.ValidationError(
                _("No plain text is in it. Open the file, copy the sessions, paste them above.")
            )
        return text

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        text = (typed.get("upload") or typed.get("programme") or "").replace("\x00", "")
        typed["programme"] = text
        if "upload" not in self.errors and not sessions_typed(text):
            self.add_error(
                "programme", _("No session was found in it. Paste one session per line, or with a time before each.")
            )
        return typed

    def follow_up(self, content: Mapping[str, Any]) -> date | None:
        begins = self.cleaned_data.get("begins")
        return begins + timedelta(days=60) if begins else None


class HiringForm(DecisionForm):
    """The profile, the candidate beside it, and the tactics to be carried; rows by number, empty ones are left out."""

    characteristics = text_area(
        _("What kind of person?"),
        2,
        is_required=False,
        help_text=_("One per line. Example: stays calm when others shout"),
    )
    candidate = forms.CharField(label=_("Candidate"), max_length=120, help_text=_("Initials are enough."))
    retain_until_date = day_field(
        _("Erase the candidate's data after"), is_required=True, help_text=_("Six months unless there is a reason.")
    )

    plain = ("candidate",)
    listed = ("characteristics",)

    def choose(self) -> None:
        self.fields["retain_until_date"].initial = timezone.localdate() + timedelta(days=RETAIN_DAYS)
        whole = [("", _("the whole role")), *self.tactic_choices()]
        carried = [NOT_CHOSEN, *self.tactic_choices()]
        for row in range(ROWS):
            self.fields |= {
                f"skill_{row}": forms.CharField(label=_("Skill"), max_length=80, required=False),
                f"tactic_{row}": forms.ChoiceField(label=_("Needed for"), choices=whole, required=False),
                f"required_{row}": _number(_("Level needed"), LEVELS_OF_SKILL[1:]),
                f"essential_{row}": forms.BooleanField(label=_("Essential"), required=False),
                f"has_{row}": _number(_("The candidate's level"), LEVELS_OF_SKILL),
                f"can_learn_{row}": forms.BooleanField(label=_("Can be learnt in time"), required=False),
            }
        for row in range(ROWS):
            self.fields |= {
                f"carried_{row}": forms.ChoiceField(label=_("Tactic to carry"), choices=carried, required=False),
                f"passion_{row}": _number(_("Passion, in the candidate's own words"), PASSION_WORDS),
                f"words_{row}": forms.CharField(label=_("What was said"), max_length=300, required=False),
            }

    def skill_rows(self) -> list[list[Any]]:
        names = ("skill", "tactic", "required", "essential", "has", "can_learn")
        return [[self[f"{name}_{row}"] for name in names] for row in range(ROWS)]

    def carried_rows(self) -> list[list[Any]]:
        return [[self[f"{name}_{row}"] for name in ("carried", "passion", "words")] for row in range(ROWS)]

    def typed_before(self, check: DecisionCheck) -> dict[str, Any]:
        found = super().typed_before(check) | {"retain_until_date": check.retain_until_date}
        for place, row in enumerate(check.content.get("competencies", [])[:ROWS]):
            found |= {f"{name}_{place}": value for name, value in row.items()}
        for place, row in enumerate(check.content.get("carried", [])[:ROWS]):
            found |= {f"carried_{place}": row["tactic"], f"passion_{place}": row.get("passion", 0)}
            found[f"words_{place}"] = row.get("words", "")
        return found

    def content(self) -> dict[str, Any]:
        typed = self.cleaned_data
        competencies = [
            {
                "skill": typed[f"skill_{row}"],
                "tactic": typed[f"tactic_{row}"],
                "required": int(typed[f"required_{row}"] or 1),
                "essential": typed[f"essential_{row}"],
                "has": int(typed[f"has_{row}"] or 0),
                "can_learn": typed[f"can_learn_{row}"],
            }
            for row in range(ROWS)
            if typed[f"skill_{row}"]
        ]
        carried = [
            {
                "tactic": typed[f"carried_{row}"],
                "passion": int(typed[f"passion_{row}"] or 0),
                "words": typed[f"words_{row}"],
            }
            for row in range(ROWS)
            if typed[f"carried_{row}"]
        ]
        return super().content() | {"competencies": competencies, "carried": carried}

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not any(typed.get(f"skill_{row}") for row in range(ROWS)):
            self.add_error("skill_0", _("Name at least one skill the role needs."))
        if not any(typed.get(f"carried_{row}") for row in range(ROWS)):
            self.add_error("carried_0", _("Name at least one tactic this person would carry."))
        return typed

    def keys(self) -> list[str]:
        return [self.cleaned_data[f"carried_{row}"] for row in range(ROWS) if self.cleaned_data[f"carried_{row}"]]


class BoardForm(DecisionForm):
    on_date = day_field(_("Date of the meeting"), is_required=True)
    people = text_area(_("Who sits there?"), 2, help_text=_("One per line, with function."))
    objectives = forms.MultipleChoiceField(
        label=_("Which objectives?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None chosen means all."),
    )
    benefits = text_area(
        _("What does each of them get from it?"),
        3,
        is_required=False,
        help_text=_("One per line: name, colon, one sentence. Example: Service: questions are solved before they call"),
    )
    asks = text_area(_("What do we need from them?"), 2, is_required=False)

    plain = ("asks",)
    listed = ("people",)
    dated = ("on_date",)

    def choose(self) -> None:
        self.fields["objectives"].choices = self.objective_choices()  # type: ignore[attr-defined]

    def typed_before(self, check: DecisionCheck) -> dict[str, Any]:
        rows = check.content.get("benefits", [])
        benefits = "\n".join(f"{row['who']}: {row['benefit']}" for row in rows)
        return super().typed_before(check) | {"benefits": benefits, "objectives": check.keys}

    def clean_benefits(self) -> list[dict[str, str]]:
        """Who gets what; a line that names nobody would be left out of the brief unseen."""
        pairs = [line.partition(":") for line in lines(self.cleaned_data["benefits"])]
        if not all(who.strip() and what.strip() for who, _colon, what in pairs):
            raise forms.ValidationError(_("In each line: a name, a colon, one sentence."))
        return [{"who": who.strip(), "benefit": what.strip()} for who, _colon, what in pairs]

    def content(self) -> dict[str, Any]:
        return super().content() | {"benefits": self.cleaned_data["benefits"]}

    def keys(self) -> list[str]:
        return list(self.cleaned_data["objectives"])

    def follow_up(self, content: Mapping[str, Any]) -> date | None:
        return self.cleaned_data["on_date"] + timedelta(days=14)


class GenericForm(DecisionForm):
    options = text_area(
        _("Which options are there?"), 3, help_text=_("One per line. Two at least, or there is nothing to decide.")
    )
    serves = forms.MultipleChoiceField(
        label=_("Which objectives does it serve?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    none_reason = forms.CharField(label=_("If none: why decide it all the same?"), max_length=300, required=False)
    stops = forms.CharField(label=_("What do we stop for it?"), max_length=300, required=False)
    reversible = forms.ChoiceField(
        label=_("Can it be taken back?"), choices=lambda: list(REVERSIBLE_WORDS.items()), widget=forms.RadioSelect
    )

    plain = ("none_reason", "stops", "reversible")
    listed = ("options",)

    def choose(self) -> None:
        self.fields["serves"].choices = self.objective_choices()  # type: ignore[attr-defined]

    def typed_before(self, check: DecisionCheck) -> dict[str, Any]:
        return super().typed_before(check) | {"serves": check.keys}

    def keys(self) -> list[str]:
        return list(self.cleaned_data["serves"])

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not typed.get("serves") and not typed.get("none_reason"):
            self.add_error("none_reason", _("It serves no objective: then say why it is worth deciding."))
        return typed


class DiscussForm(forms.Form):
    discussion = text_area(_("What was said, for and against?"), 3)


class DecideForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Decision"), choices=lambda: list(DECISION_WORDS.items()), widget=forms.RadioSelect
    )
    conditions = text_area(_("Conditions"), 2, is_required=False)
    reason = text_area(_("Why?"), 2, help_text=_("It stays beside the parts of the plan it is about."))
    follow_up_date = day_field(_("When do we ask what came of it?"), is_required=True)


class OutcomeForm(forms.Form):
    outcome = text_area(_("What came of it?"), 3, help_text=_("What changed since, and what would you decide today?"))


def _number(label: Any, words: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[(str(number), word) for number, word in words])


def _json(value: Any) -> Any:
    if value is None or isinstance(value, int | str | list):
        return value if value is not None else ""
    return value.isoformat() if isinstance(value, date) else str(value)
