"""Django's admin site for operators, with pages of our own: it works in the schema `public`."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import URLPattern, path

from tenants.operators.console.signed_in import is_operator


class OperatorSite(AdminSite):
    """The operators' console. It shows no model by itself: each page is a module of `tenants.operators.console`."""

    def get_urls(self) -> list[URLPattern]:  # type: ignore[override]  # narrower
        """Return the routes below `/admin/`."""
        # These need loaded models, and Django imports this module before.
        from tenants.operators.console.pages import PAGES
        from tenants.operators.console.serving import serve
        from tenants.operators.console.sign_in import enter_code, sign_in, sign_out
        from tenants.operators.console.welcome import welcome

        return [
            path("login/", sign_in, name="login"),
            path("login/code/", enter_code, name="code"),
            path("welcome/<int:id>/<str:token>/", welcome, name="welcome"),
            path("logout/", sign_out, name="logout"),
            *(path(page.path, serve(page), name=page.name) for page in PAGES),
        ]

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether an operator is signed in."""
        return is_operator(request)

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: "type[ModelAdmin[Any]] | None" = None,
        **options: Any,  # Any: as in Django
    ) -> None:
        """Refuse: Django's pages for models would show rows beside the services, the rights and the audit log."""
        raise TypeError("The operators' console has no pages of Django's admin")
