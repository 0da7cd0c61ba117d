from django.apps import AppConfig


class GuidelinesConfig(AppConfig):
    name = "allmende.guidelines"
    label = "guidelines"

    def ready(self) -> None:
        from allmende.guidelines.migrations._barriers import BARRIERS

        BARRIERS.connect(self)
