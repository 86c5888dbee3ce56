"""The first minutes of a job seeker on a fresh `make run`: web server and worker do their parts."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.config.test_run import port, running
from tests.data_dirs import remove_data_dir
from tests.processes import eventually

__all__ = ["port"]
pytestmark = pytest.mark.server
# JobHax: "register", with a password that the rules let through.
BODY = {
    "first_name": "Joe",
    "last_name": "Smith",
    "username": "joesmith",
    "email": "joe@smith.test",
    "password": "correct horse battery",
    "password2": "correct horse battery",
}


@pytest.fixture
def fresh_data_dir() -> Iterator[Path]:
    """Nothing was ever started in it."""
    data_dir = Path(tempfile.mkdtemp(prefix="happo-test-"))
    data_dir.chmod(0o711)
    yield data_dir
    if (data_dir / "postgres").exists():
        remove_data_dir(data_dir)
    else:
        shutil.rmtree(data_dir)


def test_a_registration_sends_a_mail_whose_link_works(fresh_data_dir: Path, port: int) -> None:
    with running(fresh_data_dir, port) as server:
        server.await_banner()
        answer = requests.post(f"http://localhost:{port}/api/users/register", json=BODY, timeout=10)
        assert answer.json() == {
            "success": True,
            "error_code": 0,
            "error_message": "",
            "data": None,
        }
        mail = fresh_data_dir / "mail"
        assert eventually(lambda: _link_to(BODY["email"], mail))
        link = _link_to(BODY["email"], mail)
        assert link
        host, path, token = link.groups()
        # Not every system resolves names below localhost, as browsers do.
        page, form = f"http://localhost:{port}{path}", {"token": token}
        shown = requests.get(page, form, headers={"Host": host}, timeout=10)
        assert "joe@smith.test" in shown.text
        form["password"] = BODY["password"]
        answer = requests.post(page, form, headers={"Host": host}, timeout=10)
        assert "is confirmed for Demo" in answer.text
    assert mail.stat().st_mode & 0o777 == 0o700


def _link_to(email: str, mail: Path) -> re.Match[str] | None:
    """The link of the mail to this address. The demo's invitations are beside it."""
    texts = [file.read_text() for file in mail.iterdir()] if mail.exists() else []
    (text,) = [text for text in texts if f"To: {email}" in text] or [""]
    return re.search(r"http://(demo\.localhost:\d+)(\S+)\?token=(\S+)", text)
