"""Remove a whole workspace with every row that hangs on it: the demo, or a copy that was practised in. Nobody's own."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Q

from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.channels.models import ArrivalUpload, ImportRun, Media, media_path
from allmende.channels.queries import refused_file, uploads_folder
from allmende.editorial.models import PostImport
from allmende.handover.queries import books_set
from allmende.inbox.queries import model_file
from allmende.plan.queries import briefs_set
from allmende.stakeholders.models import Report
from allmende.stakeholders.queries.typesetting import pdf_folder
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import User, Workspace

# Their rows are written once and never removed otherwise (see the rooms' migrations).
_KEPT_TABLES = (
    "plan_", "team_auditrow", "team_auditdetail", "team_responsibility", "editorial_itemmedia", "guidelines_guideline",
    "guidelines_acknowledgement", "crisis_",
)  # fmt: skip
NAMES = "SELECT set_config('allmende.removing', %s, true)"


def remove_workspace(workspace: Workspace) -> None:
    """Every row of it, or none, and once that is certain its ledger and its files; nothing where somebody removed it meanwhile.
    Who writes there is waited for, and whoever comes later finds nothing."""
    with transaction.atomic():
        try:
            lock_workspace(workspace.pk)
        except Workspace.DoesNotExist:
            return
        files = _files_of(workspace)
        with _unfrozen(workspace):
            for model, path in _by_depth(_paths()):
                _delete(model, path, workspace)
            _delete(Workspace, (), workspace)
        transaction.on_commit(lambda: _drop(workspace, files))


def _files_of(workspace: Workspace) -> list[Path]:
    """What lies in the data folder for it beside its ledger. What people of the machine placed there for an import is theirs."""
    runs = list(ImportRun.objects.filter(workspace=workspace))
    found = [refused_file(run) for run in runs]
    found += [Path(run.path) for run in runs if Path(run.path).parent.parent == uploads_folder()]
    found += [Path(one.path) for one in ArrivalUpload.objects.filter(workspace=workspace).exclude(path="")]
    found += [Path(one.path) for one in PostImport.objects.filter(workspace=workspace).exclude(path="")]
    media = Media.objects.filter(workspace=workspace).values_list("file", "light", "preview")
    found += [media_path(name) for names in media for name in names if name]
    reports = Report.objects.filter(workspace=workspace).values_list("pk", flat=True)
    found += [file for pk in reports for file in pdf_folder().glob(f"{pk}-*.pdf")]
    return [*found, *books_set(workspace), *briefs_set(workspace), model_file(workspace.pk)]


def _drop(workspace: Workspace, files: Iterable[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
        if file.parent.parent == uploads_folder():
            with suppress(OSError):  # not empty, or gone
                file.parent.rmdir()
    shutil.rmtree(ledger_root() / ledger_name(workspace), ignore_errors=True)


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
def _unfrozen(workspace: Workspace) -> Iterator[None]:
    """Past the triggers that keep published plans and the audit book from change. On PostgreSQL they step aside for whoever names
    the demo or the copy that goes, in this transaction alone (`team/migrations/_letting_go.py`): a trigger taken down would
    wait for everybody else who writes, and they for us."""
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
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute(NAMES, [str(workspace.pk)])
            yield
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(NAMES, [""])
