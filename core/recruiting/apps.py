from django.apps import AppConfig


class RecruitingConfig(AppConfig):
    name = "core.recruiting"
    label = "recruiting"
