from django.urls import path

from benchmarks.plain.api import api

urlpatterns = [path("v1/", api.urls)]
