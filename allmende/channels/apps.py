from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "allmende.channels"
    label = "channels"
