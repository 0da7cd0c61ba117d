"""An empty database gets its tables at one go, as the last migration leaves them, instead of by every detour of their history.

Django draws the whole registry of models anew after each change; on SQLite it also copies the table. That grows with the square
of the history: minutes, where nothing but the end is wanted. What migrations do beside tables (triggers, the full-text index)
still runs, in its order, and `tests/config/test_fresh.py` holds that both ways end at the same tables.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress

from django.db import router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration, RunPython, RunSQL
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import IndexOperation, ModelOperation
from django.db.migrations.state import ProjectState

SHAPES = (ModelOperation, FieldOperation, IndexOperation)
PROGRAMS = (RunPython, RunSQL)


def build(connection: BaseDatabaseWrapper, targets: Collection[tuple[str, str | None]] = ()) -> bool:
    """Make all tables of `targets` (default: the newest) and write that their migrations were applied.

    False, and nothing was done, where the database is not empty or a migration does something else than shapes and programs.
    """
    if connection.introspection.table_names():
        return False
    executor = MigrationExecutor(connection)
    wanted = list(targets or executor.loader.graph.leaf_nodes())
    plan = [migration for migration, _ in executor.migration_plan(wanted)]
    if not all(isinstance(operation, SHAPES + PROGRAMS) for operation in _operations(plan)):
        return False
    state = executor.loader.project_state([(one.app_label, one.name) for one in plan])
    _create(connection, plan, state)
    executor.recorder.ensure_schema()
    rows = [executor.recorder.Migration(app=one.app_label, name=one.name) for one in plan]
    executor.recorder.migration_qs.bulk_create(rows)
    return True


def _create(connection: BaseDatabaseWrapper, plan: list[Migration], state: ProjectState) -> None:
    with connection.schema_editor(atomic=True) as editor:
        for model in state.apps.get_models():
            if router.allow_migrate_model(connection.alias, model):
                editor.create_model(model)
        for migration in plan:
            for operation in migration.operations:
                if isinstance(operation, PROGRAMS):
                    # Asking for a model that has gone since, it would carry rows over: there are none.
                    with suppress(LookupError):
                        operation.database_forwards(migration.app_label, editor, state, state)


def _operations(plan: list[Migration]) -> Iterable[Operation]:
    return (operation for migration in plan for operation in migration.operations)
