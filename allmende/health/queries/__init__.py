"""The checks, and one run of all of them."""

from allmende.health.queries.examine import CHECKS, Checked, Report, examine
from allmende.health.queries.look import Look
from allmende.health.queries.metrics import gauges

__all__ = ["CHECKS", "Checked", "Look", "Report", "examine", "gauges"]
