"""A file to import as a person chooses it, and how it is to be read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue import FIELDS, FORMATS
from allmende.channels.models import Channel, ImportRun
from allmende.channels.queries import TABLE_DATES, channels_of, placed_files
from allmende.channels.queries.tables import DATE_WORDS
from allmende.team.models import Workspace

AUTO = ("auto", _("by what is in it"))
ENCODINGS = (("utf-8", "UTF-8"), ("utf-8-sig", _("UTF-8 with its mark")), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16 LE"),
             ("utf-16-be", "UTF-16 BE"), ("cp1252", "Windows-1252"), ("iso8859-15", "ISO 8859-15"))  # fmt: skip
DELIMITERS = ((",", _("comma")), (";", _("semicolon")), ("\t", _("tabulator")), ("|", _("vertical line")))
COLUMN = "column_"


class ImportForm(forms.Form):
    """Which file goes where."""

    file = forms.FileField(
        label=_("File"), required=False,
        help_text=_("JSON lines, a table (CSV), or an export of Slack, Zulip, Stack Exchange or Discourse, packed or not."),
    )  # fmt: skip
    placed = forms.ChoiceField(label=_("Or a file in the folder for imports"), required=False)
    channel: "forms.ModelChoiceField[Channel]" = forms.ModelChoiceField(
        queryset=None, label=_("Into which channel?"), required=False, empty_label=_("a new archive")
    )
    name = forms.CharField(
        label=_("Name of the new archive"), max_length=80, required=False,
        help_text=_("Left empty, it is called like the file."),
    )  # fmt: skip

    def __init__(self, workspace: Workspace, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._files = {path.name: path for path in placed_files()}
        self.fields["placed"].choices = [("", "—"), *((name, name) for name in self._files)]  # type: ignore[attr-defined]
        if not self._files:
            del self.fields["placed"]
        self.fields["channel"].queryset = channels_of(workspace)  # type: ignore[attr-defined]
        self._taken = set(channels_of(workspace).values_list("slug", flat=True))

    @property
    def placed_path(self) -> Path | None:
        """The placed file that was chosen."""
        return self._files.get(self.cleaned_data.get("placed", ""))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("file") and not given.get("placed") and "file" not in self.errors:
            self.add_error("file", _("Choose a file."))
        if given.get("file") and given.get("placed"):
            self.add_error("placed", _("Choose one of the two."))
        if not given.get("channel"):
            upload = given.get("file")
            found = (upload.name or "") if upload else given.get("placed", "")
            given["name"] = given.get("name") or Path(found).stem
            given["slug"] = slugify(given["name"])[:60]
            if found and not given["slug"]:
                self.add_error("name", _("A channel needs a name. Take the one members know."))
            elif given["slug"] in self._taken:
                self.add_error("name", _("There is already a channel of this name. Choose it above, or another name."))
        return given


class WishesForm(forms.Form):
    """How the file is read: its format, who is not a member, since when threads are open; a table's columns."""

    format = forms.ChoiceField(label=_("Format"), choices=[AUTO, *FORMATS.items()])
    staff = forms.MultipleChoiceField(label=_("Who is one of us?"), required=False, widget=forms.CheckboxSelectMultiple)
    bots = forms.MultipleChoiceField(label=_("Who is a program?"), required=False, widget=forms.CheckboxSelectMultiple)
    patterns = forms.CharField(
        label=_("Further programs by pattern"), required=False, max_length=300,
        help_text=_("Parted by commas, such as “bot_*, *-import”."),
    )  # fmt: skip
    open_since = forms.DateField(
        label=_("Open since"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Threads in which a member spoke last since this day wait in the inbox. Left empty, all are archived."),
        error_messages={"invalid": _("This is no day.")},
    )  # fmt: skip
    encoding = forms.ChoiceField(label=_("Signs are written in"), choices=ENCODINGS)
    delimiter = forms.ChoiceField(label=_("Columns are parted by"), choices=DELIMITERS)
    dates = forms.ChoiceField(label=_("Dates look like"))
    zone = forms.ChoiceField(label=_("Times without a zone are of"))

    def __init__(self, run: ImportRun, glance: Any, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(run, glance)
        super().__init__(*args, **kwargs)
        known = [name for name, _number in glance.authors] if glance else []
        counts = dict(glance.authors) if glance else {}
        for field, named in (("staff", run.choices.get("staff", [])), ("bots", _plain(run))):
            names = dict.fromkeys([*known, *named])
            choices = [(name, f"{name} ({counts[name]})" if name in counts else name) for name in names]
            self.fields[field].choices = choices  # type: ignore[attr-defined]
        self._ask_for_columns(run, glance.shape if glance else None)

    def _ask_for_columns(self, run: ImportRun, shape: Any) -> None:
        if shape is None:
            for name in ("encoding", "delimiter", "dates", "zone"):
                del self.fields[name]
            return
        headers = [("", _("no column")), *((header, header) for header in shape.headers if header)]
        self.fields["dates"].choices = [(form, DATE_WORDS.get(form, form)) for form in TABLE_DATES]  # type: ignore[attr-defined]
        zones = dict.fromkeys(("UTC", run.channel.workspace.zone, shape.zone))
        self.fields["zone"].choices = [(zone, zone) for zone in zones]  # type: ignore[attr-defined]
        for field, words in FIELDS.items():
            self.fields[COLUMN + field] = forms.ChoiceField(
                label=str(words), choices=headers, required=False, initial=shape.columns.get(field, "")
            )

    @property
    def has_table(self) -> bool:
        """Whether columns are asked for."""
        return "delimiter" in self.fields

    @property
    def columns(self) -> "Iterator[forms.BoundField]":
        """The questions about columns."""
        return (self[name] for name in self.fields if name.startswith(COLUMN))

    @property
    def wishes(self) -> dict[str, Any]:
        """What `wish_import` takes."""
        given = self.cleaned_data
        patterns = [pattern.strip() for pattern in given["patterns"].split(",") if pattern.strip()]
        names = {}
        if self.has_table:
            names = {f"@{name}": given[name] for name in ("encoding", "delimiter", "dates", "zone")}
            names |= {
                name.removeprefix(COLUMN): given[name]
                for name in self.fields
                if name.startswith(COLUMN) and given[name]
            }
        return {
            "format": given["format"], "staff": given["staff"], "bots": [*given["bots"], *patterns], "map": names,
            "open_since": given["open_since"].isoformat() if given["open_since"] else "",
        }  # fmt: skip


def _plain(run: ImportRun) -> list[str]:
    """The wished bots that are names and no patterns."""
    return [name for name in run.choices.get("bots", []) if not _is_pattern(name)]


def _is_pattern(name: str) -> bool:
    return any(sign in name for sign in "*?[")


def _initial(run: ImportRun, glance: Any) -> dict[str, Any]:
    bots = run.choices.get("bots", [])
    first = {
        "format": run.choices.get("format", "auto"), "staff": run.choices.get("staff", []), "bots": _plain(run),
        "patterns": ", ".join(name for name in bots if _is_pattern(name)), "open_since": run.choices.get("open_since") or None,
    }  # fmt: skip
    shape = glance.shape if glance else None
    if shape is None:
        return first
    return first | {name: getattr(shape, name) for name in ("encoding", "delimiter", "dates", "zone")}
