"""Hides django-oauth-toolkit's models from the admin, which works in the schema `public`: their tables aren't there."""

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest


class HiddenAdmin(ModelAdmin):  # type: ignore[type-arg]  # it takes no type arguments at run time
    """An admin that allows no operator anything."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    has_change_permission = has_delete_permission = has_view_permission
