from django.apps import AppConfig


class CrisisConfig(AppConfig):
    name = "allmende.crisis"
    label = "crisis"

    def ready(self) -> None:
        from allmende.crisis.migrations._barriers import BARRIERS

        BARRIERS.connect(self)
