from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "allmende.api"
    label = "api"
