"""What a file holds of the rooms is written down column by column: nothing is forgotten, nothing left out without a reason."""

import pytest
from django.apps import apps
from django.db import models

from allmende.behaviours.queries import BEHAVIOURS
from allmende.channels.queries import CHANNELS, NAMED_CHANNELS
from allmende.crisis.queries import CRISIS
from allmende.guidelines.queries import GUIDELINES
from allmende.handover.queries import HANDOVER
from allmende.plan.queries import PLAN
from allmende.stakeholders.queries import STAKEHOLDERS
from allmende.team.models import Person
from allmende.team.queries import ACCOUNTABLE, HERE, PEOPLE_TABLE, TEAM, RecordChapter, RecordTable, row_table

ROOMS: dict[str, tuple[RecordChapter, ...]] = {
    "team": (TEAM, ACCOUNTABLE),
    "channels": (CHANNELS,),
    "guidelines": (GUIDELINES,),
    "plan": (PLAN,),
    "behaviours": (BEHAVIOURS,),
    "stakeholders": (STAKEHOLDERS,),
    "crisis": (CRISIS,),
    "handover": (HANDOVER,),
}
CHAPTERS = tuple(chapter for chapters in ROOMS.values() for chapter in chapters)
TABLES = [table for chapter in CHAPTERS for table in chapter.tables] + [NAMED_CHANNELS]


def faults_of(table: RecordTable) -> list[str]:
    """Columns of a table that are declared twice, not at all, or no columns of it."""
    columns = {column.name for column in table.model._meta.concrete_fields}
    said = [*table.fields, *table.left_out]
    return sorted({name for name in said if said.count(name) > 1} | (columns ^ set(said)))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_s0_24_every_column_is_in_the_file_or_left_out_with_a_reason(table: RecordTable) -> None:
    assert faults_of(table) == []
    assert all(table.left_out.values())


def test_the_rule_finds_a_forgotten_column() -> None:
    forgetful = row_table(Person, "name name role colour", left_out=HERE)
    assert {"name", "colour", "left_at"} <= set(faults_of(forgetful))


@pytest.mark.parametrize("room", ROOMS)
def test_s0_24_every_table_is_in_the_file_or_left_out_with_a_reason(room: str) -> None:
    held = [table.name for chapter in ROOMS[room] for table in chapter.tables]
    left_out = {name: reason for chapter in ROOMS[room] for name, reason in chapter.left_out.items()}
    known = sorted(str(model._meta.model_name) for model in apps.get_app_config(room).get_models())
    assert sorted([*held, *left_out]) == known
    assert all(left_out.values())


def test_s0_24_a_row_points_only_to_rows_that_stand_before_it() -> None:
    order = [TEAM, *(chapter for chapter in CHAPTERS if chapter not in (TEAM, ACCOUNTABLE)), ACCOUNTABLE]
    seen: set[type[models.Model]] = set()
    for table in (table for chapter in order for table in chapter.tables):
        pointed = {column.related_model for column in table.columns() if column.name not in table.later}
        missing = {one for one in pointed if isinstance(one, type)} - seen
        assert not missing, (table.name, missing)
        seen.add(table.model)
    assert PEOPLE_TABLE.model in seen
