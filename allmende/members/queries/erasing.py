"""What erasing a member means in each room, by which names they are known, and how far it is."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from hmac import new as keyed
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils.functional import Promise

from allmende.domain.folding import fold_text
from allmende.members import states
from allmende.members.models import Erasure, ErasureStep, Identity, Member
from allmende.team.actions import Place
from allmende.team.models import Person, Workspace

# A name of one plain word is shared by too many: without the sign of a mention it is left alone.
SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Erased:
    """What a room did: how many rows lost something, and until when it must keep what it keeps."""

    removed: int = 0
    keep_until_date: date | None = None


@dataclass(frozen=True, slots=True)
class Erasing:
    """One step of an erasure. `run(member, names, now)` may be called again at any time; None: not yet, ask again.

    `removes` says what goes, `keeps` what stays and why, "" for nothing. After the day until which something is kept, `run`
    is called once more, without names. `places`: in which texts of others it looks for the names.
    """

    name: str
    removes: str | Promise
    run: Callable[[Member, Sequence[str], datetime], Erased | None]
    keeps: str | Promise = ""
    places: Sequence[Place] = ()


@dataclass(frozen=True)
class StepRow:
    """A step with its words."""

    step: Erasing
    row: ErasureStep


@dataclass(frozen=True)
class ErasurePage:
    """The proof: every step, when it was done, what is kept and why."""

    erasure: Erasure
    rows: Sequence[StepRow]

    @property
    def kept(self) -> list[StepRow]:
        """What stays, and until when."""
        return [one for one in self.rows if one.step.keeps]


@lru_cache(maxsize=1)
def erasing_steps() -> tuple[Erasing, ...]:
    """Every room's `actions.ERASING`, found by name, the uppermost room first: the names go last, for all others look by them."""
    rooms = [one.name for one in apps.get_app_configs() if one.name.startswith("allmende.")]
    found = [import_module(f"{room}.actions") for room in rooms if find_spec(f"{room}.actions")]
    return tuple(step for module in reversed(found) for step in getattr(module, "ERASING", ()))


def forgotten_id(network: str, native_id: str) -> str:
    """What stands in place of a network's id once its member is forgotten."""
    secret = settings.SECRET_KEY.encode()
    return states.FORGOTTEN + keyed(secret, f"{network}\0{native_id}".encode(), sha256).hexdigest()


def forgotten_among(workspace: Workspace, network: str, native_ids: Collection[str]) -> dict[str, datetime]:
    """Which of these authors asked to be forgotten, and when: what they said until then is not taken in again."""
    if not native_ids or not Erasure.objects.filter(workspace=workspace).exists():
        return {}
    keys = {forgotten_id(network, native_id): native_id for native_id in native_ids}
    rows = Identity.objects.filter(workspace=workspace, network=network, native_id__in=keys)
    return {keys[key]: at for key, at in rows.values_list("native_id", "member__erased_at") if at}


def names_of(member: Member) -> tuple[str, ...]:
    """By what the member is known and nobody else here, the longest first: handles, names, alias; of these umlauts spelled out
    too, as people write them and as our own lists fold them."""
    known = {member.alias.strip(), *(one.alias.strip() for one in member.merged.all())}
    for identity in member.identities.all():
        known |= {identity.handle.strip().lstrip("@"), identity.name.strip()}
    own = {name for name in known if len(name) >= SHORTEST and not _is_shared(member, name)}
    spelled = {fold_text(name) for name in own} - {name.lower() for name in own}
    own |= {name for name in spelled if not _is_shared(member, name)}
    return tuple(sorted(own, key=len, reverse=True))


def _is_shared(member: Member, name: str) -> bool:
    others = Identity.objects.filter(workspace=member.workspace_id).exclude(member=member)
    return (
        others.filter(is_called("name", name) | is_called("handle", name)).exists()
        or Person.objects.filter(is_called("name", name), workspace=member.workspace_id).exists()
    )


def is_called(field: str, name: str) -> Q:
    """Whether a field says just this name, however its letters are cased: SQLite knows that of all only by expressions."""
    is_so = Q(**{f"{field}__iexact": name})
    if connection.vendor == "sqlite" and not name.isascii():
        is_so |= Q(**{f"{field}__iregex": rf"^{re.escape(name)}$"})
    return is_so


def erasures_of(workspace: Workspace) -> list[Erasure]:
    """Every erasure, the newest first."""
    return list(Erasure.objects.filter(workspace=workspace).select_related("created_by"))


def erasure_page(erasure: Erasure) -> ErasurePage:
    """The proof of one erasure; one query."""
    known = {step.name: step for step in erasing_steps()}
    rows = [StepRow(known[row.name], row) for row in erasure.steps.all() if row.name in known]
    return ErasurePage(erasure, rows)
