"""`GET /api/users/me`, in the head alone."""

from core.accounts.models import User
from tests.api_v1.jobhax.calls import JobHax


def test_a_token_tells_whose_it_is(head: JobHax) -> None:
    user = User.objects.get(email="seeker@jobs.test")
    reply = head.get("users/me")
    assert (reply.status, reply.code) == (200, 0)
    assert reply.data == {"id": user.id, "email": "seeker@jobs.test", "scopes": ["read", "write"]}


def test_the_documented_version_does_not_have_it(seeker: JobHax) -> None:
    assert seeker.get("users/me").code == 11
