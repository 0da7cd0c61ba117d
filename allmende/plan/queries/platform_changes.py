"""What changed at the networks, and what of it still waits for us (S4-32)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from allmende.channels.models import Account
from allmende.plan import states
from allmende.plan.models import ChangeEffect, PlatformChange
from allmende.team.models import Workspace


@dataclass(frozen=True)
class EffectRow:
    """One reaction plan or format that a change may touch; `url` leads to the reaction plan."""

    effect: ChangeEffect
    url: str

    @property
    def is_settled(self) -> bool:
        return self.effect.state in {states.UNTOUCHED, states.ADAPTED}


@dataclass(frozen=True)
class ChangeRow:
    """A change with its effects; settled when none of them waits for anybody."""

    change: PlatformChange
    effects: tuple[EffectRow, ...]

    @property
    def open(self) -> int:
        return sum(not row.is_settled for row in self.effects)


def platform_changes(workspace: Workspace) -> tuple[ChangeRow, ...]:
    """Every change, those that wait for us first; two queries."""
    rows = PlatformChange.objects.filter(workspace=workspace, archived_at=None).prefetch_related("effects__channel")
    found = [_row(workspace, change) for change in rows]
    return tuple(sorted(found, key=lambda row: row.open == 0))


def change_row(change: PlatformChange) -> ChangeRow:
    """One change with its effects."""
    return _row(change.workspace, change)


def format_changes(workspace: Workspace) -> tuple[ChangeEffect, ...]:
    """What may touch a format of ours and still waits for us, for the editorial room; one query."""
    rows = ChangeEffect.objects.filter(change__workspace=workspace, change__archived_at=None, channel__isnull=True)
    return tuple(rows.filter(state__in=states.EFFECT_WAITS).select_related("change"))


def networks_of(workspace: Workspace) -> Sequence[str]:
    """The kinds of the accounts we have, in order."""
    kinds = (
        Account.objects.filter(workspace=workspace, archived_at=None).order_by("kind").values_list("kind", flat=True)
    )
    return tuple(dict.fromkeys(kinds))


def _row(workspace: Workspace, change: PlatformChange) -> ChangeRow:
    return ChangeRow(change, tuple(EffectRow(effect, _url(workspace, effect)) for effect in change.effects.all()))


def _url(workspace: Workspace, effect: ChangeEffect) -> str:
    if effect.channel is None:
        return ""
    return reverse("guidelines:reaction_plan", args=[workspace.slug, effect.channel.slug])
