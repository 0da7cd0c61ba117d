"""What a person types about an item: its words, its pictures, what it serves."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.channels.models import Media
from allmende.channels.queries import FILM_TYPES, PICTURE_TYPES, counted
from allmende.editorial.actions import ItemText
from allmende.editorial.catalogue import AD_WORDS
from allmende.editorial.forms.seats import COMMENT, Seat, Seats
from allmende.editorial.models import Item, TextBlock
from allmende.editorial.queries import (
    EVERYWHERE,
    NOT_HERE,
    OWN,
    SHARED,
    THERE,
    BriefChoices,
    Draft,
    PartWords,
    Typed,
)
from allmende.plan.catalogue.routines import FORMAT_WORDS
from allmende.plan.models import Objective
from allmende.team.models import Person

CARE: dict[int, str | Promise] = {
    0: _("nobody needs to"),
    60: _("one hour"),
    120: _("two hours"),
    240: _("four hours"),
    480: _("eight hours"),
    1440: _("a whole day"),
}
USUAL_CARE = 240
# A line of its own that begins the next part of a thread.
CUT = "---"
_CUTS = re.compile(r"^[ \t]*---[ \t]*$", re.MULTILINE)
MODES: dict[str, str | Promise] = {
    SHARED: _("the shared text"),
    OWN: _("a text of its own"),
    NOT_HERE: _("nothing here"),
}


# What form, ItemText and Item call by the same name.
NAMES = (
    "title", "serves_key", "no_objective_reason", "expected_behaviour", "expected_replies", "minutes_each", "idea",
    "format", "campaign", "ad_label",
)  # fmt: skip
BRIEF_FIELDS = ("idea", "audience", "core_message", "format", "campaign", "ad_label")


class Pictures(forms.ClearableFileInput):
    """Several pictures at once."""

    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """A list of files; whether they are pictures or films is found when they are kept."""

    widget = Pictures(attrs={"accept": ",".join((*PICTURE_TYPES, *FILM_TYPES))})

    def clean(self, value: Any, initial: Any = None) -> list[UploadedFile]:
        files = value if isinstance(value, list | tuple) else [value]
        return [super(PicturesField, self).clean(file, initial) for file in files if file]


class WrappedField(forms.CharField):
    """A sentence that is kept in one line and written in two, so that a phone shows all of it."""

    widget = forms.Textarea(attrs={"rows": 2})

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").split())


class ItemForm(forms.Form):
    """An item: the text its channels share, per channel whether it takes that (`mode-<id>`) or `text-<id>`, its pictures.

    With a single channel there is nothing to share, and only `text-<id>`.
    """

    title = forms.CharField(
        label=_("Working title"),
        max_length=160,
        help_text=_(
            "Where titles are shown, such as in forums and on a page of your own, everybody reads it; else only your team."
        ),
    )
    text = forms.CharField(label=_("Shared text"), required=False, widget=forms.Textarea(attrs={"rows": 7}))
    pictures = PicturesField(
        label=_("Add pictures or a film"),
        required=False,
        help_text=_(
            "JPEG, PNG, GIF or WebP; networks that take only JPEG get one. A film as MP4 (H.264) or WebM, up to 100 MB; it goes alone."
        ),
    )
    from_library = forms.MultipleChoiceField(required=False)
    serves_key = forms.ChoiceField(label=_("Serves the objective"), required=False)
    no_objective_reason = WrappedField(
        label=_("Why it serves none"),
        max_length=200,
        required=False,
        help_text=_("Needed only when no objective is chosen, such as: outage, legal duty."),
    )
    expected_behaviour = WrappedField(label=_("What members shall do then"), max_length=200, required=False)
    expected_replies = forms.IntegerField(label=_("Replies we expect"), required=False, min_value=0, max_value=9999)
    carer = forms.ChoiceField(label=_("Who takes care"), required=False)
    care_minutes = forms.ChoiceField(
        label=_("For how long after it appeared"), choices=list(CARE.items()), required=False, initial=USUAL_CARE
    )
    minutes_each = forms.IntegerField(label=_("Minutes one reply takes us"), required=False, min_value=1, max_value=240)
    idea = forms.CharField(
        label=_("Idea and briefing"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    audience = forms.ChoiceField(label=_("Whom it addresses"), required=False)
    core_message = forms.ChoiceField(label=_("Core message it carries"), required=False)
    format = forms.ChoiceField(
        label=pgettext_lazy("label", "Format"), choices=[("", _("open")), *FORMAT_WORDS.items()], required=False
    )
    campaign = forms.CharField(
        label=_("Campaign"), max_length=80, required=False, widget=forms.TextInput(attrs={"list": "campaigns"})
    )
    ad_label = forms.ChoiceField(label=_("Is it advertising?"), choices=list(AD_WORDS.items()), required=False)
    without_card = forms.BooleanField(
        label=_("Show no card of the linked page"),
        required=False,
        help_text=_(
            "Without pictures, Bluesky and LinkedIn show the first link of a text as a card with title and picture."
        ),
    )
    on = forms.DateField(widget=forms.HiddenInput, required=False)
    seen_revision = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    def __init__(
        self,
        *args: Any,
        objectives: Sequence[Objective],
        people: Iterable[Person],
        drafts: Sequence[Draft],
        brief: BriefChoices,
        library: Sequence[Media] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.campaigns, self.library = brief.campaigns, library
        self._choose("from_library", [(str(media.pk), media.name) for media in library])
        self._choose("audience", [("", _("open")), *((str(pk), name) for pk, name in brief.audiences)])
        self._choose("core_message", [("", _("none")), *((str(pk), words) for pk, words in brief.messages)])
        self.drafts = drafts
        self.shown = drafts[0].all_pictures if drafts else ()
        self._choose(
            "serves_key", [("", _("none")), *((one.key, f"{one.code} {one.short_name}") for one in objectives)]
        )
        self._choose("carer", [("", _("whoever is on duty")), *((str(one.pk), one.name) for one in people)])
        if not any(draft.has_cards for draft in drafts):
            del self.fields["without_card"]
        if not self.has_shared_text:
            del self.fields["text"]
        else:
            self.fields["text"].widget.attrs |= _count("count-shared", tightest(drafts)) | _mentions()
        for draft in drafts:
            self._add_channel(draft)
        if not self.has_shared_text and drafts and self.initial.get("text") and not drafts[0].variant:
            self.fields[self.name_of(drafts[0])].initial = self.initial["text"]
        for one in self.shown:
            alt = forms.CharField(label=_("What the picture shows, for all who do not see it"), required=False)
            alt.initial = one.alt
            self.fields[f"alt-{one.media.pk}"] = alt
            self.fields[f"drop-{one.media.pk}"] = forms.BooleanField(label=_("Take this picture out"), required=False)

    def brief_rows(self) -> list[forms.BoundField]:
        """The fields of the briefing."""
        return [self[name] for name in BRIEF_FIELDS]

    @property
    def is_briefed(self) -> bool:
        """Does the briefing say anything, or has something to mend?"""
        return any(field.value() or field.errors for field in self.brief_rows())

    @property
    def has_shared_text(self) -> bool:
        return len(self.drafts) > 1

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = choices

    def _add_channel(self, draft: Draft) -> None:
        if self.has_shared_text:
            self.fields[f"mode-{draft.channel.pk}"] = forms.ChoiceField(
                label=draft.channel.name, choices=list(MODES.items()), initial=draft.mode, required=False
            )
        counting = _count(f"count-{draft.channel.pk}", draft)
        self.fields[self.name_of(draft)] = forms.CharField(
            label=draft.channel.name,
            required=False,
            initial=draft.variant.text if draft.variant and draft.mode != NOT_HERE else "",
            widget=forms.Textarea(attrs={"rows": 5} | counting | _mentions(draft)),
        )
        self._add_parts(draft)

    def _add_parts(self, draft: Draft) -> None:
        """What may follow the text there: the thread in one field, cut where a line says so, and the first comment."""
        said = [one.words for one in draft.parts]
        if "thread" in draft.known_parts:
            self.fields[f"thread-{draft.channel.pk}"] = forms.CharField(
                label=_("Continue as a thread"),
                required=False,
                initial=f"\n{CUT}\n".join(one.text for one in said if not one.is_comment),
                widget=forms.Textarea(attrs={"rows": 4} | _mentions(draft)),
                help_text=_(
                    "A line with three hyphens (---) begins the next part, in the text above too. The preview shows and counts each."
                ),
            )
        if "comment" in draft.known_parts:
            self.fields[f"comment-{draft.channel.pk}"] = forms.CharField(
                label=_("First comment"),
                required=False,
                initial="".join(one.text for one in said if one.is_comment),
                widget=forms.Textarea(attrs={"rows": 3} | _mentions(draft)),
                help_text=_("We say it under the post as soon as that is out."),
            )

    @staticmethod
    def name_of(draft: Draft) -> str:
        return f"text-{draft.channel.pk}"

    def rows(self) -> list[tuple[Draft, forms.BoundField, forms.BoundField | None, list[forms.BoundField]]]:
        """Per channel: its draft, its own text, the choice between that and the shared one, and what follows it."""
        return [
            (
                draft,
                self[self.name_of(draft)],
                self[f"mode-{draft.channel.pk}"] if self.has_shared_text else None,
                [self[name] for name in self._part_names(draft)],
            )
            for draft in self.drafts
        ]

    def _own(self, draft: Draft) -> tuple[str, list[str]]:
        """The text of a channel's own, and what of it begins its thread: a line of hyphens cuts there too."""
        text = self.data.get(self.name_of(draft), "")
        parts = cut(text) if "thread" in draft.known_parts and self._mode(draft) == OWN else []
        return (parts[0], parts[1:]) if len(parts) > 1 else (text, [])

    def _part_names(self, draft: Draft) -> list[str]:
        return [name for kind in ("thread", "comment") if (name := f"{kind}-{draft.channel.pk}") in self.fields]

    def _parts(self) -> dict[UUID, tuple[PartWords, ...]]:
        """What follows each text as typed; a channel whose fields were not sent is not named, and keeps what it has."""
        found = {}
        for draft in self.drafts:
            names = [name for name in self._part_names(draft) if name in self.data]
            if names:
                said = {name.partition("-")[0]: self.data[name] for name in names}
                thread = [*self._own(draft)[1], *cut(said.get("thread", ""))]
                comment = [text for text in [said.get("comment", "").strip()] if text]
                shown = Seats(draft, self.shown, self.data, len(thread), bool(comment)).by_part()
                found[draft.channel.pk] = (
                    *(PartWords(text, pictures=shown[str(number)]) for number, text in enumerate(thread, 2)),
                    *(PartWords(text, is_comment=True, pictures=shown[COMMENT]) for text in comment),
                )
        return found

    def picture_rows(self) -> list[tuple[Media, forms.BoundField, forms.BoundField, list[Seat]]]:
        """Per picture: itself, its alternative text, whether it goes, and at which part of each channel's words it stands."""
        typed = self._parts()
        seats = [self._seats(draft, typed) for draft in self.drafts if draft.known_parts and not draft.is_out]
        return [
            (one.media, self[f"alt-{pk}"], self[f"drop-{pk}"], [seat.of(pk) for seat in seats])
            for one in self.shown
            for pk in [one.media.pk]
        ]

    def _seats(self, draft: Draft, typed: Mapping[UUID, tuple[PartWords, ...]]) -> Seats:
        parts = typed.get(draft.channel.pk, tuple(one.words for one in draft.parts))
        has_comment = any(one.is_comment for one in parts)
        return Seats(draft, self.shown, self.data, len(parts) - has_comment, has_comment)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("serves_key") and not cleaned.get("no_objective_reason"):
            self.add_error(
                "no_objective_reason",
                _("Choose an objective above, or say here why this serves none. Work without a reason gets lost."),
            )
        return cleaned

    def typed(self) -> Typed:
        """What stands in the form, whether it may be saved or not."""
        modes = {draft.channel.pk: self._mode(draft) for draft in self.drafts}
        shared = self.data.get("text", "")
        texts = {
            draft.channel.pk: shared if modes[draft.channel.pk] == SHARED else self._own(draft)[0]
            for draft in self.drafts
        }
        label, audience = self.data.get("ad_label", ""), self.data.get("audience", "")
        is_cardless = bool(self.data.get("without_card"))
        return Typed(self.data.get("title", ""), texts, modes, label, self._parts(), audience, is_cardless)

    def _mode(self, draft: Draft) -> str:
        if not self.has_shared_text:
            return OWN
        wanted: str = self.data.get(f"mode-{draft.channel.pk}", "")
        return wanted if wanted in MODES else OWN if self.data.get(self.name_of(draft)) else NOT_HERE

    def written(self, kept: Sequence[Media] = ()) -> ItemText:
        """What was typed, as the action takes it, with the pictures just `kept`. Nothing typed for a channel that says
        nothing yet makes no variant."""
        typed = self.typed()
        by_mode = {mode: [pk for pk, chosen in typed.modes.items() if chosen == mode] for mode in MODES}
        alts = {
            media.pk: self.cleaned_data[f"alt-{media.pk}"]
            for media, _alt, _drop, _seats in self.picture_rows()
            if not self.cleaned_data[f"drop-{media.pk}"]
        }
        chosen = set(self.cleaned_data["from_library"])
        added = [*(media for media in self.library if str(media.pk) in chosen), *kept]
        return ItemText(
            **{name: self.cleaned_data[name] for name in NAMES},
            core_message_id=_as_id(self.cleaned_data["core_message"]),
            audience_id=_as_id(self.cleaned_data["audience"]),
            texts={pk: typed.texts[pk].strip() for pk in by_mode[OWN]},
            text=self.cleaned_data.get("text", ""),
            shared=frozenset(by_mode[SHARED]),
            dropped=frozenset(by_mode[NOT_HERE]),
            parts=typed.parts,
            without_card=self.cleaned_data.get("without_card", self.initial.get("without_card", False)),
            carer_id=_as_id(self.cleaned_data["carer"]),
            care_minutes=int(self.cleaned_data["care_minutes"] or USUAL_CARE),
            pictures=tuple((alts | {media.pk: alts.get(media.pk) or known_alt(media) for media in added}).items()),
        )


def cut(thread: str) -> list[str]:
    """The parts of a thread typed into one field, in order; empty ones are none."""
    parts = _CUTS.split(thread.replace("\r\n", "\n"))
    return [part.strip() for part in parts if part.strip()]


def known_alt(media: Media) -> str:
    """What the library says a picture shows."""
    right = getattr(media, "right", None)
    return right.alt if right else ""


def tightest(drafts: Sequence[Draft]) -> Draft:
    """The channel whose limit a shared text meets first."""
    return min(drafts, key=lambda draft: draft.counting.maximum or 10**9)


def values_of(item: Item | None, asked: QueryDict, block: TextBlock | None = None) -> dict[str, object]:
    """What the form begins with: a new item with the words of a template, if one was chosen."""
    if item is None:
        words: dict[str, object] = {"text": block.text} if block else {}
        return words | {"serves_key": asked.get("serves", ""), "on": _day_in(asked)}
    own: dict[str, object] = {name: getattr(item, name) for name in (*NAMES, "text", "care_minutes", "without_card")}
    chosen = {name: str(getattr(item, f"{name}_id") or "") for name in ("carer", "audience", "core_message")}
    return own | chosen | {"seen_revision": item.revision}


def _as_id(chosen: str) -> UUID | None:
    return UUID(chosen) if chosen else None


def _day_in(asked: QueryDict) -> date | None:
    try:
        return date.fromisoformat(asked.get("on", ""))
    except ValueError:
        return None


def _count(target: str, draft: Draft) -> dict[str, Any]:
    return {"data-count": target, **counted(draft.counting)}


def _mentions(draft: Draft | None = None) -> dict[str, str]:
    """Which list of members "@" offers: those of the draft's network, in the shared text all."""
    return {"data-mentions": f"{THERE}{draft.channel.network}" if draft else EVERYWHERE}
