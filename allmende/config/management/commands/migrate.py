"""Django's `migrate`, which fills an empty database at one go first."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from allmende.config.fresh import build


class Command(migrate.Command):
    """As Django's own, quicker the first time."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the tables of an empty database, then whatever Django finds left to do."""
        is_all = not any(options[name] for name in ("app_label", "fake", "plan", "check_unapplied", "prune"))
        if is_all:
            build(connections[options["database"]])
        super().handle(*args, **options)
