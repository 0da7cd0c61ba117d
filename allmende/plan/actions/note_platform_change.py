"""Keep the log of what changes at the networks, and what it means for us (S4-32)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.channels.models import Channel
from allmende.domain.formats import FORMATS
from allmende.guidelines.actions import NetworkNews, tell_network_changes
from allmende.plan import states
from allmende.plan.models import ChangeEffect, PlatformChange
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person, Workspace

SETTLED = "plan.platform_change.settled"


class CannotNoteChange(Exception):
    """The change was not noted; `field` names what to mend."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


class CannotSettle(Exception):
    """The effect was not settled; the sentence says why."""


@transaction.atomic
def note_platform_change(
    *, person: Person, network: str, what: str, noticed_date: date, effective_date: date | None, source_url: str,
    formats: Sequence[str], now: datetime,
) -> PlatformChange:  # fmt: skip
    """Note a change at `network` (a kind of account). The reaction plan of every channel there is asked about, and each
    of `formats` (of `domain.formats`). Raises CannotNoteChange when it would touch nothing of ours."""
    require(person, "plan.version.edit")
    channels = list(Channel.objects.filter(workspace=person.workspace, account__kind=network, archived_at=None))
    named = [name for name in FORMATS if name in formats]
    if len(named) < len(set(formats)):
        raise ValueError(f"These are no formats of ours: {sorted(set(formats) - set(FORMATS))}.")
    if not channels and not named:
        raise CannotNoteChange(
            _("Not noted: we have no channel there. Choose the formats of ours that it touches."), "formats"
        )
    made = PlatformChange.objects.create(
        workspace=person.workspace, network=network, what=what, source_url=source_url, noticed_date=noticed_date,
        effective_date=effective_date, created_at=now, created_by=person, updated_at=now, updated_by=person,
    )  # fmt: skip
    effects = [ChangeEffect(change=made, channel=channel, updated_at=now, updated_by=person) for channel in channels]
    effects += [ChangeEffect(change=made, content_format=name, updated_at=now, updated_by=person) for name in named]
    ChangeEffect.objects.bulk_create(effects)
    mark_reaction_plans(now=now, workspace=person.workspace)
    record_audit(
        workspace=person.workspace, person=person, verb="plan.platform_change.noted", target=made, now=now,
        after={"network": network, "effects": len(effects)},
    )  # fmt: skip
    return made


@transaction.atomic
def settle_effect(
    *, person: Person, effect: ChangeEffect, state: str, note: str, seen_revision: int | None, now: datetime
) -> ChangeEffect:
    """Say what the change means for one reaction plan or format. Raises CannotSettle for a move the states do not know
    or an adaptation that does not say what was done, StaleRevision when somebody else said something meanwhile."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    if state != effect.state and state not in states.EFFECT_MOVES[effect.state]:
        raise CannotSettle(_("Not noted: this was settled otherwise meanwhile. Look at how it stands now."))
    if state != states.EFFECT_OPEN and not note:
        raise CannotSettle(_("Not noted: say in a sentence why, or what was done. Whoever follows you will ask."))
    change_record(record=effect, person=person, now=now, seen_revision=seen_revision, state=state, note=note)
    mark_reaction_plans(now=now, workspace=person.workspace)
    record_audit(
        workspace=person.workspace, person=person, verb=SETTLED, target=effect.change, now=now, after={"state": state}
    )
    return effect


def mark_reaction_plans(*, now: datetime, workspace: Workspace | None = None) -> int:
    """Tell the guidelines, a lower room, which reaction plans a change may touch, as long as that is open (S4-32).

    Of one workspace or of all: what was taken back by an undo is found by the job. Returns how many marks changed.
    """
    effects = ChangeEffect.objects.filter(
        channel__isnull=False, change__archived_at=None, state__in=states.EFFECT_WAITS
    ).select_related("change__workspace")
    if workspace:
        effects = effects.filter(change__workspace=workspace)
    news = [
        NetworkNews(
            effect.channel_id,
            str(effect.pk),
            effect.change.what,
            reverse("plan:platform_change", args=[effect.change.workspace.slug, effect.change_id]),
        )
        for effect in effects
        if effect.channel_id
    ]
    return tell_network_changes(news=news, workspace=workspace, now=now)
