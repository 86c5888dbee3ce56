"""`GET /api/users/me`, in the head alone."""

from core.accounts.models import User
from tests.clients import JobHaxClient


def test_me_shows_the_user_of_the_token(head: JobHaxClient) -> None:
    user = User.objects.get(email="seeker@jobs.test")
    reply = head.get("users/me")
    assert (reply.status, reply.code) == (200, 0)
    assert reply.data == {
        "id": user.id,
        "email": "seeker@jobs.test",
        "scopes": ["read", "write"],
        "first_name": "",
        "last_name": "",
        "time_zone": "UTC",
        "email_confirmed": True,
    }


def test_the_documented_version_does_not_have_it(seeker: JobHaxClient) -> None:
    assert seeker.get("users/me").code == 11
