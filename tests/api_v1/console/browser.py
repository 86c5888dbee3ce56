"""A browser at a tenant's console, with its cookies and the forms of its pages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client

from core.accounts.models import User
from tests.job_seekers import PASSWORD


@dataclass
class Browser:
    """Django's client with CSRF checks, on one host. It sends the token that the last page had."""

    host: str = "acme.localhost"
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))
    page: Any = None  # Any: Django's test response

    def get(self, path: str, **headers: str) -> Any:  # Any: as above
        self.page = self.client.get(path, HTTP_HOST=self.host, headers=headers)
        return self.page

    def post(self, path: str, **form: object) -> Any:  # Any: as above
        """Send a form with the CSRF token of a page that this browser got before."""
        token = self.client.cookies.get(settings.CSRF_COOKIE_NAME)
        if token is None:
            self.get("/sign-in")
            token = self.client.cookies[settings.CSRF_COOKIE_NAME]
        sent = {"csrfmiddlewaretoken": token.value, **form}
        self.page = self.client.post(path, sent, HTTP_HOST=self.host)
        return self.page

    def act(self, path: str, action: str, **form: object) -> Any:  # Any: as above
        """Send a form with the name of its action."""
        return self.post(path, action=action, **form)

    def follow(self) -> Any:  # Any: as above
        """Open the page that the last answer leads to."""
        assert self.page.status_code in (302, 303), self.text
        address = urlsplit(self.page.headers["Location"])
        return self.get(f"{address.path}?{address.query}" if address.query else address.path)

    def sign_in(
        self, name: str, password: str = PASSWORD, *, then: str = ""
    ) -> Any:  # Any: as above
        return self.act("/sign-in", "sign-in", username=name, password=password, next=then)

    @property
    def text(self) -> str:
        """Return what a person sees of the page."""
        soup = BeautifulSoup(self.page.content, "html.parser")
        return re.sub(r"\s+", " ", soup.get_text(" "))

    @property
    def cookie(self) -> str:
        """Return the token of the session."""
        found = self.client.cookies.get("happo-session")
        return found.value if found is not None else ""


def signed_in(user: User, *, host: str = "acme.localhost") -> Browser:
    """Return a browser in which the user, whose password is `PASSWORD`, has signed in."""
    browser = Browser(host)
    assert browser.sign_in(user.email).status_code == 303, browser.text
    return browser
