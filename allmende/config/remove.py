"""Remove a whole workspace with every row that hangs on it: the demo, or a copy that was practised in. Nobody's own."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Q

from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.channels.models import ImportRun
from allmende.channels.queries import refused_file
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import User, Workspace

# Their rows are written once and never removed otherwise (see the rooms' migrations).
_KEPT_TABLES = (
    "plan_", "team_auditrow", "team_auditdetail", "team_responsibility", "editorial_itemmedia", "guidelines_guideline",
    "guidelines_acknowledgement", "crisis_",
)  # fmt: skip


def remove_workspace(workspace: Workspace) -> None:
    """Every row of it, or none; once that is certain its ledger too, and the files of archives that were read in."""
    files = [refused_file(run) for run in ImportRun.objects.filter(workspace=workspace)]
    ledger = ledger_root() / ledger_name(workspace)
    with transaction.atomic():
        lock_workspace(workspace.pk)
        with _unfrozen():
            for model, path in _by_depth(_paths()):
                _delete(model, path, workspace)
            _delete(Workspace, (), workspace)
        transaction.on_commit(lambda: _remove_files(files, ledger))


def _remove_files(files: Sequence[Path], ledger: Path) -> None:
    for file in files:
        file.unlink(missing_ok=True)
    shutil.rmtree(ledger, ignore_errors=True)


def remove_stand_ins(ending: str) -> None:
    """Users of such addresses whom no workspace knows any more."""
    User.objects.filter(persons__isnull=True, email__endswith=ending).delete()


def _paths() -> dict[type[models.Model], tuple[str, ...]]:
    """How each table hangs on the workspace, by names of foreign keys; the shortest ways."""
    found: dict[type[models.Model], tuple[str, ...]] = {Workspace: ()}
    ours = [model for model in apps.get_models() if model.__module__.startswith("allmende.")]
    is_growing = True
    while is_growing:
        is_growing = False
        for model in ours:
            if model in found:
                continue
            ways = [
                (field.name, *found[field.related_model])
                for field in model._meta.concrete_fields
                if isinstance(field, models.ForeignKey) and field.related_model in found
            ]
            required = [way for way in ways if not model._meta.get_field(way[0]).null]
            if ways:
                found[model] = min(required or ways, key=len)
                is_growing = True
    return found


def _by_depth(paths: dict[type[models.Model], tuple[str, ...]]) -> list[tuple[type[models.Model], tuple[str, ...]]]:
    """Those farthest from the workspace first, so that the way to it still stands."""
    return sorted(((model, path) for model, path in paths.items() if path), key=lambda one: -len(one[1]))


def _delete(model: type[models.Model], path: tuple[str, ...], workspace: Workspace) -> None:
    """Past the ORM, which would protect what is about to go as well; the database checks its keys at the end."""
    every: models.QuerySet[Any] = models.QuerySet(model)
    gone = every.filter(Q(**{"__".join((*path, "pk")): workspace.pk})).order_by().values("pk")
    inner, values = gone.query.sql_with_params()
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {key} IN ({inner})", values)  # noqa: S608 - names of our own


@contextmanager
def _unfrozen() -> Iterator[None]:
    """Without the triggers that keep published plans and the audit book from change; they stand again afterwards."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
            kept = [row for row in cursor.fetchall() if row[1].startswith(_KEPT_TABLES)]
            for name, _, _ in kept:
                cursor.execute(f'DROP TRIGGER "{name}"')
            yield
            for _, _, sql in kept:
                cursor.execute(sql)
        else:
            tables = [name for name in connection.introspection.table_names(cursor) if name.startswith(_KEPT_TABLES)]
            # A table with checks still to come cannot be altered; those of the rows removed come at the end.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
            for table in tables:
                cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
            yield
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in tables:
                cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
