"""Django's admin for operators: it works in the schema `public` and shows no rows of tenants' schemas."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group
from django.contrib.auth.views import PasswordChangeView
from django.db.models import Model
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse

from core.accounts.models import User
from tenants.database.router import is_tenant_model


class OperatorPasswordForm(AdminPasswordChangeForm):
    """Saves only the password: the application's role may change no other column of an operator."""

    def save(self, commit: bool = True) -> User:
        user: User = self.user
        user.set_password(self.cleaned_data["new_password1"])
        user.save(update_fields=["password"])
        return user


class OperatorSite(AdminSite):
    """Registers only those models of the applications whose tables are in `public`."""

    site_header = site_title = "Happo"
    index_title = "Installation"
    # No "view site" link.
    site_url = None

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: "type[ModelAdmin[Any]] | None" = None,
        **options: Any,  # Any: as in Django
    ) -> None:
        """Register models, except those of tenants and groups, which Happo doesn't use."""
        models = (
            [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        )
        shown = [model for model in models if model is not Group and not is_tenant_model(model)]
        super().register(shown, admin_class, **options)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:  # Any: as in Django
        """Let operators change their passwords."""
        view = PasswordChangeView.as_view(
            form_class=OperatorPasswordForm,
            success_url=reverse("admin:password_change_done", current_app=self.name),
            extra_context={**self.each_context(request), **(extra_context or {})},
            template_name="admin/password_change_form.html",
        )
        # After a successful change it is a redirect, which the stubs of AdminSite don't know.
        return cast(TemplateResponse, view(request))
