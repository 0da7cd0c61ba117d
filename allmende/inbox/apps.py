from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "allmende.inbox"
    label = "inbox"
