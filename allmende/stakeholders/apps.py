from django.apps import AppConfig


class StakeholdersConfig(AppConfig):
    name = "allmende.stakeholders"
    label = "stakeholders"
