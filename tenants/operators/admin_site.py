"""Django's admin for operators: it works in the schema `public` and shows no rows of tenants' schemas."""

import json
from collections.abc import Iterable
from typing import Any, cast

from django.contrib.admin import AdminSite, ModelAdmin, display
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from core.accounts.models import User
from tenants.client_ip import client_ip
from tenants.database.router import is_tenant_model
from tenants.operators import audit
from tenants.operators.logins import is_own_password


class OperatorPasswordForm(AdminPasswordChangeForm):
    """Saves only the password: the application's role may change no other column of an operator."""

    def __init__(
        self, *arguments: Any, client_ip: str, **options: Any
    ) -> None:  # Any: as in Django
        super().__init__(*arguments, **options)
        self._client_ip = client_ip

    def clean_old_password(self) -> str:
        """Return the old password; raise `ValidationError` where it is wrong, `RateLimited` as for a log-in."""
        password: str = self.cleaned_data["old_password"]
        if not is_own_password(self.user, password, ip=self._client_ip):
            raise ValidationError(
                self.error_messages["password_incorrect"], code="password_incorrect"
            )
        return password

    def save(self, commit: bool = True) -> User:
        """Store the new password, with an entry in the log."""
        user: User = self.user
        user.set_password(self.cleaned_data["new_password1"])
        with transaction.atomic(), audit.acting_as(f"admin:{user.email}"):
            user.save(update_fields=["password"])
            audit.record("operator.set_password", email=user.email)
        return user


class OperatorPasswordView(PasswordChangeView):
    """Hands the client's IP address to the form."""

    form_class = OperatorPasswordForm
    template_name = "registration/password_change_form.html"

    def get_form_kwargs(self) -> dict[str, Any]:  # Any: as in Django
        """Return what the form is made with."""
        return super().get_form_kwargs() | {"client_ip": client_ip(self.request)}


class PlainArguments:
    """Shows the arguments of a job without the inline style of the library, which the site's policy forbids."""

    @display(description="Args")
    def pretty_args(self, instance: Any) -> str:  # Any: a job of the library, which is untyped
        """Return the arguments as JSON, at most 2,000 characters."""
        return format_html("<pre>{}</pre>", json.dumps(instance.args, indent=2)[:2000])


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
        if admin_class is not None and hasattr(admin_class, "pretty_args"):
            admin_class = type(admin_class.__name__, (PlainArguments, admin_class), {})
        shown = [model for model in models if model is not Group and not is_tenant_model(model)]
        super().register(shown, admin_class, **options)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:  # Any: as in Django
        """Let operators change their passwords."""
        view = OperatorPasswordView.as_view(
            success_url=reverse("admin:password_change_done", current_app=self.name),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        # After a successful change it is a redirect, which the stubs of AdminSite don't know.
        return cast(TemplateResponse, view(request))
