"""Answers of the consoles' pages."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def show_once(
    request: HttpRequest, template: str, context: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    """Return the page that shows a secret. It answers a POST, and no browser or proxy keeps it."""
    if request.method != "POST":
        raise ValueError("Only the answer to a POST shows a secret")
    response = render(request, template, dict(context), status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
