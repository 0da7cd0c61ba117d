from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "allmende.inbox"
    label = "inbox"

    def ready(self) -> None:
        from allmende.inbox.migrations._barriers import BARRIERS

        BARRIERS.connect(self)
