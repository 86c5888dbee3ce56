from django.apps import AppConfig


class JobSearchConfig(AppConfig):
    name = "core.jobsearch"
    label = "jobsearch"
