from django.apps import AppConfig


class TeamConfig(AppConfig):
    name = "allmende.team"
    label = "team"
