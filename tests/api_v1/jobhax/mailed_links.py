"""The links in mails about an account, and the pages that they open."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core import mail
from django.test import Client

from core.accounts.logins.confirmation import send_confirmation
from core.accounts.models import User


def link_sent_to(email: str) -> str:
    """Run the job that confirms an address; return the link in its mail."""
    user = User.objects.get(email=email)
    send_confirmation.run(
        user_uuid=str(user.uuid), confirm_at="http://localhost/confirm-email/acme"
    )
    return last_link_to(email)


def last_link_to(email: str) -> str:
    """Return the link in the newest mail to that address, without scheme and host."""
    sent = [message for message in mail.outbox if message.to == [email]]
    found = re.search(r"https?://[^/]+(/\S+)", str(sent[-1].body))
    assert found
    return found[1]


def token_of(link: str) -> str:
    """Return the token of a link."""
    return parse_qs(urlsplit(link).query)["token"][0]


def confirm(link: str, *, password: str) -> Any:  # Any: Django's test response
    """Send the form of the page that the link opens."""
    form = {"token": token_of(link), "password": password}
    return Client(enforce_csrf_checks=True).post(urlsplit(link).path, form)
