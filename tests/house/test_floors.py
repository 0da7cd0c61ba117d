"""Every relation and every migration dependency points to the same or a lower floor: string foreign keys escape the import linter."""

import tomllib
from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model

from tools.environment import ROOT


def _floors() -> list[list[str]]:
    """The floors as the import linter has them, lowest first."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    floors = next(contract for contract in contracts if contract["id"] == "floors")["layers"]
    return [[room.strip() for room in floor.split("|")] for floor in reversed(floors)]


FLOOR = {room: number for number, floor in enumerate(_floors()) for room in floor}


def stands_above(room: str, other: str) -> bool:
    """Whether `other` is on a higher floor than `room`, or beside it."""
    return room != other and FLOOR[other] >= FLOOR[room]


def _room(model: type[Model]) -> str:
    return model.__module__.split(".")[1] if model.__module__.startswith("allmende.") else ""


def relations_upstairs(models: Iterable[type[Model]]) -> Iterator[str]:
    """A sentence for each relation that points to a higher floor or a sibling."""
    for model in models:
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if field.auto_created or not isinstance(target, type) or not _room(model) or not _room(target):
                continue
            if stands_above(_room(model), _room(target)):
                yield f"{model.__name__}.{field.name} of {_room(model)} points up to {target.__name__} of {_room(target)}"


def dependencies_upstairs(edges: Iterable[tuple[tuple[str, str], tuple[str, str]]]) -> Iterator[str]:
    """A sentence for each migration that waits for one of a higher floor or a sibling; edges are (waiting, waited for)."""
    for waiting, waited in edges:
        if waiting[0] in FLOOR and waited[0] in FLOOR and stands_above(waiting[0], waited[0]):
            yield f"{'.'.join(waiting)} waits for {'.'.join(waited)} upstairs"


def test_floors_are_compared_rightly() -> None:
    assert stands_above("plan", "inbox")
    assert stands_above("inbox", "editorial")
    assert not stands_above("inbox", "plan")
    assert not stands_above("plan", "plan")


def test_a_migration_that_waits_upstairs_is_found() -> None:
    assert list(dependencies_upstairs([(("plan", "0001"), ("inbox", "0001"))]))


def test_a_relation_upstairs_is_found() -> None:
    editorial, members = apps.get_app_config("editorial"), apps.get_app_config("members")
    downwards = next(model for model in editorial.get_models() if model._meta.fields)
    sample = type("Sample", (), {"__module__": "allmende.members.models", "_meta": _Fields(downwards)})
    assert list(relations_upstairs([sample]))  # type: ignore[list-item]
    assert not list(relations_upstairs(members.get_models()))


class _Fields:
    """Stands in for `_meta` of a model with one field that points to `target`."""

    def __init__(self, target: type[Model]) -> None:
        self.target = target

    def get_fields(self) -> list[object]:
        return [type("Field", (), {"related_model": self.target, "auto_created": False, "name": "sample"})]


def test_every_relation_points_to_the_same_or_a_lower_floor() -> None:
    faults = list(relations_upstairs(apps.get_models()))
    assert not faults, "\n".join(faults)


def test_every_migration_waits_for_the_same_or_a_lower_floor() -> None:
    loader = MigrationLoader(None)
    edges = [
        (key, dependency) for key, migration in loader.disk_migrations.items() for dependency in migration.dependencies
    ]
    assert edges
    faults = list(dependencies_upstairs(edges))
    assert not faults, "\n".join(faults)


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    assert connection.vendor in ("sqlite", "postgresql")
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
