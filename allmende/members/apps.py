from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "allmende.members"
    label = "members"
