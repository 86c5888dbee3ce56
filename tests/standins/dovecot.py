"""A real IMAP server on loopback: Dovecot from Debian, with TLS, passwords, and tokens that it checks itself."""

from __future__ import annotations

import base64
import grp
import hashlib
import hmac
import json
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from itertools import count
from pathlib import Path
from typing import Final
from uuid import uuid4

from tests.certificates import Certificate
from tests.processes import eventually
from tests.programs import required_program
from tests.servers import free_port

PROGRAM: Final = "/usr/sbin/dovecot"
_TOKEN_KEY: Final = b"a key that only this test and its Dovecot know"
# Dovecot serves no mail of root.
_UNPRIVILEGED: Final = "nobody"

_CONFIGURATION: Final = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
first_valid_uid = {uid}
first_valid_gid = {gid}
ssl = required
ssl_cert = <{certificate}
ssl_key = <{key}
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 100
passdb {{
  driver = passwd-file
  args = scheme=plain {folder}/passwords
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Drafts {{
    special_use = \\Drafts
    auto = create
  }}
  mailbox Gesendet {{
    special_use = \\Sent
    auto = create
  }}
  mailbox Spamverdacht {{
    special_use = \\Junk
    auto = create
  }}
  mailbox Papierkorb {{
    special_use = \\Trash
    auto = create
  }}
}}
service anvil {{
  chroot =
  # Else each wrong password makes the next log-in of this address wait longer.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {starttls_port}
  }}
  inet_listener imaps {{
    port = {port}
  }}
}}
service stats {{
  chroot =
}}
"""


@dataclass
class Dovecot:
    """A running server. Folders are made by delivering into them; `/` separates their levels."""

    folder: Path
    port: int
    starttls_port: int
    _numbers: Iterator[int] = field(default_factory=count)

    def deliver(
        self, user: str, raw: bytes, *, folder: str = "INBOX", at: float | None = None
    ) -> None:
        """Put a mail into a folder as a mail server does: a new file of the Maildir. `at`: seconds, when it came."""
        box = self._box_of(user, folder)
        name = f"{1700000000 + next(self._numbers)}.test"
        draft = box / "tmp" / name
        draft.write_bytes(raw)
        if at is not None:
            os.utime(draft, (at, at))
        self._give(draft)
        draft.rename(box / "new" / name)

    def remove_folder(self, user: str, folder: str) -> None:
        shutil.rmtree(self._path_of(user, folder))

    def renumber(self, user: str, folder: str = "INBOX") -> None:
        """Have the server forget its UIDs, so that it starts with another UIDVALIDITY."""
        box = self._path_of(user, folder)
        known = re.match(r"3 V(\d+) ", (box / "dovecot-uidlist").read_text())
        assert known
        for path in box.glob("dovecot*"):
            path.unlink()
        # The server itself takes the second in which it begins, which may be the one of before.
        (box / "dovecot-uidlist").write_text(f"3 V{int(known[1]) + 1} N1 G{uuid4().hex}\n")
        self._give(box / "dovecot-uidlist")

    def flags_of(self, user: str) -> set[str]:
        """Return the flags of all mails of a user, and `recent` for those still in `new`."""
        files = list((self.folder / "mail" / user).rglob("*.test*"))
        return {
            flag
            for path in files
            for flag in ([*path.name.partition(":2,")[2]] or [path.parent.name])
        }

    def token(self, user: str, *, seconds: int = 3600) -> str:
        """Return an access token that the server takes for this user."""
        now = int(time.time())
        head = _encode({"alg": "HS256", "typ": "JWT"})
        body = _encode({"sub": user, "email": user, "iat": now - 60, "exp": now + seconds})
        signature = hmac.new(_TOKEN_KEY, f"{head}.{body}".encode(), hashlib.sha256).digest()
        return f"{head}.{body}.{_base64(signature)}"

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def _path_of(self, user: str, folder: str) -> Path:
        root = self.folder / "mail" / user
        return root if folder == "INBOX" else root / f".{folder.replace('/', '.')}"

    def _box_of(self, user: str, folder: str) -> Path:
        box = self._path_of(user, folder)
        for part in (box.parent, box, box / "tmp", box / "new", box / "cur"):
            part.mkdir(parents=True, exist_ok=True)
            self._give(part)
        return box

    def _give(self, path: Path) -> None:
        if os.geteuid() == 0:
            shutil.chown(path, _UNPRIVILEGED)


def _encode(document: Mapping[str, object]) -> str:
    return _base64(json.dumps(document).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@contextmanager
def running_dovecot(certificate: Certificate, accounts: Mapping[str, str]) -> Iterator[Dovecot]:
    """Start Dovecot with these users and passwords, and stop it at the end."""
    required_program(PROGRAM, package="dovecot-imapd")
    # A short path: those of sockets are limited.
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    server = Dovecot(folder, free_port(), free_port())
    try:
        _write_settings(server, certificate, accounts)
        arguments = [PROGRAM, "-F", "-c", str(folder / "dovecot.conf")]
        user = _UNPRIVILEGED if os.geteuid() == 0 else None
        group = pwd.getpwnam(user).pw_gid if user else None
        with subprocess.Popen(
            arguments, user=user, group=group, extra_groups=[] if user else None
        ) as process:
            try:
                assert eventually(lambda: _answers(server.port)), server.log()
                yield server
            finally:
                process.terminate()
    finally:
        shutil.rmtree(folder)


def _write_settings(server: Dovecot, certificate: Certificate, accounts: Mapping[str, str]) -> None:
    folder = server.folder
    account = pwd.getpwnam(_UNPRIVILEGED) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    for name in ("run", "state", "mail", "home"):
        (folder / name).mkdir()
    shutil.copy(certificate.certificate, folder / "server.pem")
    shutil.copy(certificate.key, folder / "server.key")
    lines = [f"{name}:{password}\n" for name, password in accounts.items()]
    (folder / "passwords").write_text("".join(lines))
    (folder / "log").touch()
    key = folder / "keys/default/HS256/default"
    key.parent.mkdir(parents=True)
    key.write_bytes(base64.b64encode(_TOKEN_KEY))
    (folder / "oauth2.conf").write_text(
        "introspection_mode = local\n"
        f"local_validation_key_dict = fs:posix:prefix={folder}/keys/\n"
        "username_attribute = email\n"
    )
    (folder / "dovecot.conf").write_text(
        _CONFIGURATION.format(
            folder=folder,
            user=account.pw_name,
            group=grp.getgrgid(account.pw_gid).gr_name,
            uid=account.pw_uid,
            gid=account.pw_gid,
            certificate=folder / "server.pem",
            key=folder / "server.key",
            port=server.port,
            starttls_port=server.starttls_port,
        )
    )
    for path in (folder, *folder.rglob("*")):
        server._give(path)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def mail(
    *, message_id: str, sender: str = "jobs-noreply@linkedin.com", size: int = 0, **headers: str
) -> bytes:
    """Return a synthetic mail; `size`: bytes of its text, at least. Headers: `feedback_id="x:workday"`."""
    fields = {
        "From": sender,
        "To": "a@seeker.test",
        "Subject": "A mail",
        "Date": formatdate(1_700_000_000),
        "Message-ID": f"<{message_id}>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return head.encode() + b"\r\nHello.\r\n" + (b"y" * 76 + b"\r\n") * (size // 78)
