"""Make the copy: the book is read into a fresh workspace, its channels stand at networks of their own, posts wait in its queue."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.actions import (
    CannotConnect,
    CannotHandOver,
    choose_channel,
    hand_over,
    join_practice_network,
    practice_standing,
    set_live,
)
from allmende.channels.models import Channel
from allmende.channels.queries import queue_of
from allmende.channels.states import HELD, LIVE, PAUSED, POST, WAITING
from allmende.config.rehearsal.leave import remove_copy
from allmende.config.rehearsal.networks import FORUMS, begin_life, network_file, take_away
from allmende.crisis.actions import begin_exercise
from allmende.guidelines.actions import draft_from_catalogue, put_in_force
from allmende.guidelines.queries import plan_in_force
from allmende.handover.actions import import_book
from allmende.handover.queries import book_text
from allmende.team.access import require
from allmende.team.actions import CannotRead, CannotRehearse, bring_colleagues, open_rehearsal
from allmende.team.actions.open_rehearsal import OPEN
from allmende.team.models import Person, Workspace

# So many of the posts that come next wait in the copy, too.
POSTS = 30
HANDLE = "team"


def begin_rehearsal(*, person: Person, now: datetime) -> Workspace:
    """A copy of the person's community to practise a crisis in: plan, people, channels, levels, statements and the posts that
    come next; no member, no message, no log-in. Whoever presses owns it, and colleagues are told. Raises CannotRehearse.
    """
    take_away()  # what somebody was killed over
    mine = _copied(person, now)
    try:
        channels = _stand_up(person.workspace, mine, now)
        _copy_posts(person.workspace, mine, channels, now)
        begin_exercise(person=person, now=now)
    except BaseException as error:  # as if it had never been begun
        remove_copy(mine.workspace)
        take_away()
        if isinstance(error, CannotConnect):
            raise CannotRehearse(
                _("Not begun. The practice network does not answer; try again in a minute.")
            ) from error
        raise
    return mine.workspace


def _copied(person: Person, now: datetime) -> Person:
    """The book is read before anything is written, so that others write meanwhile."""
    require(person, OPEN)
    with suppress(CannotRead):  # it changed while it was read
        return _written(person, book_text(person.workspace), now)
    try:
        return _written(person, book_text(person.workspace), now)
    except CannotRead as error:
        raise CannotRehearse(_("Not begun, nothing was changed: %(why)s") % {"why": error}) from error


@transaction.atomic
def _written(person: Person, text: str, now: datetime) -> Person:
    mine = open_rehearsal(person=person, now=now)
    import_book(person=mine, text=text, now=now)
    bring_colleagues(person=mine, now=now)
    return mine


def _stand_up(original: Workspace, mine: Person, now: datetime) -> dict[str, Channel]:
    """The copies of the channels that live, by short name, live too; a community without one gets a forum to practise in."""
    alive = Channel.objects.filter(workspace=original, archived_at__isnull=True, state__in=(LIVE, PAUSED))
    slugs = list(alive.order_by("created_at").values_list("slug", flat=True))
    found = {one.slug: one for one in Channel.objects.filter(workspace=mine.workspace, slug__in=slugs)}
    if not slugs:
        return {"forum": _open(mine, _("Forum"), "drill-forum", "own_forum", "F", 1, now)}
    rows = [found[slug] for slug in slugs]
    return {
        one.slug: _open(mine, one.name, one.slug, one.kind, one.mark, number, now)
        for number, one in enumerate(rows, start=1)
    }


def _open(mine: Person, name: str, slug: str, kind: str, mark: str, number: int, now: datetime) -> Channel:
    file = network_file(mine.workspace, number)
    begin_life(mine.workspace, file, now)
    with practice_standing(file=file):
        account = join_practice_network(
            person=mine, name=mine.workspace.organisation or mine.workspace.name, handle=HANDLE, now=now, file=file,
            place="forum" if kind in FORUMS else "social",
        )  # fmt: skip
    channel = choose_channel(person=mine, name=name, slug=slug, kind=kind, account=account, mark=mark, now=now)
    plan = plan_in_force(channel) or put_in_force(
        person=mine, plan=draft_from_catalogue(person=mine, channel=channel, now=now), now=now
    )
    return set_live(person=mine, channel=channel, reaction_plan_version_key=plan.version_key, now=now)


def _copy_posts(original: Workspace, mine: Person, channels: dict[str, Channel], now: datetime) -> Sequence[object]:
    """What is to go out next waits in the copy, so that there is something a stop holds; words of ours alone."""
    coming = queue_of(original).filter(state__in=(WAITING, HELD), kind=POST, head__isnull=True, send_after__gt=now)
    copied = []
    for one in coming.filter(channel__slug__in=channels).order_by("send_after", "pk")[:POSTS]:
        try:
            copied.append(
                hand_over(
                    person=mine, channel=channels[one.channel.slug], kind=POST, text=one.message.text, now=now,
                    title=one.message.title, send_after=one.send_after, send_before=one.send_before,
                )
            )  # fmt: skip
        except CannotHandOver:  # what this network would not take is left out
            continue
    return copied
