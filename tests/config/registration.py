"""A job seeker registers at a running `make run`: web server and worker do their parts."""

import re
from pathlib import Path
from typing import Final

import requests

from tests.processes import eventually

# JobHax: "register", with a password that the rules let through.
_BODY: Final = {
    "first_name": "Joe",
    "last_name": "Smith",
    "username": "joesmith",
    "email": "joe@smith.test",
    "password": "correct horse battery",
    "password2": "correct horse battery",
}


def register(port: int) -> None:
    """Send the registration to the demo tenant."""
    answer = requests.post(f"http://localhost:{port}/api/users/register", json=_BODY, timeout=60)
    assert answer.json() == {
        "success": True,
        "error_code": 0,
        "error_message": "",
        "data": None,
    }


def confirm_address(port: int, *, mail: Path) -> None:
    """Follow the link of the mail that the worker puts into a folder which no one else may read."""
    assert eventually(lambda: _link_in(mail), within=60)
    link = _link_in(mail)
    assert link
    host, path, token = link.groups()
    # Not every system resolves names below localhost, as browsers do.
    page, form = f"http://localhost:{port}{path}", {"token": token}
    shown = requests.get(page, form, headers={"Host": host}, timeout=60)
    assert _BODY["email"] in shown.text
    form["password"] = _BODY["password"]
    answer = requests.post(page, form, headers={"Host": host}, timeout=60)
    assert "is confirmed for Demo" in answer.text
    assert mail.stat().st_mode & 0o777 == 0o700


def _link_in(mail: Path) -> re.Match[str] | None:
    """The link of the mail to the address. The demo's invitations are beside it."""
    texts = [file.read_text() for file in mail.iterdir()] if mail.exists() else []
    (text,) = [text for text in texts if f"To: {_BODY['email']}" in text] or [""]
    return re.search(r"http://(demo\.localhost:\d+)(\S+)\?token=(\S+)", text)
