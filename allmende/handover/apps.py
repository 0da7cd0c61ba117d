from django.apps import AppConfig


class HandoverConfig(AppConfig):
    name = "allmende.handover"
    label = "handover"
