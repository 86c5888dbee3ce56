"""Addresses of the pages of the operators' console, with an object of each kind that a page may be of."""

import re

from django.urls import reverse

from core.accounts.models import User
from core.accounts.queries import list_api_keys
from tenants.context import tenant_scope
from tenants.operators.console.page import Page
from tenants.operators.console.pages import PAGES
from tenants.provisioning.lifecycle import CreatedTenant

INLINE = re.compile(
    r"""<style|\sstyle=|\son[a-z]+=|<script(?![^>]*(src=|application/json))|javascript:|data:"""
)
_NAME = re.compile(r"<\w+:(\w+)>")


def address_of(page: Page, tenant: CreatedTenant, operator: User) -> str:
    """Return the address of a page: of this tenant, its owner, its first key and client, or of this operator."""
    objects = {
        "slug": tenant.ref.slug,
        "user": tenant.owner_uuid,
        "client": tenant.client_id,
        "provider": "google-oauth2",
        "id": operator.pk,
    }
    names = set(_NAME.findall(page.path))
    if "key" in names:
        with tenant_scope(tenant.ref):
            objects["key"] = list_api_keys()[0].id
    return reverse(f"admin:{page.name}", kwargs={name: objects[name] for name in names})


def addresses(tenant: CreatedTenant, operator: User) -> list[str]:
    """Return the addresses of all pages."""
    return [address_of(page, tenant, operator) for page in PAGES]
