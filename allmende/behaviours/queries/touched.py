"""Whether anything touched what cohorts and groups of people were counted from: no row of the ledger is read for it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

from allmende.behaviours import states
from allmende.behaviours.models import BehaviourDefinition, CountedFrom
from allmende.behaviours.queries.belongings import span_of
from allmende.behaviours.queries.facts import facts_for
from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.ledger.breakdown import Belonging
from allmende.ledger.cohorts import by_month
from allmende.ledger.definition import Definition
from allmende.ledger.files import Ledger
from allmende.ledger.statements import edition
from allmende.team.models import Workspace


def last_look(definition: BehaviourDefinition, what: str) -> CountedFrom | None:
    """When and from what it was last counted, or found untouched; None before the first time."""
    return CountedFrom.objects.filter(definition=definition, what=what).first()


def fingerprint_of(
    workspace: Workspace,
    definition: Definition,
    what: str,
    *,
    as_of: datetime,
    belongings: Sequence[Belonging] = (),
    rule: str = "",
) -> str:
    """Of all that decides what cohorts or groups come to: the files, the closed months, the definition, how it is counted, what
    people told, and of groups who belongs where (`belongings`) and by which rule they may be shown (`rule`). Ask before you
    count."""
    if what == states.COHORTS:
        closed: Any = workspace.day_at(as_of - by_month(definition).lag).replace(day=1)
    else:
        closed = span_of(definition, as_of, workspace.zone)
    told = asdict(facts_for(workspace, definition, as_of))
    how = (edition(), definition.to_dict(), workspace.zone, closed)
    seen = (_files(workspace), how, _plain(told), _plain(belongings), rule)
    return sha256(repr(seen).encode()).hexdigest()


def _files(workspace: Workspace) -> list[tuple[str, int, int]]:
    """A month that is written anew has another time, whatever it holds."""
    found = []
    for path in Ledger(ledger_root()).paths(ledger_name(workspace)):
        with suppress(FileNotFoundError):  # a writer may drop a month meanwhile
            stat = path.stat()
            found.append((path.stem, stat.st_size, stat.st_mtime_ns))
    return found


def _plain(told: Any) -> Any:
    """In an order of its own, however it was told."""
    if isinstance(told, dict):
        return [(name, _plain(told[name])) for name in sorted(told)]
    return sorted(map(repr, told)) if isinstance(told, list | tuple | set | frozenset) else repr(told)
