"""Guidelines and netiquettes: what holds, what is drafted, who has read it (S2-11, S3-14, S4-13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from allmende.channels.models import Channel
from allmende.channels.states import CLOSED
from allmende.guidelines import states
from allmende.guidelines.catalogue import BY_KIND, SectionKind
from allmende.guidelines.models import Acknowledgement, Guideline, GuidelineSection
from allmende.team.models import Person, Workspace
from allmende.team.queries import is_open_to, people_of


@dataclass(frozen=True)
class WrittenRow:
    """A guideline in the list: what holds of it, and the draft there may be."""

    holds: Guideline | None
    draft: Guideline | None
    is_to_read: bool

    @property
    def shown(self) -> Guideline:
        found = self.holds or self.draft
        assert found is not None  # noqa: S101 - a row has one of the two
        return found


@dataclass(frozen=True)
class SectionPart:
    """A part with its heading and question."""

    section: GuidelineSection
    kind: SectionKind


@dataclass(frozen=True)
class GuidelinePage:
    """One version: its parts, its sisters, and who has read it."""

    guideline: Guideline
    parts: Sequence[SectionPart]
    versions: Sequence[Guideline]
    read: Sequence[Acknowledgement]
    unread: Sequence[Person]
    is_read_by_me: bool
    is_newest: bool
    places: Sequence[Channel] = ()

    @property
    def is_for_me(self) -> bool:
        return (
            self.guideline.state == states.IN_FORCE and self.guideline.needs_acknowledgement and not self.is_read_by_me
        )


def written_of(person: Person) -> list[WrittenRow]:
    """Every guideline that holds or is drafted, those to members last; two queries."""
    rows = Guideline.objects.filter(
        workspace=person.workspace, archived_at__isnull=True, state__in=(*states.GUIDELINE_OPEN, states.IN_FORCE)
    ).select_related("channel")
    read = set(Acknowledgement.objects.filter(person=person).values_list("guideline_id", flat=True))
    found: dict[str, dict[bool, Guideline]] = {}
    for row in rows.order_by("title"):
        found.setdefault(row.key, {})[row.is_open] = row
    listed = [_written_row(one.get(False), one.get(True), read) for one in found.values()]
    return sorted(listed, key=lambda row: row.shown.is_netiquette)


def _written_row(holds: Guideline | None, draft: Guideline | None, read: set[UUID]) -> WrittenRow:
    wants = holds is not None and holds.needs_acknowledgement and holds.addressee in states.ADDRESSED_INSIDE
    return WrittenRow(holds, draft, bool(wants and holds and holds.pk not in read))


def guideline_page(person: Person, guideline: Guideline, today: date) -> GuidelinePage:
    """One version with everything around it; at most four queries beside those that found it."""
    rows = Guideline.objects.filter(workspace=person.workspace, key=guideline.key, archived_at__isnull=True)
    versions = list(rows.order_by("-number"))
    read = list(guideline.acknowledgements.select_related("person"))
    return GuidelinePage(
        guideline,
        parts_of_guideline(guideline),
        versions,
        read,
        unread_by(guideline, today) if guideline.state == states.IN_FORCE else (),
        any(one.person_id == person.pk for one in read),
        versions[0].pk == guideline.pk,
        _places(guideline) if guideline.is_netiquette and guideline.state == states.IN_FORCE else (),
    )


def _places(guideline: Guideline) -> list[Channel]:
    """Where members read this netiquette: its channel, else every channel without one of its own."""
    if guideline.channel:
        return [guideline.channel]
    own = Guideline.objects.filter(
        workspace=guideline.workspace_id, addressee=states.MEMBERS, state=states.IN_FORCE, channel__isnull=False
    ).values("channel")
    rows = Channel.objects.filter(workspace=guideline.workspace_id, archived_at__isnull=True).exclude(pk__in=own)
    return list(rows.exclude(kind="archive").exclude(state=CLOSED).order_by("name"))


def parts_of_guideline(guideline: Guideline, is_whole: bool = True) -> list[SectionPart]:
    """The parts in their order; without `is_whole` only those that say something. No query where they were fetched."""
    return [SectionPart(one, BY_KIND[one.kind]) for one in guideline.sections.all() if is_whole or one.text.strip()]


def unread_by(guideline: Guideline, today: date) -> list[Person]:
    """Who works here, is to read this version and has not said so; nobody where none is asked. One query."""
    if not guideline.needs_acknowledgement or guideline.addressee not in states.ADDRESSED_INSIDE:
        return []
    people = people_of(guideline.workspace).exclude(
        pk__in=guideline.acknowledgements.filter(person__isnull=False).values("person")
    )
    return [one for one in people if is_open_to(one, today)]


def guideline_of_guest(guideline: Guideline, name: str) -> datetime | None:
    """When the guest of this name said that they read it; one query."""
    return guideline.acknowledgements.filter(guest_name=name).values_list("at", flat=True).first()


def guidelines_for(channel: Channel) -> list[Guideline]:
    """What holds for whoever answers in this channel, those of the team first, the netiquette last; one query."""
    rows = Guideline.objects.filter(
        Q(channel=channel.pk) | Q(channel__isnull=True), workspace=channel.workspace_id, state=states.IN_FORCE,
        addressee__in=(*states.ADDRESSED_INSIDE, states.MEMBERS),
    ).order_by("title")  # fmt: skip
    found = sorted(rows, key=lambda one: one.channel_id is None)
    inside = [one for one in found if not one.is_netiquette]
    return inside + [one for one in found if one.is_netiquette][:1]


def netiquettes_of(workspace: Workspace, channels: Sequence[Channel]) -> dict[object, Guideline]:
    """Which netiquette holds in each of these channels, by the channel's id; one query."""
    rows = Guideline.objects.filter(workspace=workspace, addressee=states.MEMBERS, state=states.IN_FORCE)
    by_channel = {row.channel_id: row for row in rows}
    found = {one.pk: by_channel.get(one.pk) or by_channel.get(None) for one in channels}
    return {pk: row for pk, row in found.items() if row}
