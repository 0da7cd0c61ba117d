from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate


class CrisisConfig(AppConfig):
    name = "allmende.crisis"
    label = "crisis"

    def ready(self) -> None:
        pre_migrate.connect(_take_down, sender=self)
        post_migrate.connect(_put_up, sender=self)


def _take_down(using: str, **_: Any) -> None:
    from allmende.crisis.migrations import _barriers

    _barriers.take_down(connections[using])


def _put_up(using: str, **_: Any) -> None:
    from allmende.crisis.migrations import _barriers

    _barriers.put_up(connections[using])
