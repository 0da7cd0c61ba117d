from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "allmende.health"
    label = "health"
