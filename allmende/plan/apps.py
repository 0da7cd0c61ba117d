from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "allmende.plan"
    label = "plan"
