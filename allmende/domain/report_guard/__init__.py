"""What may leave the team, and why not (S1-14, S1-17, S1-21, S1-23, domain 4.6 and 5.5). Codes out, no sentences."""

from allmende.domain.report_guard.figures import Figure, Form, GuardFinding, Level, Trait, check_report
from allmende.domain.report_guard.free_text import TextFinding, check_text, names_activity

__all__ = [
    "Figure",
    "Form",
    "GuardFinding",
    "Level",
    "TextFinding",
    "Trait",
    "check_report",
    "check_text",
    "names_activity",
]
