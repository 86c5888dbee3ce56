"""The pipeline of a position in the console: who sees it, what moves a candidate, and what a large one costs."""

from typing import get_args

import pytest
from bs4 import BeautifulSoup

from core.accounts.models import User
from core.recruiting.models import Candidate, CandidateMove, Position
from core.recruiting.vocabulary import Stack
from tenants.audit.models import Entry
from tests.api_v1.console.browser import Browser, signed_in
from tests.api_v1.console.weights import MOST_BYTES, weigh
from tests.factories import (
    AttachmentFactory,
    CandidateFactory,
    CandidateMoveFactory,
    CollaboratorFactory,
    PositionFactory,
    UserFactory,
)
from tests.statements import statements


@pytest.fixture
def position(joe: User) -> Position:
    return PositionFactory(created_by=joe, title="Cook")


@pytest.fixture
def recruiter(joe: User) -> Browser:
    """The browser of the position's creator."""
    return signed_in(joe)


def board_of(position: Position) -> str:
    return f"/app/positions/{position.id}/pipeline/"


def card_of(candidate: Candidate) -> str:
    return f"/app/positions/{candidate.position_id}/candidates/{candidate.id}/"


def columns(browser: Browser) -> dict[str, tuple[int, list[str]]]:
    """Return the count and the names of each column of the page."""
    soup = BeautifulSoup(browser.page.content, "html.parser")
    return {
        str(one["data-place"]): (
            int(one.select_one(".badge").get_text()),  # type: ignore[union-attr]
            [link.get_text() for link in one.select("li a")],
        )
        for one in soup.select(".board > section")
    }


def actions_of(candidate: Candidate) -> list[str]:
    entries = Entry.objects.filter(object_id=str(candidate.id)).order_by("id")
    return [entry.action for entry in entries]


def test_candidates_stand_under_their_stack_and_the_rejected_last(
    recruiter: Browser, position: Position
) -> None:
    CandidateFactory(position=position, name="Ann", stack="hired")
    CandidateFactory(position=position, name="Ben")
    CandidateFactory(position=position, name="Cy", rejected_at=position.created_at)
    CandidateFactory(position=position, name="Gone", deleted_at=position.created_at)
    CandidateFactory(name="Elsewhere")
    recruiter.get(board_of(position))
    shown = columns(recruiter)
    assert list(shown) == [*get_args(Stack), "rejected"]
    assert {place: one for place, one in shown.items() if one[0]} == {
        "hired": (1, ["Ann"]),
        "longlist": (1, ["Ben"]),
        "rejected": (1, ["Cy"]),
    }


def test_a_candidate_is_moved_rejected_and_taken_back_with_reasons(
    recruiter: Browser, position: Position
) -> None:
    riya = CandidateFactory(position=position)
    path = card_of(riya)
    assert recruiter.act(path, "move", stack="interviewing", reason="good CV").status_code == 303
    recruiter.follow()
    assert "good CV" in recruiter.text
    assert recruiter.act(path, "reject", reason="too far away").status_code == 303
    riya.refresh_from_db()
    assert (riya.stack, riya.rejection_reason) == ("interviewing", "too far away")
    assert recruiter.act(path, "move", stack="hired").status_code == 409
    assert recruiter.act(path, "reject").status_code == 409
    assert recruiter.act(path, "unreject", reason="moves here").status_code == 303
    assert recruiter.act(path, "unreject").status_code == 409
    riya.refresh_from_db()
    assert (riya.stack, riya.rejected_at) == ("interviewing", None)
    moves = CandidateMove.objects.filter(candidate=riya).order_by("moved_at")
    assert [(one.from_place, one.to_place, one.reason) for one in moves] == [
        ("longlist", "interviewing", "good CV"),
        ("interviewing", "rejected", "too far away"),
        ("rejected", "interviewing", "moves here"),
    ]
    assert actions_of(riya) == ["candidate.move", "candidate.reject", "candidate.unreject"]


@pytest.mark.parametrize(
    ("action", "form"),
    [
        ("move", {}),
        ("move", {"stack": "rejected"}),
        ("move", {"stack": "nowhere"}),
        ("move", {"stack": "hired", "reason": "x" * 1001}),
        ("reject", {"reason": "x" * 1001}),
        ("delete", {}),
    ],
)
def test_what_is_wrong_is_said_and_moves_no_candidate(
    recruiter: Browser, position: Position, action: str, form: dict[str, str]
) -> None:
    riya = CandidateFactory(position=position)
    assert recruiter.act(card_of(riya), action, **form).status_code == 400
    riya.refresh_from_db()
    assert (riya.stack, riya.rejected_at) == ("longlist", None)
    assert actions_of(riya) == []


def test_a_get_moves_no_candidate(recruiter: Browser, position: Position) -> None:
    riya = CandidateFactory(position=position)
    for query in ("?action=move&stack=hired", "?action=reject&reason=x"):
        assert recruiter.get(card_of(riya) + query).status_code == 200
        assert recruiter.get(board_of(position) + query).status_code == 200
    riya.refresh_from_db()
    assert (riya.stack, riya.rejected_at) == ("longlist", None)


@pytest.mark.parametrize(
    ("role", "sees", "status"),
    [("admin", True, 303), ("client", True, 403), ("supplier", False, 404)],
)
def test_a_collaborator_may_do_what_the_api_lets_it_do(
    position: Position, owner: User, role: str, sees: bool, status: int
) -> None:
    riya = CandidateFactory(position=position, name="Riya")
    CollaboratorFactory(position=position, user=owner, type=role)
    browser = signed_in(owner)
    assert browser.get(board_of(position)).status_code == 200
    assert ("Riya" in browser.text) == sees
    assert browser.get(card_of(riya)).status_code == (200 if sees else 404)
    assert (b'value="move"' in browser.page.content) == (status == 303)
    assert browser.act(card_of(riya), "move", stack="hired").status_code == status
    assert browser.act(card_of(riya), "reject").status_code == status


def test_a_supplier_sees_and_moves_its_own_candidates_alone(
    position: Position, staff: User
) -> None:
    CollaboratorFactory(position=position, user=staff, type="supplier")
    own = CandidateFactory(position=position, created_by=staff, name="Own")
    CandidateFactory(position=position, created_by=UserFactory(email="x@other.test"), name="Other")
    browser = signed_in(staff)
    browser.get(board_of(position))
    assert columns(browser)["longlist"] == (1, ["Own"])
    assert browser.act(card_of(own), "move", stack="hired").status_code == 303


def test_a_candidate_is_not_found_under_another_position(
    recruiter: Browser, position: Position, joe: User
) -> None:
    other = CandidateFactory(position=PositionFactory(created_by=joe))
    path = f"/app/positions/{position.id}/candidates/{other.id}/"
    assert recruiter.get(path).status_code == 404
    assert recruiter.act(path, "move", stack="hired").status_code == 404


def test_an_archived_position_is_looked_at_and_not_changed(
    recruiter: Browser, position: Position
) -> None:
    riya = CandidateFactory(position=position)
    Position.objects.update(archived_at=position.created_at)
    assert recruiter.get(board_of(position)).status_code == 200
    assert b"data-moves" not in recruiter.page.content
    assert recruiter.act(card_of(riya), "move", stack="hired").status_code == 409


def test_the_card_has_attachments_history_and_notes(
    recruiter: Browser, position: Position, joe: User
) -> None:
    riya = CandidateFactory(
        position=position, name="<b>Riya</b>", description="<p>Likes <b>soup</b></p>"
    )
    CandidateMoveFactory(candidate=riya, reason="<i>good</i>")
    file = AttachmentFactory(candidate=riya, created_by=joe, file_name="<cv>.pdf")
    page = recruiter.get(card_of(riya)).content.decode()
    assert "<p>Likes <b>soup</b></p>" in page
    assert "<b>Riya" not in page
    assert "<i>good" not in page
    assert "longlist → interviewing" in recruiter.text
    assert "<cv>.pdf" in recruiter.text
    answer = recruiter.get(f"/app/attachments/{file.id}/")
    assert (answer.status_code, "/v1/files/" in answer.headers["Location"]) == (303, True)


def test_more_of_a_column_comes_by_key_and_each_candidate_once(
    recruiter: Browser, position: Position
) -> None:
    names = [f"Riya {number}" for number in range(120)]
    for name in names:
        CandidateFactory(position=position, name=name)
    CandidateFactory(position=position, name="Ann", stack="hired")
    path, seen, parts = board_of(position), [], 0
    while path:
        recruiter.get(path)
        shown = columns(recruiter)
        assert (shown["longlist"][0], shown["hired"]) == (120, (1, ["Ann"]))
        seen += shown["longlist"][1]
        parts += 1
        soup = BeautifulSoup(recruiter.page.content, "html.parser")
        more = soup.select_one("[data-more]")
        path = f"{board_of(position)}{more['href']}" if more else ""
    assert (parts, seen) == (3, names[::-1])


@pytest.mark.parametrize(
    "query", ["?place=nowhere", "?place=hired&after=x", "?after=x", "?place=hired&after=%00"]
)
def test_an_address_that_no_page_has_made_is_refused(
    recruiter: Browser, position: Position, query: str
) -> None:
    assert recruiter.get(board_of(position) + query).status_code == 400


def test_two_thousand_candidates_take_few_statements_and_little_html(
    recruiter: Browser, position: Position, joe: User
) -> None:
    places = [*get_args(Stack), "rejected"]
    Candidate.objects.bulk_create(
        Candidate(
            position=position,
            created_by=joe,
            name=f"Candidate {number} with a name that is as long as allowed ".ljust(200, "x"),
            stack="longlist" if place == "rejected" else place,
            rejected_at=position.created_at if place == "rejected" else None,
        )
        for number in range(2000)
        for place in [places[number % 8]]
    )
    with statements() as run:
        page = recruiter.get(board_of(position))
    assert len(run) <= 12
    assert all(total == 250 and len(names) == 50 for total, names in columns(recruiter).values())
    assert weigh(page) < MOST_BYTES


def test_the_pages_of_positions_lead_to_the_pipeline(
    recruiter: Browser, position: Position
) -> None:
    recruiter.get("/app/")
    assert board_of(position) in recruiter.page.content.decode()
