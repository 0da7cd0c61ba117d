"""What a person says about a table of posts planned elsewhere."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.channels.models import Channel
from allmende.channels.queries.tables import DATE_WORDS, ENCODING_WORDS
from allmende.editorial.catalogue import POST_FIELDS
from allmende.editorial.queries.post_imports import PostSheet
from allmende.plan.models import Objective


class PostsFileForm(forms.Form):
    """A table of posts planned elsewhere."""

    file = forms.FileField(
        label=_("Table (CSV)"),
        help_text=_("The export of another planning tool, or a table of your own: day, time, words, link, picture, network."),
        error_messages={"required": _("Choose a file."), "empty": _("There is nothing in this file.")},
    )  # fmt: skip


class PostsForm(forms.Form):
    """What the columns of a table of posts mean, and which channel each network is."""

    dates = forms.ChoiceField(label=_("Dates look like"), choices=list(DATE_WORDS.items()))
    encoding = forms.ChoiceField(
        label=_("Letters are written in"), choices=list(ENCODING_WORDS.items()), required=False
    )
    serves_key = forms.ChoiceField(label=_("All serve the objective"), required=False)
    knowingly = forms.CharField(
        label=_("Why may they stand there although nobody is on duty?"), max_length=300, required=False,
        help_text=_("Your name and this reason stand beside each of these slots."),
    )  # fmt: skip

    def __init__(
        self, sheet: PostSheet, channels: Sequence[Channel], objectives: Sequence[Objective], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dates"].initial, self.fields["encoding"].initial = sheet.dates, sheet.encoding
        if sheet.names_objectives:
            self.fields["serves_key"].label = _("Rows that name no objective serve")
        none = ("", _("none yet; assign them later"))
        self.fields["serves_key"].choices = [none, *((one.key, f"{one.code} {one.short_name}") for one in objectives)]  # type: ignore[attr-defined]
        headers = [("", _("no column")), *((header, header) for header in sheet.headers if header)]
        for name, words in POST_FIELDS.items():
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=str(words), choices=headers, required=False, initial=sheet.columns.get(name, "")
            )
        self._networks = sheet.networks or ("",)
        places = [("", _("leave out")), *((str(channel.pk), channel.name) for channel in channels)]
        for number, name in enumerate(self._networks):
            self.fields[f"network_{number}"] = forms.ChoiceField(
                label=name or _("Channel of all rows"),
                choices=places,
                required=False,
                initial=sheet.targets.get(name, ""),
            )

    @property
    def columns(self) -> list[forms.BoundField]:
        """The questions about columns."""
        return [self[name] for name in self.fields if name.startswith("column_")]

    @property
    def networks(self) -> list[forms.BoundField]:
        """The questions about networks."""
        return [self[name] for name in self.fields if name.startswith("network_")]

    @property
    def wishes(self) -> dict[str, Any]:
        """What `wish_posts` takes."""
        given = self.cleaned_data
        return {
            "columns": {name: given[f"column_{name}"] for name in POST_FIELDS},
            "dates": given["dates"],
            "encoding": given["encoding"],
            "channels": {name: given[f"network_{number}"] for number, name in enumerate(self._networks)},
            "serves_key": given["serves_key"],
        }
