"""The only writers of this room."""

from allmende.behaviours.actions.adopt_definition import CannotAdopt, adopt_definition
from allmende.behaviours.actions.fill_ledger import fill_ledger, only_filler
from allmende.behaviours.actions.judge import judge
from allmende.behaviours.actions.measure import measure
from allmende.behaviours.actions.measure_workspace import measure_workspace
from allmende.behaviours.actions.read_behaviours import read_behaviours
from allmende.behaviours.actions.verify_ledger import MonthFound, verify_ledger

__all__ = [
    "CannotAdopt",
    "MonthFound",
    "adopt_definition",
    "fill_ledger",
    "judge",
    "measure",
    "measure_workspace",
    "only_filler",
    "read_behaviours",
    "verify_ledger",
]
