"""The addresses of the console, on hosts of tenants (`middleware.ConsoleMiddleware`)."""

from django.urls import path

from api_v1.console.pages import PAGES
from api_v1.console.serving import serve

urlpatterns = [path(page.path, serve(page), name=page.name) for page in PAGES]
