"""The first page of a user: invitations and own positions, each in parts of its own."""

from datetime import UTC, datetime, timedelta
from typing import Final

from bs4 import BeautifulSoup

from core.accounts.models import User
from core.recruiting.models import Collaborator, Position
from tenants.console.key_pages import ROWS
from tests.api_v1.console.browser import Browser, signed_in
from tests.factories import CollaboratorFactory, PositionFactory

FIRST: Final = datetime(2026, 1, 1, tzinfo=UTC)


def read_titles(browser: Browser, table: str) -> list[str]:
    """Return the titles that a table of the page shows."""
    soup = BeautifulSoup(browser.page.content, "html.parser")
    return [one.get_text(strip=True) for one in soup.select(f'[aria-label="{table}"] tbody th')]


def open_next(browser: Browser, table: str) -> None:
    """Open the next part of a table, as its link does."""
    soup = BeautifulSoup(browser.page.content, "html.parser")
    (link,) = soup.select(f'nav[aria-label="Parts of the {table}"] a[rel="next"]')
    path, _, anchor = str(link["href"]).partition("#")
    assert soup.find(id=anchor) is not None
    assert browser.get(f"/app/{path}").status_code == 200


def test_each_own_position_and_invitation_is_on_one_part_of_its_table(
    joe: User, owner: User
) -> None:
    many = ROWS + 2
    for number in range(many):
        PositionFactory(
            created_by=joe, title=f"Own {number}", created_at=FIRST + timedelta(hours=number)
        )
        invited_to = PositionFactory(created_by=owner, title=f"Other {number}")
        CollaboratorFactory(user=joe, position=invited_to)
    own = [f"Own {number}" for number in reversed(range(many))]
    others = [f"Other {number}" for number in reversed(range(many))]

    browser = signed_in(joe)
    browser.get("/app/")
    assert read_titles(browser, "Your positions") == own[:ROWS]
    assert read_titles(browser, "Invitations") == others[:ROWS]

    open_next(browser, "positions")
    assert read_titles(browser, "Your positions") == own[ROWS:]
    assert read_titles(browser, "Invitations") == others[:ROWS]

    open_next(browser, "invitations")
    assert read_titles(browser, "Your positions") == own[ROWS:]
    assert read_titles(browser, "Invitations") == others[ROWS:]


def test_the_tables_have_no_row_of_others_and_none_that_is_archived(joe: User, owner: User) -> None:
    PositionFactory(created_by=owner)
    gone = PositionFactory(created_by=joe)
    Position.objects.filter(id=gone.id).update(archived_at=gone.created_at)
    row = CollaboratorFactory(user=joe, position=PositionFactory(created_by=owner))
    Collaborator.objects.filter(id=row.id).update(status="declined")
    browser = signed_in(joe)
    browser.get("/app/")
    assert read_titles(browser, "Your positions") == []
    assert read_titles(browser, "Invitations") == []
    assert "There is no invitation" in browser.text
