from django.apps import AppConfig


class BehavioursConfig(AppConfig):
    name = "allmende.behaviours"
    label = "behaviours"
