from django.apps import AppConfig


class EditorialConfig(AppConfig):
    name = "allmende.editorial"
    label = "editorial"

    def ready(self) -> None:
        from allmende.editorial.migrations._barriers import BARRIERS

        BARRIERS.connect(self)
