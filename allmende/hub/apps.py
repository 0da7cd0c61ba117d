from django.apps import AppConfig


class HubConfig(AppConfig):
    name = "allmende.hub"
    label = "hub"
