"""Answers of the consoles' pages."""

from django.http import HttpRequest, HttpResponse


def show_once(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the page that shows a secret. It answers a POST, and no browser or proxy keeps it."""
    if request.method != "POST":
        raise ValueError("Only the answer to a POST shows a secret")
    response.headers["Cache-Control"] = "no-store"
    return response
