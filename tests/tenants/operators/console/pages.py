"""Addresses of the pages of the operators' console, and the forms that its actions take."""

import re

from django.urls import reverse

from tenants.operators.console.page import Page
from tenants.operators.console.pages import PAGES

INLINE = re.compile(
    r"""<style|\sstyle=|\son[a-z]+=|<script(?![^>]*(src=|application/json))|javascript:|data:"""
)


def address_of(page: Page, slug: str) -> str:
    """Return the address of a page; of the tenant with that slug if it is one of a tenant."""
    return reverse(f"admin:{page.name}", kwargs={"slug": slug} if page.is_of_tenant else {})


def addresses(slug: str) -> list[str]:
    return [address_of(page, slug) for page in PAGES]
