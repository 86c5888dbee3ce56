"""Collaborators: invited by e-mail, kept in the order sent, moved on by what they do themselves."""

import pytest

from core.accounts.models import User
from core.accounts.services import register_confirmed_user
from core.recruiting.models import Collaborator, Position
from core.recruiting.services.collaborators import confirm_invitations
from tests.clients import Json
from tests.factories import PlaceholderFactory, UserFactory
from tests.recruiters import Recruiter


def invite(person: Recruiter, position: Position, *people: tuple[str, str]) -> list[Json]:
    """Send this list; return it as it comes back."""
    sent = [{"email": email, "type": kind} for email, kind in people]
    answer = person.post(f"/positions/{position.id}", {"title": "T", "collaborators": sent})
    collaborators: list[Json] = answer.data.get("collaborators", [])
    return collaborators


def test_comes_back_in_the_order_sent(anna: Recruiter, position: Position) -> None:
    people = [("z@x.test", "client"), ("a@x.test", "supplier"), ("m@x.test", "admin")]
    shown = invite(anna, position, *people)
    assert [(one["email"], one["type"]) for one in shown] == people
    assert list(shown[0]) == ["email", "userId", "type", "status"]
    assert [one["email"] for one in invite(anna, position, *people[::-1])] == [
        "m@x.test",
        "a@x.test",
        "z@x.test",
    ]


def test_a_registered_user_awaits_approval(anna: Recruiter, position: Position) -> None:
    user = UserFactory(email="dave@happo.com")
    [shown] = invite(anna, position, ("dave@happo.com", "admin"))
    assert (shown["userId"], shown["status"]) == (str(user.uuid), "awaiting_approval")


def test_an_unknown_person_becomes_a_placeholder_awaiting_registration(
    anna: Recruiter, position: Position
) -> None:
    [shown] = invite(anna, position, ("neo@test.se", "supplier"))
    user = User.objects.get(email="neo@test.se")
    assert (shown["userId"], shown["status"]) == (str(user.uuid), "awaiting_registration")
    assert not user.is_registered
    assert not user.has_usable_password()


def test_without_proof_of_the_mailbox_a_user_does_not_count_as_registered(
    anna: Recruiter, position: Position
) -> None:
    UserFactory(email="neo@test.se", email_confirmed_at=None)
    [shown] = invite(anna, position, ("neo@test.se", "supplier"))
    assert shown["status"] == "awaiting_registration"


def test_the_same_placeholder_serves_all_positions(anna: Recruiter, position: Position) -> None:
    [first] = invite(anna, position, ("neo@test.se", "supplier"))
    [second] = invite(anna, anna.position(), ("Neo@Test.SE", "client"))
    assert first["userId"] == second["userId"]
    assert second["email"] == "neo@test.se"


def test_registering_moves_on_to_awaiting_approval_and_keeps_the_id(
    anna: Recruiter, position: Position
) -> None:
    [before] = invite(anna, position, ("neo@test.se", "supplier"))
    user = register_confirmed_user("neo@test.se")
    [after] = anna.get(f"/positions/{position.id}").data["collaborators"]
    assert after == {**before, "status": "awaiting_approval"}
    assert after["userId"] == str(user.uuid)


def test_a_list_of_changes_shows_the_registration(
    anna: Recruiter, position: Position, django_capture_on_commit_callbacks: Json
) -> None:
    invite(anna, position, ("neo@test.se", "supplier"))
    before = anna.get(f"/positions/{position.id}").data["updatedAt"]
    with django_capture_on_commit_callbacks(execute=True):
        register_confirmed_user("neo@test.se")
    assert Collaborator.objects.get().status == "awaiting_approval"
    assert anna.get(f"/positions/{position.id}").data["updatedAt"] > before


def test_confirming_touches_only_what_waits_for_it(anna: Recruiter, position: Position) -> None:
    user = PlaceholderFactory(email="neo@test.se")
    other = anna.position()
    for one, status in ((position, "awaiting_registration"), (other, "declined")):
        Collaborator.objects.create(
            position=one, user=user, type="client", status=status, ordinal=0
        )
    confirm_invitations(user.uuid)
    assert set(Collaborator.objects.values_list("position_id", "status")) == {
        (position.id, "awaiting_approval"),
        (other.id, "declined"),
    }
    before = other.updated_at
    other.refresh_from_db()
    assert other.updated_at == before


def test_who_stays_keeps_id_and_status(
    anna: Recruiter, admin: Recruiter, position: Position
) -> None:
    before = Collaborator.objects.get()
    shown = invite(anna, position, ("neo@test.se", "client"), (admin.user.email, "supplier"))
    assert [(one["email"], one["type"], one["status"]) for one in shown] == [
        ("neo@test.se", "client", "awaiting_registration"),
        (admin.user.email, "supplier", "accepted"),
    ]
    assert Collaborator.objects.get(user=admin.user).id == before.id


def test_who_is_left_out_is_gone(anna: Recruiter, admin: Recruiter, position: Position) -> None:
    assert [one["email"] for one in invite(anna, position, ("neo@test.se", "client"))] == [
        "neo@test.se"
    ]
    assert admin.get(f"/positions/{position.id}").status == 404


def test_an_empty_list_removes_all(anna: Recruiter, admin: Recruiter, position: Position) -> None:
    assert invite(anna, position) == []
    assert "collaborators" not in anna.get(f"/positions/{position.id}").data


def test_a_status_that_is_sent_is_ignored(anna: Recruiter) -> None:
    sent = [{"email": "neo@test.se", "type": "admin", "status": "accepted", "userId": "x"}]
    [shown] = anna.post("/positions", {"title": "T", "collaborators": sent}).data["collaborators"]
    assert shown["status"] == "awaiting_registration"


def test_the_same_e_mail_twice_is_refused_whatever_its_case(anna: Recruiter) -> None:
    sent = [{"email": email, "type": "admin"} for email in ("neo@test.se", "x@y.se", "NEO@test.se")]
    answer = anna.post("/positions", {"title": "T", "collaborators": sent})
    assert answer.status == 400
    assert answer.message == "collaborators[2].email is given more than once: neo@test.se"
    assert not Position.objects.exists()
    assert not User.objects.filter(email="neo@test.se").exists()


@pytest.mark.parametrize(
    ("collaborator", "message"),
    [
        ({"type": "admin"}, "collaborators[0].email is required"),
        ({"email": "neo@test.se"}, "collaborators[0].type is required"),
        ({"email": "neo", "type": "admin"}, "collaborators[0].email must be a valid email"),
        # In lower case each of these letters is two.
        (
            {"email": f"{'İ' * 60}@{'.'.join(['İ' * 60] * 3)}.com", "type": "admin"},
            "collaborators[0].email must be at most 254 characters",
        ),
        (
            {"email": "neo@test.se", "type": "owner"},
            "collaborators[0].type must be one of [admin, client, supplier]",
        ),
        ("neo@test.se", "collaborators[0] must be an object"),
    ],
)
def test_each_needs_an_e_mail_and_a_type(anna: Recruiter, collaborator: Json, message: str) -> None:
    answer = anna.post("/positions", {"title": "T", "collaborators": [collaborator]})
    assert (answer.status, answer.message) == (400, message)


def test_a_hundred_are_the_most(anna: Recruiter) -> None:
    sent = [{"email": f"u{at}@x.test", "type": "client"} for at in range(101)]
    answer = anna.post("/positions", {"title": "T", "collaborators": sent})
    assert (answer.status, answer.message) == (400, "collaborators must have at most 100 items")
    made = anna.post("/positions", {"title": "T", "collaborators": sent[:100]}).data
    assert [one["email"] for one in made["collaborators"]] == [one["email"] for one in sent[:100]]


def test_an_invitation_can_be_accepted(
    anna: Recruiter, admin: Recruiter, position: Position
) -> None:
    Collaborator.objects.update(status="awaiting_approval")
    [shown] = admin.in_head.post(f"/positions/{position.id}/accept").data["collaborators"]
    assert shown["status"] == "accepted"


def test_declining_ends_the_access(anna: Recruiter, admin: Recruiter, position: Position) -> None:
    assert admin.in_head.post(f"/positions/{position.id}/decline").data is None
    assert admin.get("/positions").data == []
    assert admin.in_head.post(f"/positions/{position.id}/accept").status == 404
    [shown] = anna.get(f"/positions/{position.id}").data["collaborators"]
    assert shown["status"] == "declined"


def test_only_the_invited_user_answers_an_invitation(
    anna: Recruiter, stranger: Recruiter, position: Position
) -> None:
    for person in (anna, stranger):
        for answer in ("accept", "decline"):
            assert person.in_head.post(f"/positions/{position.id}/{answer}").status == 404
