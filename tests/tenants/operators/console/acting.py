"""Forms of the operators' console, sent as a browser sends them."""

from django.http import HttpResponse
from django.test import Client


def act(client: Client, address: str, action: str, **sent: object) -> HttpResponse:
    """Run an action of a page; return the answer to its POST."""
    return client.post(address, {"action": action, **sent})


def messages_after(client: Client, address: str, action: str, **sent: object) -> list[str]:
    """Run an action of a page; return what is shown above the page that follows."""
    answer = client.post(address, {"action": action, **sent}, follow=True)
    assert answer.status_code == 200, answer.content.decode()
    return [str(message) for message in answer.context["messages"]]
