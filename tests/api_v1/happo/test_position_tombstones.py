"""A user who can no longer see a position gets one tombstone for it; other users see no change."""

from urllib.parse import urlencode

import pytest

from core.accounts.models import User
from core.recruiting.models import Collaborator, Position, PositionTombstone
from core.recruiting.services.collaborators import confirm_invitations
from tests.clients import Json
from tests.factories import PlaceholderFactory
from tests.recruiters import Recruiter, candidates_of, recruiter_for

LONG_AGO = "2018-01-01T00:00:00.000Z"


def changes(someone: Recruiter, since: str = LONG_AGO, **query: object) -> list[Json]:
    """Return the changes that a syncing client gets."""
    query = {"updatedAfter": since, "includeDeleted": "true", **query}
    data: list[Json] = someone.in_head.get(f"/positions?{urlencode(query)}").data
    return data


def newest(rows: list[Json]) -> str:
    return max(row.get("updatedAt", row.get("deletedAt")) for row in rows)


def invite(anna: Recruiter, position: Position, *people: Recruiter) -> str:
    """Make these the collaborators, as clients; return when that was."""
    sent = [{"email": one.user.email, "type": "client"} for one in people]
    moment: str = anna.in_head.patch(f"/positions/{position.id}", {"collaborators": sent}).data[
        "updatedAt"
    ]
    return moment


def decline(someone: Recruiter, position: Position) -> str:
    """Return when that was, as its creator is shown."""
    assert someone.in_head.post(f"/positions/{position.id}/decline").status == 200
    position.refresh_from_db()
    return f"{position.updated_at:%Y-%m-%dT%H:%M:%S}.{position.updated_at.microsecond // 1000:03}Z"


def lose(how: str, anna: Recruiter, someone: Recruiter, position: Position) -> str:
    return decline(someone, position) if how == "declined" else invite(anna, position)


EITHER_WAY = pytest.mark.parametrize("how", ["removed", "declined"])
EVERYBODY = pytest.mark.parametrize("who", ["admin", "client", "supplier"])


@EVERYBODY
@EITHER_WAY
def test_who_loses_a_position_is_shown_when(
    request: pytest.FixtureRequest, anna: Recruiter, position: Position, how: str, who: str
) -> None:
    someone: Recruiter = request.getfixturevalue(who)
    own = someone.post("/positions", {"title": "Own"}).data["id"]
    since = newest(changes(someone))
    lost_at = lose(how, anna, someone, position)
    assert lost_at > since
    assert changes(someone, since) == [{"id": str(position.id), "deletedAt": lost_at}]
    assert changes(someone, lost_at) == []
    assert [one["id"] for one in changes(someone)] == [own, str(position.id)]
    assert someone.in_head.get(candidates_of(position)).status == 404


@EITHER_WAY
def test_only_lists_with_include_deleted_show_it(
    anna: Recruiter, client: Recruiter, position: Position, how: str
) -> None:
    lost_at = lose(how, anna, client, position)
    for path in ("/positions", "/positions?updatedAfter=2018-01-01", "/positions?archived=true"):
        assert client.in_head.get(path).data == []
    assert client.get("/positions").data == []
    assert client.get("/positions?includeDeleted=true").data == []
    gone = [{"id": str(position.id), "deletedAt": lost_at}]
    for filters in ("", "&q=x&status=open", "&archived=true"):
        assert client.in_head.get(f"/positions?includeDeleted=true{filters}").data == gone


@EITHER_WAY
def test_the_others_see_nothing_of_it(
    anna: Recruiter,
    admin: Recruiter,
    client: Recruiter,
    stranger: Recruiter,
    position: Position,
    how: str,
) -> None:
    stranger.position()
    before = {who: changes(who) for who in (admin, stranger)}
    lost_at = decline(client, position) if how == "declined" else invite(anna, position, admin)
    assert changes(stranger) == before[stranger]
    [shown] = before[admin]
    kept = shown["collaborators"]
    left = (
        [{**kept[0], "type": "client"}]
        if how == "removed"
        else [kept[0], {**kept[1], "status": "declined"}]
    )
    expected = [{**shown, "collaborators": left, "updatedAt": lost_at}]
    assert changes(admin) == changes(anna) == expected
    assert anna.get("/positions").data == expected


@EITHER_WAY
def test_a_user_who_lost_a_position_sees_no_later_change_of_it(
    anna: Recruiter, client: Recruiter, position: Position, how: str
) -> None:
    """Not even that it was deleted: there is one tombstone, and it stays as it is."""
    lose(how, anna, client, position)
    before = client.in_head.get("/positions?updatedAfter=2018-01-01&includeDeleted=true").content
    at = f"/positions/{position.id}"
    for method, path, body in (
        (
            "PATCH",
            at,
            {"title": "New", "collaborators": [{"email": "neo@test.se", "type": "client"}]},
        ),
        ("PATCH", at, {"collaborators": []}),
        ("POST", f"{at}/archive", None),
        ("POST", f"{at}/restore", None),
        ("DELETE", at, None),
    ):
        assert anna.in_head.call(method, path, body).status == 200
        assert (
            client.in_head.get("/positions?updatedAfter=2018-01-01&includeDeleted=true").content
            == before
        )
    assert PositionTombstone.objects.filter(user=client.user).count() == 1


def test_who_declined_stays_as_it_is_until_invited_anew(
    anna: Recruiter, client: Recruiter, position: Position
) -> None:
    """Whether kept among the collaborators or removed."""
    lost_at = decline(client, position)
    gone = [{"id": str(position.id), "deletedAt": lost_at}]
    invite(anna, position, client)
    assert changes(client) == gone
    invite(anna, position)
    assert changes(client) == gone
    assert client.in_head.post(f"/positions/{position.id}/decline").status == 404
    back_at = invite(anna, position, client)
    assert [one["updatedAt"] for one in changes(client, lost_at)] == [back_at]


@EITHER_WAY
def test_who_is_invited_again_sees_it_again(
    anna: Recruiter, client: Recruiter, position: Position, how: str
) -> None:
    for _ in range(2):
        lost_at = lose(how, anna, client, position)
        invite(anna, position)
        back_at = invite(anna, position, client)
        [shown] = changes(client, lost_at)
        assert (shown["title"], shown["updatedAt"]) == (position.title, back_at)
        assert changes(client) == [shown]
        assert not PositionTombstone.objects.exists()


def test_joining_an_old_position_shows_it_as_changed(
    anna: Recruiter, stranger: Recruiter, position: Position
) -> None:
    stranger.in_head.post("/positions", {"title": "Newer"})
    since = newest(changes(stranger))
    assert since > anna.in_head.get(f"/positions/{position.id}").data["updatedAt"]
    joined_at = invite(anna, position, stranger)
    assert [(one["id"], one["updatedAt"]) for one in changes(stranger, since)] == [
        (str(position.id), joined_at)
    ]


@EITHER_WAY
def test_its_creator_never_loses_a_position(anna: Recruiter, position: Position, how: str) -> None:
    invite(anna, position, anna)
    lose(how, anna, anna, position)
    invite(anna, position)
    [shown] = changes(anna)
    assert shown["title"] == position.title
    assert not PositionTombstone.objects.exists()


def test_an_answer_that_is_refused_loses_nothing(
    anna: Recruiter, admin: Recruiter, position: Position
) -> None:
    anna.in_head.post(f"/positions/{position.id}/archive")
    assert admin.in_head.post(f"/positions/{position.id}/decline").status == 409
    assert not PositionTombstone.objects.exists()
    assert len(admin.in_head.get("/positions?archived=true").data) == 1


@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize("order", ["", "&updatedAfter=2018-01-01"])
def test_pages_hold_each_once_even_where_moments_are_equal(
    anna: Recruiter, stranger: Recruiter, limit: int, order: str
) -> None:
    now = anna.position().created_at
    mixed = [
        (anna if at % 2 else stranger).position(created_at=now, updated_at=now) for at in range(8)
    ]
    for at, one in enumerate(mixed[1::2]):
        if at % 2:
            stranger.joins(one, as_="client")
        else:
            PositionTombstone.objects.create(
                position=one, user=stranger.user, status="accepted", lost_at=now
            )
    found, cursor = [], ""
    while cursor is not None:
        path = f"/positions?includeDeleted=true&limit={limit}{order}{cursor}"
        answer = stranger.in_head.get(path)
        assert len(answer.data) <= limit
        found += [one["id"] for one in answer.data]
        cursor = f"&cursor={answer.body['nextCursor']}" if "nextCursor" in answer.body else None
    ids = sorted(str(one.id) for one in mixed)
    assert found == (ids if order else ids[::-1])


def test_newest_first_a_tombstone_has_its_positions_place(
    anna: Recruiter, client: Recruiter
) -> None:
    made = [anna.position() for _ in range(3)]
    for one in made:
        client.joins(one, as_="client")
    invite(anna, made[1])
    shown = client.in_head.get("/positions?includeDeleted=true").data
    assert [one["id"] for one in shown if one["id"] in map(str, (one.id for one in made))] == [
        str(one.id) for one in reversed(made)
    ]


def test_an_address_without_proof_is_shown_no_tombstones(
    anna: Recruiter, position: Position
) -> None:
    """As it is shown no invitations: another person may have registered. A key of the placeholder shows them."""
    neo = recruiter_for(PlaceholderFactory(email="neo@test.se"))
    invite(anna, position, neo)
    assert len(changes(neo)) == 1
    lost_at = invite(anna, position)
    gone = [{"id": str(position.id), "deletedAt": lost_at}]
    assert changes(neo) == gone
    User.objects.filter(uuid=neo.user.uuid).update(is_registered=True)
    assert changes(neo) == []
    User.objects.filter(uuid=neo.user.uuid).update(email_confirmed_at=position.created_at)
    assert changes(neo) == gone


def test_the_status_before_is_what_is_remembered(
    anna: Recruiter, client: Recruiter, position: Position
) -> None:
    for status in ("awaiting_registration", "awaiting_approval", "accepted"):
        Collaborator.objects.update(status=status)
        invite(anna, position)
        assert PositionTombstone.objects.get().status == status
        invite(anna, position, client)


def test_an_archived_position_has_one_tombstone(
    anna: Recruiter, client: Recruiter, position: Position
) -> None:
    """Also where another user who is invited to it registers meanwhile."""
    neo = PlaceholderFactory(email="neo@test.se")
    invite(anna, position, client, recruiter_for(neo))
    assert anna.in_head.post(f"/positions/{position.id}/archive").status == 200
    listed = changes(client)
    assert [one["id"] for one in listed if "deletedAt" in one] == [str(position.id)]
    confirm_invitations(neo.uuid)
    assert Collaborator.objects.get(user=neo).status == "awaiting_approval"
    assert changes(client) == listed
    assert changes(client, newest(listed)) == []
    assert anna.in_head.post(f"/positions/{position.id}/restore").status == 200
    [shown] = changes(anna, newest(listed))
    assert {one["email"]: one["status"] for one in shown["collaborators"]}[
        "neo@test.se"
    ] == "awaiting_approval"
