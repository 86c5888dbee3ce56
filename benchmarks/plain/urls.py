from django.urls import path

from benchmarks.plain.api import api
from benchmarks.plain.jobhax import api as jobhax

urlpatterns = [path("v1/", api.urls), path("api/", jobhax.urls)]
