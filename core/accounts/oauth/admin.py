"""Keeps django-oauth-toolkit's models out of the admin, which works in the schema `public`: none of them is there."""

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest


class NotShown(ModelAdmin):
    """Nobody may see or do anything here."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    has_change_permission = has_delete_permission = has_view_permission
