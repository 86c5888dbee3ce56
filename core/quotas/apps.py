from django.apps import AppConfig


class QuotasConfig(AppConfig):
    name = "core.quotas"
    label = "quotas"
