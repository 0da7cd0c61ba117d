from django.apps import AppConfig


class TeamConfig(AppConfig):
    name = "allmende.team"
    label = "team"

    def ready(self) -> None:
        from allmende.team.migrations._training import BARRIERS

        BARRIERS.connect(self)
