from django.apps import AppConfig


class TrafficConfig(AppConfig):
    name = "core.traffic"
    label = "traffic"
