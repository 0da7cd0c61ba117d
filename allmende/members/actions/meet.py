"""Meet the authors of what was said: one identity per network and native id, with its member."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from django.db import connection, transaction

from allmende.members import states
from allmende.members.models import Identity, Member
from allmende.members.queries.actors import Author
from allmende.team.models import Workspace

CHUNK = 1_000
NAME_LENGTH = 255
ALIAS_LENGTH = 120


@transaction.atomic
def meet(
    *,
    workspace: Workspace,
    network: str,
    authors: Sequence[Author],
    first_seen: Mapping[str, datetime],
    now: datetime,
    classes: Mapping[str, str] | None = None,
) -> dict[str, Identity]:
    """The identity of each author by native id, with its member; who is new becomes a member. One query per 1,000.

    `first_seen`: when each author's earliest act here took place (else `now`); an earlier act than known moves the
    member's first day back. `classes`: actor class by native id. Names and handles follow the network.
    """
    wanted = {author.native_id: author for author in authors}
    known = _known(workspace, network, wanted)
    new = [author for native_id, author in wanted.items() if native_id not in known]
    if new:
        _welcome(workspace, network, new, first_seen, classes or {}, now)
        known |= _known(workspace, network, {author.native_id: author for author in new})
    _follow_names(known, wanted)
    _follow_first_seen(known, first_seen)
    return known


def _known(workspace: Workspace, network: str, wanted: Iterable[str]) -> dict[str, Identity]:
    known: dict[str, Identity] = {}
    for part in _chunks(wanted):
        rows = Identity.objects.filter(workspace=workspace, network=network, native_id__in=part)
        known.update((identity.native_id, identity) for identity in rows.select_related("member"))
    return known


def _welcome(
    workspace: Workspace,
    network: str,
    new: Sequence[Author],
    first_seen: Mapping[str, datetime],
    classes: Mapping[str, str],
    now: datetime,
) -> None:
    members = Member.objects.bulk_create(
        [
            Member(
                workspace=workspace,
                alias=_alias(author),
                actor_class=classes.get(author.native_id, states.MEMBER),
                first_seen_at=first_seen.get(author.native_id, now),
            )
            for author in new
        ]
    )
    Identity.objects.bulk_create(
        [
            Identity(
                workspace=workspace,
                member=member,
                network=network,
                native_id=author.native_id,
                handle=author.handle[:NAME_LENGTH],
                name=author.name[:NAME_LENGTH],
                is_us=author.is_us,
            )
            for author, member in zip(new, members, strict=True)
        ],
        ignore_conflicts=connection.features.has_select_for_update,
    )
    if connection.features.has_select_for_update:  # another writer may have met the same author in this moment
        Member.objects.filter(pk__in=[member.pk for member in members], identities__isnull=True).delete()


def _alias(author: Author) -> str:
    return (author.name or author.handle or author.native_id)[:ALIAS_LENGTH]


def _follow_names(known: Mapping[str, Identity], wanted: Mapping[str, Author]) -> None:
    changed = []
    for native_id, identity in known.items():
        author = wanted[native_id]
        handle, name = author.handle[:NAME_LENGTH] or identity.handle, author.name[:NAME_LENGTH] or identity.name
        is_us = author.is_us or identity.is_us
        if (handle, name, is_us) != (identity.handle, identity.name, identity.is_us):
            identity.handle, identity.name, identity.is_us = handle, name, is_us
            changed.append(identity)
    if changed:
        Identity.objects.bulk_update(changed, ["handle", "name", "is_us"], batch_size=200)


def _follow_first_seen(known: Mapping[str, Identity], first_seen: Mapping[str, datetime]) -> None:
    earlier = {}
    for native_id, identity in known.items():
        seen = first_seen.get(native_id)
        if seen and seen < identity.member.first_seen_at:
            identity.member.first_seen_at = seen
            earlier[identity.member.pk] = identity.member
    if earlier:
        Member.objects.bulk_update(list(earlier.values()), ["first_seen_at"], batch_size=200)


def _chunks(keys: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(keys)
    while part := list(islice(rest, CHUNK)):
        yield part
