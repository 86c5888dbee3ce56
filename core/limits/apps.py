from django.apps import AppConfig


class LimitsConfig(AppConfig):
    name = "core.limits"
    # The label of its first release: tables and recorded migrations carry it.
    label = "traffic"
