from django.apps import AppConfig


class GuidelinesConfig(AppConfig):
    name = "allmende.guidelines"
    label = "guidelines"
