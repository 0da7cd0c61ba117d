from django.apps import AppConfig


class EditorialConfig(AppConfig):
    name = "allmende.editorial"
    label = "editorial"
